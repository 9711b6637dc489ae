import type { Severity } from '../../../model/report/finding.ts'
import { secondsBetween } from '../../../model/text/time.ts'
import type { Cause, Diagnosis } from '../../cause.ts'
import { eventEvidence } from '../../evidence.ts'
import { refusedCommand } from '../../logs/last-words.ts'
import { parseKilling } from '../../messages/killing.ts'
import {
  type ContainerInfo,
  graceSeconds,
  LIVE_SECONDS,
  lastTermination,
  probeOf,
  restarts,
  runningSeconds,
  secondsAgo,
  type Terminated,
} from '../../pod-info.ts'
import { type Ending, endingOf } from '../../probes/ending.ts'
import type { ProbeFailure } from '../../probes/failure.ts'
import { ends, KILL_EXIT_CODES, killsOf, wasEachEndAKill } from '../../probes/kills.ts'
import { killWithoutReason, unprovenKill } from '../../probes/unproven-kill.ts'
import { restartSeverity } from '../../restart-severity.ts'
import { commandRefused } from './create.ts'
import { commandFailed, completed, crashed, initFailed, outOfMemory } from './exit.ts'

/** Why a container ended that no probe killed: memory, its command, its own error, or simply its end. */
export function terminationCauses(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const { status, podInfo, type } = container
  const last = lastTermination(status)
  if (status === undefined || last === undefined || podInfo.terminating) return []
  if (podInfo.pod.status?.phase === 'Succeeded' || isNodeRestart(container, last)) return []
  if (type === 'init' && status.state?.terminated?.exitCode === 0) return []
  const ended = status.state?.terminated !== undefined && !restarts(container, last.exitCode)
  if (ended && last.exitCode === 0) return []
  const runsAgain = type === 'init' && status.state?.running !== undefined
  const severity = ended ? 'Error' : runsAgain ? initSeverity(container, last) : restartSeverity(container)
  if (severity === undefined) return []
  const isInit = type === 'init'
  const cause = {
    layer: isInit ? 'init' : 'container',
    container: container.name,
    effect: ended ? 'Unready' : isInit ? 'NotStarted' : 'Restarting',
    severity,
  } as const
  if (last.reason === 'OOMKilled') return [{ ...cause, ...outOfMemory(container) }]
  if (isKilledByProbe(container, failures, last)) return provenKill(container, failures, cause)
  const ending = isInit ? undefined : endingOf(container)
  if (ending?.leading === 'Kill')
    return [{ ...cause, layer: 'probe', probe: ending.probe.type, ...unprovenKill(container, ending) }]
  return [{ ...cause, ...exitDiagnosis(container, last, ending) }]
}

/** An init container that failed a short time ago and runs again: for as long as it took to fail, it may fail again. */
function initSeverity(
  container: ContainerInfo,
  { exitCode, startedAt, finishedAt }: Terminated,
): Severity | undefined {
  if (exitCode === 0 || secondsAgo(container.podInfo.cluster, finishedAt) > LIVE_SECONDS) return undefined
  const life = secondsBetween(startedAt, finishedAt) ?? 0
  return (runningSeconds(container) ?? 0) <= Math.max(life, 10) ? 'Error' : 'Warning'
}

/** The failures of the probe say why it killed; where none is left, the event of the kill alone is told. */
function provenKill(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
  cause: Pick<Cause, 'container' | 'effect' | 'severity'>,
): readonly Cause[] {
  if (failures.some((failure) => failure.container === container && failure.killed !== 'no')) return []
  const kill = killsOf(container).at(-1)
  const type = kill === undefined ? undefined : parseKilling(kill.message)?.probe
  const probe = type === undefined ? undefined : probeOf(container, type)
  if (kill === undefined || probe === undefined) return []
  const { evidence, ...diagnosis } = killWithoutReason(container, probe)
  return [
    {
      ...cause,
      ...diagnosis,
      layer: 'probe',
      probe: probe.type,
      evidence: [eventEvidence(kill), ...evidence],
    },
  ]
}

/** By convention a shell ends so where it cannot run the command (docs/reference/events.md#B1.3). */
const COMMAND_FAILED: readonly number[] = [126, 127]

function exitDiagnosis(container: ContainerInfo, last: Terminated, ending: Ending | undefined): Diagnosis {
  const refused = last.exitCode === 0 ? undefined : refusedCommand(container)
  if (refused !== undefined) return commandRefused(container, refused)
  if (container.type === 'init') return initFailed(container, last)
  if (COMMAND_FAILED.includes(last.exitCode)) return commandFailed(container, last)
  return last.exitCode === 0 ? completed(container, last, ending) : crashed(container, last, ending)
}

/** The reboot of a node, or a new sandbox, ends every container, and says nothing about any of them. */
function isNodeRestart({ podInfo }: ContainerInfo, last: Terminated): boolean {
  if (last.exitCode === 255 && last.reason === 'Unknown') return true
  return podInfo.events.some(({ reason, lastSeen }) => {
    const between = secondsBetween(last.finishedAt, lastSeen)
    return (
      reason === 'SandboxChanged' &&
      between !== undefined &&
      Math.abs(between) < 120 &&
      KILL_EXIT_CODES.includes(last.exitCode)
    )
  })
}

/** An event names the probe, or the run lasted as long as the probe allows and ended as a kill ends. */
function isKilledByProbe(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
  last: Terminated,
): boolean {
  if (failures.some((failure) => failure.container === container && failure.killed !== 'no')) return true
  if (!KILL_EXIT_CODES.includes(last.exitCode)) return false
  const kills = killsOf(container)
  return wasEachEndAKill(container, kills) || ends(kills.at(-1), last, graceSeconds(container))
}
