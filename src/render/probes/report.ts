import { atLeast, type Finding } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural } from '../../model/text/words.ts'
import type { ProbeReport } from '../../probes/report.ts'
import { findingBlock } from '../report/finding-block.ts'
import { resourceName } from '../report/resource-name.ts'
import { codeText, subjectText } from '../report/subject.ts'
import { type SayOnce, sayOnce } from '../terminal/say-once.ts'
import { hanging, wrap } from '../terminal/wrap.ts'
import type { TableOptions } from './columns.ts'
import { effectOf, type Head, headsOf, workloadOf } from './heads.ts'
import { replayText } from './replay.ts'
import { summaryText } from './summary.ts'
import { probeTable } from './table.ts'

export interface ReportOptions extends Omit<TableOptions, 'once'> {
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
  const once = sayOnce()
  const heads = headsOf(report, wide)
  const blocks = heads.map((head) => blockOf(head, report, { ...options, once }))
  const { text, notes } = isTable ? probeTable(report, { ...options, once }) : { text: '', notes: [] }
  const remarks = [
    ...notes,
    ...(wide ? [] : [...withoutProbes(report), ...(isTable ? hiddenRemarks(report) : [])]),
    ...(place !== undefined && report.findings.some((one) => hasPatch(one) && isInYaml(place(one)))
      ? ['--diff has the fixes as changes of the files, for patch -p0; -o wide has the table of probes.']
      : []),
  ].map((note) => style.paint('dim', wrap(note, style.width)))
  const parts = [
    summaryText(report, heads, options),
    ...blocks,
    ...(isTable ? [] : [remarkLines(report, options)]),
    replayText(report, options),
    details,
    text,
    remarks.join('\n'),
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

function blockOf(
  { finding, followers }: Head,
  report: ProbeReport,
  { style, wide, place, once }: ReportOptions & { readonly once: SayOnce },
): string {
  const effect = finding.configuration ? undefined : effectOf(finding, report)
  const at = finding.configuration ? place?.(finding) : undefined
  return findingBlock(finding, followers, {
    style,
    wide,
    once,
    now: report.now,
    ...(effect === undefined ? {} : { effect }),
    ...(at === undefined ? {} : { place: at }),
  })
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

/** Remarks that are shown only with `-o wide`. */
function hiddenRemarks({ findings }: ProbeReport): readonly string[] {
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
