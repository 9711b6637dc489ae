import { expect, test } from '@jest/globals'
import { withoutBooleanValues } from '../../src/commands/shared/argv.ts'

const FLAGS = {
  force: { type: 'boolean' },
  'all-namespaces': { type: 'boolean', char: 'A' },
  timeline: { type: 'boolean', allowNo: true },
  output: { type: 'option' },
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
