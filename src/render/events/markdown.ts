import type { EventReport, Incident } from '../../events/report.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { codeBlock, markdownCode, markdownTable, markdownText } from '../formats/markdown.ts'
import { evidenceLines } from '../report/evidence.ts'
import { type RemedyLabel, remedies, shownCommand } from '../report/fixes.ts'
import { gapLines } from '../report/gaps.ts'
import { doubtText, subjectText } from '../report/subject.ts'
import { EFFECT_WORDS } from '../report/summary.ts'
import { type SayOnce, sayOnce } from '../terminal/say-once.ts'
import { effectOnUsers, eventOutages } from './summary.ts'

/** Effects and facts of one incident; `-o json` has them all. */
const SHOWN = 12

/**
 * The report for a ticket, in GitHub-flavoured markdown: a table of the root causes, then each with its facts, its
 * fixes and what follows from it, then what could not be read. All text of the cluster is escaped.
 */
export function eventReportMarkdown(report: EventReport): string {
  const roots = report.incidents.filter(({ causedBy }) => causedBy === null)
  const loud = roots.filter(({ severity }) => severity !== 'Info')
  const gaps = gapLines(report.gaps)
  const once = sayOnce()
  return `${[
    headline(report, loud.length),
    markdownTable(
      ['', 'What', 'Cause', 'Since', 'Now'],
      roots.map((incident) => row(report, incident)),
    ),
    ...loud.map((incident) => section(report, incident, once)),
    ...(gaps.length === 0
      ? []
      : [`Not known:\n\n${gaps.map((line) => `- ${markdownText(line)}`).join('\n')}`]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

function headline(report: EventReport, count: number): string {
  const { source, namespace, now, eventsRead } = report
  const outages = eventOutages(report, false)
  const place = namespace === undefined ? 'all namespaces' : `namespace ${markdownCode(namespace)}`
  return `**${plural(count, 'incident')}** in ${place} of ${markdownCode(source.name)} at ${markdownText(now)}, from ${plural(eventsRead, 'event')}.${outages === '' ? '' : ` **${markdownText(outages)}**`}`
}

function row(report: EventReport, incident: Incident) {
  const { subject, summary, code, firstSeen, ongoing, over } = incident
  const age = secondsBetween(firstSeen, report.now)
  return [
    EFFECT_WORDS[effectOnUsers(report, incident)],
    markdownText(subjectText(subject)),
    `${markdownText(summary)} (${markdownCode(code)})`,
    age === undefined ? '' : `${humanDuration(Math.max(0, age))} ago`,
    ongoing ? 'goes on' : over ? 'not now' : 'not known',
  ]
}

function section(report: EventReport, incident: Incident, once: SayOnce): string {
  const { subject, severity, code, confidence, summary, explanation, docs } = incident
  return [
    `### ${severity}: ${markdownText(subjectText(subject))}`,
    `**${markdownText(summary)}** (${markdownCode(code)}${doubtText(confidence)})`,
    markdownText(once(explanation)),
    list(evidenceLines(incident, { now: report.now, wide: true, once })),
    ...remedies(incident).map(remedyPart),
    follows(report, incident),
    `[About this cause](${encodeURI(docs)})`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const list = (lines: readonly string[]): string => {
  const shown = lines.slice(0, SHOWN).map((line) => `- ${markdownText(line)}`)
  return [...shown, ...(lines.length > SHOWN ? [`- ${lines.length - SHOWN} more in \`-o json\``] : [])].join(
    '\n',
  )
}

const LABELS: Readonly<Record<RemedyLabel, string>> = { fix: 'Fix', look: 'Look', do: 'Do', or: 'Or' }

function remedyPart({ label, fix, text }: ReturnType<typeof remedies>[number]): string {
  const words = [`${LABELS[label]}: ${markdownText(text)}`, ...(fix.assumes ?? []).map(markdownText)].join(
    '\n\n',
  )
  const command = shownCommand(fix)
  return command === undefined ? words : `${words}\n\n${codeBlock(command, 'sh')}`
}

/** Everything that follows from it, over any number of steps. */
function follows({ incidents }: EventReport, root: Incident): string {
  const lines: string[] = []
  const add = ({ effects }: Incident): void => {
    for (const index of effects) {
      const effect = incidents[index]
      if (effect === undefined) continue
      lines.push(`${effect.severity}: ${subjectText(effect.subject)}: ${effect.summary} (${effect.code})`)
      add(effect)
    }
  }
  add(root)
  return lines.length === 0 ? '' : `What follows from it:\n\n${list(lines)}`
}
