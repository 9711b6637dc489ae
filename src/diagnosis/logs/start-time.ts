import type { Evidence } from '../../model/report/finding.ts'
import type { ContainerInfo } from '../pod-info.ts'
import { logEvidence } from './lines.ts'

/** What frameworks print when they are up: `Started Application in 24.5 seconds`, `Server startup in [812] ms`. */
const STARTED =
  /\b(?:started|start-?up|booted|ready|initiali[sz]ed)\b[^\n]{0,120}?\b(?:in|after|took)\b:? \[?(\d+(?:[.,]\d+)?)\]? ?(ms|milliseconds?|s|secs?|seconds?)\b/i

const READ_CHARACTERS = 1000

/** How long a start took by the application's own words. */
export interface LoggedStart {
  readonly seconds: number
  readonly evidence: Evidence
}

/** How long the run before took for its start, as its log tells; undefined where it does not, which is usual. */
export function loggedStart(container: ContainerInfo): LoggedStart | undefined {
  for (const line of (container.previousLog ?? '').split('\n')) {
    if (line.length > READ_CHARACTERS) continue
    const [, value, unit = ''] = STARTED.exec(line) ?? []
    if (value === undefined) continue
    const seconds = Number(value.replace(',', '.')) / (/^m/i.test(unit) ? 1000 : 1)
    return { seconds, evidence: logEvidence(container, line, true) }
  }
  return undefined
}
