import { groupBy } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type DrainPolicy, withSomeDeadline } from '../policy/policy.ts'
import { type JudgedNode, judgedNodes } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, type SimulationRun, simulate } from '../simulation/simulate.ts'
import type { State } from '../state/state.ts'
import type { WaveOptions } from '../types/options.ts'
import type { PlannedWave } from '../types/wave.ts'
import { succeeds, type Verdict } from '../verdict.ts'
import { plannedWave } from './wave.ts'

export interface Waves {
  readonly details: readonly PlannedWave[]
  /** Nodes that drain in no wave. */
  readonly without: readonly string[]
  readonly assumptions: readonly string[]
  /** The run of the last wave; absent without waves. */
  readonly last?: SimulationRun
}

/** Drains of single nodes that a proposal of waves may cost; more for a whole pool, each of which is rough. */
const workFor = (nodes: number): number => Math.max(300, nodes * 12)
/** Up to this many nodes, a wave is grown node by node, and several orders are tried. */
export const FEW = 12

/** Verdicts that a wave is to have: waves that lose nothing come first; what can't have that, drains somehow. */
type Wanted = (verdict: Verdict) => boolean
const WANTED: readonly Wanted[] = [(verdict) => verdict === 'Drains', (verdict) => succeeds(verdict) === true]

interface Wave {
  readonly nodes: readonly string[]
  /** What simulating it found; absent where it has no nodes. */
  readonly found?: Found
}

interface Found {
  readonly run: SimulationRun
  readonly judged: readonly JudgedNode[]
}

interface Proposal {
  readonly waves: readonly Wave[]
  readonly without: readonly string[]
}

/**
 * An order and groups in which every node drains, as few groups as were found: each is one `kubectl drain`. With
 * `Rolling` its nodes are uncordoned before the next one starts; with `Removed` all nodes stay cordoned from the
 * first to the last (spec/drain.md O5). A node that drains in no group is left out.
 * @param whole the run of one command for all the nodes, of which `judged` tells
 */
export function wavesOf(
  simulated: SimulatedCluster,
  whole: SimulationRun,
  judged: readonly JudgedNode[],
  waveOptions: WaveOptions,
): Waves {
  const { nodes } = whole
  if (nodes.length === 0) return { details: [], without: [], assumptions: [] }
  const most = Math.min(waveOptions.maxParallel ?? nodes.length, nodes.length)
  const values = groupBy(nodes, (node) => labelOf(simulated, node, waveOptions.by))
  const inOneGo = most >= nodes.length && values.size === 1
  if (inOneGo && judged.every(({ verdict }) => verdict === 'Drains'))
    return { details: [plannedWave(whole, judged)], without: [], assumptions: [], last: whole }
  const work = { left: workFor(nodes.length) }
  const attempt = attempts(simulated, nodes, whole.policy, waveOptions, work)
  const fewest = Math.max(
    [...values.values()].reduce((sum, group) => sum + Math.ceil(group.length / most), 0),
    inOneGo ? 2 : 1,
  )
  let best: Proposal | undefined
  for (const order of ordersOf(nodes, judged)) {
    const proposal = proposed(order, (node) => labelOf(simulated, node, waveOptions.by), most, attempt)
    if (best === undefined || isBetter(proposal, best)) best = proposal
    if (best.without.length === 0 && best.waves.length <= fewest) break
    if (work.left <= 0) break
  }
  const { waves, without } = best ?? { waves: [], without: nodes }
  const last = waves.at(-1)?.found?.run
  return {
    details: waves.flatMap(({ found }) => (found === undefined ? [] : plannedWave(found.run, found.judged))),
    without,
    assumptions: assumptions(waveOptions, waves.length, without, waves.length > fewest, work.left <= 0),
    ...(last === undefined ? {} : { last }),
  }
}

const labelOf = (simulated: SimulatedCluster, node: string, label: string | undefined): string =>
  label === undefined ? '' : (simulated.nodes[simulated.nodeIndex.get(node) ?? -1]?.labels[label] ?? '')

const isBetter = (one: Proposal, other: Proposal): boolean =>
  one.without.length < other.without.length ||
  (one.without.length === other.without.length && one.waves.length < other.waves.length)

/** The order of the command, backwards, and those that do not drain in one command first. */
const ordersOf = (
  nodes: readonly string[],
  judged: readonly JudgedNode[],
): readonly (readonly string[])[] => {
  if (nodes.length > FEW) return [nodes]
  const stuck = new Set(judged.filter(({ verdict }) => verdict !== 'Drains').map(({ name }) => name))
  const hard = nodes.filter((node) => stuck.has(node))
  const orders = [nodes, nodes.toReversed(), [...hard, ...nodes.filter((node) => !stuck.has(node))]]
  return [...new Map(orders.map((order) => [order.join('\n'), order])).values()]
}

type Attempt = (group: readonly string[], from: State | undefined) => Found | undefined

