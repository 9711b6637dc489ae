import type { ContainerStatus, Pod } from '../model/kubernetes/objects.ts'
import { probedContainers } from '../model/kubernetes/probe.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Occurrence } from '../model/snapshot/occurrence.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { millis } from '../model/text/time.ts'
import { presentPods } from './check.ts'
import { probeEventsOf } from './probe-events.ts'

/** What happened to a container at one moment; `at` in milliseconds. */
export interface TimelineMark {
  readonly at: number
  readonly kind: 'Started' | 'ProbeFailed' | 'Killed' | 'Ended'
}

/** `Failing`: a probe failed at times within it. `Unknown`: there were runs, of which nothing is known any more. */
export interface TimelineSpan {
  readonly from: number
  readonly to: number
  readonly kind: 'Running' | 'Waiting' | 'Failing' | 'Unknown'
}

/** The life of one container of one pod, as far as events and its status still tell it. */
export interface ContainerHistory {
  readonly pod: string
  readonly container: string
  readonly restarts: number
  readonly ready: boolean
  readonly marks: readonly TimelineMark[]
  readonly spans: readonly TimelineSpan[]
}

/** The containers of a workload's pods, worst first. Init containers that end are left out: they have no probes. */
export function historyOf(cluster: Cluster, workload: Workload): readonly ContainerHistory[] {
  const histories = presentPods(workload.pods).flatMap((pod) =>
    [...probedContainers(pod.spec ?? { containers: [] })].flatMap(({ type, container: { name } }) => {
      if (type === 'init') return []
      const statuses =
        type === 'container' ? pod.status?.containerStatuses : pod.status?.initContainerStatuses
      const status = statuses?.find((one) => one.name === name)
      return status === undefined ? [] : [containerHistory(cluster, pod, status)]
    }),
  )
  return sortedBy(histories, ({ restarts, ready, marks, pod, container }) => [
    -restarts,
    Number(ready),
    -marks.length,
    pod,
    container,
  ])
}

function containerHistory(cluster: Cluster, pod: Pod, status: ContainerStatus): ContainerHistory {
  const { name, restartCount, ready } = status
  const failed = probeEventsOf(cluster, pod).filter(
    ({ container, verdict }) => container === name && verdict === 'failed',
  )
  const events = eventsOf(cluster, pod, name)
  const kills = events.filter(({ reason }) => reason === 'Killing').flatMap(edges)
  const runs = knownRuns(status, cluster.now)
  return {
    pod: pod.metadata.name,
    container: name,
    restarts: restartCount,
    ready,
    marks: sortedBy(
      [
        ...runs.map(({ from }): TimelineMark => ({ at: from, kind: 'Started' })),
        ...kills.map((at): TimelineMark => ({ at, kind: 'Killed' })),
        ...runs
          .filter(({ ended, to }) => ended && !kills.some((at) => wasKilledAt(pod, at, to)))
          .map(({ to }): TimelineMark => ({ at: to, kind: 'Ended' })),
        ...failed.flatMap(edges).map((at): TimelineMark => ({ at, kind: 'ProbeFailed' })),
        ...events
          .filter(({ reason }) => reason === 'Started')
          .flatMap(edges)
          .map((at): TimelineMark => ({ at, kind: 'Started' })),
      ],
      ({ at, kind }) => [at, kind],
    ),
    spans: [
      ...runs.map(({ from, to }): TimelineSpan => ({ from, to, kind: 'Running' })),
      ...failed.flatMap((one): readonly TimelineSpan[] => {
        const [from, to] = edges(one)
        return from === undefined || to === undefined || one.count < 3 ? [] : [{ from, to, kind: 'Failing' }]
      }),
      ...between(runs, cluster.now),
      ...before(pod, status, runs, events, cluster.now),
    ],
  }
}

const eventsOf = (cluster: Cluster, { metadata }: Pod, container: string): readonly Occurrence[] => {
  const { namespace = '', name, uid } = metadata
  return cluster
    .eventsAbout({ kind: 'Pod', namespace, name, ...(uid ? { uid } : {}) })
    .filter((event) => event.container === container)
}

/** First and last of what a counted event stands for; the times in between are not recorded. */
const edges = ({ firstSeen, lastSeen }: Pick<Occurrence, 'firstSeen' | 'lastSeen'>): readonly number[] => {
  const times = [millis(firstSeen), millis(lastSeen)].filter((at) => at !== undefined)
  return [...new Set(times)]
}

/** The kill is told when it begins, and the end may take the grace period. */
const wasKilledAt = ({ spec }: Pod, kill: number, end: number): boolean =>
  kill <= end + SLACK && kill >= end - (spec?.terminationGracePeriodSeconds ?? 30) * 1000 - SLACK

/** Events and statuses have whole seconds. */
const SLACK = 2000

interface Run {
  readonly from: number
  readonly to: number
  readonly ended: boolean
}

/** The status keeps the present run and the one before. Oldest first. */
function knownRuns({ state, lastState }: ContainerStatus, now: number): readonly Run[] {
  const started = millis(state?.running?.startedAt)
  const ended = [lastState?.terminated, state?.terminated].flatMap((one): readonly Run[] => {
    const [from, to] = [millis(one?.startedAt), millis(one?.finishedAt)]
    return from === undefined || to === undefined ? [] : [{ from, to, ended: true }]
  })
  return [...ended, ...(started === undefined ? [] : [{ from: started, to: now, ended: false }])]
}

/** From the end of a run to the start of the next one, or until now. */
const between = (runs: readonly Run[], now: number): readonly TimelineSpan[] =>
  runs.flatMap(({ to, ended }, index) =>
    ended ? [{ from: to, to: runs[index + 1]?.from ?? now, kind: 'Waiting' as const }] : [],
  )

/** From the making of the pod to the first run that the status still knows. */
function before(
  pod: Pod,
  { restartCount }: ContainerStatus,
  runs: readonly Run[],
  events: readonly Occurrence[],
  now: number,
): readonly TimelineSpan[] {
  const made = millis(pod.metadata.creationTimestamp)
  const end = runs[0]?.from ?? now
  if (made === undefined || made >= end) return []
  if (restartCount + 1 <= Math.max(1, runs.length)) return [{ from: made, to: end, kind: 'Waiting' }]
  const firsts = events.filter(({ reason }) => reason === 'Started').map(({ firstSeen }) => millis(firstSeen))
  const first = firsts[0]
  // The event tells the first of all starts only where it counts them all.
  const isFirst = events.some(({ reason, count }) => reason === 'Started' && count > restartCount)
  if (first === undefined || !isFirst || first >= end) return [{ from: made, to: end, kind: 'Unknown' }]
  return [
    { from: made, to: first, kind: 'Waiting' },
    { from: first, to: end, kind: 'Unknown' },
  ]
}
