import type { ContainerStatus, Pod } from '../model/kubernetes/objects.ts'
import { type EffectiveProbe, killWindow } from '../model/kubernetes/probe.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { humanDuration, millis } from '../model/text/time.ts'
import type { ProbeEvent } from './probe-events.ts'
import type { ProbeState } from './report.ts'

/** A state and what it rests on, one line without a full stop. */
export interface ProbeStatus {
  readonly state: ProbeState
  readonly why: string
}

/** One probe in one pod, and what is known about it. */
interface Facts {
  readonly probe: EffectiveProbe
  readonly status: ContainerStatus
  /** Seconds since this run of the container started. */
  readonly age: number
  /** Its events in this run (or in the last one, while this one is too young to tell), newest last. */
  readonly recent: readonly ProbeEvent[]
  readonly now: number
  readonly eventsRead: boolean
}

/**
 * The recorder writes at least this often while a probe goes on failing (docs/reference/events.md#A3), with some
 * slack.
 */
const RECENT_SECONDS = 360

const probeStatus = (state: ProbeState, why: string): ProbeStatus => ({ state, why })

/**
 * What one probe of one pod does now, by the rules of docs/reference/probes.md#objects: `started` and `ready` are the
 * kubelet's own verdicts; of liveness there is no status, so it passes unless an event told lately that it failed.
 */
export function probeState(
  cluster: Cluster,
  pod: Pod,
  status: ContainerStatus | undefined,
  probe: EffectiveProbe,
  events: readonly ProbeEvent[],
): ProbeStatus {
  const obstacle = notRunning(cluster, pod, status)
  if (obstacle !== undefined) return { ...obstacle, why: obstacle.why + lastOutcome(events, cluster.now) }
  if (status === undefined) return probeStatus('Unknown', 'the pod has no status for this container')
  const startedAt = millis(status.state?.running?.startedAt) ?? cluster.now
  const age = (cluster.now - startedAt) / 1000
  // A young run has proved nothing yet: what killed the last one still counts.
  const isYoung = age <= killWindow(probe, probe.timeoutSeconds).max
  const recent = events.filter(({ time, mayBeThrottled }) => {
    const at = millis(time) ?? 0
    const isFresh = (cluster.now - at) / 1000 <= freshSeconds(probe, mayBeThrottled)
    return isFresh && (isYoung || at >= startedAt)
  })
  const eventsRead = cluster.wasRead('events', pod.metadata.namespace)
  const facts: Facts = { probe, status, age, recent, now: cluster.now, eventsRead }
  if (probe.type === 'startup') return startupState(facts)
  if (status.started !== true)
    return status.started === false
      ? probeStatus('NotStarted', 'waits until the container has started')
      : probeStatus('Unknown', 'the status does not say whether the container has started')
  return probe.type === 'readiness' ? readinessState(facts) : livenessState(facts)
}

/** Without throttling, each failure has an event: two periods of silence mean that it passes. */
const freshSeconds = ({ periodSeconds, timeoutSeconds }: EffectiveProbe, mayBeThrottled: boolean): number =>
  mayBeThrottled
    ? RECENT_SECONDS
    : Math.min(RECENT_SECONDS, 2 * Math.max(periodSeconds, 3 * timeoutSeconds) + 60)

function notRunning(
  cluster: Cluster,
  pod: Pod,
  status: ContainerStatus | undefined,
): ProbeStatus | undefined {
  const { phase } = pod.status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed')
    return probeStatus('NotRunning', `the pod has ended (${phase})`)
  if (pod.metadata.deletionTimestamp) return probeStatus('NotRunning', 'the pod is being deleted')
  const ready = cluster.node(pod.spec?.nodeName)?.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready !== undefined && ready.status !== 'True')
    return probeStatus('Unknown', `node ${pod.spec?.nodeName} is not ready, so its last word may be old`)
  if (status?.state?.running) return undefined
  const reason = status?.state?.waiting?.reason ?? status?.state?.terminated?.reason
  return probeStatus(
    'NotRunning',
    reason === undefined ? 'the container is not running' : `the container is not running (${reason})`,
  )
}

function startupState({ status, recent, age, now }: Facts): ProbeStatus {
  if (status.started === true) return probeStatus('Passing', 'has succeeded once, which is all it has to do')
  if (status.started !== false)
    return probeStatus('Unknown', 'the status does not say whether the container has started')
  return (
    stateByEvents(recent, now) ??
    probeStatus('Unknown', `no verdict yet, ${humanDuration(age)} after the start`)
  )
}

function readinessState({ probe, status, recent, age, now }: Facts): ProbeStatus {
  if (status.ready) {
    const last = recent.at(-1)
    if (last?.verdict === 'errored')
      return probeStatus('Inert', `${errors(last, now)}; the container stays ready as it was`)
    return probeStatus('Passing', 'the container is ready')
  }
  const latest =
    probe.initialDelaySeconds + (probe.successThreshold + 1) * probe.periodSeconds + probe.timeoutSeconds
  return (
    stateByEvents(recent, now) ??
    (age <= latest
      ? probeStatus('Unknown', `no verdict yet, ${humanDuration(age)} after the start`)
      : probeStatus('Failing', 'the container is not ready; no event says why'))
  )
}

/** Only events tell of liveness: without them nothing is known. */
const livenessState = ({ recent, now, eventsRead }: Facts): ProbeStatus =>
  stateByEvents(recent, now) ??
  (eventsRead
    ? probeStatus('Passing', 'no failure was heard of lately')
    : probeStatus('Unknown', 'only events would tell, and they were not read'))

/** Warnings are successes. The newest failure or error decides. */
function stateByEvents(recent: readonly ProbeEvent[], now: number): ProbeStatus | undefined {
  const last = recent.findLast(({ verdict }) => verdict !== 'warning')
  if (last === undefined) return undefined
  return last.verdict === 'errored'
    ? probeStatus('Inert', errors(last, now))
    : probeStatus('Failing', `failed ${ago(last, now)} ago`)
}

/** What a container that does not run did last: it may have been stopped for it. */
function lastOutcome(events: readonly ProbeEvent[], now: number): string {
  const last = events.at(-1)
  return last === undefined ? '' : `; ${last.verdict} ${ago(last, now)} ago`
}

const errors = (last: ProbeEvent, now: number): string =>
  `attempts can't be made (last ${ago(last, now)} ago), which the kubelet does not count`

const ago = ({ time }: ProbeEvent, now: number): string => humanDuration((now - (millis(time) ?? now)) / 1000)
