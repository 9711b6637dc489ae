import type { SimPod } from '../cluster/simulated-cluster.ts'
import { type DecidedPod, type DrainPolicy, type EvictionInterleaving, refusals } from '../policy/policy.ts'
import { copyOf, type State } from '../state/state.ts'
import { drainNode, type RemainingPod } from './drain-node.ts'
import { stateKey } from './equivalence.ts'
import { endBackOff, reconcile } from './reconcile.ts'
import type { Search } from './search.ts'

/** How the drain of one node ends on one course. */
export type NodeEnd =
  | { readonly type: 'Refused' }
  /** the drainer never comes to this node: it waits for ever on the one before. */
  | { readonly type: 'NotReached'; readonly after: string }
  | { readonly type: 'Ended'; readonly remaining: readonly RemainingPod[]; readonly taken: readonly SimPod[] }

/** The pods that are still on the node when its drain ends. */
export const remainingAt = (end: NodeEnd): readonly RemainingPod[] =>
  end.type === 'Ended' ? end.remaining : []

/** One course of the whole command: an end for each node, in the order of the command. */
export interface Course {
  readonly ends: readonly NodeEnd[]
  readonly final: State
}

const MAX_COURSES = 48
/** The same once the effort is used up: each further course is a sample like the others. */
const MAX_COURSES_WITHOUT_EFFORT = 8

/** Equal for courses that end alike, seen from where they all began. */
export const courseKey = ({ ends, final }: Course, start: State): string =>
  [...ends.map(endKey), stateKey(final, start)].join('#')

const endKey = (end: NodeEnd): string =>
  end.type === 'Ended' ? end.remaining.map(({ why }) => why).join() : end.type

/** What a run of a drainer over some nodes is made of. */
export interface DrainRequest {
  readonly policy: DrainPolicy
  /** In the order in which they are drained. */
  readonly nodes: readonly string[]
  /** The pods of each node, each with what the drainer decides about it. */
  readonly decided: ReadonlyMap<string, readonly DecidedPod[]>
}

/** All courses that draining these nodes one after the other can take, as far as the search follows them. */
export function coursesOf(
  { policy, nodes, decided }: DrainRequest,
  start: State,
  interleaving: EvictionInterleaving,
  search: Search,
): readonly Course[] {
  let courses: readonly Course[] = reconcile([start], search).map((final) => ({
    ends: [],
    final: copyOf(final),
  }))
  const next = (course: Course, node: string): readonly Course[] => {
    const ended = (end: NodeEnd, final = course.final): Course => ({ ends: [...course.ends, end], final })
    const after = nodes.find((_, index) => isEndless(course.ends[index], policy))
    if (after !== undefined) return [ended({ type: 'NotReached', after })]
    const pods = decided.get(node) ?? []
    if (refusals(pods).length > 0) return [ended({ type: 'Refused' })]
    const taken = takenPods(course.final, node, pods, policy)
    return drainNode(course.final, taken, interleaving, policy, search).map(({ state, remaining }) =>
      ended({ type: 'Ended', remaining, taken }, state),
    )
  }
  for (const node of nodes)
    courses = courses
      .flatMap((course) => next(course, node))
      .slice(0, search.effort <= 0 ? MAX_COURSES_WITHOUT_EFFORT : MAX_COURSES)
  return courses.flatMap((course) =>
    endBackOff([course.final], search).map((final) =>
      final === course.final ? course : { ...course, final },
    ),
  )
}

/** Without a deadline a drainer waits for a budget, or for a pod to end, and starts no other node. */
const isEndless = (end: NodeEnd | undefined, policy: DrainPolicy): boolean =>
  policy.deadlineSeconds === undefined &&
  end?.type === 'Ended' &&
  end.remaining.some(({ why }) => why !== 'Fatal')

/** The pods of the list that the drainer takes when it comes to the node, those that landed there meanwhile included. */
function takenPods(
  state: State,
  node: string,
  decided: readonly DecidedPod[],
  { takesNewcomer }: DrainPolicy,
): readonly SimPod[] {
  const index = state.simulated.nodeIndex.get(node)
  const listed = decided.flatMap(({ pod, decision }) => {
    const found = state.simulated.byOrigin.get(pod)
    return decision.action === 'Take' && found !== undefined && !state.deleted.has(found) ? [found] : []
  })
  const boundByNode = (state.boundByNode.get(index ?? -1) ?? []).filter(
    (pod) => !state.deleted.has(pod) && takesNewcomer(pod),
  )
  return [...listed, ...boundByNode]
}
