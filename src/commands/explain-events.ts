import { Command, Flags } from '@oclif/core'
import { EXIT } from '../model/report/exit.ts'
import { clusterFlags } from './shared/cluster-flags.ts'
import { documentedPages, explain, explainFlag } from './shared/explain.ts'
import { commonFlags, durationFlag, namespaceFlags, oneOf, repeatable, selectorFlag } from './shared/flags.ts'
import { readSelected } from './shared/input.ts'
import { print, type TextOptions } from './shared/output.ts'
import type { Session } from './shared/session.ts'
import { checkWatchable, watchFlags, watchOnTerminal } from './shared/watch.ts'

export const EVENT_TYPES = ['Normal', 'Warning'] as const

/** `kubectl explain-events [TYPE/NAME ...]`. */
export default class ExplainEvents extends Command {
  static override readonly summary =
    "Turn the cluster's events into incidents, root cause first, each explained, with what to do."
  static override readonly description =
    'Events are grouped by what caused them, what is worst for users first; what follows from a cause is listed under ' +
    'it, and what is over or ordinary is left out. What the state of the objects shows and no event tells is in the report, too. The ' +
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
      description: 'Look again and again: incidents that open, change and close',
      command: 'kubectl explain-events -A --watch',
    },
    {
      description: 'The report for a ticket',
      command: 'kubectl explain-events -o markdown',
    },
    {
      description: 'Events that somebody sent you',
      command: 'kubectl get pods,events -o yaml > ticket.yaml; kubectl explain-events -f ticket.yaml',
    },
  ]
  static override readonly strict = false
  static override readonly flags = {
    ...commonFlags(['markdown']),
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
    raw: Flags.boolean({ summary: 'Also show the events behind each incident, in their own words.' }),
    timeline: Flags.boolean({
      allowNo: true,
      summary:
        'Draw when what was broken; by default in a wide terminal, where there are two or more incidents.',
    }),
    ...watchFlags,
    'no-logs': Flags.boolean({ summary: 'Do not read container logs.' }),
    ...clusterFlags,
  }

  override async run(): Promise<number> {
    const { flags, argv } = await this.parse(ExplainEvents)
    if (flags.explain !== undefined) {
      const { reasonNames, reasonPage } = await import('../events/catalogue/doc.ts')
      const reasons = { codes: reasonNames(), page: reasonPage }
      await explain(flags.explain, [reasons, ...(await documentedPages('causes', 'rules'))])
      return EXIT.ok
    }
    if (flags.watch) checkWatchable(flags)
    const [
      { explainEvents, eventExitCode, eventReportJson },
      { eventReportText, eventReportNames },
      { gapLines },
    ] = await Promise.all([
      import('../events/explain.ts'),
      import('../render/events/report.ts'),
      import('../render/report/gaps.ts'),
    ])
    const options = {
      all: flags.all,
      ...(flags.node === undefined ? {} : { node: flags.node }),
      ...(flags.since === undefined ? {} : { sinceSeconds: flags.since }),
      ...(flags.type === undefined
        ? {}
        : { types: flags.type.map((word) => oneOf(EVENT_TYPES, word, 'type')) }),
      ...(flags.reason === undefined ? {} : { reasons: flags.reason }),
      ...(flags.cause === undefined ? {} : { causes: flags.cause }),
    }
    const drawn = {
      ...(flags.timeline === undefined ? {} : { timeline: flags.timeline }),
      ...(flags.raw ? { raw: true } : {}),
    }
    const look = async (session?: Session) => {
      const selected = await readSelected(flags, 'explain-events', argv, session)
      const report = explainEvents(selected.cluster, { ...options, selection: selected.selection })
      return { ...selected, report }
    }
    const textOf = (
      { report, allNamespaces }: Awaited<ReturnType<typeof look>>,
      style: Pick<TextOptions, 'style' | 'wide' | 'noHeaders'>,
    ) => eventReportText(report, { ...style, ...drawn, allNamespaces })
    if (flags.watch) {
      const [{ newsBetween }, { incidentNewsLines }] = await Promise.all([
        import('../events/news.ts'),
        import('../render/events/news.ts'),
      ])
      const wide = flags.output === 'wide'
      const last = await watchOnTerminal<Awaited<ReturnType<typeof look>>>(
        {
          look,
          text: (looked, style) => textOf(looked, { style, wide, noHeaders: flags['no-headers'] }),
          newsLines: (before, { report }, style) =>
            incidentNewsLines(
              newsBetween(before?.report.incidents ?? [], report.incidents),
              report.now,
              style,
            ),
        },
        flags,
      )
      return eventExitCode(last.report, flags['fail-on'])
    }
    const looked = await look()
    const { report, cluster } = looked
    await print(
      {
        report: eventReportJson(report),
        text: (style) => textOf(looked, style),
        names: () => eventReportNames(report),
        formats: {
          markdown: async () => (await import('../render/events/markdown.ts')).eventReportMarkdown(report),
        },
        notes: () => gapLines(report.gaps, cluster.snapshot.notes),
      },
      flags.output,
      flags['no-headers'],
    )
    return eventExitCode(report, flags['fail-on'])
  }
}
