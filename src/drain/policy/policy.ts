import type { Word } from '../../model/command/command.ts'
import type { Pod, PodSpec } from '../../model/kubernetes/objects.ts'
import { nameOf } from '../../model/kubernetes/reference.ts'
import type { Fix } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimNode, SimPod } from '../cluster/simulated-cluster.ts'
import type { RefusalCode, WarningCode } from '../types/refusal.ts'

export interface PodWarning {
  readonly code: WarningCode
  readonly message: string
}

/** What a drainer decides about one pod before it takes any. Texts are the drainer's own words. */
export type PodDecision =
  | { readonly action: 'Take'; readonly warning?: PodWarning }
  | { readonly action: 'Skip'; readonly reason: string; readonly warning?: PodWarning }
  | { readonly action: 'Refuse'; readonly code: RefusalCode; readonly reason: string }
  /** Something that decides was not read. */
  | { readonly action: 'Unknown'; readonly reason: string }

export const TAKE: PodDecision = { action: 'Take' }

/** One rule of a drainer about single pods; {@link TAKE} where the pod does not concern it. */
export type PodRule = (pod: Pod, cluster: Cluster) => PodDecision

/** How evictions of one moment interleave with what they cause. */
export type EvictionInterleaving =
  /** All that the budgets allow at once. */
  | 'Burst'
  /** One pod of each budget at a time: concurrent evictions under one budget wait for each other in the API server. */
  | 'Stepwise'
  /** One pod at a time, each gone before the next, in any order. */
  | 'Single'

/**
 * A drainer: which pods it takes from a node, how, in which order, and until when. The simulation asks this value and
 * knows no drainer, and no flag of one, by itself.
 */
export interface DrainPolicy {
  /** How a person calls it. */
  readonly drainer: string
  /** The node as the drainer leaves it before the first pod goes, so that no new pod comes. */
  readonly close: (node: SimNode) => SimNode
  /** Whether it looks at a pod of the node at all. */
  readonly sees: (pod: Pod) => boolean
  /** In the drainer's order: the first that does not take a pod decides. One refused pod refuses its node. */
  readonly rules: readonly PodRule[]
  /** Whether it takes a pod that came to the node after its list was made. */
  readonly takesNewcomer: (pod: SimPod) => boolean
  /** `Evict` asks the pod's budget, `Delete` does not. */
  readonly removal: 'Evict' | 'Delete'
  /** Ways in which evictions can interleave; the second list only matters where pods compete. */
  readonly interleavings: {
    readonly always: readonly EvictionInterleaving[]
    readonly whereContended: readonly EvictionInterleaving[]
  }
  /** Seconds between two tries of an eviction that a budget refuses. */
  readonly retrySeconds: number
  /** Whether it notices, when an eviction is refused, that the pod has been deleted since its list was made. */
  readonly seesLaterDeletion: boolean
  /** Evictions that are sent at once, and then per second. */
  readonly rate: { readonly burst: number; readonly perSecond: number }
  /** Seconds that one node may take, after which the drainer gives it up and goes on; absent: it waits for ever. */
  readonly deadlineSeconds?: number
  /** Seconds for which a pod may be terminating before the drainer no longer waits for it; absent: no limit. */
  readonly longestTerminatingSeconds?: number
  /** The grace period, in seconds, that it sends with the removal of a pod. */
  readonly graceSeconds: (spec: PodSpec | undefined) => number
  /** The words of a call that asks the API server what it would do, and changes nothing; absent where there is none. */
  readonly rehearsal?: (nodes: readonly string[]) => readonly Word[]
  /** Another call of the drainer that does not refuse for these reasons; absent where there is none. */
  readonly without: (refusals: ReadonlySet<RefusalCode>) => OtherCall | undefined
}

/** Another way to call a drainer. */
export interface OtherCall {
  readonly policy: DrainPolicy
  /** What it has in addition, as it is typed. */
  readonly flags: readonly string[]
  /** What each of these costs, in a few words. */
  readonly costs: readonly string[]
  readonly risk: Fix['risk']
  /** The words of the whole command. */
  readonly command: (nodes: readonly string[]) => readonly Word[]
}

/** Kubernetes' default for `terminationGracePeriodSeconds` (pkg/apis/core/v1/defaults.go). */
const DEFAULT_GRACE_SECONDS = 30

/** What decides how long a drainer waits for a pod to end. */
export const GRACE_READS: readonly PodField[] = ['spec.terminationGracePeriodSeconds']

/** A pod's own grace period. */
export const ownGraceSeconds = (spec: PodSpec | undefined): number =>
  spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS

/**
 * The same drainer with a deadline that comes after everything else, so that one run tells about every node and not only
 * the first that hangs.
 */
export const withSomeDeadline = (policy: DrainPolicy): DrainPolicy =>
  policy.deadlineSeconds === undefined ? { ...policy, deadlineSeconds: Number.POSITIVE_INFINITY } : policy

export interface DecidedPod {
  readonly pod: Pod
  readonly decision: PodDecision
}

/** What the rules decide about a pod. Of those that take it, the last one's warning counts. */
export function decide({ rules }: DrainPolicy, pod: Pod, cluster: Cluster): PodDecision {
  let last = TAKE
  for (const rule of rules) {
    last = rule(pod, cluster)
    if (last.action !== 'Take') return last
  }
  return last
}

/** The pods that a drain of the node sees, each with the drainer's decision, by namespace and name. */
export const decidePods = (policy: DrainPolicy, cluster: Cluster, node: string): readonly DecidedPod[] =>
  sortedBy(cluster.podsOnNode(node).filter(policy.sees), ({ metadata }) => [
    metadata.namespace ?? '',
    metadata.name,
  ]).map((pod) => ({ pod, decision: decide(policy, pod, cluster) }))

export interface NodeWarning extends PodWarning {
  /** `namespace/name`. */
  readonly pods: readonly string[]
}

export interface NodeRefusal {
  readonly code: RefusalCode
  readonly message: string
  /** `namespace/name`. */
  readonly pods: readonly string[]
}

/** Pods by the message that is about them, by message. */
function byMessage<T extends { readonly message: string; readonly pod: Pod }>(
  entries: readonly T[],
): readonly (Omit<T, 'pod'> & { readonly pods: readonly string[] })[] {
  const groups = [...Map.groupBy(entries, ({ message }) => message).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { pod: _pod, ...rest } = first
    return [{ ...rest, pods: group.map(({ pod }) => nameOf(pod)) }]
  })
  return sortedBy(groups, ({ message }) => [message])
}

/** Why the node is refused, each message with its pods. Empty where it is not. */
export const refusals = (pods: readonly DecidedPod[]): readonly NodeRefusal[] =>
  byMessage(
    pods.flatMap(({ pod, decision }) =>
      decision.action === 'Refuse' ? [{ code: decision.code, message: decision.reason, pod }] : [],
    ),
  )

/** The drainer's warnings, each with its pods. */
export const warnings = (pods: readonly DecidedPod[]): readonly NodeWarning[] =>
  byMessage(
    pods.flatMap(({ pod, decision }) =>
      (decision.action === 'Skip' || decision.action === 'Take') && decision.warning !== undefined
        ? [{ ...decision.warning, pod }]
        : [],
    ),
  )
