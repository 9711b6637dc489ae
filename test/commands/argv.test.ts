import { expect, test } from '@jest/globals'
import { withoutBooleanValues } from '../../src/commands/shared/argv.ts'

const FLAGS = {
  force: { type: 'boolean' },
  'all-namespaces': { type: 'boolean' },
  output: { type: 'option' },
} as const

test.each([
  [
    ['--force=true', 'n1'],
    ['--force', 'n1'],
  ],
  [['--force=false', 'n1'], ['n1']],
  [['--all-namespaces=1'], ['--all-namespaces']],
  [['--output=true'], ['--output=true']],
  [['--unknown=true'], ['--unknown=true']],
  [
    ['--', '--force=true'],
    ['--', '--force=true'],
  ],
])('%j is read as %j', (given, expected) => {
  expect(withoutBooleanValues(given, FLAGS)).toEqual(expected)
})
