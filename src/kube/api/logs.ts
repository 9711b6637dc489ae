import type { ContainerLog, Gap } from '../../model/snapshot/snapshot.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { lastLines, sortedLogs } from '../files/log-files.ts'
import { sortedGaps } from '../recording/recording.ts'
import { getPatiently } from './list.ts'
import type { LogRequest } from './log-requests.ts'
import { inParallel } from './parallel.ts'
import { type StatusError, statusFailure } from './status-error.ts'
import type { Connection } from './transport.ts'

interface LogOptions {
  readonly tailLines: number
  /** Characters kept of each log, from its end. */
  readonly limitBytes: number
}

const AT_ONCE = 6

/** 204: the pod is on no node. 400: waiting to start, or no earlier run. 404: the pod is gone. */
const NO_LOG = [204, 400, 404]

/** The server cuts at the end, where the interesting lines are: ask for more than is kept. */
const ASK_FOR = 16

/**
 * Reads the last lines of containers' logs. A container that has not started, or had no earlier run, has none. Where
 * the user may not read logs there is one gap per namespace and reason.
 * @throws UserError where the server can't be reached or answers 401
 */
export async function readLogs(
  connection: Connection,
  requests: readonly LogRequest[],
  { tailLines, limitBytes }: LogOptions = { tailLines: 50, limitBytes: 16384 },
): Promise<{ readonly logs: readonly ContainerLog[]; readonly gaps: readonly Gap[] }> {
  const logs: ContainerLog[] = []
  const refusals: [LogRequest, StatusError][] = []
  await inParallel(requests, AT_ONCE, async (request) => {
    const { namespace, pod, container, previous } = request
    const query = new URLSearchParams({
      container,
      tailLines: `${tailLines}`,
      limitBytes: `${limitBytes * ASK_FOR}`,
      ...(previous ? { previous: 'true' } : {}),
    })
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
    const answer = await getPatiently(connection, `${path}?${query}`, 'text')
    if (answer.ok) logs.push({ ...request, text: lastLines(answer.body.toString(), limitBytes) })
    else if (answer.error.code === 401) throw statusFailure(answer.error, connection.endpoint)
    else if (!NO_LOG.includes(answer.error.code)) refusals.push([request, answer.error])
  })
  return { logs: sortedLogs(logs), gaps: logGaps(refusals) }
}

function logGaps(refusals: readonly [LogRequest, StatusError][]): readonly Gap[] {
  const gaps = new Map<string, Gap>()
  const inOrder = sortedBy(refusals, ([{ namespace, pod, container, previous }]) => [
    namespace,
    pod,
    container,
    previous ? 1 : 0,
  ])
  for (const [{ namespace }, { code, message }] of inOrder) {
    const reason = code === 403 ? 'Forbidden' : 'Unreadable'
    const key = `${namespace}/${reason}`
    if (!gaps.has(key)) gaps.set(key, { resource: 'pods/log', namespace, reason, message })
  }
  return sortedGaps(gaps.values())
}
