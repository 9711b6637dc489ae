import type { Severity } from '../model/report/finding.ts'
import { secondsBetween } from '../model/text/time.ts'
import {
  type ContainerInfo,
  LIVE_SECONDS,
  lastTermination,
  RECENT_SECONDS,
  runningSeconds,
  secondsAgo,
} from './pod-info.ts'

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
