import { humanDuration, secondsBetween } from '../../../model/text/time.ts'
import type { Cause } from '../../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../../evidence.ts'
import { describeFix, logsFix } from '../../fixes/commands.ts'
import { parseKilling } from '../../messages/killing.ts'
import {
  type ContainerInfo,
  containerEvents,
  graceSeconds,
  LIVE_SECONDS,
  lastTermination,
  probeOf,
  secondsAgo,
} from '../../pod-info.ts'
import { killsOf } from '../../probes/kills.ts'
import { restartSeverity } from '../../restart-severity.ts'

/** A preStop hook that fails, and a process that does not stop: told beside whatever else is wrong. */
export const stopCauses = (container: ContainerInfo): readonly Cause[] => [
  ...preStop(container),
  ...slowStop(container),
]

/** A postStart hook that fails. */
export function postStartCauses(container: ContainerInfo): readonly Cause[] {
  if (container.spec.lifecycle?.postStart == null || container.podInfo.terminating) return []
  const waiting = container.status?.state?.waiting
  const event = containerEvents(container).findLast(({ reason }) => reason === 'FailedPostStartHook')
  const now = waiting?.reason === 'PostStartHookError'
  const live = event !== undefined && secondsAgo(container.podInfo.cluster, event.lastSeen) <= LIVE_SECONDS
  const severity = now ? 'Error' : live ? restartSeverity(container) : undefined
  if (severity === undefined) return []
  return [
    {
      code: 'poststart-failed',
      layer: 'container',
      container: container.name,
      severity,
      confidence: 'Certain',
      effect: 'Restarting',
      summary: 'postStart hook fails, so the container is killed and started again',
      explanation:
        'The kubelet runs the hook right after the start of the container, at the same time as its command. The hook failed, ' +
        'often because the application was not up yet when the hook called it. No probe runs before the hook has ended.',
      evidence: [
        ...(now
          ? [statusEvidence(container, 'state.waiting', `${waiting?.reason}: ${waiting?.message ?? ''}`)]
          : []),
        ...(event === undefined ? [] : [eventEvidence(event)]),
      ],
      fixes: [logsFix(container), describeFix(container.podInfo)],
    },
  ]
}

function preStop(container: ContainerInfo): readonly Cause[] {
  const event = containerEvents(container).findLast(({ reason }) => reason === 'FailedPreStopHook')
  if (event === undefined || secondsAgo(container.podInfo.cluster, event.lastSeen) > LIVE_SECONDS) return []
  return [
    {
      code: 'prestop-failed',
      layer: 'container',
      container: container.name,
      severity: 'Info',
      confidence: 'Certain',
      effect: 'None',
      summary: 'preStop hook fails; the container is stopped without it',
      explanation:
        'The kubelet goes on with SIGTERM when the hook fails. What the hook should have done, such as waiting until no more ' +
        'requests come, did not happen. A command that is not in the image is the usual reason.',
      evidence: [eventEvidence(event)],
      fixes: [describeFix(container.podInfo)],
    },
  ]
}

/** After a probe kill the process lived on until the end of the grace period. */
function slowStop(container: ContainerInfo): readonly Cause[] {
  const last = lastTermination(container.status)
  const kill = killsOf(container).at(-1)
  if (last?.exitCode !== 137 || last.reason === 'OOMKilled' || kill === undefined) return []
  const type = parseKilling(kill.message)?.probe
  const grace = graceSeconds(container, type === undefined ? undefined : probeOf(container, type))
  const took = secondsBetween(kill.lastSeen, last.finishedAt)
  if (took === undefined || grace < 10 || took < grace - 2 || took > grace + 15) return []
  return [
    {
      code: 'slow-stop',
      layer: 'container',
      container: container.name,
      severity: 'Info',
      confidence: 'Likely',
      effect: 'Restarting',
      summary: `process ignores SIGTERM: each restart takes ${humanDuration(took)} longer, until SIGKILL`,
      explanation:
        'The kubelet asked the process to stop and had to kill it at the end of the grace period. A shell as first process ' +
        'does not pass signals on (use exec), and some programs ignore SIGTERM. A probe may have a ' +
        'terminationGracePeriodSeconds of its own for such kills.',
      evidence: [eventEvidence(kill), ...terminationEvidence(container)],
      fixes: [logsFix(container)],
    },
  ]
}
