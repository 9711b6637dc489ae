import { type EffectiveProbe, killWindow, type Window } from '../../model/kubernetes/probe.ts'
import { secondsBetween } from '../../model/text/time.ts'
import { longestBackOff } from '../back-off.ts'
import { type EndOfLog, endOfLog } from '../logs/last-words.ts'
import { parseBackOffSeconds } from '../messages/back-off.ts'
import { type ContainerInfo, graceSeconds, lastTermination, probeOf, type Terminated } from '../pod-info.ts'
import { KILL_EXIT_CODES } from './kills.ts'

/**
 * Whether this probe can have ended a run of that length: `Fits` what it allows a container that was never well, `Can`
 * after it was well for a while, or where the process took its time to stop; `Cannot`: it is too short, or what the
 * probe asks had succeeded before.
 */
type Reach = 'Fits' | 'Can' | 'Cannot'

/** What the waits of the kubelet tell: after a kill by a probe it starts the container again in the same sync. */
type BackOff = 'Killed' | 'EndedItself' | 'Unknown'

/** How the last run of a container ended, as far as its status and its log tell. */
export interface Ending {
  readonly last: Terminated
  /** Length of the run; undefined where the status does not tell. */
  readonly seconds: number | undefined
  /** The probe that may have ended it. */
  readonly probe: EffectiveProbe
  readonly reach: Exclude<Reach, 'Cannot'>
  readonly log: EndOfLog
  readonly backOff: BackOff
  /** Other runs of this container, in this pod or another one, that lasted as long. */
  readonly alike: number
  /** Which reading has more for it. */
  readonly leading: 'Kill' | 'OwnEnd'
}

/**
 * How a run ended of which no event tells, where a probe may have ended it; undefined where none can have
 * (docs/reference/probes.md#run-length).
 */
export function endingOf(container: ContainerInfo): Ending | undefined {
  const last = lastTermination(container.status)
  if (last === undefined || !mayBeKill(last)) return undefined
  const seconds = secondsBetween(last.startedAt, last.finishedAt)
  const candidates = (['startup', 'liveness'] as const).flatMap((type) => {
    const probe = probeOf(container, type)
    const reach = probe === undefined ? 'Cannot' : reachOf(container, probe, seconds, last.exitCode)
    return probe === undefined || reach === 'Cannot' ? [] : [{ probe, reach }]
  })
  const candidate = candidates.find(({ reach }) => reach === 'Fits') ?? candidates.at(-1)
  if (candidate === undefined) return undefined
  const log = endOfLog(container)
  const backOff = backOffOf(container, last, seconds)
  const known = { last, seconds, ...candidate, log, backOff, alike: alikeRuns(container, seconds) }
  return { ...known, leading: leadingOf(known) }
}

/** Signals of the program's own making are none that a kubelet sends. */
const mayBeKill = ({ exitCode, reason }: Terminated): boolean =>
  reason !== 'OOMKilled' &&
  (exitCode < 126 || KILL_EXIT_CODES.includes(exitCode) || STOP_SIGNALS.includes(exitCode))

/** SIGINT and SIGQUIT, which some images have stop their process. */
const STOP_SIGNALS: readonly number[] = [130, 131]

/** For the clock's whole seconds, and the kubelet's own work. */
const SLACK_SECONDS = 2

/** From a refusal, which takes no time, to a hang; a command may go on for longer than its timeout. */
function allowedBy(probe: EffectiveProbe): Window {
  const { timeoutSeconds, periodSeconds, handler } = probe
  const longest = handler.kind === 'exec' ? Math.max(timeoutSeconds, periodSeconds) : timeoutSeconds
  return {
    min: killWindow(probe, 0).min - SLACK_SECONDS,
    max: killWindow(probe, longest).max + SLACK_SECONDS,
  }
}

function reachOf(
  container: ContainerInfo,
  probe: EffectiveProbe,
  seconds: number | undefined,
  exitCode: number,
): Reach {
  if (seconds === undefined) return 'Can'
  const grace = graceSeconds(container, probe)
  const { min, max } = allowedBy(probe)
  // SIGKILL comes when the grace period is over.
  const late = exitCode === 137 ? grace : 0
  if (seconds < min + late) return 'Cannot'
  const startup = probeOf(container, 'startup')
  if (probe.type === 'liveness' && startup !== undefined) return 'Can'
  if (seconds <= max + late) return 'Fits'
  // A startup probe that has succeeded does nothing more.
  return probe.type === 'liveness' || seconds <= max + grace ? 'Can' : 'Cannot'
}

/** From here on the count of the back-off has begun anew, and tells nothing. */
const RESET_SECONDS = 600

/**
 * Whether the kubelet waited as it does after a kill of its own, or as after an end of the process
 * (docs/reference/probes.md#back-off-after-a-kill).
 */
function backOffOf({ status }: ContainerInfo, last: Terminated, seconds: number | undefined): BackOff {
  const restarts = status?.restartCount ?? 0
  if (restarts < 2 || seconds === undefined || seconds >= RESET_SECONDS) return 'Unknown'
  const startedAt = status?.state?.running?.startedAt
  if (startedAt !== undefined) {
    const waited = secondsBetween(last.finishedAt, startedAt)
    if (waited === undefined) return 'Unknown'
    if (waited <= SLACK_SECONDS) return 'Killed'
    const due = longestBackOff(restarts - 1)
    return waited >= due && due <= seconds ? 'EndedItself' : 'Unknown'
  }
  const delay = parseBackOffSeconds(status?.state?.waiting?.message ?? '')
  if (delay === undefined) return 'Unknown'
  if (delay < seconds - SLACK_SECONDS) return 'EndedItself'
  // At the longest delay, both are the same.
  if (delay >= longestBackOff(Number.POSITIVE_INFINITY)) return 'Unknown'
  if (delay === longestBackOff(restarts)) return 'EndedItself'
  return delay === longestBackOff(restarts - 1) ? 'Killed' : 'Unknown'
}

/** The run before, where the status still has it, and the last runs of the other pods. */
function alikeRuns({ name, status, podInfo }: ContainerInfo, seconds: number | undefined): number {
  if (seconds === undefined) return 0
  const before = status?.state?.terminated == null ? undefined : status.lastState?.terminated
  const others = podInfo.workload.pods.flatMap((pod) =>
    pod === podInfo.pod
      ? []
      : (lastTermination(pod.status?.containerStatuses?.find((one) => one.name === name)) ?? []),
  )
  return [...(before == null ? [] : [before]), ...others].filter((run) => {
    const life = secondsBetween(run.startedAt, run.finishedAt)
    return life !== undefined && Math.abs(life - seconds) <= SLACK_SECONDS
  }).length
}

type Known = Omit<Ending, 'leading'>

function leadingOf({ last, reach, log: { words }, backOff }: Known): Ending['leading'] {
  if (words === 'Signal') return 'Kill'
  if (!KILL_EXIT_CODES.includes(last.exitCode))
    return words === 'Stopping' && backOff === 'Killed' ? 'Kill' : 'OwnEnd'
  if (backOff !== 'Unknown') return backOff === 'Killed' && words !== 'Finished' ? 'Kill' : 'OwnEnd'
  // No process ends with 143 unless somebody sends it a signal.
  if (last.exitCode === 143 || words === 'Stopping') return 'Kill'
  return reach === 'Fits' && words !== 'Finished' ? 'Kill' : 'OwnEnd'
}
