import { atLeast, type Finding, type Severity } from '../../model/report/finding.ts'
import type { ProbeReport, WorkloadProbes } from '../../probes/report.ts'
import { severityText } from '../report/severity.ts'
import { codeText, subjectText } from '../report/subject.ts'
import { escapeText, type Style } from '../terminal/style.ts'

/** Findings below this are not worth a line of their own. */
const LEAST: Severity = 'Warning'

/**
 * What is new in a report against the one before it, one line each, with the time of the report: findings that
 * appeared, changed or went, and rollouts that got further. Without a report before, all of it is new.
 */
export function probeChanges(
  before: ProbeReport | undefined,
  after: ProbeReport,
  style: Style,
): readonly string[] {
  const [old, now] = [byPlace(before), byPlace(after)]
  const line = (word: string, finding: Finding) =>
    `${after.now}  ${word.padEnd(9)}${severityText(finding.severity, style)}: ${escapeText(findingText(finding))}`
  return [
    ...[...now].flatMap(([place, finding]) => {
      const previous = old.get(place)
      if (previous === undefined) return [line('new', finding)]
      return findingText(previous) === findingText(finding) && previous.severity === finding.severity
        ? []
        : [line('changed', finding)]
    }),
    ...[...old].flatMap(([place, finding]) => (now.has(place) ? [] : [line('gone', finding)])),
    ...rolloutChanges(before, after).map((text) => `${after.now}  ${'rollout'.padEnd(9)}${escapeText(text)}`),
  ]
}

/**
 * How a rollout that was under way in the report before ended; undefined while one goes on, and where none was.
 * Several rollouts end with the last one.
 */
export function rolloutEnd(
  before: ProbeReport | undefined,
  after: ProbeReport,
): 'Complete' | 'Stuck' | undefined {
  const under = (report: ProbeReport | undefined, state: string) =>
    report?.workloads.some(({ rollout }) => rollout?.state === state) ?? false
  if (!under(before, 'Progressing') || under(after, 'Progressing')) return undefined
  if (under(after, 'Stuck')) return 'Stuck'
  return under(after, 'Complete') ? 'Complete' : undefined
}

/** Pods come and go with every restart of a rollout, so that they make no other finding. */
const placeOf = ({ code, subject }: Finding): string => `${code} ${subjectText(subject)}`

const byPlace = (report: ProbeReport | undefined): ReadonlyMap<string, Finding> =>
  new Map(
    (report?.findings ?? [])
      .filter(({ severity }) => atLeast(severity, LEAST))
      .map((finding) => [placeOf(finding), finding]),
  )

const findingText = (finding: Finding): string =>
  `${subjectText(finding.subject)} (${codeText(finding)}): ${finding.summary}`

function rolloutChanges(before: ProbeReport | undefined, after: ProbeReport): readonly string[] {
  const key = ({ namespace, kind, name }: WorkloadProbes) => `${kind} ${namespace}/${name}`
  const said = new Map((before?.workloads ?? []).map((one) => [key(one), one.rollout]))
  return after.workloads.flatMap((one) => {
    const previous = said.get(key(one))
    const { rollout } = one
    if (rollout === undefined || previous?.message === rollout.message) return []
    // At the beginning only those that are under way are news.
    if (previous === undefined && rollout.state === 'Complete') return []
    return [`${key(one)}: ${rollout.message}`]
  })
}
