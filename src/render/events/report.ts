import type { EventLine, EventReport, Incident } from '../../events/report.ts'
import { atLeast } from '../../model/report/finding.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { listed, plural } from '../../model/text/words.ts'
import { evidenceLines } from '../report/evidence.ts'
import { fixLines } from '../report/fixes.ts'
import { effectText, impactPhrases } from '../report/impact.ts'
import { resourceName } from '../report/resource-name.ts'
import { severityText } from '../report/severity.ts'
import { subjectText } from '../report/subject.ts'
import { labelled } from '../terminal/labelled.ts'
import { escapeText, type Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'
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

/** Reasons that are counted in a block that is not wide. */
const SHOWN_REASONS = 4
/** Events and effects of one block; `-o json` has them all. */
const SHOWN_EVENTS = 30
const SHOWN_EFFECTS = 12
/** From here on, things that happen alike share a line. */
const MANY = 3

/**
 * An event report for people: one block for each incident that nothing else explains, what follows from it indented
 * under it, and a line that says what became of the events. Ends with a line feed. What was not read is not in it:
 * see `gapLines`.
 */
export function eventReportText(report: EventReport, options: EventTextOptions): string {
  if (report.incidents.length === 0) return `${nothing(report, options)}\n`
  const roots = report.incidents.filter(({ causedBy }) => causedBy === null)
  const small = roots.filter((incident) => isSmall(incident, options))
  const blocks = [
    ...roots
      .filter((incident) => !small.includes(incident))
      .map((incident) => block(report, incident, options)),
    ...(small.length === 0 ? [] : [small.map((incident) => line(report, incident, options)).join('\n')]),
  ]
  const closing = options.noHeaders ? [] : [wrap(closingLine(report), options.style.width)]
  const drawing =
    (options.timeline ?? wantsTimeline(report, options.style)) ? eventTimelineText(report, options.style) : ''
  return `${[...(drawing === '' ? [] : [drawing]), ...blocks, ...closing].join('\n\n')}\n`
}

/** `deployment.apps/web`, for `-o name`: what has an incident of Warning or worse, each once, worst first. */
export const eventReportNames = ({ incidents }: EventReport): readonly string[] => [
  ...new Set(
    incidents
      .filter(({ severity }) => atLeast(severity, 'Warning'))
      .map(({ subject: { kind, name } }) => escapeText(resourceName(kind, undefined, name))),
  ),
]

function nothing(
  { eventsRead, namespace, filteredOut }: EventReport,
  { allNamespaces }: EventTextOptions,
): string {
  if (filteredOut > 0) return `Nothing that was asked for. ${othersText(filteredOut)}`
  const name = namespace === undefined || allNamespaces ? undefined : escapeText(namespace)
  if (eventsRead === 0)
    return name === undefined ? 'No events found.' : `No events found in ${name} namespace.`
  const place = name === undefined ? 'any namespace' : `${name} namespace`
  const events = eventsRead === 1 ? '1 event, an ordinary one' : `${eventsRead} events, all of them ordinary`
  return `No trouble in ${place}: ${events}.`
}

function block(
  report: EventReport,
  incident: Incident,
  { style, wide, raw = wide }: EventTextOptions,
): string {
  const { width } = style
  return [
    wrap(`${severityText(incident.severity, style)}: ${title(incident, style)}`, width),
    wrap(escapeText(incident.summary), width, '  '),
    ...labelled('when', [whenText(incident, report.now)], style),
    ...labelled('events', incident.events.length === 0 ? [SILENT] : [countsText(incident, wide)], style),
    ...labelled('what', explainsItself(incident) ? [] : [incident.explanation], style),
    ...labelled('why', evidenceLines(incident, report.now, wide), style),
    ...labelled('effect', effectOf(incident, report.now), style),
    ...fixLines(incident.fixes, wide, style),
    ...labelled('then', effectLines(report, incident), style),
    ...(raw ? labelled('raw', rawLines(incident.events, report.now), style) : []),
    ...(wide ? labelled('docs', [incident.docs], style) : []),
  ].join('\n')
}

/** What the failure has done, in one line; nothing where only events tell of it. */
function effectOf(incident: Incident, now: string): readonly string[] {
  const phrases = impactPhrases(incident, now)
  return phrases.length === 0 ? [] : [[effectText(incident), ...phrases].filter(Boolean).join('; ')]
}

/** What is over or ordinary needs no block, unless all is asked for. */
const isSmall = ({ severity, effects }: Incident, { wide }: EventTextOptions): boolean =>
  severity === 'Info' && effects.length === 0 && !wide

function line({ now }: EventReport, incident: Incident, { style }: EventTextOptions): string {
  const head = `${severityText(incident.severity, style)}: ${title(incident, style)}`
  const age = secondsBetween(incident.lastSeen, now)
  const when = age === undefined ? '' : `, last ${humanDuration(age)} ago`
  return `${wrap(head, style.width)}\n${wrap(escapeText(`${incident.summary}: ${countsText(incident, false)}${when}`), style.width, '  ')}`
}

/** The meaning of an event explains itself: the same words, and the message, which is among the evidence. */
const explainsItself = ({ statement }: Incident): boolean => statement.type === 'Event'

const SILENT = 'none: only the state of the objects shows it'

/** `Deployment shop/web, 3 pods, container app, liveness probe (port-closed)`. */
function title({ subject, code, confidence }: Incident, style: Style): string {
  const { pods = [], ...rest } = subject
  const [object = '', ...parts] = subjectText(rest).split(', ')
  const words = [
    object,
    ...(pods.length === 0 || subject.kind === 'Pod' ? [] : [plural(pods.length, 'pod')]),
    ...parts,
  ].join(', ')
  const doubt = confidence === 'Certain' ? '' : `, ${confidence.toLowerCase()}`
  return `${style.paint('bold', escapeText(words))} (${escapeText(code)}${doubt})`
}

/** `since 5m, last seen 20s ago, still going on`. */
function whenText({ firstSeen, lastSeen, ongoing, events }: Incident, now: string): string {
  const [first, last] = [secondsBetween(firstSeen, now), secondsBetween(lastSeen, now)]
  const state = ongoing ? 'still going on' : 'not going on now'
  if (first === undefined || last === undefined) return `at an unknown time, ${state}`
  const since = humanDuration(first)
  if (events.length === 0) return first <= 0 ? `now, ${state}` : `since ${since}, ${state}`
  if (humanDuration(last) === since) return `${since} ago, ${state}`
  return `since ${since}, last seen ${humanDuration(last)} ago, ${state}`
}

/** `Unhealthy at least 12x, Killing 4x over 55s`; the steps of every start only where there is nothing else. */
function countsText({ events, firstSeen, lastSeen }: Incident, wide: boolean): string {
  const telling = events.filter(({ reason }) => !STEPS.includes(reason))
  const lines = sortedBy(wide || telling.length === 0 ? events : telling, ({ type, reason }) => [
    type === 'Warning' ? 0 : reason === 'Killing' ? 1 : 2,
  ])
  const counts = [...groupBy(lines, ({ reason }) => reason)].map(([reason, same]) => {
    const count = same.reduce((sum, line) => sum + line.count, 0)
    return `${reason} ${same.some((line) => line.countIsLowerBound) ? 'at least ' : ''}${count}x`
  })
  const shown = wide ? counts : counts.slice(0, SHOWN_REASONS)
  const hidden = counts.length - shown.length
  const span = secondsBetween(firstSeen, lastSeen) ?? 0
  const more = hidden === 0 ? '' : ` and ${plural(hidden, 'more reason')}`
  return `${shown.join(', ')}${more}${span >= 1 ? ` over ${humanDuration(span)}` : ''}`
}

const STEPS = ['Created', 'Pulled', 'Pulling', 'Scheduled']

/**
 * What follows from an incident, directly or over others, one line each; where the same thing happens to many, one
 * line for all of them.
 */
function effectLines(report: EventReport, incident: Incident): readonly string[] {
  const lines: string[] = []
  const add = ({ effects }: Incident, indent: string): void => {
    const direct = effects.flatMap((index) => report.incidents[index] ?? [])
    const alike = groupBy(direct, (effect) =>
      effect.effects.length > 0 ? `${direct.indexOf(effect)}` : `${effect.severity}/${effect.code}`,
    )
    for (const group of alike.values()) {
      if (group.length >= MANY) lines.push(`${indent}${manyLine(group)}`)
      else
        for (const effect of group) {
          lines.push(`${indent}${effectLine(effect, incident, report.now)}`)
          add(effect, `${indent}  `)
        }
    }
  }
  add(incident, '')
  const hidden = lines.length - SHOWN_EFFECTS
  return hidden <= 1
    ? lines
    : [...lines.slice(0, SHOWN_EFFECTS), `${plural(hidden, 'more consequence')} in -o json`]
}

/** `Error: Deployment shop/a, Deployment shop/b and 4 more: node n1 is not ready (node-not-ready)`. */
function manyLine(group: readonly Incident[]): string {
  const [{ severity, summary, code } = { severity: '', summary: '', code: '' }] = group
  const names = group
    .slice(0, 2)
    .map(({ subject: { namespace, kind, name } }) =>
      subjectText({ kind, name, ...(namespace === undefined ? {} : { namespace }) }),
    )
  return `${severity}: ${names.join(', ')} and ${group.length - names.length} more: ${summary} (${code})`
}

function effectLine(
  { severity, subject, code, summary, lastSeen, ongoing }: Incident,
  root: Incident,
  now: string,
): string {
  const { pods = [], ...rest } = subject
  const same = subject.kind === root.subject.kind && subject.name === root.subject.name
  const own = listed([
    ...(subject.container === undefined ? [] : [`container ${subject.container}`]),
    ...(subject.probe === undefined ? [] : [`${subject.probe} probe`]),
  ])
  const where = same
    ? own
    : [subjectText(rest), ...(pods.length > 1 ? [plural(pods.length, 'pod')] : [])].join(', ')
  const age = secondsBetween(lastSeen, now)
  const when = ongoing || age === undefined ? '' : `, last seen ${humanDuration(age)} ago`
  return `${severity}: ${where === '' ? '' : `${where}: `}${summary} (${code}${when})`
}

function rawLines(events: readonly EventLine[], now: string): readonly string[] {
  const shown = events.slice(0, SHOWN_EVENTS)
  const hidden = events.length - shown.length
  return [
    ...shown.map(({ lastSeen, type, reason, object, message, count, countIsLowerBound, source }) => {
      const age = secondsBetween(lastSeen, now)
      const from = source === '' ? '' : `, ${source}`
      return `${age === undefined ? 'unknown' : humanDuration(age)} ago ${type} ${reason} ${object}: ${message} (${count}${countIsLowerBound ? '+' : ''}x${from})`
    }),
    ...(hidden === 0 ? [] : [`${plural(hidden, 'more event')} in -o json`]),
  ]
}

const othersText = (count: number): string =>
  `${plural(count, 'incident')} ${count === 1 ? 'does' : 'do'} not match the filters.`

function closingLine({ incidents, quiet, eventsRead, filteredOut }: EventReport): string {
  const roots = incidents.filter(({ causedBy }) => causedBy === null).length
  const follow = incidents.length - roots
  const became = `${plural(eventsRead, 'event')} became ${plural(incidents.length, 'incident')}`
  const explained = follow === 0 ? '' : `, ${follow} of them explained by another`
  const hidden =
    quiet === 0
      ? ''
      : ` ${plural(quiet, 'group')} of events that are over or ordinary ${quiet === 1 ? 'is' : 'are'} hidden (--all shows them).`
  const others = filteredOut === 0 ? '' : ` ${othersText(filteredOut)}`
  return `${became}${explained}.${hidden}${others}`
}
