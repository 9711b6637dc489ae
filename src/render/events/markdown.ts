import type { EventReport, Incident } from '../../events/report.ts'
import type { Fix } from '../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { codeBlock, markdownCode, markdownTable, markdownText } from '../formats/markdown.ts'
import { evidenceLines } from '../report/evidence.ts'
import { shownCommand } from '../report/fixes.ts'
import { gapLines } from '../report/gaps.ts'
import { doubtText, subjectText } from '../report/subject.ts'

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
  return `${[
    headline(report, loud.length),
    markdownTable(
      ['', 'What', 'Cause', 'Since', 'Now'],
      roots.map((incident) => row(incident, report.now)),
    ),
    ...loud.map((incident) => section(report, incident)),
    ...(gaps.length === 0
      ? []
      : [`Not known:\n\n${gaps.map((line) => `- ${markdownText(line)}`).join('\n')}`]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

function headline({ source, namespace, now, eventsRead }: EventReport, count: number): string {
  const place = namespace === undefined ? 'all namespaces' : `namespace ${markdownCode(namespace)}`
  return `**${plural(count, 'incident')}** in ${place} of ${markdownCode(source.name)} at ${markdownText(now)}, from ${plural(eventsRead, 'event')}.`
}

function row({ severity, subject, summary, code, firstSeen, ongoing, over }: Incident, now: string) {
  const age = secondsBetween(firstSeen, now)
  return [
    severity,
    markdownText(subjectText(subject)),
    `${markdownText(summary)} (${markdownCode(code)})`,
    age === undefined ? '' : `${humanDuration(Math.max(0, age))} ago`,
    ongoing ? 'goes on' : over ? 'not now' : 'not known',
  ]
}

function section(report: EventReport, incident: Incident): string {
  const { subject, severity, code, confidence, summary, explanation, docs, fixes } = incident
  return [
    `### ${severity}: ${markdownText(subjectText(subject))}`,
    `**${markdownText(summary)}** (${markdownCode(code)}${doubtText(confidence)})`,
    markdownText(explanation),
    list(evidenceLines(incident, report.now, true)),
    ...fixes.map((fix, index) => fixPart(fix, index)),
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

function fixPart(fix: Fix, index: number): string {
  const words = `${index === 0 ? 'Fix' : 'Or'}: ${markdownText(fix.title)}`
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
