/** How an effect has to touch its cause: on the same node, the same claim, the same subject, the scaled object. */
export type Via =
  | 'Node'
  | 'Claim'
  | 'ClaimNode'
  | 'Container'
  | 'Subject'
  | 'ScaleTarget'
  | 'Culprit'
  | 'Anywhere'

/** One causal chain. `cause` and `effect` are codes or reasons of events. */
export interface Link {
  readonly cause: readonly string[]
  readonly effect: readonly string[]
  readonly via: Via
  /** Kind of the cause's subject, where it matters. */
  readonly causeKind?: string
  readonly effectKind?: string
  /** The text that the effect must contain. */
  readonly text?: RegExp
  /**
   * The effect is the same fact told of the pods. Its events may be older than what the node says, whose condition
   * changes again from False to Unknown.
   */
  readonly anyTime?: true
  /** Why this is a consequence: the end of a sentence that begins with what the cause is about. */
  readonly because: string
}

const PRESSURE = ['node-pressure']
const LOST_NODE = ['node-not-ready']
const UNSCHEDULABLE = ['unschedulable-taints', 'unschedulable', 'unschedulable-resources']
const NODE_TAINT =
  /node\.kubernetes\.io\/(not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure)|untolerated taint\(s\)/

/** The chains of spec/events.md C. The order is policy: the first link that fits counts, and closes circles off. */
export const LINKS: readonly Link[] = [
  {
    cause: PRESSURE,
    causeKind: 'Node',
    effect: ['FreeDiskSpaceFailed', 'ImageGCFailed', 'EvictionThresholdMet'],
    via: 'Subject',
    because: 'is short of the resource that this is about',
  },
  {
    cause: [
      'Rebooted',
      'Shutdown',
      'KubeletSetupFailed',
      'FrequentKubeletRestart',
      'KernelDeadlock',
      'KubeletUnhealthy',
    ],
    causeKind: 'Node',
    effect: LOST_NODE,
    effectKind: 'Node',
    via: 'Subject',
    because: 'had this trouble when it stopped being ready',
  },
  {
    cause: PRESSURE,
    causeKind: 'Node',
    effect: ['evicted', 'Evicted'],
    via: 'Node',
    because: 'is short of resources and evicts pods',
  },
  {
    cause: LOST_NODE,
    causeKind: 'Node',
    effect: ['node-not-ready', 'NodeNotReady', 'TaintManagerEviction', 'NodeControllerEviction'],
    via: 'Node',
    anyTime: true,
    because: 'is not ready, and the pods are on it',
  },
  {
    cause: LOST_NODE,
    causeKind: 'Node',
    effect: ['stuck-terminating'],
    via: 'Node',
    because: 'is not ready, and the pods are on it',
  },
  {
    cause: LOST_NODE,
    causeKind: 'Node',
    effect: ['sandbox-failed', 'kubelet-rejected', 'FailedCreatePodSandBox'],
    via: 'Node',
    because: 'is not ready, and the pods are to start on it',
  },
  {
    cause: LOST_NODE,
    causeKind: 'Node',
    effect: ['volume-multi-attach', 'FailedAttachVolume'],
    text: /^Multi-Attach/,
    via: 'ClaimNode',
    because: 'is not ready and still holds the volume',
  },
  {
    cause: [...LOST_NODE, ...PRESSURE],
    causeKind: 'Node',
    effect: UNSCHEDULABLE,
    text: NODE_TAINT,
    via: 'Anywhere',
    because: 'is tainted for that, which leaves fewer nodes for the pods',
  },
  {
    cause: ['Rebooted'],
    causeKind: 'Node',
    effect: ['SandboxChanged', 'UnexpectedAdmissionError', 'kubelet-rejected', 'sandbox-failed'],
    via: 'Node',
    because: 'was rebooted, and its pods start anew',
  },
  {
    cause: ['pvc-unbound'],
    causeKind: 'PersistentVolumeClaim',
    effect: ['pvc-unbound', 'unschedulable-volume', 'mount-missing', 'mount-failed', 'FailedScheduling'],
    via: 'Claim',
    because: 'has no volume, and the pods use it',
  },
  {
    cause: ['ClaimLost', 'VolumeResizeFailed'],
    causeKind: 'PersistentVolumeClaim',
    effect: ['mount-failed', 'mount-missing'],
    via: 'Claim',
    because: 'is broken, and the pods use it',
  },
  {
    cause: ['sandbox-failed'],
    causeKind: 'Node',
    effect: ['sandbox-failed'],
    via: 'Node',
    because: 'cannot set up pods',
  },
  {
    cause: ['sandbox-failed'],
    effect: ['SandboxChanged'],
    via: 'Subject',
    because: 'cannot be set up, so the kubelet begins anew each time',
  },
  {
    cause: ['admission-denied'],
    causeKind: 'AdmissionWebhook',
    effect: ['admission-denied'],
    via: 'Culprit',
    because: 'stops the pods of several workloads from being created',
  },
  {
    cause: ['quota-exceeded'],
    causeKind: 'ResourceQuota',
    effect: ['quota-exceeded'],
    via: 'Culprit',
    because: 'is used up, and several workloads need more of it',
  },
  {
    cause: ['image-pull'],
    causeKind: 'Registry',
    effect: ['image-pull'],
    via: 'Culprit',
    because: 'gives none of the images that several workloads need',
  },
  {
    cause: ['oom-killed'],
    effect: ['OOMKilling'],
    effectKind: 'Node',
    via: 'Node',
    because: 'ran into its memory limit, which the kernel of the node reports, too',
  },
  {
    cause: ['Unhealthy/liveness'],
    effect: ['Killing/liveness'],
    via: 'Container',
    because: 'fails its liveness probe, so the kubelet restarts it',
  },
  {
    cause: ['Unhealthy/startup'],
    effect: ['Killing/startup'],
    via: 'Container',
    because: 'fails its startup probe, so the kubelet restarts it',
  },
  {
    cause: ['Killing/liveness', 'Killing/startup'],
    effect: ['BackOff'],
    via: 'Container',
    because: 'is restarted by its probe again and again, so the kubelet waits longer each time',
  },
  {
    cause: ['container-command-missing', 'container-create-failed', 'run-as-root', 'config-missing'],
    effect: ['BackOff'],
    via: 'Container',
    because: 'cannot be started, so the kubelet waits longer each time',
  },
  {
    cause: ['crash', 'oom-killed', 'completed-restart', 'Killing/liveness', 'Killing/startup'],
    effect: ['Unhealthy'],
    via: 'Container',
    because: 'is restarted again and again, and its probes fail in the meantime',
  },
  {
    cause: [
      'unschedulable-resources',
      'unschedulable-affinity',
      'unschedulable-taints',
      'unschedulable-ports',
      'unschedulable-spread',
      'unschedulable-volume',
      'pvc-unbound',
    ],
    effect: ['unschedulable', 'NotTriggerScaleUp'],
    via: 'Subject',
    because: 'does not get a node, and none will be made for it',
  },
  {
    cause: ['*'],
    effect: ['FailedGetResourceMetric', 'FailedGetContainerResourceMetric', 'FailedComputeMetricsReplicas'],
    effectKind: 'HorizontalPodAutoscaler',
    text: /did not receive metrics|no metrics returned|invalid metrics/,
    via: 'ScaleTarget',
    because: 'is what the autoscaler scales, and its pods give no figures',
  },
]
