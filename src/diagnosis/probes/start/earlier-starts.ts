import type { Pod } from '../../../model/kubernetes/objects.ts'
import { killWindow } from '../../../model/kubernetes/probe.ts'
import type { EarlierStarts } from '../../../model/report/finding.ts'
import { secondsBetween } from '../../../model/text/time.ts'
import { type ContainerInfo, conditionOf, probeOf } from '../../pod-info.ts'

/**
 * The seconds from the start of the container to Ready of every pod of the workload that is ready, and in which it was
 * never restarted.
 */
export const readySeconds = ({ podInfo, name }: ContainerInfo) =>
  podInfo.workload.pods.flatMap((pod) => {
    const status = [
      ...(pod.status?.containerStatuses ?? []),
      ...(pod.status?.initContainerStatuses ?? []),
    ].find((one) => one.name === name)
    const ready = conditionOf(pod, 'Ready')
    if (!status?.ready || status.restartCount > 0 || ready?.status !== 'True') return []
    const seconds = secondsBetween(status.state?.running?.startedAt, ready.lastTransitionTime)
    return seconds === undefined || seconds < 0 ? [] : [{ pod, seconds }]
  })

/** Where no probe limits a start, what took longer may as well be a recovery from something else. */
export const LONGEST_START_SECONDS = 300

/**
 * How long starts of this container took, by its ready pods; undefined where there are none to tell. Becoming ready
 * again after a fault looks the same as a slow start, so that only what the probes can have let pass is believed.
 */
export function earlierStarts(container: ContainerInfo): EarlierStarts | undefined {
  const guard = probeOf(container, 'startup') ?? probeOf(container, 'liveness')
  const longest =
    guard === undefined ? LONGEST_START_SECONDS : killWindow(guard, guard.timeoutSeconds).max + 2
  const starts = readySeconds(container).filter(({ seconds }) => seconds <= longest)
  const sorted = starts.map(({ seconds }) => seconds).toSorted((a, b) => a - b)
  const [minSeconds, maxSeconds] = [sorted[0], sorted.at(-1)]
  const medianSeconds = sorted[Math.floor(sorted.length / 2)]
  if (minSeconds === undefined || maxSeconds === undefined || medianSeconds === undefined) return undefined
  const revision = revisionOf(container.podInfo.pod)
  const others = starts.filter(({ pod }) => revisionOf(pod) !== revision).length
  return {
    pods: starts.length,
    ...(others === 0 ? {} : { otherRevisions: others }),
    minSeconds,
    medianSeconds,
    maxSeconds,
  }
}

/** What controllers mark the pods of one revision with. */
const revisionOf = ({ metadata: { labels } }: Pod): string | undefined =>
  labels?.['pod-template-hash'] ?? labels?.['controller-revision-hash']
