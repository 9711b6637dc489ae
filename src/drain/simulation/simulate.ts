import { cordoned, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { tolerates, UNSCHEDULABLE } from '../cluster/taints.ts'
import { quotaRefusal } from '../controllers/quota.ts'
import { type DrainPolicy, decidePods, type EvictionInterleaving } from '../policy/policy.ts'
import { initialState, relevantBudgets } from '../state/budget-tracking.ts'
import { copyOf, type State } from '../state/state.ts'
import { type Course, courseKey, coursesOf, type DrainRequest } from './course.ts'
import type { Search } from './search.ts'

/** What a simulation of a drainer's run found. */
export interface SimulationRun extends DrainRequest {
  readonly start: State
  /** The cluster with the nodes as they were before, which is how they are again when they are uncordoned. */
  readonly opened: SimulatedCluster
  readonly courses: readonly Course[]
  /** What was not read, and yet decides something. */
  readonly doubts: readonly string[]
  /** False where not every order and placement was tried. */
  readonly complete: boolean
}

const FULL_EFFORT = 3000
const SMALL_CHOICE = 24
const SAMPLES = 4
/**
 * Pods on the nodes of one command above which one course of each interleaving has to do; a quarter of it for
 * questions that are asked many times.
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
 * Simulates one command: all nodes are cordoned, then drained one after the other
 * (docs/reference/kubectl-drain.md#D2). Orders and placements that chance decides are all followed where that is
 * possible, else a sample of them.
 */
export function simulate(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  policy: DrainPolicy,
  { from, budgetsOf = nodes, effort = FULL_EFFORT, closed: shut = [] }: StartingPoint = {},
): SimulationRun {
  const { cluster } = simulated
  const request: DrainRequest = {
    policy,
    nodes,
    decided: new Map(nodes.map((node) => [node, decidePods(policy, cluster, node)] as const)),
  }
  const concerned = nodes.flatMap((node) => simulated.byNodeAll(node))
  const closed = cordoned(simulated, new Set([...nodes, ...shut]), policy.close)
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
  const searchWith = (choose: Search['choose'], interleaving: EvictionInterleaving): boolean => {
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
    for (const course of coursesOf(request, start, interleaving, search))
      courses.set(courseKey(course, start), course)
    contended ||= search.contended
    return search.complete
  }
  const searchAll = (interleaving: EvictionInterleaving): void => {
    if (searchWith(everything, interleaving)) return
    complete = false
    if (!rough) for (let seed = 1; seed <= SAMPLES; seed++) searchWith(sampled(seed), interleaving)
  }
  policy.interleavings.always.forEach(searchAll)
  // Where every pod finds a place whatever the others do, and none gains by their going, these decide nothing.
  if (!rough && (contended || !complete || competingPods.some(gains)))
    policy.interleavings.whereContended.forEach(searchAll)
  return {
    ...request,
    start,
    opened: simulated,
    courses: [...courses.values()],
    doubts: [...doubts].sort(),
    complete,
  }
}

/**
 * Whether the going of its own old pod, or of another one, may open the drained node, its zone or the like to a pod.
 */
const gainsRoom = ({ spec, affinity, antiAffinity }: SimPod): boolean =>
  tolerates(spec, UNSCHEDULABLE) ||
  [...affinity, ...antiAffinity].some(({ topologyKey }) => topologyKey !== 'kubernetes.io/hostname')

/** Whether a pod that waits can profit from pods that leave a cordoned node: by rules between pods, or there. */
const canGainRoom = (pod: SimPod): boolean =>
  pod.spread.length + pod.affinity.length + pod.antiAffinity.length > 0 || tolerates(pod.spec, UNSCHEDULABLE)
