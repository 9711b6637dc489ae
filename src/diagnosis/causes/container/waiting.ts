import { humanDuration } from '../../../model/text/time.ts'
import type { Cause } from '../../cause.ts'
import { statusEvidence, terminationEvidence } from '../../evidence.ts'
import { describeFix, logsFix } from '../../fixes/commands.ts'
import { type ContainerInfo, lastTermination } from '../../pod-info.ts'
import type { ProbeFailure } from '../../probes/failure.ts'
import { backOffEvidence, commandEvidence } from './evidence.ts'

/** Some migrations take as long as the first of these, few as long as the second. */
const LONG_SECONDS = 300
const TOO_LONG_SECONDS = 600

/** An init container that simply goes on: it waits for something that does not come. */
export function initRunningCauses(container: ContainerInfo): readonly Cause[] {
  const startedAt = container.status?.state?.running?.startedAt
  if (container.type !== 'init' || startedAt == null || container.podInfo.terminating) return []
  const seconds = (container.podInfo.cluster.now - Date.parse(startedAt)) / 1000
  if (!(seconds > LONG_SECONDS)) return []
  const severity = seconds > TOO_LONG_SECONDS ? 'Error' : 'Warning'
  return [
    {
      code: 'init-running',
      layer: 'init',
      container: container.name,
      severity,
      confidence: severity === 'Error' ? 'Likely' : 'Possible',
      effect: 'NotStarted',
      summary: `init container has been running for ${humanDuration(seconds)}, so the pod does not start`,
      explanation:
        'The containers of the pod start when every init container has ended with 0. This one does not end; often it ' +
        'waits for a service, a database or a name that does not come.',
      evidence: [...terminationEvidence(container), ...commandEvidence(container)],
      fixes: [logsFix(container, 'See what it waits for')],
    },
  ]
}

/** States in which every container is for a while, and what other rules explain. */
const EXPLAINED_ELSEWHERE: readonly string[] = ['ContainerCreating', 'PodInitializing', 'PostStartHookError']

/** A container that waits for a reason which no other rule knows, or whose last run was not recorded. */
export function unknownWaitCauses(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const waiting = container.status?.state?.waiting
  const { reason = '', message = '' } = waiting ?? {}
  if (
    waiting === undefined ||
    reason === '' ||
    EXPLAINED_ELSEWHERE.includes(reason) ||
    container.podInfo.terminating
  )
    return []
  if (
    lastTermination(container.status) !== undefined ||
    failures.some((failure) => failure.container === container && failure.killed !== 'no')
  )
    return []
  return [
    {
      code: 'not-started-unexplained',
      layer: container.type === 'init' ? 'init' : 'container',
      container: container.name,
      severity: 'Error',
      confidence: 'Possible',
      effect: 'NotStarted',
      summary: `container waits: ${reason}${message === '' ? '' : `: ${message.trim().slice(0, 160)}`}`,
      explanation: 'The container does not run, and how its last run ended was not recorded.',
      evidence: [
        statusEvidence(container, 'state.waiting', [reason, message].filter(Boolean).join(': ')),
        ...backOffEvidence(container),
      ],
      fixes: [logsFix(container), describeFix(container.podInfo)],
    },
  ]
}
