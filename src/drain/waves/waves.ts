import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type DrainPolicy, withSomeDeadline } from '../policy/policy.ts'
import { type JudgedNode, type JudgedRun, judgedRun } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, type SimulationRun } from '../simulation/simulate.ts'
import type { State } from '../state/state.ts'
import type { WaveOptions } from '../types/options.ts'
import type { PlannedWave } from '../types/wave.ts'
import { succeeds, type Verdict } from '../verdict.ts'
import { waveAssumptions } from './assumptions.ts'
import { plannedWave } from './planned-wave.ts'
import { stateAfter } from './state-after.ts'

export interface Waves {
  readonly details: readonly PlannedWave[]
  /** Nodes that drain in no wave. */
  readonly without: readonly string[]
  /** The same, each as it fares alone after the waves. */
  readonly stuck: readonly JudgedNode[]
  readonly assumptions: readonly string[]
  /** The run of the last wave; absent without waves. */
  readonly last?: SimulationRun
}

/** Drains of single nodes that a proposal of waves may cost; more for a whole pool, each of which is rough. */
const workFor = (nodes: number): number => Math.max(300, nodes * 12)

/**
 * An order and groups in which every node drains, as few groups as were found: each is one `kubectl drain`. With
 * `Rolling` its nodes are uncordoned before the next one starts; with `Removed` all nodes stay cordoned from the
 * first to the last (docs/reference/order.md#O5). A node that drains in no group is left out.
 * @param whole the run of one command for all the nodes, of which `judged` tells
 */
export function wavesOf(
  simulated: SimulatedCluster,
  whole: SimulationRun,
  judged: readonly JudgedNode[],
  waveOptions: WaveOptions,
): Waves {
  const { nodes } = whole
  if (nodes.length === 0) return { details: [], without: [], stuck: [], assumptions: [] }
  const most = Math.min(waveOptions.maxParallel ?? nodes.length, nodes.length)
  const labelOf = (node: string) => labelValue(simulated, node, waveOptions.by)
  const zoneOf = waveOptions.onePerZone ? (node: string) => labelValue(simulated, node, ZONE) : undefined
  const values = Map.groupBy(nodes, labelOf)
  const inOneGo = mayGoTogether(simulated, nodes, waveOptions)
  if (inOneGo && judged.every(({ verdict }) => verdict === 'Drains'))
    return { details: [plannedWave(whole, judged)], without: [], stuck: [], assumptions: [], last: whole }
  const work = { left: workFor(nodes.length) }
  const attempt = waveTrials(simulated, nodes, whole.policy, waveOptions, work)
  const fewest = Math.max(
    [...values.values()].reduce((sum, group) => sum + fewestWaves(group, most, zoneOf), 0),
    inOneGo ? 2 : 1,
  )
  let best: WaveProposal | undefined
  for (const order of ordersOf(nodes, judged)) {
    const proposal = proposed(order, { most, labelOf, zoneOf, attempt })
    if (best === undefined || isBetter(proposal, best)) best = proposal
    if (best.without.length === 0 && best.waves.length <= fewest) break
    if (work.left <= 0) break
  }
  const { waves, without } = best ?? { waves: [], without: nodes }
  const last = waves.at(-1)?.run
  const complete = work.left > 0
  return {
    details: waves.map((wave) => plannedWave(wave.run, wave.judged)),
    without,
    stuck: without.flatMap((node) => {
      const alone = attempt([node], stateAfter(last))?.judged[0]
      return alone ?? judged.find(({ name }) => name === node) ?? []
    }),
    assumptions: waveAssumptions(waveOptions, {
      count: waves.length,
      without,
      surelyFewest: waves.length <= fewest,
      complete,
    }),
    ...(last === undefined ? {} : { last }),
  }
}

const ZONE = 'topology.kubernetes.io/zone'

