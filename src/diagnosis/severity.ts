import { killWindow } from '../model/kubernetes/probe.ts'
import type { Effect, Severity } from '../model/report/finding.ts'
import { secondsBetween } from '../model/text/time.ts'
import type { ProbeMessageClass } from './messages/probe.ts'
import {
  type ContainerInfo,
  conditionOf,
  LIVE_SECONDS,
  lastTermination,
  RECENT_SECONDS,
  runningSeconds,
  secondsAgo,
} from './pod-info.ts'
import { type Attempts, attemptSeconds, isIntermittent, type ProbeFailure } from './probes/failure.ts'

/** How bad a failure is now, and what it does. */
export interface SeverityAndEffect {
  readonly severity: Severity
  readonly effect: Effect
}

/** An application on its way up shows these; they only mean something when they last. */
const TRANSIENT =
  /^(net\.(refused|reset|eof|timeout|tlshandshake)|grpc\.(connect|timeout|status|rpc)|exec\.(output|empty|timeout|runtime))/

/** An application that refuses longer than this is not just starting. */
const START_SECONDS = 60

/**
 * How bad it is that a container was restarted: it waits or fell again and again (Error), came back a short time ago
 * or does it every now and then (Warning), or long ago (undefined: nothing to tell).
 */
export function restartSeverity(container: ContainerInfo): Severity | undefined {
  const { status, podInfo } = container
  const last = lastTermination(status)
  if (status === undefined) return undefined
  if (status.state?.waiting !== undefined || status.state?.terminated !== undefined) return 'Error'
  const since = secondsAgo(podInfo.cluster, last?.finishedAt)
  const life = secondsBetween(last?.startedAt, last?.finishedAt) ?? 0
  const running = runningSeconds(container) ?? 0
  if (since <= LIVE_SECONDS && running <= Math.max(life, 10)) return 'Error'
  if (!status.ready && since <= LIVE_SECONDS) return 'Error'
  if (since <= RECENT_SECONDS) return 'Warning'
  const age = secondsAgo(podInfo.cluster, podInfo.pod.status?.startTime)
  return status.restartCount >= 3 && since < (2 * age) / status.restartCount ? 'Warning' : undefined
}

/** How bad a probe's failures are now; undefined where they are past, or belong to every start and stop. */
export function severityOf(failure: ProbeFailure): SeverityAndEffect | undefined {
  const { container, main } = failure
  const { status, podInfo } = container
  if (podInfo.terminating || status === undefined || main.class === 'exec.gone' || main.class === 'noip')
    return undefined
  if (secondsAgo(podInfo.cluster, main.lastSeen) > RECENT_SECONDS) return undefined
  if (main.message.verb === 'warning') return { severity: 'Warning', effect: 'Inert' }
  if (!main.message.counted) return inertState(failure)
  switch (failure.probe.type) {
    case 'startup':
      return startupState(failure)
    case 'liveness':
      return livenessState(failure)
    case 'readiness':
      return readinessState(failure)
  }
}

/** Errors are thrown away: the state stays as it was, for ever (spec/probes.md 0). */
function inertState({ container, probe, main }: ProbeFailure): SeverityAndEffect | undefined {
  const { status, podInfo } = container
  if (status?.state?.running === undefined) return undefined
  if (secondsAgo(podInfo.cluster, main.lastSeen) > inertMemory(main)) return undefined
  if (main.class === 'exec.runtime' && main.count < 3) return undefined
  if (probe.type === 'startup')
    return status.started ? undefined : { severity: 'Error', effect: 'NotStarted' }
  if (probe.type === 'readiness' && !status.ready) return { severity: 'Error', effect: 'Unready' }
  return { severity: 'Error', effect: 'Inert' }
}

/** A file that is not in the image stays so while the container runs; other errors may pass. */
const inertMemory = (main: Attempts): number =>
  /^exec\.(missing|denied|format)$/.test(main.class) ? RECENT_SECONDS : liveSeconds(main)

/** A series is written every half an hour only (spec/events.md A.4). */
const SERIES_SECONDS = 30 * 60 + LIVE_SECONDS

const liveSeconds = ({ occurrences }: Attempts): number =>
  occurrences.some(({ event: { series } }) => series != null) ? SERIES_SECONDS : LIVE_SECONDS

