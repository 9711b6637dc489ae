import type { IncidentNews, WatchedField } from '../../events/news.ts'
import type { Incident } from '../../events/report.ts'
import type { Effect } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural } from '../../model/text/words.ts'
import { severityText } from '../report/severity.ts'
import { codeText, subjectText } from '../report/subject.ts'
import type { Style } from '../terminal/style.ts'

const WORDS: Readonly<Record<IncidentNews['type'], string>> = {
  Opened: 'opened',
  Changed: 'changed',
  Closed: 'closed',
}
const WIDTH = 9

/**
 * What became of incidents, one line each, with the time of the report that shows it; of one that changed, what it was
 * before. What follows from another incident says so.
 */
export const incidentNewsLines = (
  news: readonly IncidentNews[],
  now: string,
  style: Style,
): readonly string[] =>
  news.map((one) => {
    const { type, incident } = one
    const follows = incident.rootCause || incident.starting !== undefined ? '' : ', follows from another'
    const changes = changesOf(one)
    const how = changes.length === 0 ? '' : ` [${changes.join('; ')}]`
    const text = `${subjectText(incident.subject)} (${codeText(incident)}${follows}): ${incident.summary}${how}`
    return `${now}  ${WORDS[type].padEnd(WIDTH)}${severityText(incident, style)}: ${escapeText(text)}`
  })

/** Pods that are named one by one; of more, their number. */
const NAMED_PODS = 3

const EFFECTS: Readonly<Record<Effect, string>> = {
  Restarting: 'the container is restarted',
  Unready: 'not ready',
  NotStarted: 'does not start',
  Inert: 'the probe does nothing',
  None: 'nothing broken',
}

type Change = (now: Incident, before: Incident, news: IncidentNews) => readonly string[]

/** What is said of each field that changed. The summary stands in the line, so that the old one is told. */
const CHANGES: Readonly<Record<WatchedField, Change>> = {
  severity: (_, before) => [`was ${before.starting === undefined ? before.severity : 'Starting'}`],
  confidence: (_, before) => [`was ${before.confidence.toLowerCase()}`],
  // What explains it is told of its own.
  rootCause: ({ rootCause, causedBy }) =>
    causedBy === null ? [rootCause ? 'nothing else explains it any more' : 'no longer a cause'] : [],
  summary: ({ summary }, before) => (summary === before.summary ? [] : [`was: ${before.summary}`]),
  effect: ({ effect }, before) => [`${EFFECTS[effect]}, was: ${EFFECTS[before.effect]}`],
  pods: ({ subject: { pods = [] } }, { subject: { pods: old = [] } }) => [
    ...podsText(
      'also',
      pods.filter((pod) => !old.includes(pod)),
    ),
    ...podsText(
      'no longer',
      old.filter((pod) => !pods.includes(pod)),
    ),
  ],
  causedBy: (_, __, { cause, causeBefore }) =>
    cause === undefined
      ? causeBefore === undefined
        ? []
        : [`no longer because of ${causeText(causeBefore)}`]
      : [`because of ${causeText(cause)}`],
}

const causeText = (cause: Incident): string => `${cause.code} of ${subjectText(cause.subject)}`

function podsText(word: string, pods: readonly string[]): readonly string[] {
  if (pods.length === 0) return []
  const named = pods.length <= NAMED_PODS ? pods.join(', ') : plural(pods.length, 'pod')
  return [`${word} ${pods.length > NAMED_PODS ? '' : pods.length === 1 ? 'pod ' : 'pods '}${named}`]
}

const changesOf = (news: IncidentNews): readonly string[] => {
  const { incident, before, fields } = news
  return before === undefined ? [] : fields.flatMap((field) => CHANGES[field](incident, before, news))
}
