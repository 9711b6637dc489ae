import type { EventReport, Incident } from '../../events/report.ts'
import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Subject } from '../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { listed, plural } from '../../model/text/words.ts'
import { partsText, subjectText } from '../report/subject.ts'

/** Consequences of one block; `-o json` has them all. */
const SHOWN = 12
/** From here on, things that happen alike share a line. */
const MANY = 3
/** Subjects that such a line names. */
const NAMED = 2

/**
 * What follows from an incident, directly or over others, one line each; where the same thing happens to many, one
 * line for all of them.
 */
export function consequenceLines(report: EventReport, incident: Incident): readonly string[] {
  const lines: string[] = []
  const add = ({ effects }: Incident, indent: string): void => {
    for (const group of alike(effects.flatMap((index) => report.incidents[index] ?? []))) {
      if (group.length >= MANY) lines.push(`${indent}${manyLine(group)}`)
      else
        for (const effect of group) {
          lines.push(`${indent}${consequenceLine(effect, incident, report.now)}`)
          add(effect, `${indent}  `)
        }
    }
  }
  add(incident, '')
  const hidden = lines.length - SHOWN
  return hidden <= 1 ? lines : [...lines.slice(0, SHOWN), `${plural(hidden, 'more consequence')} in -o json`]
}

/** Incidents of one severity and code that nothing follows from are alike; each other one is a group of its own. */
const alike = (effects: readonly Incident[]): Iterable<readonly Incident[]> =>
  Map.groupBy(effects, (effect) =>
    effect.effects.length > 0 ? `${effects.indexOf(effect)}` : `${effect.severity}/${effect.code}`,
  ).values()

/** `Error: Deployment shop/a, Deployment shop/b and 4 more: node n1 is not ready (node-not-ready)`. */
function manyLine(group: readonly Incident[]): string {
  const [{ severity, summary, code } = { severity: '', summary: '', code: '' }] = group
  const names = group.slice(0, NAMED).map(({ subject }) => describeReference(subject))
  return `${severity}: ${names.join(', ')} and ${group.length - names.length} more: ${summary} (${code})`
}

function consequenceLine(
  { severity, subject, code, summary, lastSeen, ongoing }: Incident,
  root: Incident,
  now: string,
): string {
  const place = placeOf(subject, root.subject)
  const age = secondsBetween(lastSeen, now)
  const when = ongoing || age === undefined ? '' : `, last seen ${humanDuration(age)} ago`
  return `${severity}: ${place === '' ? '' : `${place}: `}${summary} (${code}${when})`
}

/** Without repeating what the root is about. */
function placeOf(subject: Subject, root: Subject): string {
  const { pods = [] } = subject
  if (subject.kind === root.kind && subject.name === root.name) return listed(partsText(subject))
  return [subjectText(subject), ...(pods.length > 1 ? [plural(pods.length, 'pod')] : [])].join(', ')
}
