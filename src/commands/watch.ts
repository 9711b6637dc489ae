import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../model/errors.ts'
import { rfc3339 } from '../model/time.ts'
import { escapeText, styleFor } from '../render/style.ts'
import type { InputFlags } from './input.ts'
import type { TextOptions } from './output.ts'
import { type Session, session } from './session.ts'

/** How one command watches. The cluster is read anew each time: what it says then needs no other proof. */
export interface Watching<Report> {
  look(session: Session): Promise<Report>
  /** RFC 3339: when the cluster was like that. */
  at(report: Report): string
  /** What is different, in a line each; at the first look all that matters. */
  changes(before: Report | undefined, after: Report): readonly string[]
  /** The whole report, to be drawn again and again on a terminal; without it, lines are printed there, too. */
  draw?(report: Report, options: TextOptions): string
  /** Whether there is nothing more to wait for. */
  isOver(report: Report): boolean
}

/** The flags that only a watch has. */
export interface WatchFlags extends InputFlags {
  readonly output?: string | undefined
  readonly 'no-headers': boolean
  /** Seconds. */
  readonly 'watch-interval'?: number | undefined
}

const INTERVAL_SECONDS = 5

/**
 * Checks what goes with `--watch`, before anything is read.
 * @throws UserError
 */
export function checkWatchFlags(flags: WatchFlags): void {
  const { filename, save, output, now, replay, 'watch-interval': interval } = flags
  if (filename !== undefined)
    throw new UserError('--watch follows a live cluster, and -f reads files', 'Leave one of the two away.')
  const other = replay ? 'replay' : save !== undefined ? 'save' : now !== undefined ? 'now' : undefined
  if (other !== undefined) throw new UserError(`--watch can't be used with --${other}`)
  if (output !== undefined && output !== 'wide')
    throw new UserError(
      `--watch can't be used with -o ${output}`,
      'It prints what changes; for programs, run the command again with -o json.',
    )
  if (interval !== undefined && interval < 1)
    throw new UserError('--watch-interval must be at least one second')
}

/**
 * Looks at the cluster until there is nothing more to wait for, and gives the last report. On a terminal the report is
 * drawn anew each time, elsewhere only what changes is printed. A look that fails after the first one is said and made
 * up for: API servers are restarted, and credentials expire.
 * @throws UserError where the first look fails
 */
export async function watch<Report>(flags: WatchFlags, watching: Watching<Report>): Promise<Report> {
  const connected = session(flags)
  const seconds = flags['watch-interval'] ?? INTERVAL_SECONDS
  const show = watching.draw !== undefined && process.stdout.isTTY ? redraw : append
  let last: Report | undefined
  try {
    for (;;) {
      const report = await lookAgain(watching, connected, last !== undefined)
      if (report !== undefined) {
        show(watching, last, report, flags)
        last = report
        if (watching.isOver(report)) return report
      }
      await sleep(seconds * 1000)
    }
  } finally {
    connected.close()
  }
}

async function lookAgain<Report>(
  watching: Watching<Report>,
  connected: Session,
  forgiving: boolean,
): Promise<Report | undefined> {
  try {
    return await watching.look(connected)
  } catch (error) {
    if (!forgiving || !(error instanceof UserError)) throw error
    process.stderr.write(`${rfc3339(Date.now())} ${escapeText(error.message)}; trying again\n`)
    connected.close()
    return undefined
  }
}

function append<Report>(watching: Watching<Report>, before: Report | undefined, after: Report): void {
  for (const line of watching.changes(before, after))
    process.stdout.write(`${watching.at(after)} ${escapeText(line)}\n`)
}

/** Lines that are too long are cut: broken ones would push the rest off the screen. */
const [HOME, CUT, BREAK] = ['\u001b[H', '\u001b[?7l', '\u001b[?7h']
const [REST_OF_LINE, REST_OF_SCREEN] = ['\u001b[K', '\u001b[J']

/** Over what is there, without clearing it first, so that nothing flickers. What does not fit is only counted. */
function redraw<Report>(
  watching: Watching<Report>,
  _before: Report | undefined,
  after: Report,
  flags: WatchFlags,
): void {
  const { columns, rows } = process.stdout
  const style = styleFor(process.stdout, columns, process.env)
  const options = { style, wide: flags.output === 'wide', noHeaders: flags['no-headers'] }
  const lines = (watching.draw?.(after, options) ?? '').split('\n')
  const room = Math.max(3, rows - 2)
  const shown = lines.slice(0, room)
  const rest = lines.length - shown.length
  const foot = `${watching.at(after)}${rest > 0 ? `, ${rest} more lines do not fit` : ''}; Ctrl-C ends`
  const drawn = [...shown, style.paint('dim', foot)].map((line) => `${line}${REST_OF_LINE}\n`).join('')
  process.stdout.write(`${HOME}${CUT}${drawn}${BREAK}${REST_OF_SCREEN}`)
}
