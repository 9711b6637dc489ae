import { Command, Flags } from '@oclif/core'
import { UserError } from '../model/errors.ts'
import { EXIT } from '../model/report/exit.ts'
import { escapeText } from '../model/text/escape.ts'
import { checkProbes, probeViews } from './probes/views.ts'
import { clusterFlags, kubectlWords } from './shared/cluster-flags.ts'
import { documentedPages, explain, explainFlag } from './shared/explain.ts'
import {
  commonFlags,
  durationFlag,
  integerFlag,
  namespaceFlags,
  repeatable,
  selectorFlag,
} from './shared/flags.ts'
import { print } from './shared/output.ts'
import { checkWatchable, watchFlags } from './shared/watch.ts'

/** `kubectl probe-check [TYPE/NAME ...]`. */
export default class ProbeCheck extends Command {
  static override readonly summary =
    'Show which liveness, readiness and startup probes fail, why, what that does, and what mends it.'
  static override readonly description =
    'Every probe of the selected workloads with its effective timing and its state, the cause of each failure with ' +
    'the evidence for it, and the change that mends it: what is worst for users first. Where many probes pass, the table ' +
    'only counts them; -o wide lists all. The cluster is only read, unless you ask with --replay that the probes of some ' +
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
      description: 'Make the changes that mend manifests',
      command: 'kubectl probe-check -R -f deploy/ --diff | patch -p0',
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
      description: 'Follow a rollout until it completes or gets stuck',
      command: 'kubectl probe-check deploy/web --watch',
    },
    {
      description: 'Record what was read, and look at it somewhere else',
      command: 'kubectl probe-check -n shop --save ./shop && kubectl probe-check -f ./shop',
    },
  ]
  static override readonly strict = false
  static override readonly flags = {
    ...commonFlags(['patch', 'sarif']),
    kustomize: Flags.string({
      char: 'k',
      helpValue: 'DIR',
      summary: 'Read what kubectl kustomize makes of a folder; needs kubectl.',
    }),
    ...namespaceFlags,
    selector: selectorFlag({ char: 'l', summary: 'Only workloads (or pods) with these labels.' }),
    rule: Flags.string({
      helpValue: 'ID=error|warning|info|off',
      summary: 'Give a rule on configuration another severity, or turn it off (docs/rules).',
      ...repeatable,
    }),
    explain: explainFlag('cause or a rule'),
    diff: Flags.boolean({
      summary: 'Show what the fixes change, as a diff, in place of the report; of manifests for patch -p0.',
    }),
    ...watchFlags,
    'no-logs': Flags.boolean({ summary: 'Do not read container logs.' }),
    replay: Flags.boolean({
      summary: 'Also run the probes of the named workloads from here: exactly these, nothing else.',
    }),
    'replay-timeout': durationFlag({
      defaultHelp: async () => '30s',
      summary: 'With --replay, how long to wait for an answer that is later than the timeout of the probe.',
    }),
    count: integerFlag({ summary: 'With --replay, how often to run each probe: 1 to 100.' }),
    ...clusterFlags,
  }

  override async run(): Promise<number> {
    const { flags, argv } = await this.parse(ProbeCheck)
    if (flags.explain !== undefined) {
      await explain(flags.explain, await documentedPages('causes', 'rules'))
      return EXIT.ok
    }
    if (flags.diff && flags.output !== undefined)
      throw new UserError(
        '--diff cannot be used with -o: it is a format of its own',
        'For a script that makes the changes take -o patch.',
      )
    if (flags.kustomize !== undefined) checkKustomize(flags)
    if (flags.watch) checkWatchable(flags)
    if (flags.replay || flags.count !== undefined || flags['replay-timeout'] !== undefined) {
      const { checkReplay } = await import('./probes/replay.ts')
      await checkReplay(flags, argv as readonly string[])
    }
    const [{ ruleSettings }, { probeExitCode }] = await Promise.all([
      import('../probes/configuration.ts'),
      import('../probes/check.ts'),
    ])
    const rules = ruleSettings(flags.rule ?? [])
    if (flags.watch) {
      const { watchProbes } = await import('./probes/watch.ts')
      return probeExitCode(await watchProbes(flags, argv, rules), flags['fail-on'])
    }
    const checked = await checkProbes(flags, argv, rules)
    const views = await probeViews(checked, { diff: flags.diff, kubectl: kubectlWords(flags) })
    await print(views, flags.output, flags['no-headers'])
    const { broken = [] } = checked.cluster.snapshot
    if (broken.length === 0) return probeExitCode(checked.report, flags['fail-on'])
    for (const { sentence, hint } of broken)
      process.stderr.write(`${[`error: ${sentence}`, hint].map((line) => escapeText(line)).join('\n')}\n`)
    return EXIT.failed
  }
}

/** @throws UserError for what does not go with `-k` */
function checkKustomize(flags: {
  readonly filename?: readonly string[] | undefined
  readonly watch: boolean
  readonly replay: boolean
}): void {
  if (flags.filename !== undefined)
    throw new UserError('-k and -f cannot be used together', 'Give one of the two, as with kubectl apply.')
  if (flags.watch || flags.replay)
    throw new UserError(`-k reads files, and --${flags.watch ? 'watch' : 'replay'} needs a cluster`)
}
