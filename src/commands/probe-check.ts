import { Command, Flags } from '@oclif/core'
import packageJson from '../../package.json' with { type: 'json' }
import type { Cluster } from '../model/cluster.ts'
import { EXIT } from '../model/exit.ts'
import type { Finding } from '../model/finding.ts'
import type { ProbeReport } from '../probes/report.ts'
import { documentedPages, explain, explainFlag } from './explain.ts'
import {
  clusterFlags,
  commonFlags,
  integerFlag,
  namespaceFlags,
  repeatable,
  selectorFlag,
  watchFlags,
} from './flags.ts'
import { readSelected, type Selected } from './input.ts'
import { kubectlWords } from './kubectl.ts'
import { type Printable, print, type TextOptions } from './output.ts'
import type { Session } from './session.ts'

/** Who made a report, in the formats that name it. */
const TOOL = {
  name: 'kubectl probe-check',
  version: packageJson.version,
  uri: packageJson.repository.url.replace(/^git\+|\.git$/g, ''),
}

/** `kubectl probe-check [TYPE/NAME ...]`. */
export default class ProbeCheck extends Command {
  static override readonly summary =
    'Show which liveness, readiness and startup probes fail, why, what that does, and what mends it.'
  static override readonly description =
    'Every probe of the selected workloads with its effective timing and its state, the cause of each failure with ' +
    'the evidence for it, and the change that mends it. The cluster is only read, unless you ask with --replay that the probes of some ' +
    'workloads are run once more, through exec or a port-forward: each in the pod where it does worst. Commands of ' +
    'probes run as they stand, and may have effects of their own.'
  static override readonly usage =
    'probe-check [TYPE/NAME ...] [-n NAMESPACE | -A] [-l SELECTOR] [-f PATH] [-o FORMAT]'
  static override readonly examples = [
    { description: 'All probes of the current namespace', command: 'kubectl probe-check' },
    {
      description: 'One Deployment, with the pods and the kill windows',
      command: 'kubectl probe-check deploy/web -o wide',
    },
    { description: 'The whole cluster; exit code 1 if a probe fails', command: 'kubectl probe-check -A' },
    {
      description: 'Manifests that have not been applied',
      command: 'helm template . | kubectl probe-check -f -',
    },
    {
      description: 'Run the probes of one Deployment from here, ten times each, and see what they answer',
      command: 'kubectl probe-check deploy/web --replay --count 10',
    },
    {
      description: 'The fixes as a script to look at, and then to run',
      command: 'kubectl probe-check -n shop -o patch > fix.sh',
    },
    {
      description: 'A report on manifests for the code scanning of a CI',
      command: 'kubectl probe-check -R -f deploy/ -o sarif > probe-check.sarif',
    },
    {
      description: 'Record what was read, and look at it somewhere else',
      command: 'kubectl probe-check -n shop --save ./shop && kubectl probe-check -f ./shop',
    },
  ]
  static override readonly strict = false
  static override readonly flags = {
    ...commonFlags(['patch', 'sarif']),
    ...namespaceFlags,
    selector: selectorFlag({ char: 'l', summary: 'Only workloads (or pods) with these labels.' }),
    rule: Flags.string({
      helpValue: 'ID=error|warning|info|off',
      summary: 'Give a rule on configuration another severity, or turn it off (docs/rules).',
      ...repeatable,
    }),
    explain: explainFlag('cause or a rule'),
    diff: Flags.boolean({
      summary: 'Show what each fix changes, as a diff, in place of the report.',
      exclusive: ['output'],
    }),
    'no-logs': Flags.boolean({ summary: 'Do not read container logs.' }),
    replay: Flags.boolean({
      summary: 'Also run the probes of the named workloads from here: exactly these, nothing else.',
    }),
    count: integerFlag({ summary: 'With --replay, how often to run each probe: 1 to 100.' }),
    ...watchFlags,
    ...clusterFlags,
  }

