import type { EffectiveProbe, Handler } from '../../model/kubernetes/probe.ts'
import type { Evidence } from '../../model/report/finding.ts'
import type { Replay, ReplayAttempt, ReplayOutcome } from '../../model/snapshot/replay.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { millis, secondsAbove, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { ContainerInfo } from '../pod-info.ts'
import type { ProbeFailure } from './failure.ts'

/**
 * What a probe that was run from here would do. `MayTimeOut`: within its timeout only without the way through the API
 * server; `NotCounted`: an error, which the kubelet throws away; `Mixed`: not the same every time; `NotRun`: nothing
 * was found out.
 */
export type ReplayVerdict =
  | 'WouldPass'
  | 'MayTimeOut'
  | 'WouldFail'
  | 'WouldTimeOut'
  | 'NotCounted'
  | 'Mixed'
  | 'NotRun'

/** As much of a probe as its verdict needs. */
export interface Replayed {
  readonly timeoutSeconds: number
  readonly handler: Pick<Handler, 'kind'>
}

/** The verdict on all attempts of one probe, and its words: `would fail: HTTP status 404`. */
export function replayVerdict(
  { attempts, stopped }: Replay,
  probe: Replayed,
): { readonly verdict: ReplayVerdict; readonly summary: string } {
  const telling = attempts.filter(({ outcome }) => outcome !== 'Unknown')
  const kinds = new Set(
    telling.map(({ outcome }) => (outcome === 'Warned' ? 'Passed' : (outcome as CountedOutcome))),
  )
  const [kind] = kinds
  if (kind === undefined)
    return {
      verdict: 'NotRun',
      summary: `no verdict: ${attempts.at(-1)?.message ?? stopped ?? 'it was not run'}`,
    }
  if (kinds.size > 1) {
    const bad = telling.filter(({ outcome }) => outcome !== 'Passed' && outcome !== 'Warned')
    const late = bad.some((attempt) => attempt.late) ? `; ${lateText(bad, probe)}` : ''
    return {
      verdict: 'Mixed',
      summary: `${bad.length} of ${plural(telling.length, 'attempt')} would not pass: ${messages(bad)}${late}`,
    }
  }
  const slowest = Math.max(0, ...telling.map(({ milliseconds = 0 }) => milliseconds))
  if (kind === 'Passed' && slowest > probe.timeoutSeconds * 1000)
    return {
      verdict: 'MayTimeOut',
      summary: `may time out: ${slowest} ms with the way through the API server, and timeoutSeconds is ${probe.timeoutSeconds}`,
    }
  const [verdict, words] = WORDS[kind]
  const late = telling.some((attempt) => attempt.late)
  return {
    verdict,
    summary: `${words}: ${kind === 'TimedOut' ? lateText(telling, probe) : `${messages(telling)}${late ? `; ${lateText(telling, probe)}` : ''}`}`,
  }
}

/** `answers after 2.0 s (HTTP status 200), the timeout is 1 s`. */
function lateText(attempts: readonly ReplayAttempt[], { timeoutSeconds, handler }: Replayed): string {
  const isCommand = handler.kind === 'exec'
  const late = attempts.flatMap(({ late, milliseconds }) =>
    late === undefined || milliseconds === undefined ? [] : [{ ...late, milliseconds }],
  )
  const timeout = `the timeout is ${timeoutSeconds} s`
  const [first] = late
  if (first === undefined) {
    const waited = Math.max(timeoutSeconds * 1000, ...attempts.map(({ milliseconds = 0 }) => milliseconds))
    const long = Math.round(waited / 1000)
    return `${isCommand ? 'the command did not end' : 'no answer'} within ${long} s${long > timeoutSeconds ? `, ${timeout}` : ''}`
  }
  const times = late.map(({ milliseconds }) => milliseconds)
  const [least, most] = [Math.min(...times), Math.max(...times)].map((time) =>
    secondsAbove(time / 1000, timeoutSeconds),
  )
  const span = least === most ? least : `${least} to ${most}`
  return `${isCommand ? 'ends' : 'answers'} after ${span} s (${[...new Set(late.map(({ message }) => message))].slice(0, 2).join(', ')}), ${timeout}`
}

type CountedOutcome = Exclude<ReplayOutcome, 'Warned' | 'Unknown'>

const WORDS: Readonly<Record<CountedOutcome, readonly [ReplayVerdict, string]>> = {
  Passed: ['WouldPass', 'would pass'],
  Failed: ['WouldFail', 'would fail'],
  TimedOut: ['WouldTimeOut', 'would time out'],
  Errored: ['NotCounted', 'would not count'],
}

