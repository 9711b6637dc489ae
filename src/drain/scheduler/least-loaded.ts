import { derived } from '../cluster/derived.ts'
import { type Cached, changedSince, type State, usageOn } from '../state/state.ts'

/** The share of the pods that a node may have which it has. */
export const loadOf = (state: State, node: number): number =>
  usageOn(state, node).pods / (state.simulated.nodes[node]?.allocatable['pods'] || 1)

/** A list of nodes by what is bound to them in the snapshot. */
interface Ranking {
  readonly order: readonly number[]
  readonly members: ReadonlySet<number>
}

/** Those nodes of a list that a course of a drain has changed. */
interface ChangedNodes {
  /** By load, then by index. */
  readonly order: number[]
  readonly loads: Map<number, number>
  /** Nodes at the head of the ranking that are touched, all of them. */
  head: number
}

/** What is known of a list of nodes: nothing but that it has come before, or its ranking. */
const rankingOf = derived((_nodes: readonly number[]): { seen: boolean; ranking?: Ranking } => ({
  seen: false,
}))
/** What a course has changed of a ranking, by the course's log of usage. */
const changesOfCourse = derived((_log: readonly number[]) =>
  derived((_ranking: Ranking): { last?: Cached<ChangedNodes> } => ({})),
)

/**
 * The first node of a list, ascending, with the smallest load. Lists that come again and again are ranked once, and
 * the nodes that a course of a drain touches are ranked as it goes on.
 */
export function leastLoaded(state: State, nodes: readonly number[]): number {
  const known = rankingOf(nodes)
  if (!known.seen) {
    known.seen = true
    return leastOf(state, nodes)
  }
  known.ranking ??= ranked(state, nodes)
  const { ranking } = known
  const changed = changedNodes(state, ranking)
  while (changed.loads.has(ranking.order[changed.head] ?? -1)) changed.head += 1
  const least = [ranking.order[changed.head], changed.order[0]].filter((node) => node !== undefined)
  return leastOf(
    state,
    least.sort((a, b) => a - b),
  )
}

/** By what is bound in the snapshot. */
function ranked({ simulated }: State, nodes: readonly number[]): Ranking {
  const load = (node: number) =>
    (simulated.usage[node]?.pods ?? 0) / (simulated.nodes[node]?.allocatable['pods'] || 1)
  return { order: [...nodes].sort((a, b) => load(a) - load(b) || a - b), members: new Set(nodes) }
}

function changedNodes(state: State, ranking: Ranking): ChangedNodes {
  const { usageLog: changes, simulated } = state
  const known = changesOfCourse(changes.log)(ranking)
  const { last } = known
  const since = changedSince(state, last)
  const value: ChangedNodes =
    last === undefined || since === undefined ? { order: [], loads: new Map(), head: 0 } : last.value
  for (const node of since ?? state.usage.keys())
    if (ranking.members.has(node)) moveTo(value, node, loadOf(state, node))
  known.last = { nodes: simulated.nodes, usageLog: changes, value }
  return value
}

function moveTo({ order, loads }: ChangedNodes, node: number, load: number): void {
  const before = loads.get(node)
  if (before === load) return
  if (before !== undefined) order.splice(position(order, loads, node, before), 1)
  order.splice(position(order, loads, node, load), 0, node)
  loads.set(node, load)
}

/** Where a node with this load is, or has to be, in the order. */
function position(
  order: readonly number[],
  loads: ReadonlyMap<number, number>,
  node: number,
  load: number,
): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = order[middle] ?? 0
    const otherLoad = loads.get(other) ?? 0
    if (otherLoad < load || (otherLoad === load && other < node)) low = middle + 1
    else high = middle
  }
  return low
}

/** The first of these with the smallest load. */
function leastOf(state: State, nodes: readonly number[]): number {
  let [best] = nodes as [number]
  let least = Number.POSITIVE_INFINITY
  for (const node of nodes) {
    const load = loadOf(state, node)
    if (load >= least) continue
    best = node
    least = load
  }
  return best
}
