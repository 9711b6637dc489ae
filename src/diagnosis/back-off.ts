import type { NextRestart } from '../model/report/finding.ts'
import { sortedBy } from '../model/text/sort.ts'
import { millis, rfc3339 } from '../model/text/time.ts'
import { parseBackOffSeconds } from './messages/back-off.ts'
import { type ContainerInfo, lastTermination, restarts } from './pod-info.ts'

const FIRST_SECONDS = 10
const LONGEST_SECONDS = 300

/** The kubelet looks at a waiting pod this much later than it could (docs/reference/probes.md#back-off). */
const LATE_SECONDS = 30

/**
 * The longest that the kubelet waits before it starts a container again which it has restarted so often: nothing at
 * first, then 10 s, doubled up to 5 minutes. It waits less where the count began anew after a run of ten minutes
 * (docs/reference/probes.md#back-off).
 */
export const longestBackOff = (restartCount: number): number =>
  restartCount === 0 ? 0 : Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(restartCount - 1, 16))

/** The first of these containers to start again; undefined where none waits for that. */
export function nextRestart(containers: readonly ContainerInfo[]): NextRestart | undefined {
  return sortedBy(
    containers.flatMap((container) => nextOf(container) ?? []),
    ({ at, pod }) => [at, pod],
  )[0]
}

function nextOf(container: ContainerInfo): NextRestart | undefined {
  const { status, podInfo } = container
  const pod = podInfo.pod.metadata.name
  const waiting = status?.state?.waiting
  const last = lastTermination(status)
  const ended = millis(last?.finishedAt)
  if (status === undefined || last === undefined || ended === undefined || podInfo.terminating)
    return undefined
  const waits = waiting?.reason === 'CrashLoopBackOff'
  if (!waits && (status.state?.terminated == null || !restarts(container, last.exitCode))) return undefined
  const seconds = parseBackOffSeconds(waiting?.message ?? '')
  if (seconds !== undefined)
    return { pod, at: rfc3339(ended + seconds * 1000), atMost: false, backOffSeconds: seconds }
  const latest = longestBackOff(status.restartCount ?? 0) + LATE_SECONDS
  return { pod, at: rfc3339(ended + latest * 1000), atMost: true }
}
