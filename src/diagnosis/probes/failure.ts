import {
  type EffectiveProbe,
  killWindow,
  type ProbeType,
  resolvePort,
  type Window,
} from '../../model/kubernetes/probe.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { millis, secondsBetween } from '../../model/text/time.ts'
import {
  type ProbeKill,
  type ProbeMessage,
  type ProbeMessageClass,
  parseKilling,
  parseProbeMessage,
} from '../messages/probe.ts'
import { type ContainerInfo, graceSeconds, lastTermination, type PodInfo, secondsAgo } from '../pod-info.ts'

/** Attempts of one probe that ended in the same way. */
export interface Attempts {
  readonly class: ProbeMessageClass
  /** The latest text. */
  readonly message: ProbeMessage
  readonly occurrences: readonly Occurrence[]
  readonly count: number
  readonly countIsLowerBound: boolean
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Everything that events and status tell about one probe of one container that does not pass. */
export interface ProbeFailure {
  readonly container: ContainerInfo
  readonly probe: EffectiveProbe
  /** The attempts that explain the state; the others are what comes with every start and stop. */
  readonly main: Attempts
  readonly all: readonly Attempts[]
  readonly kills: readonly Occurrence[]
  /** Probe kill of the last run, proven by an event, or likely because of how long the run lasted. */
  readonly killed: 'proven' | 'likely' | 'no'
  /** Whether this probe passed at some time in the last run or in this one; undefined where nothing tells. */
  readonly everPassed: boolean | undefined
  /** Another container port or service port than the pod's own is probed. */
  readonly port: number | undefined
}

/** Says nothing about the application: the container was on its way up or down. */
const PASSING: readonly ProbeMessageClass[] = ['exec.gone', 'noip']

interface Attempt {
  readonly message: ProbeMessage
  readonly occurrence: Occurrence
}

/** The failures of all probes of a pod, by container in the order of the spec. */
export function probeFailures(pod: PodInfo): readonly ProbeFailure[] {
  const attempts = pod.events.flatMap((occurrence): readonly Attempt[] => {
    const message = parseProbeMessage(occurrence.message)
    return message === undefined ? [] : [{ message, occurrence }]
  })
  return pod.containers.flatMap((container) =>
    container.probes.flatMap((probe) => {
      const own = attempts.filter(
        (attempt) => containerOf(pod, attempt) === container.name && attempt.message.probe === probe.type,
      )
      return failureOf(container, probe, own)
    }),
  )
}

/** On combined events the field path is that of the first message (spec/events.md A.3): ask the message. */
function containerOf(pod: PodInfo, { message, occurrence }: Attempt): string | undefined {
  if (!occurrence.combined && occurrence.container !== undefined) return occurrence.container
  const able = pod.containers.filter((container) =>
    container.probes.some((probe) => probe.type === message.probe && couldSay(container, probe, message)),
  )
  const first = able.find(({ name }) => name === occurrence.container) ?? able[0]
  const suspects = able.filter((container) => suffersFrom(container, message.probe))
  return (first !== undefined && suspects.includes(first) ? first : (suspects[0] ?? first))?.name
}

/** Whether the state of the container is what failures of this probe lead to. */
const suffersFrom = ({ status }: ContainerInfo, type: ProbeType): boolean =>
  type === 'readiness'
    ? status?.ready === false
    : type === 'startup'
      ? status?.started === false
      : (status?.restartCount ?? 0) > 0

function couldSay(container: ContainerInfo, { handler }: EffectiveProbe, message: ProbeMessage): boolean {
  const isExec = message.class.startsWith('exec.')
  if (handler.kind === 'exec') return message.port === undefined || isExec
  if (isExec) return false
  if (handler.kind === 'grpc' ? !message.class.startsWith('grpc.') : message.class.startsWith('grpc.'))
    return false
  return message.port === undefined || message.port === resolvePort(container.spec, handler.port)
}

function failureOf(
  container: ContainerInfo,
  probe: EffectiveProbe,
  attempts: readonly Attempt[],
): readonly ProbeFailure[] {
  const all = grouped(attempts, probe)
  const kills = killsOf(container, probe.type)
  const main = mainAttempts(all, kills, probe)
  if (main === undefined) return []
  const killed = killOf(container, probe, main, kills)
  return [
    {
      container,
      probe,
      main,
      all,
      kills,
      killed,
      everPassed: everPassed(container, probe, main, killed, kills),
      port: probe.handler.kind === 'exec' ? undefined : resolvePort(container.spec, probe.handler.port),
    },
  ]
}

function grouped(attempts: readonly Attempt[], probe: EffectiveProbe): readonly Attempts[] {
  const groups = new Map<string, Attempt[]>()
  for (const attempt of attempts) {
    const message = asOutput(attempt.message, probe)
    const key = `${message.class} ${message.status ?? ''} ${message.verb}`
    groups.set(key, [...(groups.get(key) ?? []), { ...attempt, message }])
  }
  return [...groups.values()].map(attemptsOf)
}

function attemptsOf(all: readonly Attempt[]): Attempts {
  // OpenShift writes ProbeError with the body of the answer beside Unhealthy, for the same attempt.
  const unhealthy = all.filter(({ occurrence }) => occurrence.reason !== 'ProbeError')
  const group = unhealthy.length > 0 ? unhealthy : all
  const body = all.findLast(({ message }) => message.body !== undefined)?.message.body
  const { message } = group.at(-1) as Attempt
  return {
    class: message.class,
    message: { ...message, ...(body === undefined ? {} : { body }) },
    occurrences: group.map(({ occurrence }) => occurrence),
    count: group.reduce((sum, { occurrence }) => sum + occurrence.count, 0),
    countIsLowerBound: group.some(({ occurrence }) => occurrence.countIsLowerBound),
    firstSeen: group.map(({ occurrence }) => occurrence.firstSeen).sort()[0] ?? '',
    lastSeen:
      group
        .map(({ occurrence }) => occurrence.lastSeen)
        .sort()
        .at(-1) ?? '',
  }
}

/** A command may print anything, also what the kubelet prints for other handlers. */
const asOutput = (message: ProbeMessage, { handler }: EffectiveProbe): ProbeMessage =>
  handler.kind === 'exec' && !message.class.startsWith('exec.')
    ? { ...message, class: 'exec.output' }
    : message

export function killsOf(container: ContainerInfo, type?: ProbeType): readonly Occurrence[] {
  return container.podInfo.events.filter((occurrence) => {
    const kill: ProbeKill | undefined =
      occurrence.reason === 'Killing' ? parseKilling(occurrence.message) : undefined
    return kill?.container === container.name && (type === undefined || kill.probe === type)
  })
}

/**
 * The attempts that led to the state: those at the time of the last kill, else those that still go on; among
 * these the most frequent.
 */
function mainAttempts(
  all: readonly Attempts[],
  kills: readonly Occurrence[],
  probe: EffectiveProbe,
): Attempts | undefined {
  const telling = all.filter(({ class: name }) => !PASSING.includes(name))
  const rest = telling.length > 0 ? telling : all
  const period = Math.max(probe.periodSeconds, probe.timeoutSeconds)
  const kill = millis(kills.at(-1)?.lastSeen)
  const newest = Math.max(...rest.map(({ lastSeen }) => millis(lastSeen) ?? 0))
  const since = (kill === undefined ? newest : Math.min(kill, newest)) - (period * 3 + 2) * 1000
  const current = rest.filter(({ lastSeen }) => (millis(lastSeen) ?? 0) >= since)
  return current.reduce<Attempts | undefined>(
    (best, one) => (best === undefined || one.count > best.count ? one : best),
    undefined,
  )
}

/** How long one failing attempt takes. */
export const attemptSeconds = (probe: EffectiveProbe, name: ProbeMessageClass): number =>
  /timeout|grpc\.connect/.test(name) ? probe.timeoutSeconds : 0

/** Clearly fewer failures than attempts: in between, it passed. */
export function isIntermittent({ probe, main }: ProbeFailure): boolean {
  const span = secondsBetween(main.firstSeen, main.lastSeen)
  if (main.countIsLowerBound || span === undefined) return false
  const attempts = span / Math.max(probe.periodSeconds, probe.timeoutSeconds) + 1
  return attempts >= 6 && main.count < attempts * 0.6
}

/** From container start to the end of the process, if the probe never passes. */
export function deathWindow(
  container: ContainerInfo,
  probe: EffectiveProbe,
  name: ProbeMessageClass,
): Window {
  const window = killWindow(probe, attemptSeconds(probe, name))
  // Two seconds for the clock's whole seconds and the kubelet's own work.
  return { min: window.min - 2, max: window.max + graceSeconds(container, probe) + 2 }
}

/** Exit codes after a kill: a clean handler, SIGKILL, SIGTERM (spec/probes.md 4.2). */
export const KILL_EXIT_CODES: readonly number[] = [0, 137, 143]

function killOf(
  container: ContainerInfo,
  probe: EffectiveProbe,
  { class: name, message }: Attempts,
  kills: readonly Occurrence[],
): ProbeFailure['killed'] {
  if (probe.type === 'readiness') return 'no'
  const last = lastTermination(container.status)
  const kill = kills.at(-1)
  if (kill !== undefined && last?.finishedAt === undefined) return 'proven'
  if (last === undefined || last.reason === 'OOMKilled') return 'no'
  const between = secondsBetween(kill?.lastSeen, last.finishedAt)
  if (between !== undefined && between >= -3 && between <= graceSeconds(container, probe) + 10)
    return 'proven'
  const life = secondsBetween(last.startedAt, last.finishedAt)
  const window = deathWindow(container, probe, name)
  const fits = life !== undefined && life >= window.min && life <= window.max
  return message.counted && fits && KILL_EXIT_CODES.includes(last.exitCode) ? 'likely' : 'no'
}

/** Whether the probe passed before it failed, from the state, the life of the last run and the conditions. */
function everPassed(
  container: ContainerInfo,
  probe: EffectiveProbe,
  main: Attempts,
  killed: ProbeFailure['killed'],
  kills: readonly Occurrence[],
): boolean | undefined {
  const { status, podInfo } = container
  if (probe.type === 'startup') return status?.started === true
  if (probe.type === 'readiness') {
    if (status?.ready) return true
    return status?.restartCount === 0 ? wasReady(podInfo) : undefined
  }
  if (killed === 'no')
    return secondsAgo(podInfo.cluster, main.lastSeen) > 3 * probe.periodSeconds ? true : undefined
  const last = lastTermination(status)
  // With a startup probe the liveness probe only begins after the startup probe has passed.
  if (container.probes.some(({ type }) => type === 'startup')) return undefined
  const untilKill = secondsBetween(last?.startedAt, kills.at(-1)?.lastSeen)
  if (killed === 'proven' && untilKill !== undefined && untilKill > 0)
    return untilKill > killWindow(probe, attemptSeconds(probe, main.class)).max + 3
  const life = secondsBetween(last?.startedAt, last?.finishedAt)
  return life === undefined ? undefined : life > deathWindow(container, probe, main.class).max
}

/** ContainersReady last changed well after the pod began: it had been true before. */
function wasReady({ pod }: PodInfo): boolean | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'ContainersReady')
  const after = secondsBetween(pod.status?.startTime, condition?.lastTransitionTime)
  return condition === undefined || after === undefined ? undefined : condition.status === 'True' || after > 5
}
