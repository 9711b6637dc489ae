import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerLog, Gap, LogReference } from '../../model/snapshot/snapshot.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { oneLine, plural } from '../../model/text/words.ts'
import { LOG_BYTES, lastLinesOf, sortedLogs } from '../files/log-files.ts'
import { sortedGaps } from '../recording/recording.ts'
import { inParallel } from './parallel.ts'
import { statusFailure } from './status-error.ts'
import type { Answer, Connection } from './transport.ts'

/** A log to read, and whose it is: `Deployment shop/web`. */
export interface LogRequest extends LogReference {
  readonly workload: string
}

interface LogLimits {
  /** For all logs together; without it `--request-timeout`, else {@link LOG_SECONDS}. */
  readonly seconds?: number
  /** Lines that are asked for, from the end of each log. */
  readonly tailLines?: number
  /** Bytes that are kept, from the end of each log. */
  readonly bytes?: number
}

const AT_ONCE = 6

/** All logs together may take so long where `--request-timeout` says nothing. */
const LOG_SECONDS = 15

/** One log may take this part of the time of all: the kubelet of a dead node does not answer, and others do. */
const ONE_LOG = 1 / 3

/**
 * A runtime writes a long line in pieces of 16 KiB (containerd), each a line of its own to `tailLines`. There is no
 * `limitBytes`: it counts from the first of these lines on, so that it cuts off the end, which is what matters.
 */
const TAIL_LINES = 500

/** 204: the pod is on no node. 400: waiting to start, or no earlier run. 404: the pod is gone. */
const NO_LOG = [204, 400, 404]

/** What came of asking for one log. */
type Outcome =
  | { readonly type: 'Read'; readonly end: Buffer }
  | { readonly type: 'NoLog' }
  | { readonly type: 'OutOfTime' }
  | { readonly type: 'Refused'; readonly code: number; readonly message: string }

/**
 * Reads the last lines of containers' logs, the first of the list first. A container that has not started, or had no
 * earlier run, has none. What could not be read, or not in time, is a gap: of logs that the user may not read there is
 * one per namespace.
 * @throws UserError where the server answers 401
 */
export async function readLogs(
  connection: Connection,
  requests: readonly LogRequest[],
  limits: LogLimits = {},
): Promise<{ readonly logs: readonly ContainerLog[]; readonly gaps: readonly Gap[] }> {
  const { bytes = LOG_BYTES, seconds = connection.timeoutSeconds || LOG_SECONDS } = limits
  const logs: ContainerLog[] = []
  const unread: Unread[] = []
  const all = AbortSignal.timeout(Math.ceil(seconds * 1000))
  await inParallel(requests, AT_ONCE, async (request) => {
    const outcome = await readLog(connection, request, all, { ...limits, bytes, seconds })
    const { namespace, pod, container, previous } = request
    if (outcome.type === 'Read')
      logs.push({ namespace, pod, container, previous, text: lastLinesOf(outcome.end, bytes) })
    else if (outcome.type !== 'NoLog') unread.push({ request, outcome })
  })
  return { logs: sortedLogs(logs), gaps: logGaps(unread, seconds) }
}

async function readLog(
  connection: Connection,
  { namespace, pod, container, previous }: LogRequest,
  all: AbortSignal,
  {
    tailLines = TAIL_LINES,
    bytes,
    seconds,
  }: LogLimits & { readonly bytes: number; readonly seconds: number },
): Promise<Outcome> {
  if (all.aborted) return { type: 'OutOfTime' }
  const signal = AbortSignal.any([all, AbortSignal.timeout(Math.ceil(seconds * 1000 * ONE_LOG))])
  const query = new URLSearchParams({
    container,
    tailLines: `${tailLines}`,
    ...(previous ? { previous: 'true' } : {}),
  })
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
  let answer: Answer
  try {
    answer = await getPatiently(connection, `${path}?${query}`, bytes, signal)
  } catch (error) {
    // A log is worth much, and the report without it is worth more than none.
    return signal.aborted
      ? { type: 'OutOfTime' }
      : { type: 'Refused', code: 0, message: oneLine((error as Error).message) }
  }
  if (answer.ok) return { type: 'Read', end: answer.body }
  if (answer.error.code === 401) throw statusFailure(answer.error, connection.endpoint)
  return NO_LOG.includes(answer.error.code) ? { type: 'NoLog' } : { type: 'Refused', ...answer.error }
}

/** A server that is busy says when to come back (429, 503). */
async function getPatiently(
  connection: Connection,
  path: string,
  bytes: number,
  signal: AbortSignal,
): Promise<Answer> {
  for (;;) {
    const answer = await connection.getLog(path, bytes + 1, signal)
    if (answer.ok || answer.retryAfterSeconds === undefined) return answer
    await sleep(Math.max(1, answer.retryAfterSeconds) * 1000, undefined, { signal })
  }
}

interface Unread {
  readonly request: LogRequest
  readonly outcome: Extract<Outcome, { readonly type: 'OutOfTime' | 'Refused' }>
}

/** One gap for each namespace whose logs are forbidden, for each that fails otherwise, and for all that took too long. */
function logGaps(unread: readonly Unread[], seconds: number): readonly Gap[] {
  const inOrder = sortedBy(unread, ({ request: { namespace, pod, container, previous } }) => [
    namespace,
    pod,
    container,
    previous ? 1 : 0,
  ])
  const late = inOrder.filter(({ outcome }) => outcome.type === 'OutOfTime')
  const refused = Map.groupBy(
    inOrder.filter(({ outcome }) => outcome.type === 'Refused'),
    ({ request: { namespace }, outcome }) => `${namespace}/${isForbidden(outcome)}`,
  )
  return sortedGaps([
    ...[...refused.values()].flatMap((group) => refusedGap(group) ?? []),
    ...(late.length === 0
      ? []
      : [
          {
            resource: 'pods/log',
            reason: 'OutOfTime',
            message: `${containersText(late)} were not read, because ${seconds}s were over: ${workloadsText(late)}`,
            logs: referencesOf(late),
          } as const,
        ]),
  ])
}

const isForbidden = (outcome: Unread['outcome']): boolean =>
  outcome.type === 'Refused' && outcome.code === 403

function refusedGap(group: readonly Unread[]): Gap | undefined {
  const [first] = group
  if (first?.outcome.type !== 'Refused') return undefined
  const { request, outcome } = first
  const gap = { resource: 'pods/log', namespace: request.namespace } as const
  return isForbidden(outcome)
    ? { ...gap, reason: 'Forbidden', message: outcome.message }
    : {
        ...gap,
        reason: 'Unreadable',
        message: `${containersText(group)} (${workloadsText(group)}): ${outcome.message}`,
        logs: referencesOf(group),
      }
}

/** `logs of 12 containers`: the present and the earlier run of one count once. */
function containersText(group: readonly Unread[]): string {
  const containers = new Set(
    group.map(({ request: { namespace, pod, container } }) => `${namespace}/${pod}/${container}`),
  )
  return `logs of ${plural(containers.size, 'container')}`
}

/** So many are named. */
const NAMED = 5

function workloadsText(group: readonly Unread[]): string {
  const names = [...new Set(group.map(({ request }) => request.workload))].sort()
  const rest = names.length - NAMED
  return `${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

const referencesOf = (group: readonly Unread[]): readonly LogReference[] =>
  group.map(({ request: { namespace, pod, container, previous } }) => ({
    namespace,
    pod,
    container,
    previous,
  }))
