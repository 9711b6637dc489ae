import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { judge } from './judge.ts'
import { REQUEST_TIMEOUT } from './kinds/fault.ts'
import type { Exchange } from './proxy.ts'
import type { Run } from './runs.ts'
import { makeWorld, pathOf, type World } from './world.ts'

/**
 * The answer to one list of each command, head and body, cut at every byte: all of it is the report without the fault,
 * and anything less is a gap or exit code 2. Of a list with objects every seventh byte is tried; an installation starts
 * a process for each, so that it tries a tenth of these.
 */

let world: World
beforeAll(async () => {
  world = await makeWorld('bytes')
}, 120_000)
afterAll(() => world?.close())

const FEWER = process.env['PLUGINS'] === undefined ? 1 : 10

/** A head without a length says where the body ends by closing, so that only the JSON tells that it was cut. */
const FRAMINGS = {
  'by its length': (length: number) => `Content-Length: ${length}`,
  'by closing': () => 'Connection: close',
} as const

/** The real list as one answer, of the fields that every answer has. */
function bytesOf({ upstream: { body } }: Exchange, framing: keyof typeof FRAMINGS): Buffer {
  const list = JSON.parse(body.toString()) as { items: { metadata: { managedFields?: unknown } }[] }
  for (const { metadata } of list.items) delete metadata.managedFields
  const text = JSON.stringify(list)
  const fields = ['HTTP/1.1 200 OK', 'Content-Type: application/json', FRAMINGS[framing](text.length)]
  return Buffer.from(`${fields.join('\r\n')}\r\n\r\n${text}`)
}

const CASES = [
  ['drain-plan', 'resourcequotas', 1],
  ['drain-plan', 'poddisruptionbudgets', 7],
  ['probe-check', 'poddisruptionbudgets', 1],
  ['explain-events', 'resourcequotas', 1],
] as const

test.each(
  CASES.flatMap(([plugin, resource, step]) =>
    (Object.keys(FRAMINGS) as (keyof typeof FRAMINGS)[]).map(
      (framing) => [plugin, resource, framing, step] as const,
    ),
  ),
)(
  '%s, when its list of %s, whose end is told %s, is cut anywhere',
  async (plugin, resource, framing, step) => {
    const { argv } = world.commands.find((command) => command.plugin === plugin) as {
      argv: readonly string[]
    }
    const truth = (await world.slots[0]?.run(argv)) as Run
    let length = Number.POSITIVE_INFINITY
    let next = 0
    const wrong: string[] = []
    await Promise.all(
      world.slots.map(async ({ proxy, run }) => {
        for (let at = next; at <= length; at = next) {
          next = at === length ? length + 1 : Math.min(length, at + step * FEWER)
          const answer = (exchange: Exchange) => {
            const bytes = bytesOf(exchange, framing)
            length = bytes.length
            const sent = bytes.subarray(0, at)
            // A cut comes as the end of the stream or as a reset.
            if (at % 3 === 0 && at < length) exchange.socket.write(sent, () => setImmediate(exchange.reset))
            else exchange.socket.end(sent)
          }
          proxy.misbehave({ answer }, pathOf(resource))
          const result = await run(argv)
          proxy.misbehave(undefined)
          const outcome = at >= length ? 'Same' : 'Told'
          const told = judge({ name: `cut at ${at}`, outcome, answer }, resource, truth, result)
          if (told instanceof Error) wrong.push(`cut at ${at} of ${length}: ${told.message}`)
        }
      }),
    )
    expect(length).toBeLessThan(5000)
    expect(wrong).toEqual([])
  },
  // Each run is ended by its own timeout.
  REQUEST_TIMEOUT * 1000 * 600,
)
