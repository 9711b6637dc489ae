import type { Cause } from '../../cause.ts'
import { statusEvidence } from '../../evidence.ts'
import { describeFix, eventsFix } from '../../fixes/commands.ts'
import { lostEvents } from '../../lost-events.ts'
import { type PodInfo, secondsAgo } from '../../pod-info.ts'
import { mountCauses } from './mount.ts'
import { sandboxCauses } from './sandbox.ts'

/** Longer than this a pod does not wait for sandbox and volumes in the normal course of things. */
const WAIT_SECONDS = 300

/** What the kubelet reports of every container until sandbox, volumes and init containers are done. */
const NOT_YET_CREATED: readonly string[] = ['ContainerCreating', 'PodInitializing']

/** Pods that have a node and no container yet: the sandbox or a volume is missing. */
export function waitingPodCauses(podInfo: PodInfo): readonly Cause[] {
  const { pod, cluster, containers } = podInfo
  if (podInfo.terminating || pod.status?.phase !== 'Pending' || !pod.spec?.nodeName) return []
  const reasons = containers.flatMap(({ status }) => status?.state?.waiting?.reason ?? [])
  const started = containers.some(
    ({ status }) => status?.state?.running || status?.state?.terminated || status?.lastState?.terminated,
  )
  if (started || !reasons.some((reason) => NOT_YET_CREATED.includes(reason))) return []
  const causes = [...sandboxCauses(podInfo), ...mountCauses(podInfo)]
  if (causes.length > 0) return causes
  const others = reasons.some((reason) => !NOT_YET_CREATED.includes(reason))
  const pulling = podInfo.events.some(({ reason }) => reason === 'Pulling')
  return others || pulling || secondsAgo(cluster, pod.status.startTime) < WAIT_SECONDS
    ? []
    : [unexplained(podInfo)]
}

function unexplained(podInfo: PodInfo): Cause {
  const container = podInfo.containers.find(({ status }) => status?.state?.waiting !== undefined)
  return {
    code: 'not-started-unexplained',
    layer: 'volume',
    severity: 'Error',
    confidence: 'Possible',
    effect: 'NotStarted',
    summary: `containers are not created, and the events that would say why ${lostEvents(podInfo).short}`,
    explanation:
      'The pod has a node, but no container was created. A volume that cannot be mounted is the most common reason: ' +
      'when it runs into a timeout, no event is written at all.',
    evidence:
      container === undefined
        ? []
        : [statusEvidence(container, 'state.waiting.reason', container.status?.state?.waiting?.reason ?? '')],
    fixes: [describeFix(podInfo), eventsFix(podInfo)],
  }
}
