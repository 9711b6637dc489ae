import { describeReference } from '../../model/kubernetes/reference.ts'
import { escapeText } from '../../model/text/escape.ts'
import type { ProbeNews } from '../../probes/news.ts'
import { severityText } from '../report/severity.ts'
import { codeText, subjectText } from '../report/subject.ts'
import type { Style } from '../terminal/style.ts'

const WORDS: Readonly<Record<ProbeNews['type'], string>> = {
  Opened: 'new',
  Changed: 'changed',
  Closed: 'gone',
  Rollout: 'rollout',
}
/** The longest of these, with a gap. */
const WIDTH = 9

/** What is new, one line each, with the time of the report that shows it. */
export const probeNewsLines = (news: readonly ProbeNews[], now: string, style: Style): readonly string[] =>
  news.map((one) => `${now}  ${WORDS[one.type].padEnd(WIDTH)}${newsText(one, style)}`)

function newsText(news: ProbeNews, style: Style): string {
  if (news.type === 'Rollout') return escapeText(`${describeReference(news.workload)}: ${news.message}`)
  const { subject, summary, starting } = news.finding
  // Not that it passes: the pod may be gone as well.
  const said = news.type === 'Closed' && starting !== undefined ? 'the start is over' : summary
  const text = `${subjectText(subject)} (${codeText(news.finding)}): ${said}`
  return `${severityText(news.finding, style)}: ${escapeText(text)}`
}
