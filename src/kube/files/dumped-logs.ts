import type { ContainerLog } from '../../model/snapshot/snapshot.ts'

/** How `kubectl cluster-info dump` begins a log between the documents. */
export const LOG_START = '==== START logs for container '
const LOG_HEAD = /^==== START logs for container (\S+) of pod ([^/\s]+)\/(\S+) ====\r?$/

/** Source: kubectl pkg/cmd/clusterinfo/clusterinfo_dump.go, which prints an error in the place of the log. */
const LOG_ERROR = /^(Create log request|Request log) error: /

/**
 * The logs in an input, and which bytes they take: half-open. The marker stands at the start of a line, where neither
 * JSON nor YAML can have it inside of a value.
 */
export function* logBlocks(bytes: Buffer): Generator<{ start: number; end: number; log?: ContainerLog }> {
  let from = 0
  for (;;) {
    const start = bytes.indexOf(LOG_START, from)
    if (start < 0) return
    const headEnd = endOfLine(bytes, start)
    const head = LOG_HEAD.exec(bytes.toString('utf8', start, headEnd))
    from = headEnd
    if (head === null || (start > 0 && bytes[start - 1] !== 0x0a)) continue
    const [, container = '', namespace = '', pod = ''] = head
    const foot = `==== END logs for container ${container} of pod ${namespace}/${pod} ====`
    const footStart = bytes.indexOf(foot, headEnd)
    const textEnd = footStart < 0 ? bytes.length : footStart
    from = footStart < 0 ? bytes.length : endOfLine(bytes, footStart)
    const text = bytes.toString('utf8', Math.min(headEnd + 1, textEnd), textEnd)
    const log = LOG_ERROR.test(text) ? {} : { log: { namespace, pod, container, previous: false, text } }
    yield { start, end: from, ...log }
  }
}

const endOfLine = (bytes: Buffer, from: number): number => {
  const end = bytes.indexOf(0x0a, from)
  return end < 0 ? bytes.length : end
}
