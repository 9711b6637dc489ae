import type { EventReport, Incident } from '../../events/report.ts'
import { atLeast } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { listed, plural } from '../../model/text/words.ts'
import { resourceName } from '../report/resource-name.ts'
import { sayOnce } from '../terminal/say-once.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'
import { incidentBlock, incidentLine } from './incident.ts'
import { eventSummary } from './summary.ts'
import { eventTimelineText, wantsTimeline } from './timeline.ts'

export interface EventTextOptions {
  readonly style: Style
  /** All facts, and every event in its own words. */
  readonly wide: boolean
  readonly noHeaders: boolean
  readonly allNamespaces: boolean
  /** The events behind each incident, in their own words; `wide` has them, too. */
  readonly raw?: boolean
  /** Draw when what was broken; undefined: where it helps. */
  readonly timeline?: boolean
}

/**
 * An event report for people: the answer, one block for each incident that nothing else explains, what follows from it
 * indented under it, and a line that says what became of the events. Ends with a line feed. What was not read is not in it:
 * see `gapLines`.
 */
export function eventReportText(report: EventReport, options: EventTextOptions): string {
  if (report.incidents.length === 0) return `${emptyText(report, options)}\n`
  const { style, wide, raw = wide, noHeaders, timeline = wantsTimeline(report, style) } = options
  const roots = report.incidents.filter(({ causedBy }) => causedBy === null)
  const blocks = roots.filter((incident) => wide || !isSmall(incident))
  const lines = roots.filter((incident) => !blocks.includes(incident))
  const once = sayOnce()
  const parts = [
    eventSummary(report, blocks, options),
    timeline ? eventTimelineText(report, style) : '',
    ...blocks.map((incident) => incidentBlock(report, incident, { style, wide, raw, once })),
    lines.map((incident) => incidentLine(incident, report.now, style)).join('\n'),
    noHeaders ? '' : wrap(closingText(report), style.width),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** `deployment.apps/web`, for `-o name`: what has an incident of Warning or worse, each once, worst first. */
export const eventReportNames = ({ incidents }: EventReport): readonly string[] => [
  ...new Set(
    incidents
      .filter(({ severity }) => atLeast(severity, 'Warning'))
      .map(({ subject: { kind, name } }) => escapeText(resourceName(kind, undefined, name))),
  ),
]

/** What is over or ordinary needs no block. */
const isSmall = ({ severity, effects, starting }: Incident): boolean =>
  severity === 'Info' && effects.length === 0 && starting === undefined

function emptyText(report: EventReport, { allNamespaces }: EventTextOptions): string {
  const { eventsRead, namespace, filteredOut, over } = report
  if (filteredOut > 0) return ['Nothing that was asked for.', ...restTexts(report)].join(' ')
  const place = namespace === undefined || allNamespaces ? undefined : `${escapeText(namespace)} namespace`
  if (eventsRead === 0) return place === undefined ? 'No events found.' : `No events found in ${place}.`
  if (over !== undefined)
    return [`No trouble now in ${place ?? 'any namespace'}.`, ...restTexts(report)].join(' ')
  const events = eventsRead === 1 ? '1 event, an ordinary one' : `${eventsRead} events, all of them ordinary`
  return `No trouble in ${place ?? 'any namespace'}: ${events}.`
}

const filteredOutText = (count: number): string =>
  `${plural(count, 'incident')} ${count === 1 ? 'does' : 'do'} not match the filters.`

/** `4 incidents are over (last seen 12m to 3h ago) and 2 groups of events are ordinary; --all shows them.` */
function hiddenText({ quiet, over, now }: EventReport): string {
  const ended = over?.incidents ?? 0
  const ordinary = quiet - ended
  const parts = [
    ...(ended === 0
      ? []
      : [`${plural(ended, 'incident')} ${ended === 1 ? 'is' : 'are'} over${agesText(over, now)}`]),
    ...(ordinary === 0
      ? []
      : [`${plural(ordinary, 'group')} of events ${ordinary === 1 ? 'is' : 'are'} ordinary`]),
  ]
  return `${listed(parts)}; --all shows ${quiet === 1 ? 'it' : 'them'}.`
}

function agesText(over: EventReport['over'], now: string): string {
  const [most, least] = [secondsBetween(over?.oldest, now), secondsBetween(over?.newest, now)]
  if (most === undefined || least === undefined) return ''
  const [from, to] = [humanDuration(least), humanDuration(most)]
  return ` (last seen ${from === to ? from : `${from} to ${to}`} ago)`
}

const restTexts = (report: EventReport): readonly string[] => [
  ...(report.quiet === 0 ? [] : [hiddenText(report)]),
  ...(report.filteredOut === 0 ? [] : [filteredOutText(report.filteredOut)]),
]

function closingText(report: EventReport): string {
  const { incidents, eventsRead } = report
  const explained = incidents.filter(({ causedBy }) => causedBy !== null).length
  const became = `${plural(eventsRead, 'event')} became ${plural(incidents.length, 'incident')}`
  return [
    explained === 0 ? `${became}.` : `${became}, ${explained} of them explained by another.`,
    ...restTexts(report),
  ].join(' ')
}