function startupState({ container, main, killed, probe }: ProbeFailure): SeverityAndEffect | undefined {
  const { status } = container
  if (killed !== 'no') {
    const severity = status?.started ? restartSeverity(container) : 'Error'
    return severity === undefined ? undefined : { severity, effect: 'Restarting' }
  }
  if (status?.started) return undefined
  const hopeless = !TRANSIENT.test(main.class) && main.message.status !== 503 && main.count >= 2
  return hopeless || main.count >= probe.failureThreshold
    ? { severity: 'Error', effect: 'NotStarted' }
    : undefined
}

function livenessState(failure: ProbeFailure): SeverityAndEffect | undefined {
  const { container, probe, main, killed } = failure
  if (killed !== 'no') {
    const severity = restartSeverity(container)
    return severity === undefined ? undefined : { severity, effect: 'Restarting' }
  }
  const running = runningSeconds(container)
  if (running === undefined) return { severity: 'Error', effect: 'Restarting' }
  const start = killWindow(probe, attemptSeconds(probe, main.class)).max
  const late = running - secondsAgo(container.podInfo.cluster, main.firstSeen) > start
  return late && goesOn(failure) && main.count >= 2 * probe.failureThreshold ? NOW_AND_THEN : undefined
}

/** Fails, but never often enough in a row to have acted by now. */
const NOW_AND_THEN: SeverityAndEffect = { severity: 'Warning', effect: 'None' }

/** A writer sends its first 25 events at once (spec/events.md A.3), so that a silence among these means something. */
const PROMPT = 20
const SILENCE_SECONDS = 90

/** Heard of lately, and not silent for much longer than it took between two failures. */
function goesOn({ main, container: { podInfo } }: ProbeFailure): boolean {
  const silent = secondsAgo(podInfo.cluster, main.lastSeen)
  if (silent > liveSeconds(main)) return false
  if (main.countIsLowerBound || main.count >= PROMPT) return true
  const span = secondsBetween(main.firstSeen, main.lastSeen) ?? 0
  const interval = main.count > 1 ? span / (main.count - 1) : 0
  return silent <= Math.max(SILENCE_SECONDS, 3 * interval)
}

function readinessState(failure: ProbeFailure): SeverityAndEffect | undefined {
  const { container, probe, main, everPassed } = failure
  const { status } = container
  const running = runningSeconds(container)
  if (running === undefined) return { severity: 'Error', effect: 'Unready' }
  const window = killWindow(probe, attemptSeconds(probe, main.class))
  if (status?.ready) return flaps(failure, running - window.max - START_SECONDS) ? NOW_AND_THEN : undefined
  const starting = isTransient(main.class) || main.message.status === 503
  const patience = everPassed || !starting ? 0 : main.class === 'http.status' ? window.max : START_SECONDS
  return running > patience && main.count >= Math.min(2, probe.failureThreshold)
    ? { severity: 'Error', effect: 'Unready' }
    : undefined
}

/**
 * Ready now, and yet its readiness probe goes on failing: in between, or in turns. What failed only at the start, or
 * for one stretch that is over, has recovered. `upFor` is for how many seconds the start has been over.
 */
function flaps(failure: ProbeFailure, upFor: number): boolean {
  const { container, probe, main } = failure
  const { cluster, pod } = container.podInfo
  const [first, last] = [secondsAgo(cluster, main.firstSeen), secondsAgo(cluster, main.lastSeen)]
  const readyFor = secondsAgo(cluster, conditionOf(pod, 'ContainersReady')?.lastTransitionTime)
  // Became Ready (again) when the start was long over.
  const wasLost = readyFor < upFor
  if (last >= upFor || !goesOn(failure)) return false
  if (last < readyFor)
    return wasLost
      ? main.count >= probe.failureThreshold
      : first < upFor && main.count >= 2 * probe.failureThreshold
  if (!wasLost || first >= upFor || readyFor > LIVE_SECONDS || main.count < probe.failureThreshold)
    return false
  return main.countIsLowerBound || isIntermittent(failure)
}

const isTransient = (name: ProbeMessageClass): boolean => TRANSIENT.test(name)