/** Whether the options let all of these nodes go in one wave. */
export function mayGoTogether(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  { maxParallel = nodes.length, by, onePerZone }: WaveOptions,
): boolean {
  const different = (label: string | undefined) =>
    new Set(nodes.map((node) => labelValue(simulated, node, label))).size
  return (
    maxParallel >= nodes.length && different(by) <= 1 && (!onePerZone || different(ZONE) === nodes.length)
  )
}

type ZoneOf = ((node: string) => string) | undefined

const fewestWaves = (nodes: readonly string[], most: number, zoneOf: ZoneOf): number =>
  Math.max(
    Math.ceil(nodes.length / most),
    ...(zoneOf === undefined ? [] : [...Map.groupBy(nodes, zoneOf).values()].map(({ length }) => length)),
  )

/** The first of these nodes that may share a wave with the others, `most` at the most. */
function firstTogether(
  nodes: readonly string[],
  most: number,
  zoneOf: ZoneOf,
  others: readonly string[] = [],
): readonly string[] {
  if (zoneOf === undefined) return nodes.slice(0, most)
  const zones = new Set(others.map(zoneOf))
  const found: string[] = []
  for (const node of nodes) {
    if (found.length >= most) break
    const zone = zoneOf(node)
    if (zones.has(zone)) continue
    zones.add(zone)
    found.push(node)
  }
  return found
}

const labelValue = (simulated: SimulatedCluster, node: string, label: string | undefined): string =>
  label === undefined ? '' : (simulated.nodes[simulated.nodeIndex.get(node) ?? -1]?.labels[label] ?? '')

const isBetter = (one: WaveProposal, other: WaveProposal): boolean =>
  one.without.length < other.without.length ||
  (one.without.length === other.without.length && one.waves.length < other.waves.length)

/** The order of the command, backwards, and those that do not drain in one command first. */
function ordersOf(nodes: readonly string[], judged: readonly JudgedNode[]): readonly (readonly string[])[] {
  if (nodes.length > THOROUGH_UP_TO) return [nodes]
  const stuck = new Set(judged.filter(({ verdict }) => verdict !== 'Drains').map(({ name }) => name))
  const stuckFirst = [...nodes.filter((node) => stuck.has(node)), ...nodes.filter((node) => !stuck.has(node))]
  const orders = [nodes, nodes.toReversed(), stuckFirst]
  return [...new Map(orders.map((order) => [order.join('\n'), order])).values()]
}

/** Up to this many nodes, waves are searched for thoroughly: several orders, node by node. */
export const THOROUGH_UP_TO = 12

/** One drain of some nodes, which may become a wave. */
interface WaveTrial extends JudgedRun {
  readonly nodes: readonly string[]
}

/**
 * Simulates the drain of a group from where the waves before it ended, or from the snapshot; undefined once there is no
 * work left.
 */
type TryWave = (group: readonly string[], from: State | undefined) => WaveTrial | undefined

/** Drains of single nodes that may still be simulated. */
interface Work {
  left: number
}

/**
 * Simulates waves of these nodes, each group once for each place that it starts from.
 * @param nodes all that are to be drained in some wave
 */
function waveTrials(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  policy: DrainPolicy,
  { mode }: WaveOptions,
  work: Work,
): TryWave {
  const withDeadline = withSomeDeadline(policy)
  const atStart = new Map<string, WaveTrial>()
  let later: { readonly from: State; readonly known: Map<string, WaveTrial> } | undefined
  return (group, from) => {
    // Where a search has gone on from, it does not come back to, and what it knew there takes much memory.
    if (from !== undefined && later?.from !== from) later = { from, known: new Map() }
    const known = from === undefined ? atStart : (later?.known ?? atStart)
    const key = group.join('\n')
    const before = known.get(key)
    if (before !== undefined || work.left <= 0) return before
    work.left -= group.length
    const trial = {
      nodes: group,
      ...judgedRun(simulated, group, withDeadline, {
        budgetsOf: nodes,
        effort: nodes.length > THOROUGH_UP_TO ? 0 : QUICK_EFFORT,
        ...(mode === 'Removed' ? { closed: nodes } : {}),
        ...(from === undefined ? {} : { from }),
      }),
    }
    known.set(key, trial)
    return trial
  }
}

