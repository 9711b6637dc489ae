import type { Evidence } from '../../model/report/finding.ts'
import type { ProbeFailure } from '../probes/failure.ts'
import { logEvidence, logsOf } from './lines.ts'

/** How long an answer to the probe took, and the log line that says so. */
export interface AnswerTime {
  readonly seconds: number
  readonly evidence: Evidence
}

const DURATION = /(?<![\w.])(\d+(?:\.\d+)?) ?(ms|s|seconds?)(?![\w])/gi
const SHORTEST_SECONDS = 0.5
/** Longer ones are of uptimes and deadlines, and no probe should wait for them. */
const LONGEST_SECONDS = 30
const READ_CHARACTERS = 1000

/**
 * The slowest answer to the path of an HTTP probe that the log tells of, where it is slower than the probe waits:
 * `GET /healthz 200 2.4s`. Undefined where the log does not tell, which is usual.
 */
export function slowestAnswer({
  container,
  probe: { handler, timeoutSeconds },
}: Pick<ProbeFailure, 'container' | 'probe'>): AnswerTime | undefined {
  // Every line of an access log has a "/".
  if (handler.kind !== 'httpGet' || handler.path.length < 2) return undefined
  const path = handler.path.split('?')[0] ?? ''
  const tooSlow = Math.max(timeoutSeconds, SHORTEST_SECONDS)
  let slowest: AnswerTime | undefined
  for (const { text, previous } of logsOf(container))
    for (const line of (text ?? '').split('\n')) {
      if (line.length > READ_CHARACTERS || !hasPath(line, path)) continue
      for (const seconds of durationsIn(line))
        if (seconds > tooSlow && seconds <= LONGEST_SECONDS && seconds > (slowest?.seconds ?? 0))
          slowest = { seconds, evidence: logEvidence(container, line, previous) }
    }
  return slowest
}

/** The times that a line names, in seconds. */
export const durationsIn = (line: string): readonly number[] =>
  [...line.matchAll(DURATION)].map(
    ([, value, unit = '']) => Number(value) / (unit.toLowerCase() === 'ms' ? 1000 : 1),
  )

/** The path as a word of its own: `/health` is not in `/healthz`. */
function hasPath(line: string, path: string): boolean {
  const at = line.indexOf(path)
  return at >= 0 && !/[\w/-]/.test(line.charAt(at + path.length)) && !/[\w/]/.test(line.charAt(at - 1))
}
