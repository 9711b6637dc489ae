import type { Code } from '../../diagnosis/codes/codes.ts'
import type { CausalRule, IncidentPattern } from './rule.ts'

const NODE_PRESSURE: IncidentPattern = { kind: 'Node', codes: ['node-pressure'] }
const NODE_NOT_READY: IncidentPattern = { kind: 'Node', codes: ['node-not-ready'] }
const REBOOT: IncidentPattern = { kind: 'Node', reasons: ['Rebooted'] }

/** Causes that keep a container from being started at all. */
const NOT_STARTED: readonly Code[] = [
  'container-command-missing',
  'container-create-failed',
  'run-as-root',
  'config-missing',
]

/** Causes that keep a pod from being scheduled, where the autoscaler has nothing to add. */
const NOT_SCHEDULED: readonly Code[] = [
  'unschedulable-resources',
  'unschedulable-affinity',
  'unschedulable-taints',
  'unschedulable-ports',
  'unschedulable-spread',
  'unschedulable-volume',
  'pvc-unbound',
]

const OF_NODES: readonly CausalRule[] = [
  {
    cause: NODE_PRESSURE,
    effect: { reasons: ['FreeDiskSpaceFailed', 'ImageGCFailed', 'EvictionThresholdMet'] },
    relation: 'Subject',
    because: 'is short of the resource that this is about',
  },
  {
    cause: {
      kind: 'Node',
      reasons: [
        'Rebooted',
        'Shutdown',
        'KubeletSetupFailed',
        'FrequentKubeletRestart',
        'KernelDeadlock',
        'KubeletUnhealthy',
      ],
    },
    effect: NODE_NOT_READY,
    relation: 'Subject',
    because: 'had this trouble when it stopped being ready',
  },
  {
    cause: NODE_PRESSURE,
    effect: { codes: ['evicted'], reasons: ['Evicted'] },
    relation: 'Node',
    because: 'is short of resources and evicts pods',
  },
  {
    cause: NODE_NOT_READY,
    effect: {
      codes: ['node-not-ready'],
      reasons: ['NodeNotReady', 'TaintManagerEviction', 'NodeControllerEviction'],
    },
    relation: 'Node',
    anyTime: true,
    because: 'is not ready, and the pods are on it',
  },
  {
    cause: NODE_NOT_READY,
    effect: { codes: ['stuck-terminating'] },
    relation: 'Node',
    because: 'is not ready, and the pods are on it',
  },
  {
    cause: NODE_NOT_READY,
    effect: { codes: ['sandbox-failed', 'kubelet-rejected'], reasons: ['FailedCreatePodSandBox'] },
    relation: 'Node',
    because: 'is not ready, and the pods are to start on it',
  },
  {
    cause: NODE_NOT_READY,
    effect: { cases: ['volume-multi-attach'] },
    relation: 'ClaimNode',
    because: 'is not ready and still holds the volume',
  },
  {
    cause: { kind: 'Node', codes: ['node-not-ready', 'node-pressure'] },
    effect: { codes: ['unschedulable-taints', 'unschedulable', 'unschedulable-resources'] },
    relation: 'NodeTaint',
    because: 'is tainted for that, which leaves fewer nodes for the pods',
  },
  {
    cause: REBOOT,
    effect: {
      codes: ['kubelet-rejected', 'sandbox-failed'],
      reasons: ['SandboxChanged', 'UnexpectedAdmissionError'],
    },
    relation: 'Node',
    because: 'was rebooted, and its pods start anew',
  },
]

const OF_CLAIMS: readonly CausalRule[] = [
  {
    cause: { kind: 'PersistentVolumeClaim', codes: ['pvc-unbound'] },
    effect: {
      codes: ['pvc-unbound', 'unschedulable-volume', 'mount-missing', 'mount-failed'],
      reasons: ['FailedScheduling'],
    },
    relation: 'Claim',
    because: 'has no volume, and the pods use it',
  },
  {
    cause: { kind: 'PersistentVolumeClaim', reasons: ['ClaimLost', 'VolumeResizeFailed'] },
    effect: { codes: ['mount-failed', 'mount-missing'] },
    relation: 'Claim',
    because: 'is broken, and the pods use it',
  },
]