  override async run(): Promise<number> {
    const { flags, argv } = await this.parse(ProbeCheck)
    if (flags.explain !== undefined) {
      await explain(flags.explain, await documentedPages('causes', 'rules'))
      return EXIT.ok
    }
    const { ruleSettings } = await import('../probes/configuration.ts')
    const rules = ruleSettings(flags.rule ?? [])
    if (flags.replay || flags.count !== undefined) {
      const [{ checkReplayFlags }, { checkReplaySelection }, { parseTargets }] = await Promise.all([
        import('./replay.ts'),
        import('../probes/replay.ts'),
        import('../model/selection.ts'),
      ])
      checkReplayFlags(flags)
      checkReplaySelection({
        targets: parseTargets(argv as readonly string[]),
        selector: flags.selector ?? [],
      })
    }
    const [
      { probeCheck, probeExitCode },
      { probeReportText, probeReportNames },
      { gapLines },
      { replayNotes },
    ] = await Promise.all([
      import('../probes/check.ts'),
      import('../render/probe-report.ts'),
      import('../render/gaps.ts'),
      import('../render/replay.ts'),
    ])
    const look = async (session?: Session) => {
      const selected = await readSelected(flags, 'probe-check', argv, session)
      const report = probeCheck(selected.cluster, { selection: selected.selection, rules })
      return { ...selected, report, details: await detailsOf(selected, report) }
    }
    const textOf = (
      { report, allNamespaces, details }: Awaited<ReturnType<typeof look>>,
      options: TextOptions,
    ) => probeReportText(report, { ...options, allNamespaces }, details(options))
    if (flags.watch) {
      const [{ watch, checkWatchFlags }, { probeNews, rolloutEnded }] = await Promise.all([
        import('./watch.ts'),
        import('../probes/news.ts'),
      ])
      checkWatchFlags(flags)
      let first: Awaited<ReturnType<typeof look>> | undefined
      const last = await watch(flags, {
        look,
        at: ({ report }) => report.now,
        changes: (before, after) => probeNews(before?.report, after.report),
        draw: textOf,
        isOver: (now) => {
          first ??= now
          return rolloutEnded(first.report, now.report)
        },
      })
      return probeExitCode(last.report, flags['fail-on'])
    }
    const looked = await look()
    const { report, cluster } = looked
    await print(
      {
        report,
        text: flags.diff ? await diffText(cluster, report.findings) : (options) => textOf(looked, options),
        names: () => probeReportNames(report),
        notes: () => [...replayNotes(report), ...gapLines(report.gaps, cluster.snapshot.notes)],
        formats: {
          sarif: async () => {
            const { probeSarif } = await import('../render/sarif.ts')
            const { origins } = cluster.snapshot
            return `${JSON.stringify(probeSarif(report, { tool: TOOL, origins }), null, 2)}\n`
          },
          patch: async ({ style }) => {
            const { patchScript } = await import('../render/patches.ts')
            return patchScript(report.findings, { style, kubectl: kubectlWords(flags) })
          },
        },
      },
      flags.output,
      flags['no-headers'],
    )
    return probeExitCode(report, flags['fail-on'])
  }
}

/** The renderer of `--diff`. */
async function diffText(cluster: Cluster, findings: readonly Finding[]): Promise<Printable['text']> {
  const [{ changesOf }, { changesText }, { stringify }] = await Promise.all([
    import('../probes/changes.ts'),
    import('../render/changes.ts'),
    import('yaml'),
  ])
  const yaml = (object: object) => stringify(JSON.parse(JSON.stringify(object)), { lineWidth: 0 })
  return ({ style }) => changesText(changesOf(cluster, findings), { style, yaml })
}

/** What is shown only where one workload was asked for by its name. */
async function detailsOf(
  { cluster, selection }: Selected,
  { workloads }: ProbeReport,
): Promise<(options: TextOptions) => string> {
  const [only, ...others] = workloads
  if (selection.targets.length !== 1 || only === undefined || others.length > 0) return () => ''
  const [{ historyOf }, { workloadText }, { selectWorkloads }] = await Promise.all([
    import('../probes/history.ts'),
    import('../render/workload.ts'),
    import('../model/selection.ts'),
  ])
  const histories = selectWorkloads(cluster, selection).flatMap((workload) => historyOf(cluster, workload))
  return ({ style }) => workloadText(only, histories, cluster.now, style)
}
