import { secondsBetween } from '../../model/text/time.ts'
import { LIVE_SECONDS, readinessLostAt, secondsAgo } from '../pod-info.ts'
import type { ProbeFailure } from './failure.ts'

/** From here on a recorder may have dropped events (docs/reference/events.md#A3), with some slack. */
const SENT_AT_ONCE = 20

/** This many seconds a busy kubelet takes from the result of a probe to the condition of the pod. */
const LATE_STATUS = 10

/**
 * Whether later attempts must have failed of which no event is left: the container runs and is still not ready, and the
 * newest event is older than the attempts that came since. What it fails with by now may be something else.
 */
export function isOutdated({ container, probe, attempts }: ProbeFailure): boolean {
  const { status, podInfo } = container
  if (status?.state?.running === undefined || attempts.lastSeen === '') return false
  const failsNow =
    (probe.type === 'readiness' && !status.ready && status.started !== false) ||
    (probe.type === 'startup' && status.started === false)
  if (!failsNow || attempts.occurrences.some(({ event: { series } }) => series != null)) return false
  const warnings = podInfo.events
    .filter(({ type }) => type === 'Warning')
    .reduce((sum, { count }) => sum + count, 0)
  // Each attempt that fails has an event, also the one that took the readiness away.
  const lostAt = readinessLostAt(container)
  const mayBeDropped = attempts.countIsLowerBound || warnings >= SENT_AT_ONCE
  // An attempt that errors is made three times.
  const attempt = Math.max(probe.periodSeconds, 3 * probe.timeoutSeconds)
  if (!mayBeDropped && lostAt !== undefined) {
    const before = secondsBetween(attempts.lastSeen, lostAt) ?? 0
    if (before > probe.timeoutSeconds + LATE_STATUS) return true
  }
  const patience = mayBeDropped ? LIVE_SECONDS : 2 * attempt + probe.timeoutSeconds + 5
  return secondsAgo(podInfo.cluster, attempts.lastSeen) > patience
}
