import { Flags } from '@oclif/core'
import type { ClusterFlags } from '../../kube/kubeconfig/flags.ts'
import { UserError } from '../../model/errors.ts'
import type { Gap } from '../../model/snapshot/snapshot.ts'
import { escapeText } from '../../model/text/escape.ts'
import { type Style, styleFor } from '../../render/terminal/style.ts'
import { durationFlag } from './flags.ts'
import { type Session, sessionFor } from './session.ts'

const DEFAULT_INTERVAL = 5

/** `--watch` and how often it looks. */
export const watchFlags = {
  watch: Flags.boolean({
    char: 'w',
    summary: 'Look again and again: redraw on a terminal, else print what changed. Ctrl-C ends it.',
  }),
  'watch-interval': durationFlag({
    default: DEFAULT_INTERVAL,
    defaultHelp: async () => `${DEFAULT_INTERVAL}s`,
    summary: 'How often --watch looks.',
  }),
}

/** The flags that decide whether watching makes sense. */
export interface WatchFlags extends ClusterFlags {
  readonly 'watch-interval': number
  readonly replay?: boolean
  readonly filename?: readonly string[] | undefined
  readonly output?: string | undefined
  readonly save?: string | undefined
  readonly now?: string | undefined
}

/** Takes a while, shorter when the signal says so. */
type Sleep = (seconds: number, signal: AbortSignal) => Promise<void>

/** What is watched: how to look at it, and how to tell what is new. */
export interface Watched<Report> {
  readonly look: (session: Session) => Promise<Report>
  /** What is drawn on a terminal; without it, lines are printed there, too. */
  readonly text?: (report: Report, style: Style) => string
  readonly newsLines: (before: Report | undefined, after: Report, style: Style) => readonly string[]
  /** Says why there is nothing more to wait for. */
  readonly end?: (before: Report | undefined, after: Report) => string | undefined
}

/** Where it is printed, and what passes the time. */
export interface Screen {
  readonly style: Style
  /** Whether it is redrawn; else lines are added. */
  readonly redraws: boolean
  readonly write: (text: string) => void
  readonly complain: (text: string) => void
  readonly sleep: Sleep
  readonly signal: AbortSignal
}

/**
 * Refuses what cannot be watched.
 * @throws UserError that names the flag
 */
export function checkWatchable({ filename, output, save, now, replay, ...flags }: WatchFlags): void {
  const refused = [
    ...(filename === undefined ? [] : ['-f']),
    ...(output === undefined || output === 'wide' ? [] : [`-o ${output}`]),
    ...(save === undefined ? [] : ['--save']),
    ...(now === undefined ? [] : ['--now']),
    ...(replay ? ['--replay'] : []),
  ]
  if (refused.length > 0)
    throw new UserError(
      `--watch looks at a cluster again and again, and cannot be used with ${refused.join(' or ')}`,
      'Without --watch there is one report, in every format.',
    )
  if (flags['watch-interval'] < 1) throw new UserError('--watch-interval must be at least 1s')
}

/**
 * Looks until somebody or `end` stops it, and gives the last report. What cannot be read the first time is an error;
 * later it is a complaint, and the next look may succeed.
 */
export async function watchReports<Report>(
  { look, text, newsLines, end }: Watched<Report>,
  screen: Screen,
  { interval, session }: { readonly interval: number; readonly session: Session },
): Promise<Report> {
  const { style, redraws, write, complain, sleep, signal } = screen
  let before: Report | undefined
  let shown = ''
  let after = await look(session)
  for (;;) {
    if (redraws && text !== undefined) {
      const drawn = text(after, style)
      if (drawn !== shown) write(`${HOME_AND_CLEAR}${drawn}`)
      shown = drawn
    } else for (const line of newsLines(before, after, style)) write(`${line}\n`)
    const reason = end?.(before, after)
    if (reason !== undefined) write(`${reason}\n`)
    if (reason !== undefined || signal.aborted) return after
    before = after
    do {
      await sleep(interval, signal)
      if (signal.aborted) return before
      after = await look(session).catch((error: unknown) => {
        // Credentials expire: the next look asks for new ones.
        session.close()
        complain(`${escapeText((error as Error).message)}; trying again in ${interval}s\n`)
        return before as Report
      })
    } while (after === before)
  }
}

const HOME_AND_CLEAR = '\u001b[H\u001b[2J'

/**
 * Watches on the terminal of this process; Ctrl-C ends it with the last report, not with the process.
 * @param known what a look before the first one could not read
 */
export async function watchOnTerminal<Report>(
  watched: Watched<Report>,
  flags: WatchFlags,
  known?: readonly Gap[],
): Promise<Report> {
  const session = sessionFor(flags, known)
  const abort = new AbortController()
  // Who presses Ctrl-C again does not want to wait for the look that is under way.
  const stop = () => (abort.signal.aborted ? process.exit(130) : abort.abort())
  const others = process.listeners('SIGINT')
  process.removeAllListeners('SIGINT')
  process.on('SIGINT', stop)
  try {
    return await watchReports(
      watched,
      {
        style: styleFor(process.stdout, process.stdout.columns, process.env),
        redraws: process.stdout.isTTY === true,
        write: (text) => process.stdout.write(text),
        complain: (text) => process.stderr.write(text),
        sleep: async (seconds, signal) => {
          const { setTimeout } = await import('node:timers/promises')
          await setTimeout(seconds * 1000, undefined, { signal }).catch(() => {})
        },
        signal: abort.signal,
      },
      { interval: flags['watch-interval'], session },
    )
  } finally {
    session.close()
    process.off('SIGINT', stop)
    for (const listener of others) process.on('SIGINT', listener)
  }
}
