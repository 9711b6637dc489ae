import { type EffectiveProbe, killWindow, type ProbeType, resolvePort } from '../../model/kubernetes/probe.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { secondsBetween } from '../../model/text/time.ts'
import { parseProbeMessage } from '../messages/probe.ts'
import { type ContainerInfo, lastTermination, neverStarted, type PodInfo, secondsAgo } from '../pod-info.ts'
import {
  type Attempts,
  attemptSeconds,
  decisiveAttempts,
  groupAttempts,
  type ProbeOccurrence,
} from './attempts.ts'
import { deathWindow, type Killed, killedBy, killsOf } from './kills.ts'

/** Everything that events and status tell about one probe of one container that does not pass. */
export interface ProbeFailure {
  readonly container: ContainerInfo
  readonly probe: EffectiveProbe
  /** The attempts that explain the state; left out is what comes with every start and stop. */
  readonly attempts: Attempts
  readonly kills: readonly Occurrence[]
  readonly killed: Killed
  /** Whether this probe passed at some time in the last run or in this one; undefined where nothing tells. */
  readonly everPassed: boolean | undefined
  /** The port number that is probed; undefined for commands, and for a name that the container does not declare. */
  readonly port: number | undefined
}

/** The failures of all probes of a pod, by container in the order of the spec. */
export function probeFailures(podInfo: PodInfo): readonly ProbeFailure[] {
  const all = podInfo.events.flatMap((occurrence): readonly ProbeOccurrence[] => {
    const message = parseProbeMessage(occurrence.message)
    return message === undefined ? [] : [{ message, occurrence }]
  })
  return podInfo.containers.flatMap((container) =>
    container.probes.flatMap((probe) => {
      const own = all.filter(
        (one) => containerOf(podInfo, one) === container.name && one.message.probe === probe.type,
      )
      return failureOf(container, probe, own)
    }),
  )
}

/** On combined events the field path is that of the first message (docs/reference/events.md#A3): ask the message. */
function containerOf(podInfo: PodInfo, { message, occurrence }: ProbeOccurrence): string | undefined {
  if (!occurrence.combined && occurrence.container !== undefined) return occurrence.container
  const able = podInfo.containers.filter((container) =>
    container.probes.some((probe) => probe.type === message.probe && couldSay(container, probe, message)),
  )
  const first = able.find(({ name }) => name === occurrence.container) ?? able[0]
  const suspects = able.filter((container) => suffersFrom(container, message.probe))
  return (first !== undefined && suspects.includes(first) ? first : (suspects[0] ?? first))?.name
}

/** Whether the state of the container is what failures of this probe lead to. */
function suffersFrom({ status }: ContainerInfo, type: ProbeType): boolean {
  switch (type) {
    case 'readiness':
      return status?.ready === false
    case 'startup':
      return status?.started === false
    case 'liveness':
      return (status?.restartCount ?? 0) > 0
  }
}

/** Whether an attempt of this probe can have ended in this text. */
function couldSay(
  { spec }: ContainerInfo,
  { handler }: EffectiveProbe,
  message: ProbeOccurrence['message'],
): boolean {
  if (handler.kind === 'exec') return message.handler === 'exec' || message.port === undefined
  if (message.handler !== (handler.kind === 'grpc' ? 'grpc' : 'network')) return false
  return message.port === undefined || message.port === resolvePort(spec, handler.port)
}

function failureOf(
  container: ContainerInfo,
  probe: EffectiveProbe,
  own: readonly ProbeOccurrence[],
): readonly ProbeFailure[] {
  const kills = killsOf(container, probe.type)
  const attempts = decisiveAttempts(groupAttempts(own, probe), kills, probe)
  if (attempts === undefined) return []
  const killed = killedBy(container, probe, attempts, kills)
  const { handler } = probe
  return [
    {
      container,
      probe,
      attempts,
      kills,
      killed,
      everPassed: everPassed(container, probe, attempts, killed, kills),
      port: handler.kind === 'exec' ? undefined : resolvePort(container.spec, handler.port),
    },
  ]
}

/** Whether the probe passed before it failed, from the state, the life of the last run and the conditions. */
function everPassed(
  container: ContainerInfo,
  probe: EffectiveProbe,
  attempts: Attempts,
  killed: Killed,
  kills: readonly Occurrence[],
): boolean | undefined {
  const { status, podInfo } = container
  if (probe.type === 'startup') return status?.started === true
  if (probe.type === 'readiness') {
    if (status?.ready) return true
    return status?.restartCount === 0 ? wasReady(podInfo) : undefined
  }
  // Where the kubelet lags behind, its silence tells nothing.
  if (killed === 'no' && neverStarted(container)) return undefined
  if (killed === 'no')
    return secondsAgo(podInfo.cluster, attempts.lastSeen) > 3 * probe.periodSeconds ? true : undefined
  // With a startup probe the liveness probe only begins after the startup probe has passed.
  if (container.probes.some(({ type }) => type === 'startup')) return undefined
  const [lasted, allowed] = lastedAndAllowed(container, probe, attempts, kills)
  if (lasted === undefined) return undefined
  if (lasted <= allowed) return false
  if (killed !== 'proven' || lasted > 3 * allowed + LATE_SECONDS) return true
  return failedFromTheStart(container, probe, attempts) ? false : undefined
}

/** How long the last run lasted, and how long it may if nothing ever passes: until the kill, or until the end. */
function lastedAndAllowed(
  container: ContainerInfo,
  probe: EffectiveProbe,
  attempts: Attempts,
  kills: readonly Occurrence[],
): readonly [number | undefined, number] {
  const last = lastTermination(container.status)
  const kill = kills.at(-1)?.lastSeen
  const untilKill = secondsBetween(last?.startedAt, kill)
  // A kill that is younger than the end is that of a later run.
  const isOfThisRun = (secondsBetween(last?.finishedAt, kill) ?? 0) <= 3
  return untilKill !== undefined && untilKill > 0 && isOfThisRun
    ? [untilKill, killWindow(probe, attemptSeconds(probe, attempts.class)).max + 3]
    : [secondsBetween(last?.startedAt, last?.finishedAt), deathWindow(container, probe, attempts.class).max]
}

/** On a node that has too much to do, the kubelet is so late with a kill, and with the first attempts. */
const LATE_SECONDS = 60
const LATE_FIRST_SECONDS = 15

/** The first failure that is known came when the first attempt was due: nothing had passed before it. */
function failedFromTheStart(
  { podInfo: { pod, events }, name }: ContainerInfo,
  { initialDelaySeconds, periodSeconds }: EffectiveProbe,
  { firstSeen }: Attempts,
): boolean {
  const started = events.find(
    ({ reason, container }) => reason === 'Started' && container === name,
  )?.firstSeen
  const after = secondsBetween(started ?? pod.status?.startTime, firstSeen)
  return after !== undefined && after <= initialDelaySeconds + periodSeconds + LATE_FIRST_SECONDS
}

/** ContainersReady last changed well after the pod began: it had been true before. */
function wasReady({ pod }: PodInfo): boolean | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'ContainersReady')
  const after = secondsBetween(pod.status?.startTime, condition?.lastTransitionTime)
  return condition === undefined || after === undefined ? undefined : condition.status === 'True' || after > 5
}
