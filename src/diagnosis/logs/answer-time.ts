import type { Evidence } from '../../model/report/finding.ts'
import { logEvidence } from '../evidence.ts'
import type { ProbeFailure } from '../probes/failure.ts'

/** How long an answer to the probe took, and the log line that says so. */
export interface AnswerTime {
  readonly seconds: number
  readonly evidence: Evidence
}

const DURATION = /(?<![\w.])(\d+(?:\.\d+)?) ?(ms|s|seconds?)(?![\w])/gi
const SOONEST_SECONDS = 0.5
/** Longer ones are of uptimes and deadlines, and no probe should wait for them. */
const LATEST_SECONDS = 30

/**
 * The slowest answer to the path of an HTTP probe that the log tells of, where it is slower than the probe waits:
 * `GET /healthz 200 2.4s`. Undefined where the log does not tell, which is usual.
 */
export function slowestAnswer({
  container,
  probe,
}: Pick<ProbeFailure, 'container' | 'probe'>): AnswerTime | undefined {
  const { handler, timeoutSeconds } = probe
  // Every line of an access log has a "/".
  if (handler.kind !== 'httpGet' || handler.path.length < 2) return undefined
  const path = handler.path.split('?')[0] ?? ''
  let slowest: AnswerTime | undefined
  for (const [log, previous] of [
    [container.log, false],
    [container.previousLog, true],
  ] as const)
    for (const line of (log ?? '').split('\n')) {
      if (line.length > 1000 || !hasPath(line, path)) continue
      for (const [, value, unit = ''] of line.matchAll(DURATION)) {
        const seconds = Number(value) / (unit.toLowerCase() === 'ms' ? 1000 : 1)
        if (seconds <= Math.max(timeoutSeconds, SOONEST_SECONDS) || seconds > LATEST_SECONDS) continue
        if (slowest === undefined || seconds > slowest.seconds)
          slowest = { seconds, evidence: logEvidence(container, line.slice(0, 300), previous) }
      }
    }
  return slowest
}

/** The path as a word of its own: `/health` is not in `/healthz`. */
function hasPath(line: string, path: string): boolean {
  const at = line.indexOf(path)
  return at >= 0 && !/[\w/-]/.test(line.charAt(at + path.length)) && !/[\w/]/.test(line.charAt(at - 1))
}
