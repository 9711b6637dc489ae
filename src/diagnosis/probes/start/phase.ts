import { type EffectiveProbe, killWindow } from '../../../model/kubernetes/probe.ts'
import { rolloutOf } from '../../../model/kubernetes/rollout.ts'
import type { EarlierStarts, StartRule } from '../../../model/report/finding.ts'
import { millis, secondsBetween } from '../../../model/text/time.ts'
import {
  type ContainerInfo,
  containerEvents,
  neverStarted,
  RECENT_SECONDS,
  secondsAgo,
} from '../../pod-info.ts'
import { type Attempts, attemptSeconds } from '../attempts.ts'
import type { ProbeFailure } from '../failure.ts'
import { KILL_EXIT_CODES } from '../kills.ts'
import { earlierStarts, LONGEST_START_SECONDS } from './earlier-starts.ts'
import { mayBeStarting } from './not-yet.ts'

/** Where no probe restarts a container, one that is refused for longer than this is not just starting. */
const START_SECONDS = 60

/** The start of the present run of a container, as one of its probes sees it. */
export interface StartPhase {
  /** RFC 3339: start of the run. */
  readonly startedAt: string
  /** Milliseconds since the epoch: from then on a failure of this probe is no matter of starting. */
  readonly failureFrom: number
  readonly rule: StartRule
  readonly earlier: EarlierStarts | undefined
}

/**
 * The start that a failing probe falls into, whether or not it is over by now; undefined where the failures are not
 * of a start: the probe passed in this run or before it, or killed the run before, or the container does not run.
 */
export function startPhase(failure: ProbeFailure): StartPhase | undefined {
  const { container, probe, attempts, killed, everPassed } = failure
  const { status, podInfo } = container
  const startedAt = status?.state?.running?.startedAt ?? startedUnwritten(failure)
  const began = millis(startedAt)
  if (startedAt == null || began === undefined || podInfo.terminating || killed !== 'no') return undefined
  if (everPassed === true || hasPassed(failure) || isStartedAgain(failure)) return undefined
  // What is left of the run before says nothing of this one.
  if ((secondsBetween(startedAt, attempts.lastSeen) ?? -1) < 0) return undefined
  const window = killWindow(probe, attemptSeconds(probe, attempts.class))
  const earlier = earlierStarts(container)
  // Whoever gives a rollout less time than a start has spoken.
  const stuck = rolloutOf(podInfo.workload.object)?.state === 'Stuck'
  if (probe.type !== 'readiness')
    return {
      startedAt,
      failureFrom: stuck ? began : began + window.max * 1000,
      rule: probe.type === 'startup' ? 'StartupProbe' : 'LivenessProbe',
      earlier,
    }
  const base = hasStartupProbe(container) ? Math.max(began, millis(attempts.firstSeen) ?? 0) : began
  const own = readinessPatience(probe, attempts)
  const seen = Math.min(LONGEST_START_SECONDS, 2 * (earlier?.medianSeconds ?? 0))
  return {
    startedAt,
    failureFrom: stuck ? began : base + Math.max(own, seen) * 1000,
    rule: seen > own ? 'EarlierStarts' : 'ReadinessProbe',
    earlier,
  }
}

/** When a container was started whose state does not tell of it yet, though it is probed. */
function startedUnwritten({ container, attempts }: ProbeFailure): string | undefined {
  if (!neverStarted(container)) return undefined
  return (
    containerEvents(container).findLast(({ reason }) => reason === 'Started')?.lastSeen ?? attempts.firstSeen
  )
}

/**
 * Whether these failures may be no more than a start: an attempt says "not yet", and the time for it is not over. A
 * startup probe that has failed as often as it may is about to act.
 */
export function isStarting(
  { container, probe, attempts }: ProbeFailure,
  { failureFrom }: StartPhase,
): boolean {
  if (!attempts.message.counted || !mayBeStarting(attempts)) return false
  if (failureFrom <= container.podInfo.cluster.now) return false
  // Over several runs the count says nothing of this one.
  const counts = probe.type === 'startup' && container.status?.restartCount === 0
  return !counts || attempts.count < probe.failureThreshold
}

const hasStartupProbe = ({ probes }: ContainerInfo): boolean => probes.some(({ type }) => type === 'startup')

/**
 * Seconds after which a container that was never ready counts as broken: its server is up and has answered for as long
 * as the probe is configured to bear, or nothing answers for a minute, with one attempt in it at least.
 */
export const readinessPatience = (probe: EffectiveProbe, attempts: Attempts): number =>
  attempts.class === 'http.status'
    ? killWindow(probe, 0).max
    : Math.max(
        START_SECONDS,
        probe.initialDelaySeconds + probe.periodSeconds + attemptSeconds(probe, attempts.class),
      )

/** Restarted lately, more than once or as a probe of this type restarts: the run before was no better than this one. */
function isStartedAgain({ container, probe }: ProbeFailure): boolean {
  const { status, podInfo } = container
  const last = status?.lastState?.terminated
  if (last === undefined || secondsAgo(podInfo.cluster, last.finishedAt) > RECENT_SECONDS) return false
  const asKilled = last.reason !== 'OOMKilled' && KILL_EXIT_CODES.includes(last.exitCode)
  return (status?.restartCount ?? 0) > 1 || (asKilled && probe.type !== 'readiness')
}

/** Whether the state of the container, or the silence of the kubelet, tells that this probe passes now. */
function hasPassed({ container, probe, attempts }: ProbeFailure): boolean {
  const { status, podInfo } = container
  switch (probe.type) {
    case 'readiness':
      return status?.ready === true
    case 'startup':
      return status?.started === true
    case 'liveness':
      // After a startup probe it begins when the start is over. Else its next attempt would have been told of.
      return (
        hasStartupProbe(container) ||
        (!neverStarted(container) &&
          secondsAgo(podInfo.cluster, attempts.lastSeen) >
            Math.max(probe.periodSeconds, probe.timeoutSeconds) + probe.timeoutSeconds + 2)
      )
  }
}
