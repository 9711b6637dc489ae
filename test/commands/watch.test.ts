import { describe, expect, test } from '@jest/globals'
import { checkWatchable, type Screen, type Watched, watchReports } from '../../src/commands/shared/watch.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const NUMBERS: Omit<Watched<number>, 'look'> = {
  text: (report) => `report ${report}\n`,
  newsLines: (before, after) => (before === after ? [] : [`${before ?? 'nothing'} to ${after}`]),
}

/** Runs a watch over these looks, an error being one that fails, until they are used up. */
async function watched(
  looks: readonly (number | Error)[],
  redraws = false,
  more: Partial<Watched<number>> = {},
) {
  const abort = new AbortController()
  const [written, complaints]: [string[], string[]] = [[], []]
  let index = 0
  const screen: Screen = {
    style: PLAIN,
    redraws,
    write: (text) => written.push(text),
    complain: (text) => complaints.push(text),
    sleep: async () => {
      if (index >= looks.length) abort.abort()
    },
    signal: abort.signal,
  }
  const look = async () => {
    const next = looks[index++]
    if (typeof next === 'number') return next
    throw next
  }
  const session = { open: () => Promise.reject(new Error('no cluster')), compare: () => {}, close: () => {} }
  const last = await watchReports({ ...NUMBERS, look, ...more }, screen, { interval: 5, session })
  return { last, written, complaints }
}

describe('watching', () => {
  test('adds a line for what changed, and nothing for what did not', async () =>
    expect((await watched([1, 1, 2, 2])).written).toEqual(['nothing to 1\n', '1 to 2\n']))

  test('redraws a terminal only when there is something else to show', async () =>
    expect((await watched([1, 1, 2], true)).written).toEqual([
      '\u001b[H\u001b[2Jreport 1\n',
      '\u001b[H\u001b[2Jreport 2\n',
    ]))

  test('ends with the last report when it is stopped', async () =>
    expect((await watched([1, 2, 3])).last).toBe(3))

  test('ends by itself where there is nothing more to wait for', async () => {
    const end = (before: number | undefined, after: number) =>
      before === 1 && after === 2 ? 'done' : undefined
    const { last, written } = await watched([1, 2, 3, 4], false, { end })
    expect([last, written.at(-1)]).toEqual([2, 'done\n'])
  })

  test('goes on when a look fails, and says so', async () => {
    const { last, written, complaints } = await watched([1, new Error('connection \u001b refused'), 2])
    expect([last, written]).toEqual([2, ['nothing to 1\n', '1 to 2\n']])
    expect(complaints).toEqual(['connection \\x1b refused; trying again in 5s\n'])
  })

  test('fails when the first look fails', async () =>
    await expect(watched([new Error('no cluster')])).rejects.toThrow('no cluster'))
})

test.each([
  [{ filename: ['x.yaml'] }, '-f'],
  [{ output: 'json' }, '-o json'],
  [{ save: 'folder' }, '--save'],
  [{ now: '2026-11-21T12:00:00Z' }, '--now'],
])('%j cannot be watched', (flags, named) =>
  expect(() => checkWatchable({ 'watch-interval': 5, ...flags })).toThrow(named),
)
