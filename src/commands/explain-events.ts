import { Command, Flags } from '@oclif/core'
import { EXIT } from '../model/exit.ts'
import { documentedPages, explain, explainFlag } from './explain.ts'
import {
  clusterFlags,
  commonFlags,
  durationFlag,
  namespaceFlags,
  oneOf,
  repeatable,
  selectorFlag,
} from './flags.ts'
import { readSelected } from './input.ts'
import { print } from './output.ts'

const EVENT_TYPES = ['Normal', 'Warning'] as const

/** `kubectl explain-events [TYPE/NAME ...]`. */
export default class ExplainEvents extends Command {
  static override readonly summary =
    "Turn the cluster's events into incidents, root cause first, each explained, with what to do."
  static override readonly description =
    'Events are grouped by what caused them; what follows from a cause is listed under it, and what is over or ' +
    'ordinary is left out. What the state of the objects shows and no event tells is in the report, too. The ' +
    'cluster is only read.'
  static override readonly usage =
    'explain-events [TYPE/NAME ...] [-n NAMESPACE | -A] [--since DURATION] [-f PATH] [-o FORMAT]'
  static override readonly examples = [
    { description: 'What is going on in the current namespace', command: 'kubectl explain-events' },
    {
      description: 'One Deployment and everything that belongs to it',
      command: 'kubectl explain-events deploy/web',
    },
    {
      description: 'The whole cluster, the last half hour',
      command: 'kubectl explain-events -A --since 30m',
    },
    { description: 'One node and its pods', command: 'kubectl explain-events --node worker-3' },
    {
      description: 'What kubectl describe says, explained; also text out of a ticket',
      command: 'kubectl describe pod web-1 | kubectl explain-events -f -',
    },
    {
      description: 'Events that somebody sent you',
      command: 'kubectl get pods,events -o yaml > ticket.yaml; kubectl explain-events -f ticket.yaml',
    },
  ]
  static override readonly strict = false
  static override readonly flags = {
    ...commonFlags(),
    ...namespaceFlags,
    selector: selectorFlag({ char: 'l', summary: 'Only workloads (or pods) with these labels.' }),
    node: Flags.string({ helpValue: 'NODE', summary: 'Only this node and the pods on it.' }),
    since: durationFlag({ summary: 'Only what happened in this time, for example 30m.' }),
    type: Flags.string({
      helpValue: EVENT_TYPES.join('|'),
      summary: 'Only events of this type.',
      ...repeatable,
    }),
    reason: Flags.string({
      helpValue: 'REASON',
      summary: 'Only incidents with an event of this reason.',
      ...repeatable,
    }),
    cause: Flags.string({
      helpValue: 'CODE',
      summary: 'Only incidents of this cause.',
      ...repeatable,
    }),
    explain: explainFlag('reason or a cause'),
    all: Flags.boolean({ summary: 'Also show what is over, harmless or ordinary.' }),
    timeline: Flags.boolean({
      allowNo: true,
      summary:
        'Draw when what was broken; by default in a wide terminal, where there are two or more incidents.',
    }),
    'no-logs': Flags.boolean({ summary: 'Do not read container logs.' }),
    ...clusterFlags,
  }

  override async run(): Promise<number> {
    const { flags, argv } = await this.parse(ExplainEvents)
    if (flags.explain !== undefined) {
      const { reasonNames, reasonPage } = await import('../events/reasons-doc.ts')
      const reasons = { names: reasonNames(), page: reasonPage }
      await explain(flags.explain, [reasons, ...(await documentedPages('causes', 'rules'))])
      return EXIT.ok
    }
    const { cluster, selection, allNamespaces } = await readSelected(flags, 'explain-events', argv)
    const [{ explainEvents, eventExitCode }, { eventReportText, eventReportNames }, { gapLines }] =
      await Promise.all([
        import('../events/explain.ts'),
        import('../render/event-report.ts'),
        import('../render/gaps.ts'),
      ])
    const report = explainEvents(cluster, {
      selection,
      all: flags.all,
      ...(flags.node === undefined ? {} : { node: flags.node }),
      ...(flags.since === undefined ? {} : { sinceSeconds: flags.since }),
      ...(flags.type === undefined
        ? {}
        : { types: flags.type.map((word) => oneOf(EVENT_TYPES, word, 'type')) }),
      ...(flags.reason === undefined ? {} : { reasons: flags.reason }),
      ...(flags.cause === undefined ? {} : { causes: flags.cause }),
    })
    const drawn = flags.timeline === undefined ? {} : { timeline: flags.timeline }
    await print(
      {
        report,
        text: (options) => eventReportText(report, { ...options, ...drawn, allNamespaces }),
        names: () => eventReportNames(report),
        notes: () => gapLines(report.gaps, cluster.snapshot.notes),
      },
      flags.output,
      flags['no-headers'],
    )
    return eventExitCode(report, flags['fail-on'])
  }
}
