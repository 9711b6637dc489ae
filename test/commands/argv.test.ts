import { expect, test } from '@jest/globals'
import { lastValues, withoutBooleanValues } from '../../src/commands/shared/argv.ts'

const FLAGS = {
  force: { type: 'boolean' },
  'all-namespaces': { type: 'boolean', char: 'A' },
  timeline: { type: 'boolean', allowNo: true },
  output: { type: 'option', char: 'o' },
  namespace: { type: 'option', char: 'n' },
  filename: { type: 'option', char: 'f', multiple: true },
} as const

test.each([
  [
    ['--force=true', 'n1'],
    ['--force', 'n1'],
  ],
  [['--force=false', 'n1'], ['n1']],
  [['--all-namespaces=1'], ['--all-namespaces']],
  [['-A=T'], ['-A']],
  [['-A=false', 'x'], ['x']],
  [['--no-timeline=true'], ['--no-timeline']],
  [['--no-timeline=false'], ['--timeline']],
  [['--no-force=true'], ['--no-force=true']],
  [['--output=true'], ['--output=true']],
  [['--unknown=true'], ['--unknown=true']],
  [
    ['--', '--force=true'],
    ['--', '--force=true'],
  ],
])('%j is read as %j', (given, expected) => {
  expect(withoutBooleanValues(given, FLAGS)).toEqual(expected)
})

test.each(['--force=5', '--force=tRuE', '-A=', '--no-timeline=no'])(
  '%s is neither true nor false',
  (word) => {
    expect(() => withoutBooleanValues([word], FLAGS)).toThrow('it takes no value but true and false')
  },
)

test.each([
  [
    ['-n', 'a', 'web', '-n', 'b'],
    ['web', '-n', 'b'],
  ],
  [['--output=json', '-oname'], ['-oname']],
  [
    ['-o', 'json', '--output', 'yaml', '-n=a'],
    ['--output', 'yaml', '-n=a'],
  ],
  [
    ['-f', 'a', '-f', 'b'],
    ['-f', 'a', '-f', 'b'],
  ],
  [
    ['-n', '-o', '-o', 'json'],
    ['-n', '-o', '-o', 'json'],
  ],
  [
    ['-n', 'a', '--', '-n', 'b'],
    ['-n', 'a', '--', '-n', 'b'],
  ],
  [['-n'], ['-n']],
  [
    ['-Ao', 'json', '--force', '--force'],
    ['-Ao', 'json', '--force', '--force'],
  ],
])('of %j the last value of each flag counts, as with kubectl: %j', (given, expected) => {
  expect(lastValues(given, FLAGS)).toEqual(expected)
})
