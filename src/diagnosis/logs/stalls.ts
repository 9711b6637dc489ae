import type { Evidence } from '../../model/report/finding.ts'
import type { ContainerInfo } from '../pod-info.ts'
import { durationsIn } from './answer-time.ts'
import { logEvidence, logsOf } from './lines.ts'

/** What runtimes and frameworks log when nothing in the process gets on. */
const STALLED =
  /\bWORKER TIMEOUT\b|thread starvation or clock leap|java-level deadlock|\bdeadlock detected|connection is not available, request timed out|(?:connection|thread) ?pool (?:is )?exhausted|too many open files/i

/** A pause of the whole process, which only counts with its length. */
const PAUSE =
  /\bPause (?:Full|Young|Remark|Cleanup)\b|\bFull GC\b|detected pause in jvm|event.?loop\b.*\b(?:block|lag|delay)|\bhas been blocked for\b/i

/** Times and levels in brackets, among them how long the process has been up. */
const PREFIX = /^(?:\s*\[[^\]]*\])+/

const READ_CHARACTERS = 2000

/**
 * The last line in which a process says that it stood still: a pool that is used up, or a pause that is longer than
 * the probe waits. Newest run first.
 */
export function stallLine(container: ContainerInfo, timeoutSeconds: number): Evidence | undefined {
  const tellsOfStall = (line: string): boolean =>
    line.length <= READ_CHARACTERS &&
    (STALLED.test(line) ||
      (PAUSE.test(line) &&
        durationsIn(line.replace(PREFIX, '')).some((seconds) => seconds >= timeoutSeconds)))
  for (const { text, previous } of logsOf(container)) {
    const line = text?.split('\n').findLast(tellsOfStall)
    if (line !== undefined) return logEvidence(container, line, previous)
  }
  return undefined
}