const OF_SANDBOXES: readonly CausalRule[] = [
  {
    cause: { kind: 'Node', codes: ['sandbox-failed'] },
    effect: { codes: ['sandbox-failed'] },
    relation: 'Node',
    because: 'cannot set up pods',
  },
  {
    cause: { codes: ['sandbox-failed'] },
    effect: { reasons: ['SandboxChanged'] },
    relation: 'Subject',
    because: 'cannot be set up, so the kubelet begins anew each time',
  },
]

const OF_DEPENDENCIES: readonly CausalRule[] = [
  {
    cause: { kind: 'AdmissionWebhook', codes: ['admission-denied'] },
    effect: { codes: ['admission-denied'] },
    relation: 'Dependency',
    because: 'stops the pods of several workloads from being created',
  },
  {
    cause: { kind: 'ResourceQuota', codes: ['quota-exceeded'] },
    effect: { codes: ['quota-exceeded'] },
    relation: 'Dependency',
    because: 'is used up, and several workloads need more of it',
  },
  {
    cause: { kind: 'Registry', codes: ['image-pull'] },
    effect: { codes: ['image-pull'] },
    relation: 'Dependency',
    because: 'gives none of the images that several workloads need',
  },
]

const OF_CONTAINERS: readonly CausalRule[] = [
  {
    cause: { codes: ['oom-killed'] },
    effect: { kind: 'Node', reasons: ['OOMKilling'] },
    relation: 'Node',
    because: 'ran into its memory limit, which the kernel of the node reports, too',
  },
  {
    cause: { failedProbes: ['liveness'] },
    effect: { killingProbes: ['liveness'] },
    relation: 'Container',
    because: 'fails its liveness probe, so the kubelet restarts it',
  },
  {
    cause: { failedProbes: ['startup'] },
    effect: { killingProbes: ['startup'] },
    relation: 'Container',
    because: 'fails its startup probe, so the kubelet restarts it',
  },
  {
    cause: { killingProbes: ['liveness', 'startup'] },
    effect: { reasons: ['BackOff'] },
    relation: 'Container',
    because: 'is restarted by its probe again and again, so the kubelet waits longer each time',
  },
  {
    cause: { codes: NOT_STARTED },
    effect: { reasons: ['BackOff'] },
    relation: 'Container',
    because: 'cannot be started, so the kubelet waits longer each time',
  },
  {
    cause: { codes: ['crash', 'oom-killed', 'completed-restart'], killingProbes: ['liveness', 'startup'] },
    effect: { reasons: ['Unhealthy'] },
    relation: 'Container',
    because: 'is restarted again and again, and its probes fail in the meantime',
  },
]

const OF_AUTOSCALING: readonly CausalRule[] = [
  {
    cause: { codes: NOT_SCHEDULED },
    effect: { codes: ['unschedulable'], reasons: ['NotTriggerScaleUp'] },
    relation: 'Subject',
    because: 'does not get a node, and none will be made for it',
  },
  {
    cause: 'AnyRootCause',
    effect: {
      kind: 'HorizontalPodAutoscaler',
      reasons: [
        'FailedGetResourceMetric',
        'FailedGetContainerResourceMetric',
        'FailedComputeMetricsReplicas',
      ],
    },
    noPodMetrics: true,
    relation: 'ScaleTarget',
    because: 'is what the autoscaler scales, and its pods give no figures',
  },
]

/**
 * The chains of docs/reference/events.md#C. The order is policy: the first rule that applies counts, and the next
 * ones may not close a circle.
 */
export const CAUSAL_RULES: readonly CausalRule[] = [
  ...OF_NODES,
  ...OF_CLAIMS,
  ...OF_SANDBOXES,
  ...OF_DEPENDENCIES,
  ...OF_CONTAINERS,
  ...OF_AUTOSCALING,
]
