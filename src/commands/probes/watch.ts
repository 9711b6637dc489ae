import type { RuleSettings } from '../../probes/configuration.ts'
import type { ProbeReport } from '../../probes/report.ts'
import type { Session } from '../shared/session.ts'
import { watchOnTerminal } from '../shared/watch.ts'
import { type Checked, checkProbes, reportText } from './views.ts'

/** How a rollout that was watched ended. */
const ENDS = {
  Complete: 'The rollout is complete.',
  Stuck: 'The rollout is stuck.',
} as const

type Flags = Parameters<typeof checkProbes>[0] & {
  readonly 'watch-interval': number
  readonly 'no-headers': boolean
  readonly output?: string | undefined
}

/**
 * `kubectl probe-check --watch`: until Ctrl-C, or until a rollout that was under way completes or gets stuck.
 * @returns the last report
 */
export async function watchProbes(
  flags: Flags,
  words: readonly unknown[],
  rules: RuleSettings,
): Promise<ProbeReport> {
  const [{ probeNews, rolloutEnd }, { probeNewsLines }] = await Promise.all([
    import('../../probes/news.ts'),
    import('../../render/probes/news.ts'),
  ])
  const wide = flags.output === 'wide'
  const look = async (session: Session) => {
    const checked = await checkProbes(flags, words, rules, session)
    return { report: checked.report, text: await reportText(checked) }
  }
  type Looked = { readonly report: Checked['report']; readonly text: Awaited<ReturnType<typeof reportText>> }
  const last = await watchOnTerminal<Looked>(
    {
      look,
      text: ({ report, text }, style) =>
        `${report.now}, every ${flags['watch-interval']}s, Ctrl-C ends it\n\n` +
        text({ style, wide, noHeaders: flags['no-headers'] }),
      newsLines: (before, after, style) =>
        probeNewsLines(probeNews(before?.report, after.report), after.report.now, style),
      end: (before, after) => {
        const end = rolloutEnd(before?.report, after.report)
        return end === undefined ? undefined : ENDS[end]
      },
    },
    flags,
  )
  return last.report
}
