import { compareText, sortedBy } from '../../../model/text/sort.ts'
import { listed } from '../../../model/text/words.ts'
import { refOf } from '../../cluster/reference.ts'
import type { SimPod, SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import { quotaDoubt } from '../../controllers/quota.ts'
import { waitsForOrdinal } from '../../controllers/stateful-set.ts'
import { feasibleNodes } from '../../scheduler/feasible-nodes.ts'
import type { FilterFailureCode } from '../../scheduler/filters/index.ts'
import { noReplacementText } from '../../state/replacement-decision.ts'
import type { PodReplacement, State } from '../../state/state.ts'
import type { Fate, Replacement } from '../../types/node.ts'

/** What became of one evicted pod on one course. */
export interface ReplacementOutcome {
  readonly fate: Fate
  /** Indexes of the nodes that it could have landed on. */
  readonly nodes?: readonly number[]
  readonly why?: string
  /** The scheduler's codes for `why`, where that is in its words. */
  readonly blockedBy?: ReadonlySet<FilterFailureCode>
  /** Of one that stays Pending: the node that its pod was on, where that takes it once it is uncordoned. */
  readonly until?: readonly number[]
  /** `namespace/name` of the pods that it pushes out, sorted. */
  readonly preempts?: readonly string[]
  /** The operator of which nobody knows whether it makes the pod again. */
  readonly operator?: string
  /** Whether something is missing that was there before. */
  readonly degraded: boolean
}

/**
 * What came after each pod that went since `start`, or from one of these nodes, at the end of a course.
 * @param opened the cluster with the nodes uncordoned, to tell what then becomes of pods that wait
 */
export function replacementOutcomes(
  start: State,
  final: State,
  nodes: readonly string[],
  opened?: SimulatedCluster,
): ReadonlyMap<SimPod, ReplacementOutcome> {
  const outcomes = new Map<SimPod, ReplacementOutcome>()
  const own = new Set(nodes.map((name) => start.simulated.nodeIndex.get(name)))
  const evicted = [...final.deleted, ...final.terminating].filter(({ created }) => !created)
  for (const pod of evicted)
    if (!start.deleted.has(pod) || own.has(pod.boundTo)) outcomes.set(pod, outcomeOf(final, pod, opened))
    else if (isPending(final, pod)) outcomes.set(pod, { fate: 'Pending', degraded: true })
  exchangeEqualPods(start, final, evicted, outcomes)
  return outcomes
}

function isPending({ replacements, bound, undecided }: State, pod: SimPod): boolean {
  const made = replacements.get(pod)?.pod
  return made !== undefined && !bound.has(made) && !undecided.has(made)
}

function outcomeOf(final: State, pod: SimPod, opened: SimulatedCluster | undefined): ReplacementOutcome {
  const replacement = lastReplacement(final, pod)
  const made = replacement?.pod
  if (made === undefined) return notMade(final, pod, replacement)
  const doubt = replacement?.why === undefined ? undefined : noReplacementText(replacement.why)
  const operator = replacement?.why?.code === 'operator-decides' ? replacement.why.operator : undefined
  // Nobody knows whether an operator makes a pod again; of one that had done its work, nobody minds.
  const undecided: ReplacementOutcome | undefined =
    doubt === undefined
      ? undefined
      : {
          fate: 'Either',
          why: doubt,
          ...(operator === undefined ? {} : { operator }),
          degraded: !pod.finished && operator !== undefined,
        }
  if (final.undecided.has(made))
    return (
      undecided ?? {
        fate: 'Either',
        why: feasibleNodes(final, made).uncertain ?? quotaDoubt(final, made) ?? '',
        degraded: true,
      }
    )
  if (!final.bound.has(made)) {
    if (pod.finished && undecided !== undefined) return undecided
    const { message, codes } = feasibleNodes(final, made)
    const until = untilUncordoned(final, pod, made, opened)
    return {
      fate: 'Pending',
      why: message,
      blockedBy: codes,
      degraded: true,
      ...(until === undefined ? {} : { until }),
    }
  }
  // Replacements that another replacement preempts were never there before: who lives now loses nothing.
  const victims = final.victims.get(made)?.filter(({ created }) => !created) ?? []
  const nodes = nodesFor(final, made)
  return victims.length === 0
    ? { fate: 'Lands', nodes, degraded: false }
    : { fate: 'Preempts', nodes, preempts: victims.map(refOf).sort(), degraded: true }
}

function untilUncordoned(
  final: State,
  { boundTo }: SimPod,
  made: SimPod,
  opened: SimulatedCluster | undefined,
): readonly number[] | undefined {
  if (boundTo === undefined || opened === undefined) return undefined
  const { nodes } = feasibleNodes({ ...final, simulated: opened }, made, [boundTo])
  return nodes.length > 0 ? [boundTo] : undefined
}

/** What a pod comes to that nothing took the place of. */
function notMade(final: State, pod: SimPod, replacement: PodReplacement | undefined): ReplacementOutcome {
  if (replacement === undefined && pod.owner?.kind === 'StatefulSet' && final.deleted.has(pod)) {
    const set = `StatefulSet ${pod.owner.name}`
    const lower = waitsForOrdinal(final, pod)
    const why =
      lower === undefined
        ? `${set} does not make it again`
        : `${set} makes its pods in order, and ${lower} is not Ready`
    return { fate: 'None', why, degraded: true }
  }
  return {
    fate: 'None',
    ...(replacement?.why === undefined ? {} : { why: noReplacementText(replacement.why) }),
    degraded: replacement?.lost ?? false,
  }
}

/** What is there now in the place of a pod: where its replacement was preempted, the replacement of that one. */
function lastReplacement({ replacements, deleted }: State, pod: SimPod): PodReplacement | undefined {
  let last = replacements.get(pod)
  while (last?.pod !== undefined && deleted.has(last.pod)) {
    const next = replacements.get(last.pod)
    if (next === undefined) break
    last = next
  }
  return last
}

/** The nodes that took a pod when it was bound; of one that preempted others, the one that it is on. */
function nodesFor({ bound, feasibleNodes: feasible }: State, pod: SimPod): readonly number[] {
  const node = bound.get(pod)
  return feasible.get(pod) ?? (node === undefined ? [] : [node])
}

/**
 * Equal pods are not told apart: where a pod that waited before took the place of a replacement, the two have
 * changed roles, and no more pods wait than before.
 */
function exchangeEqualPods(
  start: State,
  final: State,
  evicted: readonly SimPod[],
  outcomes: Map<SimPod, ReplacementOutcome>,
): void {
  const landed = Map.groupBy(
    start.queue.filter((pod) => final.bound.has(pod)),
    ownerOf,
  )
  const pending = Map.groupBy(
    evicted.filter((pod) => outcomes.get(pod)?.fate === 'Pending'),
    ownerOf,
  )
  for (const [owner, pods] of pending)
    (landed.get(owner) ?? []).forEach((waiting, index) => {
      const pod = pods[index]
      if (pod !== undefined)
        outcomes.set(pod, { fate: 'Lands', nodes: nodesFor(final, waiting), degraded: false })
    })
}

const ownerOf = (pod: SimPod): string => `${pod.namespace}/${pod.owner?.uid}/${pod.owner?.name}`

/** What becomes of the replacement of a pod, over all courses. */
export interface JudgedReplacement extends Replacement {
  /** The scheduler's codes for `why`, where that is in its words. */
  readonly blockedBy: ReadonlySet<FilterFailureCode>
}

/** Names of nodes, in the order of their indexes. */
export type NodeNames = (nodes: readonly number[]) => readonly string[]

/** Makes each list of names once: most pods of a run share one. */
export function nodeNamesIn({ nodes }: SimulatedCluster): NodeNames {
  const known = new Map<readonly number[], readonly string[]>()
  return (indexes) => {
    const names = known.get(indexes) ?? indexes.flatMap((index) => nodes[index]?.name ?? [])
    known.set(indexes, names)
    return names
  }
}

/** The outcomes of one pod on all courses as one answer; undefined where it goes on none. */
export function judgedReplacement(
  outcomes: readonly ReplacementOutcome[],
  nodeNames: NodeNames,
): JudgedReplacement | undefined {
  const [first] = outcomes
  if (first === undefined) return undefined
  const fates = new Set(outcomes.map(({ fate }) => fate))
  const lists = [...new Set(outcomes.flatMap(({ nodes }) => (nodes === undefined ? [] : [nodes])))]
  const [only, ...others] = lists
  const explained = sortedBy(
    outcomes.filter(({ why }) => why !== undefined),
    ({ why = '' }) => [why],
  )
  // Where all courses end alike, one of their reasons is enough.
  const told = fates.size === 1 ? explained.slice(0, 1) : explained
  const preempts = sorted(outcomes.flatMap((outcome) => outcome.preempts ?? []))
  return {
    fate: fates.size === 1 ? first.fate : 'Either',
    nodes: only !== undefined && others.length === 0 ? nodeNames(only) : sorted(lists.flatMap(nodeNames)),
    ...(told.length === 0 ? {} : { why: listed(sorted(told.flatMap(({ why }) => why ?? [])), 'or') }),
    ...(preempts.length === 0 ? {} : { preempts }),
    blockedBy: new Set(told.flatMap(({ blockedBy = [] }) => [...blockedBy])),
  }
}

const sorted = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText)
