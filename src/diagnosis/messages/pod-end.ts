/**
 * Why a pod was ended from outside, by `status.reason` of a pod whose phase is `Failed`
 * (docs/reference/events.md#B2).
 */
export type PodEnd = 'Evicted' | 'Preempted' | 'PastDeadline' | 'NodeShutdown' | 'Rejected'

const ENDS: ReadonlyMap<string, PodEnd> = new Map([
  ['Evicted', 'Evicted'],
  ['Preempting', 'Preempted'],
  ['DeadlineExceeded', 'PastDeadline'],
  ['NodeShutdown', 'NodeShutdown'],
  ['Terminated', 'NodeShutdown'],
  ['Shutdown', 'NodeShutdown'],
  ['NodeLost', 'NodeShutdown'],
])

/** With these the kubelet refuses a pod that was assigned to it (docs/reference/events.md#B2). */
const REJECTED: ReadonlySet<string> = new Set([
  'AppArmor',
  'InitContainerRestartPolicyForbidden',
  'InvalidNodeInfo',
  'NodeAffinity',
  'NodeName',
  'NodePorts',
  'PodFeatureUnsupported',
  'PodLevelResourcesNotSupported',
  'PodOSNotSupported',
  'PodOSSelectorNodeLabelDoesNotMatch',
  'SupplementalGroupsPolicyNotSupported',
  'SysctlForbidden',
  'TaintToleration',
  'TopologyAffinityError',
  'UnexpectedAdmissionError',
  'UnexpectedPredicateFailureType',
  'UnknownReason',
  'VolumeAttachmentLimitExceeded',
])

/** What follows is the name of a resource, which may be an extended one: `OutOfexample.com/gpu`. */
const OUT_OF = /^OutOf(?=\S)/

/** Whether a reason of the kubelet says that the node lacks a resource that the pod requests. */
export const isOutOf = (reason: string): boolean => OUT_OF.test(reason)

/** Undefined where the pod ended by itself, or for a reason that is not known. */
export const parsePodEnd = (reason: string): PodEnd | undefined =>
  ENDS.get(reason) ?? (REJECTED.has(reason) || isOutOf(reason) ? 'Rejected' : undefined)

/** Why the kubelet evicted a pod. */
export type Eviction =
  /** `isOverRequest`: the text also says that the pod used more than it requested. */
  | { readonly kind: 'NodeShort'; readonly resource: string; readonly isOverRequest: boolean }
  /** `Refused`: when it arrived, because the node was short already; it never ran. */
  | { readonly kind: 'OwnLimit' | 'Refused' | 'Other' }

/** Reads `status.message` of an evicted pod. */
export function parseEviction(message: string): Eviction {
  const resource = /low on resource: (\S+?)\./.exec(message)?.[1]
  const exceeds = /exceeds|exceeded/.test(message)
  if (resource !== undefined) return { kind: 'NodeShort', resource, isOverRequest: exceeds }
  if (/The node had condition/.test(message)) return { kind: 'Refused' }
  return { kind: exceeds ? 'OwnLimit' : 'Other' }
}
