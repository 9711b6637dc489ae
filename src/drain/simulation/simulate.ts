import { cordoned, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { tolerates, UNSCHEDULABLE } from '../cluster/taints.ts'
import { quotaRefusal } from '../controllers/quota.ts'
import { type FilteredPod, filterPods, refusals } from '../policy/kubectl-filters.ts'
import { stateKey } from '../state/equivalence.ts'
import { initialState, relevantBudgets } from '../state/start.ts'
import { copyOf, type State } from '../state/state.ts'
import type { DrainOptions } from '../types.ts'
import { drainNode, type Ending, type EvictionInterleaving, type RemainingPod } from './drain-node.ts'
import { endBackOff, reconcile } from './reconcile.ts'
import type { Search } from './search.ts'

/** How the drain of one node ends on one path. */
export type NodeEnd =
  | { readonly type: 'Refused' }
  /** kubectl never comes to this node: it waits for ever on the one before. */
  | { readonly type: 'NotReached'; readonly after: string }
  | { readonly type: 'Ended'; readonly remaining: readonly RemainingPod[]; readonly taken: readonly SimPod[] }

/** One course of the whole command: an end for each node, in the order of the command. */
export interface Course {
  readonly ends: readonly NodeEnd[]
  readonly final: State
}

/** What a simulation of `kubectl drain n1 n2 ...` found. */
export interface SimulationRun {
  readonly nodes: readonly string[]
  readonly start: State
  readonly filtered: ReadonlyMap<string, readonly FilteredPod[]>
  readonly courses: readonly Course[]
  /** What was not read, and yet decides something. */
  readonly doubts: readonly string[]
  /** False where not every order and placement was tried. */
  readonly complete: boolean
}

const FULL_EFFORT = 3000
const SMALL_CHOICE = 24
const SAMPLES = 4
const MAX_COURSES = 48
/** The same once the effort is used up: each further course is a sample like the others. */
const MAX_COURSES_WITHOUT_EFFORT = 8
/**
 * Pods on the nodes of one command above which one course of each pace has to do; a quarter of it for questions that
 * are asked many times.
 */
const MANY_PODS = 400

/** Repeatable chance (mulberry32): the same seed, the same choices. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const everything = <T>(options: readonly T[]): readonly T[] =>
  options.length <= SMALL_CHOICE
    ? options
    : options.filter((_, index) => index % Math.ceil(options.length / 3) === 0)

const sampled = (seed: number): Search['choose'] => {
  const random = generator(seed)
  return (options) => options.slice(Math.floor(random() * options.length)).slice(0, 1)
}

/** What a simulation begins with; by default the snapshot, with the budgets of the nodes' own pods. */
export interface StartingPoint {
  /** Where another simulation ended. Its nodes are uncordoned, unless they were cordoned before it. */
  readonly from?: State
  /** Nodes whose pods' budgets are kept account of. */
  readonly budgetsOf?: readonly string[]
  /** Placements that each way of searching may try; with 0 one course of each pace is followed. */
  readonly effort?: number
  /** Further nodes that are cordoned, and not drained. */
  readonly closed?: readonly string[]
}

/** The effort for questions that are asked many times: fixes, waves. */
export const QUICK_EFFORT = 400

/**
 * Simulates one command: all nodes are cordoned, then drained one after the other (spec/drain.md D2). Orders and
 * placements that chance decides are all followed where that is possible, else a sample of them.
 */
export function simulate(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  options: DrainOptions,
  { from, budgetsOf = nodes, effort = FULL_EFFORT, closed: shut = [] }: StartingPoint = {},
): SimulationRun {
  const { cluster } = simulated
  const filtered = new Map(nodes.map((node) => [node, filterPods(cluster, node, options)] as const))
  const concerned = nodes.flatMap((node) => simulated.byNodeAll(node))
  const closed = cordoned(simulated, new Set([...nodes, ...shut]))
  const start =
    from === undefined
      ? initialState(
          closed,
          relevantBudgets(
            closed,
            budgetsOf.flatMap((node) => simulated.byNodeAll(node)),
          ),
        )
      : { ...copyOf(from), simulated: closed, lowestHealthy: new Map() }
  const rough = effort === 0 || concerned.length > (effort < FULL_EFFORT ? MANY_PODS / 4 : MANY_PODS)
  const doubts = new Set<string>()
  const competingPods = [...concerned.filter(({ finished }) => !finished), ...start.queue.filter(canGainRoom)]
  const courses = new Map<string, Course>()
  let complete = !rough
  let contended = false
  const gains = (pod: SimPod) => gainsRoom(pod) || quotaRefusal(start, pod) !== undefined
  const follow = (choose: Search['choose'], interleaving: EvictionInterleaving): boolean => {
    const search: Search = {
      choose,
      effort: rough ? 0 : effort,
      complete: true,
      contended: false,
      rough,
      doubts,
      competingPods,
      roomyFirst: interleaving === 'Stepwise',
      schedulerComesLate: interleaving === 'Single',
    }
    for (const course of runCommand(start, nodes, filtered, options, interleaving, search))
      courses.set(courseKey(course, start), course)
    contended ||= search.contended
    return search.complete
  }
  for (const interleaving of ['Burst', 'Stepwise'] as const) {
    if (follow(everything, interleaving)) continue
    complete = false
    if (!rough) for (let seed = 1; seed <= SAMPLES; seed++) follow(sampled(seed), interleaving)
  }
  // Where every pod finds a place whatever the others do, and none gains by their going, the pace decides nothing.
  if (!rough && (contended || !complete || competingPods.some(gains)) && !follow(everything, 'Single')) {
    complete = false
    for (let seed = 1; seed <= SAMPLES; seed++) follow(sampled(seed), 'Single')
  }
  return { nodes, start, filtered, courses: [...courses.values()], doubts: [...doubts].sort(), complete }
}

/** Whether the going of its own old pod, or of another one, may open the drained node, its zone or the like to a pod. */
const gainsRoom = ({ spec, affinity, antiAffinity }: SimPod): boolean =>
  tolerates(spec, UNSCHEDULABLE) ||
  [...affinity, ...antiAffinity].some(({ topologyKey }) => topologyKey !== 'kubernetes.io/hostname')

/** Whether a pod that waits can profit from pods that leave a cordoned node: by rules between pods, or there. */
const canGainRoom = (pod: SimPod): boolean =>
  pod.spread.length + pod.affinity.length + pod.antiAffinity.length > 0 || tolerates(pod.spec, UNSCHEDULABLE)

const courseKey = ({ ends, final }: Course, start: State): string =>
  `${ends.map((end) => (end.type === 'Ended' ? end.remaining.map(({ why }) => why).join() : end.type)).join(';')}#${stateKey(final, start)}`

function runCommand(
  start: State,
  nodes: readonly string[],
  filtered: ReadonlyMap<string, readonly FilteredPod[]>,
  options: DrainOptions,
  interleaving: EvictionInterleaving,
  search: Search,
): readonly Course[] {
  let courses: readonly Course[] = reconcile([start], search).map((final) => ({
    ends: [],
    final: copyOf(final),
  }))
  for (const node of nodes)
    courses = courses
      .flatMap((course) => {
        const last = course.ends.at(-1)
        const stuck = nodes.find((_, index) => isEndless(course.ends[index], options))
        if (stuck !== undefined && last !== undefined)
          return [{ ...course, ends: [...course.ends, { type: 'NotReached' as const, after: stuck }] }]
        if (refusals(filtered.get(node) ?? []).length > 0)
          return [{ ...course, ends: [...course.ends, { type: 'Refused' as const }] }]
        const taken = takenPods(course.final, node, filtered.get(node) ?? [])
        return drainNode(course.final, taken, interleaving, options.disableEviction, search).map(
          (ending: Ending) => ({
            ends: [...course.ends, { type: 'Ended' as const, remaining: ending.remaining, taken }],
            final: ending.state,
          }),
        )
      })
      .slice(0, search.effort <= 0 ? MAX_COURSES_WITHOUT_EFFORT : MAX_COURSES)
  return courses.flatMap((course) =>
    endBackOff([course.final], search).map((final) =>
      final === course.final ? course : { ...course, final },
    ),
  )
}

/** Without `--timeout` kubectl waits for a budget, or for a pod to end, and starts no other node. */
const isEndless = (end: NodeEnd | undefined, options: DrainOptions): boolean =>
  options.timeoutSeconds === 0 && end?.type === 'Ended' && end.remaining.some(({ why }) => why !== 'Fatal')

/** The pods of the list that kubectl takes when it comes to the node, those that landed there meanwhile included. */
function takenPods(state: State, node: string, filtered: readonly FilteredPod[]): readonly SimPod[] {
  const index = state.simulated.nodeIndex.get(node)
  const listed = filtered.flatMap(({ pod, result }) => {
    const found = state.simulated.byOrigin.get(pod)
    return result.action === 'Take' && found !== undefined && !state.deleted.has(found) ? [found] : []
  })
  const boundByNode = (state.boundByNode.get(index ?? -1) ?? []).filter(
    (pod) => !state.deleted.has(pod) && pod.owner?.kind !== 'DaemonSet',
  )
  return [...listed, ...boundByNode]
}
