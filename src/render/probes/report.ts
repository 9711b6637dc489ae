import { atLeast, type Finding, SEVERITIES, type Severity, type Subject } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import type { ProbeReport, ProbeState, WorkloadProbes } from '../../probes/report.ts'
import { findingBlock } from '../report/finding-block.ts'
import { impactPhrases } from '../report/impact.ts'
import { resourceName } from '../report/resource-name.ts'
import { codeText, subjectText } from '../report/subject.ts'
import { hanging } from '../terminal/wrap.ts'
import type { TableOptions } from './columns.ts'
import { replayText } from './replay.ts'
import { probeTable } from './table.ts'

export interface ReportOptions extends TableOptions {
  /**
   * `FILE:LINE` of a finding, where all workloads are manifests. Of these no probe has a state, so that the findings are
   * the report, and the table is for `-o wide`.
   */
  readonly place?: (finding: Finding) => string | undefined
}

/**
 * A probe report for people: causes first, then every probe, worst first. Ends with a line feed. What was not read is
 * not in it: see `gapLines`. `details` are put before the table (`workloadText`).
 */
export function probeReportText(report: ProbeReport, options: ReportOptions, details = ''): string {
  if (report.workloads.length === 0)
    return report.namespace === undefined
      ? 'No workloads found.\n'
      : `No workloads found in ${escapeText(report.namespace)} namespace.\n`
  const { style, wide, place } = options
  const isTable = wide || place === undefined
  const { text, leftOut } = isTable ? probeTable(report, options) : { text: '', leftOut: [] }
  const notes = [
    ...(leftOut.length === 0 ? [] : [`Not shown at this width: ${leftOut.join(', ')} (see -o wide).`]),
    ...(wide ? [] : [...withoutProbes(report), ...(isTable ? remarks(report) : [])]),
    ...(place !== undefined && report.findings.some((one) => hasPatch(one) && isInYaml(place(one)))
      ? ['--diff has the fixes as changes of the files, for patch -p0; -o wide has the table of probes.']
      : []),
  ].map((note) => style.paint('dim', note))
  const parts = [
    ...blocks(report, options),
    ...(isTable ? [] : [remarkLines(report, options)]),
    replayText(report, options),
    details,
    summary(report),
    text,
    notes.join('\n'),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/**
 * `deployment.apps/web`, for `-o name`: the workloads with a finding of Warning or worse. Nothing where none has one,
 * so that the output can be given to another command as it is.
 */
export function probeReportNames(report: ProbeReport): readonly string[] {
  const subjects = report.findings.filter(({ severity }) => atLeast(severity, 'Warning'))
  const names = subjects.map(({ subject }) =>
    resourceName(subject.kind, workloadOf(report, subject)?.apiVersion, subject.name),
  )
  return [...new Set(names)].map((name) => escapeText(name))
}

const workloadOf = (
  { workloads }: ProbeReport,
  { namespace, kind, name }: Subject,
): WorkloadProbes | undefined =>
  workloads.find((one) => one.namespace === namespace && one.kind === kind && one.name === name)

/** Causes by what they are about, each with what follows from it under it; then what the rules say. */
function blocks(report: ProbeReport, { style, wide, place }: ReportOptions): readonly string[] {
  const remarks = report.findings.filter(
    ({ configuration, severity }) => configuration && (wide || atLeast(severity, 'Warning')),
  )
  return [
    ...causeBlocks(report, { style, wide }),
    ...remarks.map((remark) => {
      const at = place?.(remark)
      return findingBlock(remark, [], {
        style,
        wide,
        now: report.now,
        ...(at === undefined ? {} : { place: at }),
      })
    }),
  ]
}

/** Remarks on manifests, a line each. */
function remarkLines({ findings }: ProbeReport, { style, place }: ReportOptions): string {
  const lines = findings
    .filter(({ configuration, severity }) => configuration && !atLeast(severity, 'Warning'))
    .map((finding) => {
      const { subject, summary } = finding
      const text = `${subjectText(subject)}: ${summary} (${codeText(finding)})`
      return hanging('  ', escapeText(`${place?.(finding) ?? ''}: ${text}`), style.width)
    })
  return lines.length === 0 ? '' : [`${style.paint('bold', 'Remarks')}`, ...lines].join('\n')
}

const isInYaml = (place = ''): boolean => /\.ya?ml:\d+$/.test(place)

const hasPatch = ({ fixes }: Finding): boolean => fixes.some(({ patch }) => patch !== undefined)

function causeBlocks(
  report: ProbeReport,
  { style, wide }: Pick<TableOptions, 'style' | 'wide'>,
): readonly string[] {
  const causes = report.findings.filter(({ configuration }) => !configuration)
  const groups = Map.groupBy(causes, ({ subject: { namespace, kind, name } }) =>
    [namespace ?? '', kind, name].join('/'),
  )
  const worstFirst = sortedBy(groups.values(), (group) => [
    -Math.max(...group.map(({ severity }) => SEVERITIES.indexOf(severity))),
  ])
  return worstFirst.flatMap((group) => {
    const causes = group.filter(({ rootCause }) => rootCause)
    const [first] = causes
    const followers =
      first === undefined ? [] : group.filter((one) => !one.rootCause && one.effect !== 'None')
    const heads = group.filter((one) => !followers.includes(one))
    return heads
      .filter(({ severity, starting }) => wide || starting !== undefined || atLeast(severity, 'Warning'))
      .map((head) => {
        const effect = effectOf(head, report)
        return findingBlock(head, head === first ? followers : [], {
          style,
          wide,
          now: report.now,
          ...(effect === undefined ? {} : { effect }),
        })
      })
  })
}

/** What the failure does to the workload: its pods, restarts, Services, a rollout that got stuck. */
function effectOf(finding: Finding, report: ProbeReport): string | undefined {
  const workload = workloadOf(report, finding.subject)
  const phrases = [
    ...(workload === undefined ? [] : readyPhrase(workload)),
    ...impactPhrases(finding, report.now),
  ]
  return phrases.length === 0 ? undefined : phrases.join('; ')
}

/** Kinds whose pods come to an end, also those of operators, e.g. `RayJob`: that they are not ready says nothing. */
const ENDING_KIND = /Job$/

function readyPhrase({ kind, pods, replicas = 0 }: WorkloadProbes): readonly string[] {
  if (pods.total === 0 || ENDING_KIND.test(kind)) return []
  return [`${pods.ready} of ${Math.max(pods.total, replicas)} pods ready`]
}

/** One line over all: `1 error. 1 still starting. 0 of 2 probes of 1 workload pass.` */
function summary({ workloads, findings }: ProbeReport): string {
  const count = (severity: Severity) =>
    findings.filter((one) => (one.rootCause || one.configuration) && one.severity === severity).length
  const [errors, warnings] = [count('Error'), count('Warning')]
  const starts = findings.filter(({ starting }) => starting !== undefined).length
  return [
    ...(errors === 0 ? [] : [`${plural(errors, 'error')}.`]),
    ...(warnings === 0 ? [] : [`${plural(warnings, 'warning')}.`]),
    ...(starts === 0 ? [] : [`${starts} still starting.`]),
    probesSentence(workloads),
  ].join(' ')
}

/** `All 5 probes of 3 workloads pass.` */
function probesSentence(workloads: readonly WorkloadProbes[]): string {
  const probes = workloads.flatMap(({ containers }) => containers.flatMap((container) => container.probes))
  const count = (state: ProbeState) => probes.filter((probe) => probe.state === state).length
  const [total, passing] = [probes.length, count('Passing')]
  const where = plural(workloads.length, 'workload')
  if (total === 0) return `The containers of ${where} have no probes.`
  if (count('NotApplied') === total)
    return `${plural(total, 'probe')} of ${where}, known from manifests only.`
  return passing === total && total > 1
    ? `All ${total} probes of ${where} pass.`
    : `${passing} of ${total} probes of ${where} pass.`
}

/** Remarks that are shown only with `-o wide`. */
function remarks({ findings }: ProbeReport): readonly string[] {
  const hidden = findings.filter(
    ({ configuration, severity }) => configuration && !atLeast(severity, 'Warning'),
  )
  return hidden.length === 0
    ? []
    : [
        `${plural(hidden.length, 'remark')} on configuration (-o wide shows ${hidden.length === 1 ? 'it' : 'them'}).`,
      ]
}

function withoutProbes({ workloads }: ProbeReport): readonly string[] {
  const containers = workloads
    .flatMap((workload) => workload.containers)
    .filter(({ type }) => type !== 'init')
  const bare = containers.filter(({ probes }) => probes.length === 0).length
  if (bare === 0 || bare === containers.length) return []
  return [
    `${bare} of ${plural(containers.length, 'container')} ${bare === 1 ? 'has' : 'have'} no probes (see -o wide).`,
  ]
}
