import type { EffectiveProbe } from '../../model/kubernetes/probe.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { millis, secondsBetween } from '../../model/text/time.ts'
import type { ProbeMessage } from '../messages/probe.ts'
import { includes, type ProbeMessageClass } from '../messages/probe-classes.ts'
import { mayBeStarting } from './start/not-yet.ts'

/** One event about a probe, with what its text says. */
export interface ProbeOccurrence {
  readonly message: ProbeMessage
  readonly occurrence: Occurrence
}

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

/** The attempts of one probe, those together that ended in the same way. */
export function groupAttempts(
  own: readonly ProbeOccurrence[],
  { handler }: EffectiveProbe,
): readonly Attempts[] {
  // A command may print anything, also what the kubelet prints for other handlers.
  const read = own.map(
    ({ message, occurrence }): ProbeOccurrence => ({
      occurrence,
      message:
        handler.kind === 'exec' && message.handler !== 'exec'
          ? { ...message, class: 'exec.output', handler: 'exec' }
          : message,
    }),
  )
  const groups = Map.groupBy(
    read,
    ({ message }) => `${message.class} ${message.status ?? ''} ${message.verb}`,
  )
  return [...groups.values()].map(attemptsOf)
}

function attemptsOf(all: readonly ProbeOccurrence[]): Attempts {
  // OpenShift writes ProbeError with the body of the answer beside Unhealthy, for the same attempt.
  const unhealthy = all.filter(({ occurrence }) => occurrence.reason !== 'ProbeError')
  const group = unhealthy.length > 0 ? unhealthy : all
  const body = all.findLast(({ message }) => message.body !== undefined)?.message.body
  const { message } = group.at(-1) as ProbeOccurrence
  const seen = (which: 'firstSeen' | 'lastSeen') => group.map(({ occurrence }) => occurrence[which]).sort()
  return {
    class: message.class,
    message: { ...message, ...(body === undefined ? {} : { body }) },
    occurrences: group.map(({ occurrence }) => occurrence),
    count: group.reduce((sum, { occurrence }) => sum + occurrence.count, 0),
    countIsLowerBound: group.some(({ occurrence }) => occurrence.countIsLowerBound),
    firstSeen: seen('firstSeen')[0] ?? '',
    lastSeen: seen('lastSeen').at(-1) ?? '',
  }
}

/** Says nothing about the application: the container was on its way up or down. */
const ON_THE_WAY: readonly ProbeMessageClass[] = ['exec.gone', 'noip']

/**
 * The attempts that led to the state: those at the time of the last kill, else those that still go on; among
 * these the most frequent.
 */
export function decisiveAttempts(
  all: readonly Attempts[],
  kills: readonly Occurrence[],
  probe: EffectiveProbe,
): Attempts | undefined {
  const telling = all.filter(({ class: name }) => !includes(ON_THE_WAY, name))
  const rest = telling.length > 0 ? telling : all
  const period = Math.max(probe.periodSeconds, probe.timeoutSeconds)
  const kill = millis(kills.at(-1)?.lastSeen)
  const newest = Math.max(...rest.map(({ lastSeen }) => millis(lastSeen) ?? 0))
  const since = (kill === undefined ? newest : Math.min(kill, newest)) - (period * 3 + 2) * 1000
  const current = rest.filter(({ lastSeen }) => (millis(lastSeen) ?? 0) >= since)
  const answer = kill === undefined ? firstAnswer(current) : undefined
  if (answer !== undefined) return answer
  return current.reduce<Attempts | undefined>(
    (best, one) => (best === undefined || one.count > best.count ? one : best),
    undefined,
  )
}

/** What the application says since it is up: all that was seen before it may have been its start. */
const firstAnswer = (all: readonly Attempts[]): Attempts | undefined =>
  all.find(
    (one) =>
      !mayBeStarting(one) &&
      all.every(
        (other) =>
          other === one ||
          (mayBeStarting(other) && (millis(other.lastSeen) ?? 0) <= (millis(one.firstSeen) ?? 0)),
      ),
  )

/** What ends when the timeout is over, and not before. */
const TAKES_THE_TIMEOUT: readonly ProbeMessageClass[] = [
  'http.body.timeout',
  'grpc.timeout',
  'grpc.connect',
  'net.tlshandshake.timeout',
  'net.timeout.conn',
  'net.timeout.headers',
  'exec.timeout',
]

/** How long one failing attempt takes. */
export const attemptSeconds = (probe: EffectiveProbe, name: ProbeMessageClass): number =>
  includes(TAKES_THE_TIMEOUT, name) ? probe.timeoutSeconds : 0

/** Clearly fewer failures than attempts: in between, it passed. */
export function isIntermittent(probe: EffectiveProbe, failed: Attempts): boolean {
  const span = secondsBetween(failed.firstSeen, failed.lastSeen)
  if (failed.countIsLowerBound || span === undefined) return false
  const expected = span / Math.max(probe.periodSeconds, probe.timeoutSeconds) + 1
  return expected >= 6 && failed.count < expected * 0.6
}
