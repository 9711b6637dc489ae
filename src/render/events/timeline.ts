import type { EventReport, Incident } from '../../events/report.ts'
import type { Severity } from '../../model/report/finding.ts'
import { millis } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { subjectText } from '../report/subject.ts'
import type { Style } from '../terminal/style.ts'
import { type Lane, type Mark, type Span, type TimelineSymbol, timelineText } from '../terminal/timeline.ts'

/** A drawing with fewer columns says less than the words. */
const WIDE_ENOUGH = 100
/** More lanes push the first incident off the screen. */
const LANES = 10

const SPANS: Readonly<Record<Severity, TimelineSymbol>> = {
  Error: { glyph: '█', ascii: '#', meaning: 'error', colour: 'red' },
  Warning: { glyph: '▒', ascii: '=', meaning: 'warning', colour: 'yellow' },
  Info: { glyph: '·', ascii: '.', meaning: 'over or ordinary', colour: 'dim' },
}
const ROOT: TimelineSymbol = { glyph: '◆', ascii: '*', meaning: 'a root cause begins', colour: 'bold' }
const GOES_ON: TimelineSymbol = { glyph: '▶', ascii: '>', meaning: 'goes on', colour: 'red' }

/** Whether the drawing helps without being asked for: two subjects or more, and a terminal with room. */
export const wantsTimeline = ({ incidents }: EventReport, { width }: Style): boolean =>
  width !== undefined && width >= WIDE_ENOUGH && subjects(incidents).size >= 2

/**
 * When what was broken: a lane for each object that has an incident, in the order of the report, from the first to the
 * last time that it was seen. '' where no incident has a time. Ends without a line feed.
 */
export function eventTimelineText({ incidents, now }: EventReport, style: Style): string {
  const end = millis(now) ?? 0
  const timed = incidents.filter(({ firstSeen }) => millis(firstSeen) !== undefined)
  const lanes = [...subjects(timed).values()].map((group) => laneOf(group, end))
  const from = Math.min(...timed.map(({ firstSeen }) => millis(firstSeen) ?? end))
  if (lanes.length === 0) return ''
  const hidden = lanes.length - LANES
  const drawing = timelineText(
    {
      from: Math.min(from, end - 1000),
      to: end,
      lanes: hidden > 1 ? lanes.slice(0, LANES) : lanes,
      symbols: [GOES_ON, ROOT, SPANS.Error, SPANS.Warning, SPANS.Info],
    },
    style,
  )
  return hidden > 1 ? `${drawing}\n${plural(hidden, 'more lane')} not drawn` : drawing
}

const subjects = (incidents: readonly Incident[]): ReadonlyMap<string, readonly Incident[]> =>
  Map.groupBy(incidents, ({ subject }) => laneLabel(subject))

/** Workloads are lanes: their containers and probes share one. */
const laneLabel = ({ kind, namespace, name }: Incident['subject']): string =>
  subjectText({ kind, name, ...(namespace === undefined ? {} : { namespace }) })

function laneOf(group: readonly Incident[], end: number): Lane {
  const spans: Span[] = []
  const marks: Mark[] = []
  for (const { firstSeen, lastSeen, ongoing, severity, rootCause } of group) {
    const from = millis(firstSeen) ?? end
    spans.push({ from, to: ongoing ? end : (millis(lastSeen) ?? from), symbol: SPANS[severity] })
    if (rootCause) marks.push({ at: from, symbol: ROOT })
    if (ongoing) marks.push({ at: end, symbol: GOES_ON })
  }
  const [first] = group
  return { label: first === undefined ? '' : laneLabel(first.subject), spans, marks }
}
