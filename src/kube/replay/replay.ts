import { setTimeout as sleep } from 'node:timers/promises'
import type { Resource } from '../../model/kubernetes/kinds.ts'
import type { Replay, ReplayAttempt, ReplayedProbe, ReplayRequest } from '../../model/snapshot/replay.ts'
import type { Gap, Snapshot } from '../../model/snapshot/snapshot.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { readCluster } from '../api/live.ts'
import { inParallel } from '../api/parallel.ts'
import type { StatusError } from '../api/status-error.ts'
import type { Connection } from '../api/transport.ts'
import { sortedGaps } from '../recording/recording.ts'
import { redact } from '../recording/redact.ts'
import { type AttemptOrRefusal, clock, type Limits } from './attempt.ts'
import { attemptExec } from './exec.ts'
import { attemptGrpc } from './grpc.ts'
import { attemptHttp } from './http.ts'
import { forwardPort } from './streams.ts'
import { attemptTcp } from './tcp.ts'

interface ReplayOptions {
  /** Attempts of each probe, one after the other. */
  readonly count: number
  /** For how many seconds an answer is waited for where that is longer than the timeout of the probe. */
  readonly answerSeconds: number
  readonly onProgress?: (text: string) => void
}

/** Probes that are run at the same time. */
const AT_ONCE = 4

/** For so many times as long as for one answer, late answers are waited for in all. */
const WAITS = 2

/**
 * Runs probes from here, through the API server: commands with pods/exec, all else through pods/portforward, which
 * connects to localhost inside of the pod. A probe whose stream the server does not open has no attempts and is a
 * gap; nothing is thrown.
 */
export async function replayProbes(
  connection: Connection,
  requests: readonly ReplayRequest[],
  { count, answerSeconds, onProgress }: ReplayOptions,
): Promise<{ readonly replays: readonly Replay[]; readonly gaps: readonly Gap[] }> {
  const replays: Replay[] = []
  const gaps = new Map<string, Gap>()
  const roundTripMilliseconds = await roundTrip(connection)
  const patientUntil = performance.now() + WAITS * answerSeconds * 1000
  await inParallel(requests, AT_ONCE, async (request) => {
    const { namespace, pod, container, probe, action } = request
    const replayed: ReplayedProbe = { namespace, pod, container, probe }
    const attempts: ReplayAttempt[] = []
    let stopped: string | undefined
    while (attempts.length < count && stopped === undefined) {
      onProgress?.(`running the ${probe} probe of ${pod}, ${attempts.length + 1} of ${count}`)
      // Who gave no answer once need not be waited for again.
      const isSilent = attempts.some(({ outcome, late }) => outcome === 'TimedOut' && late === undefined)
      const left = isSilent ? 0 : patientUntil - performance.now()
      const answer = Math.min(answerSeconds * 1000, left)
      const attempted = await attemptOnce(connection, request, { roundTripMilliseconds, answer })
      if (attempted.ok) attempts.push(attempted.attempt)
      else {
        const resource = action.kind === 'exec' ? 'pods/exec' : 'pods/portforward'
        stopped = refusalText(request, resource, attempted.error)
        const reason = attempted.error.code === 403 ? 'Forbidden' : 'Unreadable'
        const key = `${resource} ${namespace} ${reason}`
        if (!gaps.has(key)) gaps.set(key, { resource, namespace, reason, message: stopped })
      }
    }
    const at = clock(await serverClock(connection))
    replays.push({
      ...replayed,
      at,
      roundTripMilliseconds,
      attempts,
      ...(stopped === undefined ? {} : { stopped }),
    })
  })
  return { replays, gaps: sortedGaps(gaps.values()) }
}

/**
 * The server names one verb that is missing, or none at all; a stream needs both (docs/reading.md). It ends a refusal
 * without a reason in a colon.
 */
const refusalText = (
  { namespace, pod }: ReplayRequest,
  resource: string,
  { code, message }: StatusError,
): string =>
  code === 403
    ? `to run the probe in pod ${namespace}/${pod} you need the verbs get and create of ${resource}: ${message.replace(/:$/, '')}`
    : message

/** Reads pods and events once more after some seconds; all else stays as it was, and so does a clock of `--now`. */
export async function rereadAfter(
  connection: Connection,
  snapshot: Snapshot,
  seconds: number,
): Promise<Snapshot> {
  await sleep(seconds * 1000)
  const { namespace } = snapshot
  const scope = namespace === undefined ? {} : { namespace }
  const later = redact(await readCluster(connection, { resources: ['events', 'pods'], ...scope }))
  const isWhole = (one: Resource) => !later.gaps.some(({ resource }) => resource === one)
  // What was whole before is worth more than a part of what is now.
  if (!isWhole('events') || !isWhole('pods')) return snapshot
  const { events, pods } = later.objects
  return {
    ...snapshot,
    now: snapshot.nowFrom === 'flag' ? snapshot.now : later.now,
    objects: { ...snapshot.objects, events, pods },
  }
}

/** The snapshot with what {@link replayProbes} found, in the order in which a recording of it reads back. */
export const addReplays = (
  snapshot: Snapshot,
  { replays, gaps }: { readonly replays: readonly Replay[]; readonly gaps: readonly Gap[] },
): Snapshot => ({
  ...snapshot,
  replays: sortedReplays(replays),
  gaps: sortedGaps([...snapshot.gaps, ...gaps]),
})

const sortedReplays = (replays: readonly Replay[]): readonly Replay[] =>
  sortedBy(replays, ({ namespace, pod, container, probe }) => [namespace, pod, container, probe])

/** The first request may open a connection; the quickest of three is the way alone. */
async function roundTrip(connection: Connection): Promise<number> {
  const times: number[] = []
  for (let left = 3; left > 0; left--) {
    const begun = performance.now()
    await serverClock(connection)
    times.push(performance.now() - begun)
  }
  return Math.ceil(Math.min(...times))
}

/** Every answer has a date; the version is the shortest one. */
async function serverClock(connection: Connection): Promise<string | undefined> {
  // A replay may take longer than a reading.
  connection.beginReading()
  await connection.get('/version').catch(() => undefined)
  return connection.serverTime()
}

function attemptOnce(
  connection: Connection,
  request: ReplayRequest,
  { roundTripMilliseconds, answer }: { readonly roundTripMilliseconds: number; readonly answer: number },
): Promise<AttemptOrRefusal> {
  const { action, timeoutSeconds } = request
  const limits: Limits = {
    probe: timeoutSeconds * 1000 + roundTripMilliseconds,
    answer,
    request: connection.timeoutSeconds > 0 ? connection.timeoutSeconds * 1000 : Number.POSITIVE_INFINITY,
  }
  const open = (port: number) => forwardPort(connection, request, port)
  switch (action.kind) {
    case 'exec':
      return attemptExec(connection, request, action.command, limits)
    case 'httpGet':
      return attemptHttp(action, open, limits)
    case 'grpc':
      return attemptGrpc(action, open, limits)
    case 'tcpSocket':
      return attemptTcp(action.port, open, limits, roundTripMilliseconds)
  }
}
