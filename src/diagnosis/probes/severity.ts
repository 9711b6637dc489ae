import { killWindow } from '../../model/kubernetes/probe.ts'
import type { Effect, Severity } from '../../model/report/finding.ts'
import { secondsBetween } from '../../model/text/time.ts'
import { includes, type ProbeMessageClass } from '../messages/probe-classes.ts'
import {
  conditionOf,
  LIVE_SECONDS,
  RECENT_SECONDS,
  RECOVERY_SECONDS,
  runningSeconds,
  secondsAgo,
} from '../pod-info.ts'
import { restartSeverity } from '../restart-severity.ts'
import { type Attempts, attemptSeconds, isIntermittent } from './attempts.ts'
import type { ProbeFailure } from './failure.ts'
import { mayBeStarting } from './start/not-yet.ts'
import { readinessPatience, type StartPhase } from './start/phase.ts'

/** How bad a failure is now, and what it does. */
export interface SeverityAndEffect {
  readonly severity: Severity
  readonly effect: Effect
  /** It passes in between, and never failed often enough in a row to have acted by now. */
  readonly intermittent?: true
  /** For how many seconds the container has been Ready again, where the failure is over and still news. */
  readonly recoveredFor?: number
}

/** How long the start must have been over before an application that is Ready counts as one that flaps. */
const START_SECONDS = 60

/**
 * How bad a probe's failures are now; undefined where they are past, or belong to every start and stop. `phase` is the
 * start that they fall into, if there is one.
 */
export function severityOf(
  failure: ProbeFailure,
  phase: StartPhase | undefined,
): SeverityAndEffect | undefined {
  const { container, attempts } = failure
  const { status, podInfo } = container
  if (
    podInfo.terminating ||
    status === undefined ||
    attempts.class === 'exec.gone' ||
    attempts.class === 'noip'
  )
    return undefined
  if (secondsAgo(podInfo.cluster, attempts.lastSeen) > RECENT_SECONDS) return undefined
  if (attempts.message.verb === 'warning') return { severity: 'Warning', effect: 'Inert' }
  if (!attempts.message.counted) return erroredSeverity(failure)
  switch (failure.probe.type) {
    case 'startup':
      return startupSeverity(failure, phase)
    case 'liveness':
      return livenessSeverity(failure, phase)
    case 'readiness':
      return readinessSeverity(failure, phase)
  }
}

/** Errors are thrown away: the state stays as it was, for ever (docs/reference/probes.md#inert). */
function erroredSeverity({ container, probe, attempts }: ProbeFailure): SeverityAndEffect | undefined {
  const { status, podInfo } = container
  if (status?.state?.running === undefined) return undefined
  if (secondsAgo(podInfo.cluster, attempts.lastSeen) > errorSeconds(attempts)) return undefined
  if (attempts.class === 'exec.runtime' && attempts.count < 3) return undefined
  if (probe.type === 'startup')
    return status.started ? undefined : { severity: 'Error', effect: 'NotStarted' }
  if (probe.type === 'readiness' && !status.ready) return { severity: 'Error', effect: 'Unready' }
  return { severity: 'Error', effect: 'Inert' }
}

/** A file that is not in the image stays so while the container runs. */
const LASTING_ERRORS: readonly ProbeMessageClass[] = [
  'exec.missing',
  'exec.interpreter',
  'exec.denied',
  'exec.format',
]

/** For how long after its last event an error still counts; other errors than lasting ones may pass. */
const errorSeconds = (attempts: Attempts): number =>
  includes(LASTING_ERRORS, attempts.class) ? RECENT_SECONDS : liveSeconds(attempts)

/** A series is written every half an hour only (docs/reference/events.md#A4). */
const SERIES_SECONDS = 30 * 60 + LIVE_SECONDS

const liveSeconds = ({ occurrences }: Attempts): number =>
  occurrences.some(({ event: { series } }) => series != null) ? SERIES_SECONDS : LIVE_SECONDS

/** The network of a pod that was made just now may still be set up: once is nothing. */
const NEEDED_TWICE: readonly ProbeMessageClass[] = ['net.noroute', 'net.unreachable', 'net.denied']

/** Whether an attempt says by itself that it is no matter of starting. */
const isNoStart = ({ attempts }: ProbeFailure): boolean =>
  !mayBeStarting(attempts) && attempts.count >= (includes(NEEDED_TWICE, attempts.class) ? 2 : 1)

const isOver = ({ container }: ProbeFailure, phase: StartPhase | undefined): boolean =>
  phase !== undefined && phase.failureFrom <= container.podInfo.cluster.now

function startupSeverity(
  failure: ProbeFailure,
  phase: StartPhase | undefined,
): SeverityAndEffect | undefined {
  const { container, attempts, killed, probe } = failure
  const { status } = container
  if (killed !== 'no') {
    const severity = status?.started ? restartSeverity(container) : 'Error'
    return severity === undefined ? undefined : { severity, effect: 'Restarting' }
  }
  if (status?.started) return undefined
  return isNoStart(failure) || isOver(failure, phase) || attempts.count >= probe.failureThreshold
    ? { severity: 'Error', effect: 'NotStarted' }
    : undefined
}

