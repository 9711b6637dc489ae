/**
 * Why a pod was ended from outside, by `status.reason` of a pod whose phase is `Failed`
 * (docs/reference/events.md#B2).
 */
export type PodEnd = 'Evicted' | 'Preempted' | 'PastDeadline' | 'NodeShutdown' | 'Rejected'

const ENDS: Readonly<Record<string, PodEnd>> = {
  Evicted: 'Evicted',
  Preempting: 'Preempted',
  DeadlineExceeded: 'PastDeadline',
  NodeShutdown: 'NodeShutdown',
  Terminated: 'NodeShutdown',
  Shutdown: 'NodeShutdown',
  NodeLost: 'NodeShutdown',
}

/** With these the kubelet refuses a pod that was assigned to it; `OutOf` is followed by the name of a resource. */
const REJECTED =
  /^(OutOf\w+(-\w+)?|NodeAffinity|NodePorts|NodeName|TaintToleration|UnexpectedAdmissionError|TopologyAffinityError|SysctlForbidden|AppArmor|PodOSNotSupported|PodOSSelectorNodeLabelDoesNotMatch|VolumeAttachmentLimitExceeded|Unexpected\w+)$/

/** Undefined where the pod ended by itself, or for a reason that is not known. */
export const parsePodEnd = (reason: string): PodEnd | undefined =>
  ENDS[reason] ?? (REJECTED.test(reason) ? 'Rejected' : undefined)

/** Why the kubelet evicted a pod. */
export type Eviction =
  /** `isOverRequest`: the text also says that the pod used more than it requested. */
  | { readonly kind: 'NodeShort'; readonly resource: string; readonly isOverRequest: boolean }
  | { readonly kind: 'OwnLimit' | 'Other' }

/** Reads `status.message` of an evicted pod. */
export function parseEviction(message: string): Eviction {
  const resource = /low on resource: (\S+?)\./.exec(message)?.[1]
  const exceeds = /exceeds|exceeded/.test(message)
  if (resource !== undefined) return { kind: 'NodeShort', resource, isOverRequest: exceeds }
  return { kind: exceeds ? 'OwnLimit' : 'Other' }
}
