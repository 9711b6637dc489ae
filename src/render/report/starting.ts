import type { EarlierStarts, Finding, StartRule } from '../../model/report/finding.ts'
import { earlierStartsText } from '../../model/report/starting.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { labelled } from '../terminal/labelled.ts'
import type { Style } from '../terminal/style.ts'

/** Whose time it is that the start has. */
const RULES: Readonly<Record<StartRule, string>> = {
  StartupProbe: 'the startup probe has given up by then',
  LivenessProbe: 'the liveness probe has given up by then',
  ReadinessProbe: 'no start is expected to take longer',
  EarlierStarts: 'twice what other pods needed',
}

const NO_STARTS = 'no other pod of the workload tells how long a start takes'

const before = (starts: EarlierStarts | undefined): string =>
  starts === undefined ? NO_STARTS : earlierStartsText(starts)

/** Of a start that is not over: since when, how long starts take, and from when on it is a failure. */
export function startLines({ starting }: Finding, now: string, style: Style): readonly string[] {
  if (starting === undefined) return []
  const { startedAt, failureFrom, rule, earlierStarts } = starting
  const left = secondsBetween(now, failureFrom) ?? 0
  const since = humanDuration(secondsBetween(startedAt, now) ?? 0)
  return [
    ...labelled('start', [`${since} ago; ${before(earlierStarts)}`], style),
    ...labelled(
      'until',
      [`${failureFrom}, in ${humanDuration(left)}: then it is a failure (${RULES[rule]})`],
      style,
    ),
  ]
}
