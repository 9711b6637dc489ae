import type { IncidentNews } from '../../events/news.ts'
import { escapeText } from '../../model/text/escape.ts'
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
 * What became of incidents, one line each, with the time of the report that shows it; of one that changed, in which
 * respect. What follows from another incident says so.
 */
export const incidentNewsLines = (
  news: readonly IncidentNews[],
  now: string,
  style: Style,
): readonly string[] =>
  news.map(({ type, incident, fields }) => {
    const follows = incident.rootCause ? '' : ', follows from another'
    const how = fields.length === 0 ? '' : ` [other: ${fields.join(', ')}]`
    const text = `${subjectText(incident.subject)} (${codeText(incident)}${follows}): ${incident.summary}${how}`
    return `${now}  ${WORDS[type].padEnd(WIDTH)}${severityText(incident.severity, style)}: ${escapeText(text)}`
  })
