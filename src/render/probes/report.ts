import { atLeast, type Finding, SEVERITIES, type Severity } from '../../model/report/finding.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import type { ProbeReport, ProbeState } from '../../probes/report.ts'
import { findingBlock } from '../report/finding-block.ts'
import { impactPhrases } from '../report/impact.ts'
import { resourceName } from '../report/resource-name.ts'
import { escapeText } from '../terminal/style.ts'
import type { TableOptions } from './columns.ts'
import { replayText } from './replay.ts'
import { probeTable } from './table.ts'

/**
 * A probe report for people: causes first, then every probe, worst first. Ends with a line feed. What was not read is
 * not in it: see `gapLines`. `details` are put before the table (`workloadText`).
 */
export function probeReportText(report: ProbeReport, options: TableOptions, details = ''): string {
  if (report.workloads.length === 0)
    return report.namespace === undefined
      ? 'No workloads found.\n'
      : `No workloads found in ${escapeText(report.namespace)} namespace.\n`
  const { style, wide } = options
  const { text, leftOut } = probeTable(report, options)
  const notes = [
    ...(leftOut.length === 0 ? [] : [`Not shown at this width: ${leftOut.join(', ')} (see -o wide).`]),
    ...(wide ? [] : [...withoutProbes(report), ...remarks(report)]),
  ].map((note) => style.paint('dim', note))
  return `${[...blocks(report, options), replayText(report, options), details, summary(report), text, notes.join('\n')].filter((part) => part !== '').join('\n\n')}\n`
}

/**
 * `deployment.apps/web`, for `-o name`: the workloads with a finding of Warning or worse. Nothing where none has one,
 * so that the output can be given to another command as it is.
 */
export function probeReportNames(report: ProbeReport): readonly string[] {
  const subjects = report.findings.filter(({ severity }) => atLeast(severity, 'Warning'))
  const names = subjects.map(({ subject: { namespace, kind, name } }) => {
    const workload = report.workloads.find(
      (one) => one.namespace === namespace && one.kind === kind && one.name === name,
    )
    return resourceName(kind, workload?.apiVersion, name)
  })
  return [...new Set(names)].map((name) => escapeText(name))
}

/** Causes by what they are about, each with what follows from it under it; then what the rules say. */
function blocks(report: ProbeReport, { style, wide }: TableOptions): readonly string[] {
  const remarks = report.findings.filter(
    ({ configuration, severity }) => configuration && (wide || atLeast(severity, 'Warning')),
  )
  return [
    ...causeBlocks(report, { style, wide }),
    ...remarks.map((remark) => findingBlock(remark, [], { style, wide, now: report.now })),
  ]
}

function causeBlocks(
  report: ProbeReport,
  { style, wide }: Pick<TableOptions, 'style' | 'wide'>,
): readonly string[] {
  const causes = report.findings.filter(({ configuration }) => !configuration)
  const groups = groupBy(causes, ({ subject: { namespace, kind, name } }) =>
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
      .filter(({ severity }) => wide || atLeast(severity, 'Warning'))
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
  const { subject } = finding
  const workload = report.workloads.find(
    ({ namespace, kind, name }) =>
      namespace === subject.namespace && kind === subject.kind && name === subject.name,
  )
  // The pods of a Job come to an end: that they are not ready says nothing.
  const counts = workload !== undefined && workload.pods.total > 0 && !/Job$/.test(workload.kind)
  const phrases = [
    ...(counts
      ? [`${workload.pods.ready} of ${Math.max(workload.pods.total, workload.replicas ?? 0)} pods ready`]
      : []),
    ...impactPhrases(finding, report.now),
  ]
  return phrases.length === 0 ? undefined : phrases.join('; ')
}

/** One line over all: `All 5 probes of 3 workloads pass.` */
function summary({ workloads, findings }: ProbeReport): string {
  const probes = workloads.flatMap(({ containers }) => containers.flatMap((container) => container.probes))
  const count = (state: ProbeState) => probes.filter((probe) => probe.state === state).length
  const total = plural(workloads.length, 'workload')
  const causes = (severity: Severity) =>
    findings.filter(
      (finding) => (finding.rootCause || finding.configuration) && finding.severity === severity,
    ).length
  return [
    ...(causes('Error') === 0 ? [] : [`${plural(causes('Error'), 'error')}.`]),
    ...(causes('Warning') === 0 ? [] : [`${plural(causes('Warning'), 'warning')}.`]),
    probes.length === 0
      ? `The containers of ${total} have no probes.`
      : count('NotApplied') === probes.length
        ? `${plural(probes.length, 'probe')} of ${total}, known from manifests only.`
        : count('Passing') === probes.length && probes.length > 1
          ? `All ${probes.length} probes of ${total} pass.`
          : `${count('Passing')} of ${probes.length} probes of ${total} pass.`,
  ].join(' ')
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
