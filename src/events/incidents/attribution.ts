import type { Code } from '../../diagnosis/codes/codes.ts'
import type { ProbeType } from '../../model/kubernetes/probe.ts'
import type { Finding } from '../../model/report/finding.ts'
import type { Fact } from '../facts/facts.ts'

const RESTARTS = ['Started', 'Created', 'Pulled', 'BackOff', 'Killing', 'Unhealthy', 'SandboxChanged']
const NO_START = ['Failed', 'BackOff', 'Created', 'Pulled', 'Pulling']
const IMAGE = [
  'Failed',
  'BackOff',
  'Pulling',
  'ErrImageNeverPull',
  'InspectFailed',
  'FailedToRetrieveImagePullSecret',
]
const SCHEDULING = ['FailedScheduling', 'NotTriggerScaleUp', 'TriggeredScaleUp', 'Nominated']
const VOLUME = ['FailedMount', 'FailedMapVolume', 'FailedAttachVolume', 'SuccessfulAttachVolume']
const CREATE = ['FailedCreate', 'ReplicaSetCreateError']
const JOB = [
  'BackoffLimitExceeded',
  'DeadlineExceeded',
  'PodFailurePolicy',
  'MaxFailedIndexesExceeded',
  'FailedIndexes',
  'SawCompletedJob',
]
const PRESSURE = [
  'NodeHasDiskPressure',
  'NodeHasInsufficientMemory',
  'NodeHasInsufficientPID',
  'EvictionThresholdMet',
  'FreeDiskSpaceFailed',
  'ImageGCFailed',
]

/** The events that a cause accounts for, besides those of its own code. */
export const REASONS_OF_CAUSES: Readonly<Partial<Record<Code, readonly string[]>>> = {
  crash: RESTARTS,
  'oom-killed': RESTARTS,
  'completed-restart': RESTARTS,
  'container-command-missing': NO_START,
  'container-create-failed': NO_START,
  'run-as-root': NO_START,
  'config-missing': NO_START,
  'poststart-failed': [...RESTARTS, 'FailedPostStartHook'],
  'prestop-failed': ['FailedPreStopHook', 'Killing'],
  'slow-stop': ['Killing', 'ExceededGracePeriod', 'FailedKillPod', 'Unhealthy'],
  'stuck-terminating': ['Killing', 'FailedKillPod', 'ExceededGracePeriod', 'NotDeleted'],
  'init-failed': [...RESTARTS, 'Failed'],
  'image-pull': IMAGE,
  'image-name': IMAGE,
  'image-never': IMAGE,
  'mount-missing': VOLUME,
  'mount-failed': VOLUME,
  'pvc-unbound': SCHEDULING,
  'unschedulable-resources': SCHEDULING,
  'unschedulable-affinity': SCHEDULING,
  'unschedulable-taints': SCHEDULING,
  'unschedulable-ports': SCHEDULING,
  'unschedulable-spread': SCHEDULING,
  'unschedulable-volume': SCHEDULING,
  unschedulable: SCHEDULING,
  'sandbox-failed': ['FailedCreatePodSandBox', 'SandboxChanged', 'NetworkNotReady', 'FailedPodSandBoxStatus'],
  'quota-exceeded': CREATE,
  'pod-security': CREATE,
  'admission-denied': CREATE,
  'job-deadline': JOB,
  'job-backoff': JOB,
  'job-failed': JOB,
  'node-not-ready': ['NodeNotReady', 'NodeReady'],
  'node-pressure': PRESSURE,
  evicted: ['Evicted'],
  preempted: ['Preempted', 'Preempting'],
  'kubelet-rejected': ['UnexpectedAdmissionError', 'NodeShutdown', 'VolumeAttachmentLimitExceeded'],
}

/** What a liveness or startup probe does besides failing. */
const OF_KILLING_PROBE = ['Started', 'Created', 'Pulled', 'BackOff', 'FailedPreStopHook']

/** Steps of every start. */
const STEPS = ['Started', 'Created', 'Pulled', 'Pulling']

/** The causes that have the kubelet wait before it pulls an image again. */
const IMAGE_CODES: readonly string[] = ['image-pull', 'image-name', 'image-never'] satisfies Code[]

/**
 * Whether a finding of the same subject explains an event. What is only a step of every start belongs to a finding
 * where the container was started more than once.
 */
export function accountsFor({ subject, code }: Finding, fact: Fact): boolean {
  const { occurrence, classification, container } = fact
  const { regarding, reason } = occurrence
  if (regarding.kind === 'Pod' && subject.pods?.length && !subject.pods.includes(regarding.name)) return false
  if (subject.container !== undefined && container !== undefined && subject.container !== container)
    return false
  if (STEPS.includes(reason) && occurrence.count < 2) return false
  if (reason === 'BackOff' && classification.code === 'image-pull') return IMAGE_CODES.includes(code)
  if (subject.probe !== undefined) return probeAccountsFor(subject.probe, code, fact)
  return classification.code === code || (REASONS_OF_CAUSES[code as Code] ?? []).includes(reason)
}

function probeAccountsFor(
  probe: ProbeType,
  code: string,
  { occurrence: { reason }, parsed, classification }: Fact,
): boolean {
  if (reason === 'Unhealthy' || reason === 'ProbeWarning') return parsed.probe?.probe === probe
  if (reason === 'Killing') return parsed.kill?.probe === probe
  return classification.code === code || (probe !== 'readiness' && OF_KILLING_PROBE.includes(reason))
}