function livenessSeverity(
  failure: ProbeFailure,
  phase: StartPhase | undefined,
): SeverityAndEffect | undefined {
  const { container, probe, attempts, killed } = failure
  if (killed !== 'no') {
    const severity = isBeingKilled(failure) ? 'Error' : restartSeverity(container)
    return severity === undefined ? undefined : { severity, effect: 'Restarting' }
  }
  if (phase !== undefined && !isOver(failure, phase))
    return isNoStart(failure) ? { severity: 'Error', effect: 'None' } : undefined
  const running = runningSeconds(container)
  if (running === undefined) return { severity: 'Error', effect: 'Restarting' }
  const start = killWindow(probe, attemptSeconds(probe, attempts.class)).max
  const late = running - secondsAgo(container.podInfo.cluster, attempts.firstSeen) > start
  return late && isGoingOn(failure) && attempts.count >= 2 * probe.failureThreshold ? INTERMITTENT : undefined
}

/** The present run has been told to end, and has its grace period: the status does not show it yet. */
function isBeingKilled({ container, kills }: ProbeFailure): boolean {
  const since = secondsBetween(container.status?.state?.running?.startedAt, kills.at(-1)?.lastSeen)
  return since !== undefined && since > 0
}

/** Fails, but never often enough in a row to have acted by now. */
const INTERMITTENT: SeverityAndEffect = { severity: 'Warning', effect: 'None', intermittent: true }

/**
 * A recorder sends its first 25 events at once (docs/reference/events.md#A3), so that a silence among these means
 * something.
 */
const SENT_AT_ONCE = 20
const SILENCE_SECONDS = 90

/** Seen lately, and not silent for much longer than it took between two failures. */
function isGoingOn({ attempts, container: { podInfo } }: ProbeFailure): boolean {
  const silent = secondsAgo(podInfo.cluster, attempts.lastSeen)
  if (silent > liveSeconds(attempts)) return false
  if (attempts.countIsLowerBound || attempts.count >= SENT_AT_ONCE) return true
  const span = secondsBetween(attempts.firstSeen, attempts.lastSeen) ?? 0
  const interval = attempts.count > 1 ? span / (attempts.count - 1) : 0
  return silent <= Math.max(SILENCE_SECONDS, 3 * interval)
}

function readinessSeverity(
  failure: ProbeFailure,
  phase: StartPhase | undefined,
): SeverityAndEffect | undefined {
  const { container, probe, attempts, everPassed } = failure
  const { status } = container
  const running = runningSeconds(container)
  if (running === undefined) return { severity: 'Error', effect: 'Unready' }
  const window = killWindow(probe, attemptSeconds(probe, attempts.class))
  if (status?.ready) {
    const upFor = running - window.max - START_SECONDS
    return flaps(failure, upFor) ? INTERMITTENT : recoveredSeverity(failure, running, upFor)
  }
  if (phase !== undefined) return isNoStart(failure) || isOver(failure, phase) ? UNREADY : undefined
  // It was ready before, or the events are of the run before.
  const patience = everPassed || !mayBeStarting(attempts) ? 0 : readinessPatience(probe, attempts)
  // A container that was ready and is not any more has failed often enough, however many events are left.
  const enough = everPassed === true || attempts.count >= Math.min(2, probe.failureThreshold)
  return running > patience && enough ? UNREADY : undefined
}

const UNREADY: SeverityAndEffect = { severity: 'Error', effect: 'Unready' }

/**
 * Ready now, and yet its readiness probe goes on failing: in between, or in turns. What failed only at the start, or
 * for one stretch that is over, has recovered. `upFor` is for how many seconds the start has been over.
 */
function flaps(failure: ProbeFailure, upFor: number): boolean {
  const { container, probe, attempts } = failure
  const { cluster, pod } = container.podInfo
  const [first, last] = [secondsAgo(cluster, attempts.firstSeen), secondsAgo(cluster, attempts.lastSeen)]
  const readyFor = secondsAgo(cluster, conditionOf(pod, 'ContainersReady')?.lastTransitionTime)
  // Became Ready (again) when the start was long over.
  const wasLost = readyFor < upFor
  if (last >= upFor || !isGoingOn(failure)) return false
  if (last < readyFor)
    return wasLost
      ? attempts.count >= probe.failureThreshold
      : first < upFor && attempts.count >= 2 * probe.failureThreshold
  if (!wasLost || first >= upFor || readyFor > LIVE_SECONDS || attempts.count < probe.failureThreshold)
    return false
  return attempts.countIsLowerBound || isIntermittent(probe, attempts)
}

/** A container that became Ready this long after its start, at most, was on its way up until then. */
const LONGEST_START_SECONDS = 300

/**
 * Ready again a short time ago, after it was not: because the probe failed often enough in a row, when the start was
 * over (docs/explain-events.md#over).
 */
function recoveredSeverity(
  { container, probe, attempts }: ProbeFailure,
  running: number,
  upFor: number,
): SeverityAndEffect | undefined {
  const { cluster, pod } = container.podInfo
  const [first, last] = [secondsAgo(cluster, attempts.firstSeen), secondsAgo(cluster, attempts.lastSeen)]
  const readyFor = secondsAgo(cluster, conditionOf(pod, 'ContainersReady')?.lastTransitionTime)
  const wasUp = first < upFor || running - readyFor > LONGEST_START_SECONDS
  return wasUp &&
    readyFor < upFor &&
    readyFor <= RECOVERY_SECONDS &&
    last <= RECOVERY_SECONDS &&
    (attempts.countIsLowerBound || attempts.count >= probe.failureThreshold)
    ? { severity: 'Warning', effect: 'None', recoveredFor: readyFor }
    : undefined
}
