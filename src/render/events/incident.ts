import type { EventLine, EventReport, Incident } from '../../events/report.ts'
import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Subject } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { evidenceLines } from '../report/evidence.ts'
import { fixLines } from '../report/fixes.ts'
import { effectText, impactPhrases } from '../report/impact.ts'
import { severityText } from '../report/severity.ts'
import { startLines } from '../report/starting.ts'
import { codeText, partsText } from '../report/subject.ts'
import { labelled } from '../terminal/labelled.ts'
import type { SayOnce } from '../terminal/say-once.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'
import { consequenceLines } from './consequences.ts'
import { countsText } from './counts.ts'

export interface IncidentOptions {
  readonly style: Style
  /** All facts. */
  readonly wide: boolean
  /** The events in their own words. */
  readonly raw: boolean
  readonly once: SayOnce
}

/** Events of one block in their own words; `-o json` has them all. */
const SHOWN_EVENTS = 30

const WITHOUT_EVENTS = 'none: only the state of the objects shows it'

/** One incident that nothing else explains, with what follows from it. Ends without a line feed. */
export function incidentBlock(
  report: EventReport,
  incident: Incident,
  { style, wide, raw, once }: IncidentOptions,
): string {
  const { now } = report
  const { events, explanation, docs } = incident
  return [
    headText(incident, style),
    wrap(escapeText(incident.summary), style.width, '  '),
    ...labelled('when', [whenText(incident, now)], style),
    ...labelled('events', [events.length === 0 ? WITHOUT_EVENTS : countsText(incident, wide)], style),
    ...labelled('what', explainsItself(incident) ? [] : [once(explanation)], style),
    ...labelled('why', evidenceLines(incident, { now, wide, once }), style),
    ...labelled('effect', effectLines(incident, now), style),
    ...startLines(incident, now, style),
    ...fixLines(incident, { wide, style }),
    ...labelled('then', consequenceLines(report, incident), style),
    ...labelled('raw', raw ? rawLines(events, now, once) : [], style),
    ...labelled('docs', wide ? [docs] : [], style),
  ].join('\n')
}

/** An incident that is over or ordinary, in two lines. */
export function incidentLine(incident: Incident, now: string, style: Style): string {
  const age = secondsBetween(incident.lastSeen, now)
  const when = age === undefined ? '' : `, last ${humanDuration(age)} ago`
  const told = `${incident.summary}: ${countsText(incident, false)}${when}`
  return `${headText(incident, style)}\n${wrap(escapeText(told), style.width, '  ')}`
}

/** `Error: Deployment shop/web, 3 pods, container app, liveness probe (port-closed)`. */
function headText(incident: Incident, style: Style): string {
  const title = style.paint('bold', escapeText(titleOf(incident.subject)))
  return wrap(`${severityText(incident, style)}: ${title} (${escapeText(codeText(incident))})`, style.width)
}

const titleOf = (subject: Subject): string =>
  [describeReference(subject), ...podCount(subject), ...partsText(subject)].join(', ')

const podCount = ({ kind, pods = [] }: Subject): readonly string[] =>
  kind === 'Pod' || pods.length === 0 ? [] : [plural(pods.length, 'pod')]

/** The meaning of an event explains itself: the same words, and the message, which is among the evidence. */
const explainsItself = ({ statement }: Incident): boolean => statement.type === 'Event'

/** What the failure has done, in one line; nothing where only events tell of it. */
function effectLines(incident: Incident, now: string): readonly string[] {
  const phrases = impactPhrases(incident, now)
  return phrases.length === 0 ? [] : [[effectText(incident), ...phrases].filter(Boolean).join('; ')]
}

const NOT_KNOWN = 'nothing tells whether it is over'

/** `since 5m, last seen 20s ago, still going on`. */
function whenText(incident: Incident, now: string): string {
  const state = incident.ongoing ? 'still going on' : incident.over ? 'not going on now' : NOT_KNOWN
  return `${spanText(incident, now)}, ${state}`
}

function spanText({ firstSeen, lastSeen, events }: Incident, now: string): string {
  const [first, last] = [secondsBetween(firstSeen, now), secondsBetween(lastSeen, now)]
  if (first === undefined || last === undefined) return 'at an unknown time'
  const since = humanDuration(first)
  if (events.length === 0) return first <= 0 ? 'now' : `since ${since}`
  if (humanDuration(last) === since) return `${since} ago`
  return `since ${since}, last seen ${humanDuration(last)} ago`
}

function rawLines(events: readonly EventLine[], now: string, once: SayOnce): readonly string[] {
  const hidden = events.length - SHOWN_EVENTS
  return [
    ...events.slice(0, SHOWN_EVENTS).map((event) => rawLine(event, now, once)),
    ...(hidden <= 0 ? [] : [`${plural(hidden, 'more event')} in -o json`]),
  ]
}

/** `20s ago Warning Unhealthy Pod shop/web-a: Liveness probe failed: ... (12+x, kubelet)`. */
function rawLine(
  { lastSeen, type, reason, object, message, count, countIsLowerBound, source }: EventLine,
  now: string,
  once: SayOnce,
): string {
  const age = secondsBetween(lastSeen, now)
  const when = age === undefined ? 'unknown' : humanDuration(age)
  const often = `${count}${countIsLowerBound ? '+' : ''}x`
  const written = source === '' ? often : `${often}, ${source}`
  return `${when} ago ${type} ${reason} ${object}: ${once(message)} (${written})`
}