/** Groups of nodes, in the order in which they are drained. */
interface WaveProposal {
  readonly waves: readonly WaveTrial[]
  /** Nodes that drain in no wave. */
  readonly without: readonly string[]
}

type Accepts = (verdict: Verdict) => boolean

/** What every node of a wave must have: at first waves that lose nothing, then waves that drain somehow. */
const ACCEPTED: readonly Accepts[] = [
  (verdict) => verdict === 'Drains',
  (verdict) => succeeds(verdict) === true,
]

interface Rules {
  /** The most nodes of one wave. */
  readonly most: number
  /** Nodes for which it differs share no wave. */
  readonly labelOf: (node: string) => string
  /** Nodes for which it is the same share no wave. */
  readonly zoneOf: ZoneOf
  readonly attempt: TryWave
}

/** Waves for these nodes: each time the largest that can be made of those that wait, the first of them first. */
function proposed(order: readonly string[], rules: Rules): WaveProposal {
  const waves: WaveTrial[] = []
  let waiting = order
  for (const accepts of ACCEPTED)
    while (waiting.length > 0) {
      const from = stateAfter(waves.at(-1)?.run)
      const wave = [...Map.groupBy(waiting, rules.labelOf).values()]
        .map((candidates) => largestWave({ ...rules, candidates, from, accepts }))
        .reduce(larger)
      if (wave === undefined) break
      waves.push(wave)
      waiting = waiting.filter((node) => !wave.nodes.includes(node))
    }
  return { waves, without: waiting }
}

interface Search extends Omit<Rules, 'labelOf'> {
  readonly candidates: readonly string[]
  readonly from: State | undefined
  readonly accepts: Accepts
}

/** The one with more nodes; of equal ones the first. */
const larger = (one: WaveTrial | undefined, other: WaveTrial | undefined): WaveTrial | undefined =>
  (other?.nodes.length ?? 0) > (one?.nodes.length ?? 0) ? other : one

function largestWave(search: Search): WaveTrial | undefined {
  const { candidates, most, zoneOf } = search
  const many = candidates.length > THOROUGH_UP_TO
  const left = waveByRemoving(search, many)
  if (left?.nodes.length === firstTogether(candidates, most, zoneOf).length) return left
  if (many && left !== undefined) return left
  return larger(left, waveByAdding(search, many ? 1 : most))
}

/**
 * The first of the candidates, less those that don't drain, until all that are left drain; with `refill` others take
 * the places of those that don't.
 */
function waveByRemoving(
  { candidates, most, zoneOf, from, accepts, attempt }: Search,
  refill: boolean,
): WaveTrial | undefined {
  let group = firstTogether(candidates, most, zoneOf)
  let rest = candidates.filter((node) => !group.includes(node))
  while (group.length > 0) {
    const trial = attempt(group, from)
    if (trial === undefined) return undefined
    const draining = trial.judged.filter(({ verdict }) => accepts(verdict)).map(({ name }) => name)
    const more = refill ? firstTogether(rest, most - draining.length, zoneOf, draining) : []
    if (draining.length === group.length && more.length === 0) return trial
    group = [...draining, ...more]
    rest = rest.filter((node) => !more.includes(node))
  }
  return undefined
}

/** One candidate after the other, as long as all of them still drain. */
function waveByAdding(
  { candidates, zoneOf, from, accepts, attempt }: Search,
  most: number,
): WaveTrial | undefined {
  let wave: WaveTrial | undefined
  for (const node of candidates) {
    const nodes = wave?.nodes ?? []
    if (nodes.length >= most) break
    if (firstTogether([node], 1, zoneOf, nodes).length === 0) continue
    const trial = attempt([...nodes, node], from)
    if (trial?.judged.every(({ verdict }) => accepts(verdict))) wave = trial
  }
  return wave
}
