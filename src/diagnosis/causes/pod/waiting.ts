import type { Severity } from '../../../model/report/finding.ts'
import type { Cause } from '../../cause.ts'
import { conditionEvidence, statusEvidence } from '../../evidence.ts'
import { describeFix, eventsFix, nodeFix } from '../../fixes/commands.ts'
import { lostEvents } from '../../lost-events.ts'
import { type ContainerInfo, conditionOf, type PodInfo, secondsAgo } from '../../pod-info.ts'
import { mountCauses } from './mount.ts'
import { sandboxCauses } from './sandbox.ts'
import { claimTrouble, stepBeforeContainers, waitsFor } from './waits-for.ts'

/** What the kubelet reports of every container until sandbox, volumes and init containers are done. */
const NOT_YET_CREATED: readonly string[] = ['ContainerCreating', 'PodInitializing']

/** Pods that have a node and a container that is not created: the sandbox, a volume or the image is missing. */
export function waitingPodCauses(podInfo: PodInfo): readonly Cause[] {
  const { pod, terminating } = podInfo
  if (terminating || !pod.spec?.nodeName || ENDED.includes(pod.status?.phase ?? '')) return []
  const next = nextContainer(podInfo)
  if (next === undefined) return []
  if (next.status === undefined) return isUntouched(podInfo) ? [notTakenUp(podInfo)] : []
  if (!NOT_YET_CREATED.includes(next.status.state?.waiting?.reason ?? '')) return []
  const since = waitingSince(podInfo, next)
  // Of a pod that ran before, what is older is history.
  const recent = {
    ...podInfo,
    events: podInfo.events.filter(({ lastSeen }) => !hasRun(podInfo) || lastSeen >= since),
  }
  const causes =
    stepBeforeContainers(podInfo) === 'Image' ? [] : [...sandboxCauses(recent), ...mountCauses(recent)]
  if (causes.length > 0) return causes
  const severity = severityOf(podInfo, secondsAgo(podInfo.cluster, since))
  if (severity === undefined) return []
  return [claimTrouble(podInfo) ?? unexplained(podInfo, next, since, severity)]
}

const ENDED: readonly string[] = ['Succeeded', 'Failed']

/** The first container that the kubelet has to create; undefined where it is another one's turn, or none is left. */
function nextContainer({ containers }: PodInfo): ContainerInfo | undefined {
  for (const container of containers) {
    const { type, status } = container
    if (status === undefined) return container
    if (status.state?.waiting != null) return container
    // The ones behind it wait for its end, or for its start.
    if (type === 'init' && status.state?.terminated?.exitCode !== 0) return undefined
    if (type === 'sidecar' && status.started === false) return undefined
  }
  return undefined
}

const hasRun = ({ containers }: PodInfo): boolean =>
  containers.some(
    ({ status }) => status?.state?.running || status?.state?.terminated || status?.lastState?.terminated,
  )

/** RFC 3339: the last step that the kubelet is known to have taken for the pod. */
function waitingSince({ pod, containers }: PodInfo, next: ContainerInfo): string {
  const others = containers.flatMap(({ status }) => [
    status?.state?.running?.startedAt,
    status?.state?.terminated?.finishedAt,
  ])
  const ready = conditionOf(pod, 'PodReadyToStartContainers')
  const steps = [
    pod.status?.startTime ?? conditionOf(pod, 'PodScheduled')?.lastTransitionTime,
    ready?.status === 'True' ? ready.lastTransitionTime : undefined,
    next.status?.lastState?.terminated?.finishedAt,
    ...others,
  ]
  return (
    steps
      .flatMap((time) => time ?? [])
      .sort()
      .at(-1) ?? ''
  )
}

/** Mounting is given up after two minutes (docs/reference/events.md#before-containers); pulling an image is not. */
const USUAL_SECONDS = 60
const MOUNT_SECONDS = 120
const PULL_SECONDS = 300
const LONG_PULL_SECONDS = 900

/** How bad it is to wait for so long; undefined while it is usual. */
function severityOf(podInfo: PodInfo, seconds: number): Severity | undefined {
  if (podInfo.events.some(({ reason }) => reason === 'Pulling'))
    return seconds > LONG_PULL_SECONDS ? 'Warning' : undefined
  if (seconds <= USUAL_SECONDS) return undefined
  return seconds > (stepBeforeContainers(podInfo) === 'Sandbox' ? MOUNT_SECONDS : PULL_SECONDS)
    ? 'Error'
    : 'Warning'
}

function unexplained(podInfo: PodInfo, next: ContainerInfo, since: string, severity: Severity): Cause {
  const { text, evidence, fixes } = waitsFor(podInfo, next)
  const lost = lostEvents(podInfo, since)
  return {
    code: 'not-started-unexplained',
    layer: 'volume',
    severity,
    confidence: 'Possible',
    effect: 'NotStarted',
    summary: `container ${next.name} is not created since ${since}, and the events that would say why ${lost.short}`,
    explanation: `The pod has a node, and the kubelet has not created the container. ${text} The events that would say why ${lost.long}.`,
    evidence: [
      statusEvidence(next, 'state.waiting.reason', next.status?.state?.waiting?.reason ?? ''),
      ...conditionEvidence(podInfo, 'PodReadyToStartContainers'),
      ...evidence,
    ],
    fixes: [...fixes, describeFix(podInfo), eventsFix(podInfo)],
  }
}

/** The kubelet fills in the start time and the states of the containers as soon as it sees the pod. */
const isUntouched = ({ pod, cluster }: PodInfo): boolean =>
  pod.status?.phase === 'Pending' &&
  pod.status.startTime == null &&
  secondsAgo(
    cluster,
    conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp,
  ) > USUAL_SECONDS

function notTakenUp(podInfo: PodInfo): Cause {
  const node = podInfo.pod.spec?.nodeName ?? ''
  return {
    code: 'not-started-unexplained',
    layer: 'node',
    severity: 'Error',
    confidence: 'Likely',
    effect: 'NotStarted',
    summary: `the kubelet of node ${node} has not taken up the pod, which was assigned to it more than a minute ago`,
    explanation:
      'A kubelet reports the start of a pod within seconds. This one does not: it is down, cut off or overloaded, or there ' +
      'is no such node. No event tells of it.',
    evidence: [
      ...conditionEvidence(podInfo, 'PodScheduled'),
      { source: 'Spec', object: podInfo.object, path: 'spec.nodeName', text: node },
    ],
    fixes: [nodeFix(node), describeFix(podInfo)],
  }
}
