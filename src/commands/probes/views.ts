import packageJson from '../../../package.json' with { type: 'json' }
import type { Finding } from '../../model/report/finding.ts'
import { escapeJson } from '../../model/text/escape.ts'
import type { RuleSettings } from '../../probes/configuration.ts'
import type { ProbeReport } from '../../probes/report.ts'
import type { InputFlags, Selected } from '../shared/input.ts'
import { readSelected } from '../shared/input.ts'
import type { Printable, TextOptions } from '../shared/output.ts'
import type { Session } from '../shared/session.ts'

/** A probe report with what it was made from. */
export interface Checked extends Selected {
  readonly report: ProbeReport
}

/**
 * Reads what the flags say, and judges it.
 * @throws UserError as `readSelected` and `selectWorkloads`
 */
export async function checkProbes(
  flags: InputFlags,
  words: readonly unknown[],
  rules: RuleSettings,
  session?: Session,
): Promise<Checked> {
  const selected = await readSelected(flags, 'probe-check', words, session)
  const { probeCheck } = await import('../../probes/check.ts')
  return { ...selected, report: probeCheck(selected.cluster, { selection: selected.selection, rules }) }
}

/** Who made a report, in the formats that name it. */
const TOOL = {
  name: 'kubectl probe-check',
  version: packageJson.version,
  uri: packageJson.repository.url.replace(/^git\+|\.git$/g, ''),
}

/**
 * A probe report in every form that the command prints.
 * @param kubectl how the user reaches the cluster of the report (`kubectlWords`)
 */
export async function probeViews(
  checked: Checked,
  { diff, kubectl }: { readonly diff: boolean; readonly kubectl: readonly string[] },
): Promise<Printable> {
  const [{ probeReportNames }, { gapLines }, { replayNotes }] = await Promise.all([
    import('../../render/probes/report.ts'),
    import('../../render/report/gaps.ts'),
    import('../../render/probes/replay.ts'),
  ])
  const { report, cluster } = checked
  return {
    report,
    text: diff ? await diffText(checked) : await reportText(checked),
    names: () => probeReportNames(report),
    notes: () => [...replayNotes(report), ...gapLines(report.gaps, cluster.snapshot.notes)],
    formats: {
      patch: async ({ style }) => {
        const { patchScript } = await import('../../render/formats/patches.ts')
        return patchScript(report.findings, { style, kubectl })
      },
      sarif: async () => {
        const [{ probeSarif }, { sourceLocations }] = await Promise.all([
          import('../../render/formats/sarif.ts'),
          import('../../kube/files/source-locations.ts'),
        ])
        const { origins } = cluster.snapshot
        const log = probeSarif(report, { tool: TOOL, origins, sourceLocation: sourceLocations() })
        return `${escapeJson(JSON.stringify(log, null, 2))}\n`
      },
    },
  }
}

/** The report for people. */
export async function reportText(checked: Checked): Promise<(options: TextOptions) => string> {
  const { report, allNamespaces } = checked
  const [{ probeReportText }, details] = await Promise.all([
    import('../../render/probes/report.ts'),
    detailsOf(checked),
  ])
  const place = await placeOfManifests(checked)
  return (options) =>
    probeReportText(report, { ...options, allNamespaces, ...(place && { place }) }, details(options))
}

/** Where findings stand, if all workloads are manifests. */
async function placeOfManifests({ report, cluster }: Checked) {
  const { origins } = cluster.snapshot
  const isManifest = ({ kind, namespace, name }: (typeof report.workloads)[number]) =>
    origins[`${kind}/${namespace}/${name}`] !== undefined
  if (report.workloads.length === 0 || !report.workloads.every(isManifest)) return undefined
  const [{ placeOf }, { sourceLocations }] = await Promise.all([
    import('../../render/report/place.ts'),
    import('../../kube/files/source-locations.ts'),
  ])
  const sources = { origins, sourceLocation: sourceLocations() }
  return (finding: Finding) => placeOf(finding, sources)
}

/** The renderer of `--diff`. */
async function diffText(checked: Checked): Promise<Printable['text']> {
  const {
    cluster,
    report: { findings },
  } = checked
  if ((await placeOfManifests(checked)) !== undefined) {
    const [{ fileDiffText }, { manifestEditor }] = await Promise.all([
      import('../../render/formats/file-diff.ts'),
      import('../../kube/files/edit/manifest-editor.ts'),
    ])
    const { origins } = cluster.snapshot
    return ({ style }) => fileDiffText(findings, { style, origins, editor: manifestEditor() })
  }
  const [{ fixDiffs }, { fixDiffsText }, { stringify }] = await Promise.all([
    import('../../probes/fix-diffs.ts'),
    import('../../render/formats/diff.ts'),
    import('yaml'),
  ])
  const yaml = (object: object) => stringify(JSON.parse(JSON.stringify(object)), { lineWidth: 0 })
  return ({ style }) => fixDiffsText(fixDiffs(cluster, findings), { style, yaml })
}

/** What is shown only where one workload was asked for by its name. */
async function detailsOf({
  cluster,
  selection,
  report: { workloads },
}: Checked): Promise<(options: TextOptions) => string> {
  const [only, ...others] = workloads
  if (selection.targets.length !== 1 || only === undefined || others.length > 0) return () => ''
  const [{ handlersOf }, { historyOf }, { workloadText }, { selectWorkloads }] = await Promise.all([
    import('../../probes/handlers.ts'),
    import('../../probes/history.ts'),
    import('../../render/probes/workload.ts'),
    import('../../model/snapshot/selection.ts'),
  ])
  const selected = selectWorkloads(cluster, selection)
  const details = {
    handlers: new Map(selected.flatMap((workload) => [...handlersOf(workload)])),
    histories: selected.flatMap((workload) => historyOf(cluster, workload)),
    now: cluster.now,
  }
  return ({ style }) => workloadText(only, details, style)
}
