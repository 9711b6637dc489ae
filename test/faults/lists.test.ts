import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { LIST_FAULTS } from './faults.ts'
import { judge, type Outcome } from './judge.ts'
import { CONNECTION_FAULTS } from './kinds/connections.ts'
import type { Fault } from './kinds/fault.ts'
import { PAGE_FAULTS } from './kinds/pages.ts'
import type { Run } from './runs.ts'
import { turnOf } from './turns.ts'
import { type Command, makeWorld, pathOf, type Slot, type World } from './world.ts'

/**
 * Every fault, on the list of every kind that a command reads, one at a time. The report either is the one without the
 * fault, or names the kind that is missing, or there is none and exit code 2; never a verdict that is better.
 */

const turn = turnOf(process.env['FAULTS'], new Date())
let world: World
const truths = new Map<string, Run>()
const counts = { Same: 0, Gap: 0, Failed: 0 } satisfies Record<Outcome, number>

beforeAll(async () => {
  world = await makeWorld('lists')
  const [slot] = world.slots
  for (const { plugin, argv } of world.commands) truths.set(plugin, (await slot?.run(argv)) as Run)
}, 120_000)

afterAll(() => {
  const total = counts.Same + counts.Gap + counts.Failed
  process.stderr.write(
    `faults: ${total} (${turn.sentence}); not felt ${counts.Same}, told by a gap ${counts.Gap}, by exit code 2 ${counts.Failed}\n`,
  )
  world?.close()
})

const PLUGINS = ['drain-plan', 'probe-check', 'explain-events'] as const
const commandOf = (plugin: string): Command =>
  world.commands.find((command) => command.plugin === plugin) as Command

interface Trial {
  readonly fault: Fault
  readonly resource: string | undefined
  readonly extra?: readonly string[]
}

/** Makes all of these, as many at a time as there are proxies; what went wrong, by fault and kind. */
async function tryAll(plugin: string, trials: readonly Trial[]): Promise<readonly string[]> {
  const { argv } = commandOf(plugin)
  const truth = truths.get(plugin) as Run
  const left = [...trials]
  const wrong: string[] = []
  const work = async ({ proxy, run }: Slot) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { fault, resource, extra = [] } = next
      const tryOnce = async () => {
        proxy.misbehave(fault, resource === undefined ? undefined : pathOf(resource))
        const result = await run([...argv, ...extra])
        const felt = proxy.asked().length > 0 || fault.connection !== undefined
        proxy.misbehave(undefined)
        return { result, felt }
      }
      const { result, felt } = await tryOnce()
      let told = judge(fault, resource, truth, result)
      // The cluster goes on, and the machine may be busy for the two seconds of a request: once more, side by side.
      if (told instanceof Error && fault.outcome === 'Same')
        told = judge(fault, resource, await run([...argv, ...extra]), (await tryOnce()).result)
      if (!felt) wrong.push(`${fault.name}, ${resource}: was never asked for`)
      else if (told instanceof Error) wrong.push(`${fault.name}, ${resource}: ${told.message}`)
      else counts[told]++
    }
  }
  await Promise.all(world.slots.map(work))
  return wrong.sort()
}

/** A slow fault is tried on the lists that decide most. */
const DECISIVE: Readonly<Record<string, readonly string[]>> = {
  'drain-plan': ['poddisruptionbudgets', 'pods'],
  'probe-check': ['pods', 'events'],
  'explain-events': ['events', 'pods'],
}

test('without a fault the nodes have these verdicts', () => {
  const { nodes } = JSON.parse(truths.get('drain-plan')?.stdout ?? '') as {
    nodes: { name: string; verdict: string }[]
  }
  expect(nodes.map(({ name, verdict }) => `${name.split('-').at(-1)} ${verdict}`)).toEqual([
    'free Drains',
    'lone DrainsDegraded',
    'held Blocks',
    'bare Refused',
    'daemon Refused',
  ])
  expect(truths.get('probe-check')?.code).toBe(1)
  expect(truths.get('explain-events')?.code).toBe(1)
})

/** It ends with the patience of the client, however much else is going on. */
const onlyWaits = ({ slow, outcome }: Fault): boolean => slow === true && outcome === 'Told'
const named = (faults: readonly Fault[]) =>
  faults.flatMap((fault, index) => (onlyWaits(fault) ? [] : [[fault.name, fault, index] as const]))
const decisive = (plugin: string, fault: Fault): readonly Trial[] =>
  (DECISIVE[plugin] ?? []).map((resource) => ({ fault, resource }))
const inPages = (trial: Trial): Trial => ({ ...trial, extra: ['--chunk-size=1'] })
const aboutAll = (fault: Fault): Trial => ({ fault, resource: undefined })

describe.each(PLUGINS)('%s, when the list of one kind', (plugin) => {
  test.each(named(LIST_FAULTS))('%s', async (_, fault, index) => {
    const { resources } = commandOf(plugin)
    const tried = resources.filter((_resource, kind) => turn.has(index, kind))
    const trials = fault.slow ? decisive(plugin, fault) : tried.map((resource) => ({ fault, resource }))
    expect(await tryAll(plugin, trials)).toEqual([])
  })
})

describe.each(PLUGINS)('%s, when of a list in pages', (plugin) => {
  test.each(named(PAGE_FAULTS))('%s', async (_, fault) => {
    expect(await tryAll(plugin, decisive(plugin, fault).map(inPages))).toEqual([])
  })
})

describe.each(PLUGINS)('%s, when the server', (plugin) => {
  test.each(named(CONNECTION_FAULTS))('%s', async (_, fault) => {
    expect(await tryAll(plugin, [aboutAll(fault)])).toEqual([])
  })
})

describe.each(PLUGINS)('%s, side by side', (plugin) => {
  test('all that only waits', async () => {
    const trials = [
      ...LIST_FAULTS.filter(onlyWaits).flatMap((fault) => decisive(plugin, fault)),
      ...PAGE_FAULTS.filter(onlyWaits).flatMap((fault) => decisive(plugin, fault).map(inPages)),
      ...CONNECTION_FAULTS.filter(onlyWaits).map(aboutAll),
    ]
    expect(await tryAll(plugin, trials)).toEqual([])
  }, 600_000)
})
