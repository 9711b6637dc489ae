import { Command, Flags } from '@oclif/core'
import { UserError } from '../model/errors.ts'
import { meets } from '../model/kubernetes/selector.ts'
import { EXIT } from '../model/report/exit.ts'
import type { RunbookFlags } from '../render/drain/runbook.ts'
import { clusterFlags, commonFlags, durationFlag, integerFlag, oneOf, selectorFlag } from './shared/flags.ts'
import { readInput } from './shared/input.ts'
import { print } from './shared/output.ts'
import { checkWatchable, watchFlags } from './shared/watch.ts'

const modeFlag = Flags.custom<'Rolling' | 'Removed'>({
  helpValue: 'rolling|removed',
  parse: async (input) => oneOf(['Rolling', 'Removed'] as const, input, 'wave-mode'),
})

/** The flags of `kubectl drain`; a runbook repeats them as they were typed. */
const drainFlags = {
  force: Flags.boolean({ summary: 'As in kubectl drain: also pods that no controller manages.' }),
  'ignore-daemonsets': Flags.boolean({ summary: 'As in kubectl drain: leave DaemonSet pods alone.' }),
  'delete-emptydir-data': Flags.boolean({
    summary: 'As in kubectl drain: also pods with emptyDir volumes.',
  }),
  'disable-eviction': Flags.boolean({
    summary: 'As in kubectl drain: delete instead of evict; no budget is asked.',
  }),
  'grace-period': integerFlag({
    default: -1,
    summary: "As in kubectl drain: seconds to end in; negative is the pod's own.",
  }),
  timeout: durationFlag({
    default: 0,
    summary: 'As in kubectl drain: give up on a node after this time; 0 is never.',
  }),
  'skip-wait-for-delete-timeout': integerFlag({
    default: 0,
    summary:
      'As in kubectl drain: do not wait for pods that have been terminating for longer than this many seconds.',
  }),
  'pod-selector': selectorFlag({ summary: 'As in kubectl drain: only pods with these labels.' }),
}

/** Flags that say which cluster is meant, and as whom; a token is not for a file. */
const RUNBOOK_FLAGS = Object.keys(clusterFlags).filter(
  (name) => !['token', 'request-timeout', 'chunk-size'].includes(name),
)

/** `kubectl drain-plan NODE ...`, with `kubectl drain`'s own flags. */
export default class DrainPlan extends Command {
  static override readonly summary =
    'Say what kubectl drain would do to these nodes: whether it ends, what blocks it, where the pods land.'
  static override readonly description =
    'The drain is played through pod by pod and budget by budget on what was read; the cluster is not touched, not ' +
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
    selector: selectorFlag({ char: 'l', summary: 'The nodes with these labels, in place of NODE.' }),
    'all-nodes': Flags.boolean({
      summary:
        'Judge every node (with -l: these nodes) as if it were drained alone, the others staying as they are.',
    }),
    'wave-mode': modeFlag({
      default: 'Rolling',
      defaultHelp: async () => 'rolling',
      summary: 'Whether nodes come back (are uncordoned) before the next wave, or are removed for good.',
    }),
    'max-parallel': integerFlag({ default: 0, summary: 'The most nodes of one wave; 0 is any number.' }),
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
    if (named.length > 0 && flags.selector !== undefined)
      throw new UserError('cannot specify both a node name and a --selector option')
    if (named.length > 0 && flags['all-nodes'])
      throw new UserError(
        'cannot specify both a node name and --all-nodes',
        'To judge some of the nodes, each alone, select them with -l.',
      )
    if (flags['all-nodes'] && flags.output === 'runbook')
      throw new UserError(
        'there is no runbook for --all-nodes: it judges each node alone and plans no order',
        'Name the nodes to drain, or select them with -l, without --all-nodes.',
      )
    if (named.length === 0 && flags.selector === undefined && !flags['all-nodes'])
      throw new UserError(
        'USAGE: drain-plan NODE [flags]',
        'Name a node, or select some with -l. Nodes: kubectl get nodes.',
      )
    if (flags.watch) {
      checkWatchable(flags)
      if (flags['all-nodes'])
        throw new UserError(
          "--watch can't be used with --all-nodes",
          'Follow the drain of one node at a time.',
        )
    }
    const { snapshot } = await readInput(flags, 'drain-plan', [])
    const [
      { indexCluster },
      { drainPlan, drainExitCode },
      { eachNodePlan },
      { drainPlanText, drainPlanNames },
      { gapLines },
    ] = await Promise.all([
      import('../model/snapshot/cluster.ts'),
      import('../drain/plan.ts'),
      import('../drain/each-node.ts'),
      import('../render/drain/plan.ts'),
      import('../render/report/gaps.ts'),
    ])
    const selected = flags.selector ?? []
    const nodes =
      flags.selector === undefined && !flags['all-nodes']
        ? named
        : snapshot.objects.nodes
            .filter(({ metadata }) =>
              selected.every((requirement) => meets(metadata.labels ?? {}, requirement)),
            )
            .map(({ metadata }) => metadata.name)
    const options = {
      force: flags.force,
      ignoreDaemonsets: flags['ignore-daemonsets'],
      deleteEmptydirData: flags['delete-emptydir-data'],
      disableEviction: flags['disable-eviction'],
      gracePeriodSeconds: flags['grace-period'],
      timeoutSeconds: flags.timeout,
      skipWaitForDeleteTimeoutSeconds: flags['skip-wait-for-delete-timeout'],
      podSelector: flags['pod-selector'] ?? [],
    }
    const cluster = indexCluster(snapshot)
    const plan = flags['all-nodes']
      ? eachNodePlan(cluster, nodes, options)
      : drainPlan(cluster, nodes, options, {
          mode: flags['wave-mode'],
          ...(flags['max-parallel'] > 0 ? { maxParallel: flags['max-parallel'] } : {}),
          ...(flags.by === undefined ? {} : { by: flags.by }),
        })
    await print(
      {
        report: plan,
        text: (options) => drainPlanText(plan, options),
        names: () => drainPlanNames(plan),
        notes: () => gapLines(plan.gaps, snapshot.notes),
        formats: {
          runbook: async () =>
            (await import('../render/drain/runbook.ts')).drainRunbook(plan, typedFlags(raw)),
          markdown: async () =>
            (await import('../render/drain/markdown.ts')).drainMarkdown(plan, typedFlags(raw)),
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
    return drainExitCode(plan, { allowDegraded: flags['fail-on'] === 'Error' })
  }
}

type Tokens = Awaited<ReturnType<DrainPlan['parse']>>['raw']

/** The flags that a runbook repeats, as the user wrote them. */
function typedFlags(raw: Tokens): RunbookFlags {
  const of = (names: readonly string[]) =>
    raw.flatMap((token) => {
      if (token.type !== 'flag' || !names.includes(token.flag)) return []
      return [
        token.input === '' || token.input === undefined
          ? `--${token.flag}`
          : `--${token.flag}=${token.input}`,
      ]
    })
  return { drain: of(Object.keys(drainFlags)), cluster: of(RUNBOOK_FLAGS) }
}