/** Simulates a group from where the waves before it ended, once for each such place, as long as there is work left. */
function attempts(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  policy: DrainPolicy,
  { mode }: WaveOptions,
  work: { left: number },
): Attempt {
  const patient = withSomeDeadline(policy)
  const atStart = new Map<string, Found>()
  let later: { readonly from: State; readonly known: Map<string, Found> } | undefined
  return (group, from) => {
    // Where a search has gone on from, it does not come back to, and what it knew there takes much memory.
    if (from !== undefined && later?.from !== from) later = { from, known: new Map() }
    const here = from === undefined ? atStart : (later?.known ?? atStart)
    const key = group.join('\n')
    const before = here.get(key)
    if (before !== undefined) return before
    if (work.left <= 0) return undefined
    work.left -= group.length
    const run = simulate(simulated, group, patient, {
      budgetsOf: nodes,
      effort: nodes.length > FEW ? 0 : QUICK_EFFORT,
      ...(mode === 'Removed' ? { closed: nodes } : {}),
      ...(from === undefined ? {} : { from }),
    })
    const found = { run, judged: judgedNodes(run) }
    here.set(key, found)
    return found
  }
}

function proposed(
  order: readonly string[],
  labelOfNode: (node: string) => string,
  most: number,
  attempt: Attempt,
): Proposal {
  const waves: Wave[] = []
  let waiting = order
  for (const wanted of WANTED)
    for (let grew = true; grew && waiting.length > 0; ) {
      const from = waves.at(-1)?.found?.run.courses[0]?.final
      const candidates = [...groupBy(waiting, labelOfNode).values()].map((group) =>
        largestWave(group, most, from, wanted, attempt),
      )
      const wave = candidates.reduce((best, one) => (one.nodes.length > best.nodes.length ? one : best))
      grew = wave.nodes.length > 0
      if (!grew) continue
      waves.push(wave)
      waiting = waiting.filter((node) => !wave.nodes.includes(node))
    }
  return { waves, without: waiting }
}

const NO_WAVE: Wave = { nodes: [] }

function largestWave(
  candidates: readonly string[],
  most: number,
  from: State | undefined,
  wanted: Wanted,
  attempt: Attempt,
): Wave {
  const many = candidates.length > FEW
  const shrunk = shrinking(candidates, most, many, from, wanted, attempt)
  if (shrunk.nodes.length === Math.min(most, candidates.length)) return shrunk
  if (many && shrunk.nodes.length > 0) return shrunk
  const grown = growing(candidates, many ? 1 : most, from, wanted, attempt)
  return grown.nodes.length > shrunk.nodes.length ? grown : shrunk
}

/**
 * The first of them, less those that don't drain, until all that are left drain; with `refill` others take the places
 * of those that don't.
 */
function shrinking(
  candidates: readonly string[],
  most: number,
  refill: boolean,
  from: State | undefined,
  wanted: Wanted,
  attempt: Attempt,
): Wave {
  let rest = candidates.slice(most)
  for (let group = candidates.slice(0, most); group.length > 0; ) {
    const tried = attempt(group, from)
    if (tried === undefined) break
    const draining = tried.judged.filter(({ verdict }) => wanted(verdict)).map(({ name }) => name)
    const free = refill ? most - draining.length : 0
    if (draining.length === group.length && (free === 0 || rest.length === 0))
      return { nodes: group, found: tried }
    group = [...draining, ...rest.slice(0, free)]
    rest = rest.slice(free)
  }
  return NO_WAVE
}

/** One node after the other, as long as all of them still drain. */
function growing(
  candidates: readonly string[],
  most: number,
  from: State | undefined,
  wanted: Wanted,
  attempt: Attempt,
): Wave {
  let wave = NO_WAVE
  for (const node of candidates) {
    if (wave.nodes.length >= most) break
    const nodes = [...wave.nodes, node]
    const tried = attempt(nodes, from)
    if (tried === undefined || !tried.judged.every(({ verdict }) => wanted(verdict))) continue
    wave = { nodes, found: tried }
  }
  return wave
}

const assumptions = (
  { mode, by }: WaveOptions,
  count: number,
  without: readonly string[],
  notFewest: boolean,
  cut: boolean,
): readonly string[] => [
  ...(count > 1
    ? [
        mode === 'Removed'
          ? 'In waves, all nodes are cordoned before the first wave and stay so: they are removed for good.'
          : 'In waves, the nodes of a group are drained by one command, and uncordoned before the next group starts.',
      ]
    : []),
  ...(by !== undefined && count > 1 ? [`Nodes with different values of ${by} share no wave.`] : []),
  ...(without.length > 0 ? [`In no wave, because it does not drain in any: ${without.join(', ')}.`] : []),
  ...(notFewest && count > 0 ? ['Fewer waves were not found; that there are none is not proven.'] : []),
  ...(cut ? ['Not every grouping into waves was tried.'] : []),
]
