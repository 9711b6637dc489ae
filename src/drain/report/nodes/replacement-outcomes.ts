import { compareText, groupBy } from '../../../model/text/sort.ts'
import { listed } from '../../../model/text/words.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import { quotaDoubt } from '../../controllers/quota.ts'
import { waitsForOrdinal } from '../../controllers/stateful-set.ts'
import { feasibleNodes } from '../../scheduler/feasible-nodes.ts'
import { noReplacementText } from '../../state/replacement-decision.ts'
import type { PodReplacement, State } from '../../state/state.ts'
import type { Fate, Replacement } from '../../types/node.ts'

/** What became of one evicted pod on one path. `lost`: its place stays empty, although it was wanted. */
export interface ReplacementOutcome {
  readonly fate: Fate
  /** The nodes that it could have landed on. */
  readonly nodes?: readonly string[]
  readonly why?: string
  readonly preempts?: readonly string[]
  readonly degraded: boolean
}

const podRef = ({ namespace, name }: SimPod): string => `${namespace}/${name}`

/** What came after each pod that went since `start`, or from one of these nodes, at the end of a path. */
export function replacementOutcomes(
  start: State,
  final: State,
  nodes: readonly string[],
): ReadonlyMap<SimPod, ReplacementOutcome> {
  const outcomes = new Map<SimPod, ReplacementOutcome>()
  const own = new Set(nodes.map((name) => start.simulated.nodeIndex.get(name)))
  const evicted = [...final.deleted, ...final.terminating].filter(({ created: made }) => !made)
  for (const pod of evicted)
    if (!start.deleted.has(pod) || own.has(pod.boundTo)) outcomes.set(pod, outcomeOf(final, pod))
    else if (isPending(final, pod)) outcomes.set(pod, { fate: 'Pending', degraded: true })
  exchangeEqualPods(start, final, evicted, outcomes)
  return outcomes
}

function isPending({ replacements, bound, undecided }: State, pod: SimPod): boolean {
  const made = replacements.get(pod)?.pod
  return made !== undefined && !bound.has(made) && !undecided.has(made)
}

function outcomeOf(final: State, pod: SimPod): ReplacementOutcome {
  const replacement = lastReplacement(final, pod)
  const made = replacement?.pod
  if (made === undefined) {
    const waits = pod.owner?.kind === 'StatefulSet' ? waitsForOrdinal(final, pod) : undefined
    if (pod.owner?.kind === 'StatefulSet' && replacement === undefined && final.deleted.has(pod))
      return {
        fate: 'None',
        why:
          waits === undefined
            ? `StatefulSet ${pod.owner.name} does not make it again`
            : `StatefulSet ${pod.owner.name} makes its pods in order, and ${waits} is not Ready`,
        degraded: true,
      }
    return {
      fate: 'None',
      ...(replacement?.why === undefined ? {} : { why: noReplacementText(replacement.why) }),
      degraded: replacement?.lost ?? false,
    }
  }
  const node = final.bound.get(made)
  if (final.undecided.has(made))
    // An operator that is not known is taken to do its job; a volume that is not known may well be out of reach.
    return replacement?.why === undefined
      ? {
          fate: 'Either',
          why: feasibleNodes(final, made).uncertain ?? quotaDoubt(final, made) ?? '',
          degraded: true,
        }
      : { fate: 'Either', why: noReplacementText(replacement.why), degraded: false }
  // Nobody knows whether an operator makes a pod again that had done its work.
  if (node === undefined && pod.finished && replacement?.why !== undefined)
    return { fate: 'Either', why: noReplacementText(replacement.why), degraded: false }
  if (node === undefined) return { fate: 'Pending', why: feasibleNodes(final, made).message, degraded: true }
  // Replacements that another replacement preempts were never there before: who lives now loses nothing.
  const victims = final.victims.get(made)?.filter((victim) => !victim.created) ?? []
  return victims.length === 0
    ? { fate: 'Lands', nodes: feasibleNodeNames(final, made), degraded: false }
    : {
        fate: 'Preempts',
        nodes: feasibleNodeNames(final, made),
        preempts: victims.map(podRef).sort(),
        degraded: true,
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

const feasibleNodeNames = (final: State, pod: SimPod): readonly string[] => {
  const bound = final.bound.get(pod)
  const nodes = final.feasibleNodes.get(pod)
  return nodes === undefined ? namesOf(final, bound === undefined ? [] : [bound]) : namesOf(final, nodes)
}

const names = new WeakMap<readonly number[], readonly string[]>()

/** Names of nodes, in the order of their indexes. Most pods share one list, which is made only once. */
function namesOf({ simulated }: State, nodes: readonly number[]): readonly string[] {
  const known = names.get(nodes) ?? nodes.flatMap((index) => simulated.nodes[index]?.name ?? [])
  names.set(nodes, known)
  return known
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
  const landed = groupBy(
    start.queue.filter((pod) => final.bound.has(pod)),
    ownerOf,
  )
  const pending = groupBy(
    evicted.filter((pod) => outcomes.get(pod)?.fate === 'Pending'),
    ownerOf,
  )
  for (const [owner, pods] of pending)
    (landed.get(owner) ?? []).forEach((waiting, index) => {
      const pod = pods[index]
      if (pod !== undefined)
        outcomes.set(pod, { fate: 'Lands', nodes: feasibleNodeNames(final, waiting), degraded: false })
    })
}

const ownerOf = (pod: SimPod): string => `${pod.namespace}/${pod.owner?.uid}/${pod.owner?.name}`

/** The fates of one pod on all paths as one answer. */
export function combinedReplacement(outcomes: readonly ReplacementOutcome[]): Replacement | undefined {
  const [first] = outcomes
  if (first === undefined) return undefined
  const kinds = new Set(outcomes.map(({ fate: outcome }) => outcome))
  const lists = [
    ...new Set(outcomes.flatMap((outcome) => (outcome.nodes === undefined ? [] : [outcome.nodes]))),
  ]
  const nodes = lists.length === 1 ? (lists[0] ?? []) : [...new Set(lists.flat())].sort(compareText)
  const reasons = [...new Set(outcomes.flatMap(({ why }) => why ?? []))].sort(compareText)
  const preempts = [...new Set(outcomes.flatMap((outcome) => outcome.preempts ?? []))].sort(compareText)
  return {
    fate: kinds.size === 1 ? first.fate : 'Either',
    nodes,
    ...(reasons[0] === undefined ? {} : { why: kinds.size === 1 ? reasons[0] : listed(reasons, 'or') }),
    ...(preempts.length === 0 ? {} : { preempts }),
  }
}
