import { Command, Flags } from '@oclif/core'
import type { Cluster } from '../model/cluster.ts'
import type { Finding } from '../model/finding.ts'
import {
  clusterFlags,
  commonFlags,
  integerFlag,
  namespaceFlags,
  repeatable,
  selectorFlag,
  watchFlags,
} from './flags.ts'
import { readSelected } from './input.ts'
import { kubectlWords } from './kubectl.ts'
import { type Printable, print, type TextOptions } from './output.ts'
import type { Session } from './session.ts'

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
      description: 'Record what was read, and look at it somewhere else',
      command: 'kubectl probe-check -n shop --save ./shop && kubectl probe-check -f ./shop',
    },
  ]
  static override readonly strict = false
  static override readonly flags = {
    ...commonFlags(['patch']),
    ...namespaceFlags,
    selector: selectorFlag({ char: 'l', summary: 'Only workloads (or pods) with these labels.' }),
    rule: Flags.string({
      helpValue: 'ID=error|warning|info|off',
      summary: 'Give a rule on configuration another severity, or turn it off (docs/rules).',
      ...repeatable,
    }),
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
      return { ...selected, report: probeCheck(selected.cluster, { selection: selected.selection, rules }) }
    }
    const textOf = ({ report, allNamespaces }: Awaited<ReturnType<typeof look>>, options: TextOptions) =>
      probeReportText(report, { ...options, allNamespaces })
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