/** Different messages, the most frequent first; of more than two the rest is a number. */
function messages(attempts: readonly ReplayAttempt[]): string {
  const groups = sortedBy(
    Map.groupBy(attempts, ({ message }) => message),
    ([message, group]) => [-group.length, message],
  )
  const shown = groups
    .slice(0, 2)
    .map(([message, group]) => `${message}${groups.length > 1 ? ` (x${group.length})` : ''}`)
  return [...shown, ...(groups.length > 2 ? [`${groups.length - 2} other results`] : [])].join(', ')
}

/** A replay of this very probe: in this pod, else in another pod of the workload. */
export function replayOf(container: ContainerInfo, probe: EffectiveProbe): Replay | undefined {
  const { podInfo, name } = container
  const { pod, cluster, workload } = podInfo
  const same = (cluster.snapshot.replays ?? []).filter(
    (replay) =>
      replay.namespace === pod.metadata.namespace &&
      replay.container === name &&
      replay.probe === probe.type &&
      replay.attempts.length > 0,
  )
  return (
    same.find((replay) => replay.pod === pod.metadata.name) ??
    same.find((replay) => workload.pods.some(({ metadata }) => metadata.name === replay.pod))
  )
}

/** What running the probe from here has shown. */
export function replayEvidence(container: ContainerInfo, probe: EffectiveProbe): readonly Evidence[] {
  const replay = replayOf(container, probe)
  if (replay === undefined) return []
  const through = probe.handler.kind === 'exec' ? 'exec' : 'a port-forward'
  return [
    {
      source: 'Replay',
      object: `Pod ${replay.namespace}/${replay.pod}`,
      text: `run through ${through}: ${replayVerdict(replay, probe).summary}`,
      time: replay.at,
      count: replay.attempts.length,
    },
  ]
}

/** What a replay tells of a port that refuses the kubelet. */
export interface ReplayedPort {
  readonly port: 'open' | 'refused'
  /** Whether nothing else fits: the kubelet was refused before and after, in the same run of the container. */
  readonly settled: boolean
}

/**
 * Whether the port is open inside of the pod. A port-forward connects to localhost there, the kubelet to the IP of
 * the pod, so that a port which is open for one and closed for the other is bound to loopback. It may also have been
 * opened between the two, hence `settled`.
 */
export function replayedPort(failure: ProbeFailure): ReplayedPort | undefined {
  const { container, probe, attempts } = failure
  const replay = replayOf(container, probe)
  // A refusal that was only assumed proves nothing together with an answer.
  if (replay === undefined || attempts.occurrences.length === 0) return undefined
  const seen = new Set(replay.attempts.map(({ port }) => port))
  const own = replay.pod === container.podInfo.pod.metadata.name
  const startedAt = container.status?.state?.running?.startedAt
  const sameRun = (millis(startedAt) ?? Number.POSITIVE_INFINITY) < (millis(replay.at) ?? 0)
  if (seen.has('answered') || seen.has('open')) {
    const sure = !seen.has('refused') && seen.has('answered') && own && sameRun && onlyLoopbackFits(container)
    return { port: 'open', settled: sure && refusedAfter(failure, replay) }
  }
  if (!seen.has('refused')) return undefined
  const age = secondsBetween(startedAt, replay.at) ?? 0
  return { port: 'refused', settled: seen.size === 1 && own && sameRun && age >= SETTLED_SECONDS }
}

/** Most applications listen by then; a shorter run may still be starting. */
const SETTLED_SECONDS = 60

/** With an IPv6 address 0.0.0.0 is not enough; on the network of the node somebody else may answer on localhost. */
const onlyLoopbackFits = ({ podInfo: { pod } }: ContainerInfo): boolean =>
  pod.spec?.hostNetwork !== true && pod.status?.podIP?.includes(':') === false

/** The kubelet was refused later still, or has left the container as it was for as long as a success would need. */
function refusedAfter({ container, probe, attempts }: ProbeFailure, { at }: Replay): boolean {
  const later = secondsBetween(at, attempts.lastSeen)
  if (later !== undefined && later > 1) return true
  const waited = (container.podInfo.cluster.now - (millis(at) ?? 0)) / 1000
  const { status } = container
  const pending =
    (probe.type === 'readiness' && status?.started !== false && status?.ready === false) ||
    (probe.type === 'startup' && status?.started === false)
  return pending && waited >= secondLookSeconds(probe)
}

/** How long after a replay the kubelet's own verdict is sure to be in: S attempts, one of them just missed. */
export const secondLookSeconds = ({
  successThreshold,
  periodSeconds,
  timeoutSeconds,
}: EffectiveProbe): number => successThreshold * periodSeconds + timeoutSeconds + 2
