import { expect, test } from '@jest/globals'
import { checkReplayFlags } from '../../src/commands/probes/replay.ts'
import { UserError } from '../../src/model/errors.ts'

test.each([
  [{ count: 3 }, 'Add --replay.'],
  [{ 'replay-timeout': 5 }, 'Add --replay.'],
  [{ replay: true, 'replay-timeout': 601 }, '--replay-timeout must be at most 10m'],
  [{ replay: true, count: 0 }, 'it must be from 1 to 100'],
  [{ replay: true, count: 101 }, 'it must be from 1 to 100'],
  [
    { replay: true, filename: ['snapshot.json'] },
    '--replay runs probes in a live cluster, and -f reads files',
  ],
])('%j is refused before anything is read', (flags, words) => {
  let told = ''
  try {
    checkReplayFlags(flags)
  } catch (error) {
    if (error instanceof UserError) told = `${error.message} ${error.hint ?? ''}`
  }
  expect(told).toContain(words)
})

test.each([[{}], [{ replay: true }], [{ replay: true, count: 1 }], [{ replay: true, count: 100 }]])(
  '%j is fine',
  (flags) => {
    expect(() => checkReplayFlags(flags)).not.toThrow()
  },
)
