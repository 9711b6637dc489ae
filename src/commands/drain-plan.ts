import { Command, Flags } from '@oclif/core'
import { EXIT } from '../model/report/exit.ts'
import {
  checkNodeFlags,
  drainFlags,
  drainOptions,
  kubectlVersionFlag,
  runbookFlags,
  waveGroups,
  waveModeFlag,
} from './drain/flags.ts'
import { nodesMeant } from './drain/nodes.ts'
import { clusterFlags } from './shared/cluster-flags.ts'
import { commonFlags, integerFlag, selectorFlag } from './shared/flags.ts'
import { readInput } from './shared/input.ts'
import { print } from './shared/output.ts'
import { watchFlags } from './shared/watch.ts'

/** `kubectl drain-plan NODE ...`, with `kubectl drain`'s own flags. */
export default class DrainPlan extends Command {
  static override readonly summary =
    'Say what kubectl drain would do to these nodes: whether it ends, what blocks it, where the pods land.'
  static override readonly description =
    'The drain is played through pod by pod and PDB by PDB on what was read; the cluster is not touched, not ' +
    'even by a dry run. The exit code is the one that kubectl drain would end with: 0 if it succeeds, else 1. ' +
    'With --fail-on warning, a drain that succeeds but leaves replacements Pending counts as 1, too. ' +
    'With several nodes it looks for an order of waves that works; where none does, for the fewest changes that ' +
    'together make one work.'
  static override readonly usage =
    'drain-plan NODE ... | -l SELECTOR | --all-nodes [flags of kubectl drain] [-f PATH] [-o FORMAT]'
  static override readonly examples = [
    {
      description: 'Would this node drain, with the flags that I am going to use?',
      command: 'kubectl drain-plan worker-3 --ignore-daemonsets --delete-emptydir-data',
    },
    {
      description: 'Two nodes, one after the other',
      command: 'kubectl drain-plan worker-3 worker-4 --ignore-daemonsets',
    },
    {
      description: 'Could every node be drained, one at a time?',
      command: 'kubectl drain-plan --all-nodes --ignore-daemonsets --delete-emptydir-data',
    },
    { description: 'A whole pool', command: 'kubectl drain-plan -l pool=blue --ignore-daemonsets' },
    {
      description: 'A script to review and run, with checks between the waves',
      command: 'kubectl drain-plan -l pool=blue --ignore-daemonsets -o runbook > drain.sh',
    },
    {
      description: 'On a recording',
      command: 'kubectl drain-plan worker-3 --ignore-daemonsets -f ./cluster',
    },
  ]
  static override readonly strict = false
  static override readonly flags = {
    ...commonFlags(['runbook', 'markdown']),
    ...drainFlags,
    'kubectl-version': kubectlVersionFlag({
      summary: "The kubectl that will drain, as 1.33; without it, that of the server's version is taken.",
    }),
    selector: selectorFlag({ char: 'l', summary: 'The nodes with these labels, in place of NODE.' }),
    'all-nodes': Flags.boolean({
      summary:
        'Judge every node (with -l: these nodes) as if it were drained alone, the others staying as they are.',
    }),
    'wave-mode': waveModeFlag({
      default: 'Rolling',
      defaultHelp: async () => 'rolling',
      summary: 'Whether nodes come back (are uncordoned) before the next wave, or are removed for good.',
    }),
    'max-parallel': integerFlag({
      summary:
        'The most nodes of one wave; 0 is any number. Without it and --by, a wave has at most one node of each zone.',
    }),
    by: Flags.string({
      helpValue: 'LABEL',
      summary: 'Nodes with different values of this label share no wave, as topology.kubernetes.io/zone.',
    }),
    ...watchFlags,
    ...clusterFlags,
  }

  override async run(): Promise<number> {
    const { flags, argv, raw } = await this.parse(DrainPlan)
    const named = (argv as string[]).map((word) => word.replace(/^(nodes?|no)\//, ''))
    checkNodeFlags(flags, named)
    const { snapshot } = await readInput(flags, 'drain-plan', [])
    const [
      { indexCluster },
      { drainPlan, drainExitCode },
      { eachNodePlan },
      { drainPlanDocument },
      { drainPlanText, drainPlanNames },
      { gapLines, DRAIN_CONSEQUENCES },
    ] = await Promise.all([
      import('../model/snapshot/cluster.ts'),
      import('../drain/plan.ts'),
      import('../drain/each-node.ts'),
      import('../drain/document.ts'),
      import('../render/drain/plan.ts'),
      import('../render/report/gaps.ts'),
    ])
    const nodes = nodesMeant(flags, named, snapshot)
    const cluster = indexCluster(snapshot)
    const plan = flags['all-nodes']
      ? eachNodePlan(cluster, nodes, drainOptions(flags))
      : drainPlan(cluster, nodes, drainOptions(flags), {
          mode: flags['wave-mode'],
          ...waveGroups(flags['max-parallel'], flags.by),
        })
    await print(
      {
        report: drainPlanDocument(plan, snapshot.notes),
        text: (options) => drainPlanText(plan, options),
        names: () => drainPlanNames(plan),
        notes: () => gapLines(plan.gaps, snapshot.notes, DRAIN_CONSEQUENCES),
        formats: {
          runbook: async () =>
            (await import('../render/drain/runbook/runbook.ts')).drainRunbook(plan, runbookFlags(raw)),
          markdown: async () =>
            (await import('../render/drain/markdown.ts')).drainMarkdown(plan, runbookFlags(raw)),
        },
      },
      flags.output,
      flags['no-headers'],
    )
    if (flags.watch) {
      const { followDrain } = await import('./drain/follow.ts')
      return followDrain(flags, plan)
    }
    if (flags['fail-on'] === 'none') return EXIT.ok
    return drainExitCode(plan, { allowLosses: flags['fail-on'] === 'Error' })
  }
}
