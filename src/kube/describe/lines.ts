import { parseDuration } from '../../model/text/time.ts'

/** One line as kubectl printed it, as far as that shows. */
export interface Line {
  readonly indent: number
  /** Without the indentation and trailing space. */
  readonly text: string
  /** The kubectl command that somebody typed here. */
  readonly command?: TypedCommand
  /** So long that the terminal or the mail program may have broken it: what follows may belong to it. */
  readonly mayBeWrapped: boolean
  /** A terminal broke it: it is as long as others, to the character. */
  readonly isWrapped: boolean
}

/** What a command line says about its output. */
export interface TypedCommand {
  readonly namespace?: string
  /** `kubectl describe TYPE NAME`. */
  readonly type?: string
  readonly name?: string
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')
const FENCE = /^\s*(```|~~~|\{(noformat|code)[^}]*\})/
const QUOTED = /^\s*(>\s?)+/
/** `$ `, `root@host:~# `, `PS C:\> `, or nothing before the command. */
const COMMAND =
  /^\s*(?:\S*[$#%>❯»]\s*|\S+@\S+[^$#%>]*[$#%>]\s*|PS [^>]*>\s*)?(?:sudo\s+)?(?:kubectl|oc|k)\s+(?=(?:-|get|describe|events|ev)\b|.*\s(?:get|describe|events)\s)(.*)$/

/** A terminal is at least this wide; shorter lines were not broken. */
const NARROWEST = 60

/** The lines without what tickets, mails and terminals put around them: quoting, fences, prompts, colours. */
export function splitLines(text: string): readonly Line[] {
  const raw = text
    .replace(COLOURS, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replaceAll('\t', '  ').replaceAll('\u00a0', ' ').trimEnd())
  const filled = raw.filter((line) => line !== '')
  const isQuoted = filled.filter((line) => QUOTED.test(line)).length * 2 > filled.length
  const plain = (isQuoted ? raw.map((line) => line.replace(QUOTED, unquoted)) : raw).filter(
    (line) => !FENCE.test(line),
  )
  const widest = plain.reduce((most, line) => Math.max(most, line.length), 0)
  const wraps = widest >= NARROWEST && plain.filter((line) => line.length === widest).length > 1
  return plain.map((line) => {
    const command = commandOf(line)
    return {
      indent: line.length - line.trimStart().length,
      text: line.trim(),
      ...(command === undefined ? {} : { command }),
      mayBeWrapped: wraps ? line.length === widest : line.length >= NARROWEST && line.length > widest - 20,
      isWrapped: wraps && line.length === widest,
    }
  })
}

/** Mail programs put one space after each `>`; what is more is kubectl's own. */
const unquoted = (quote: string): string => ' '.repeat(Math.max(0, quote.length - quote.trim().length - 1))

function commandOf(line: string): TypedCommand | undefined {
  const typed = COMMAND.exec(line)?.[1]
  if (typed === undefined) return undefined
  const words = typed.split(/\s*\|\s*/)[0]?.split(/\s+/) ?? []
  const namespace =
    /(?:^|\s)(?:-n|--namespace)(?:\s+|=)?([a-z0-9][-a-z0-9]*)(?=\s|$)/.exec(typed)?.[1] ?? undefined
  const verb = words.indexOf('describe')
  const plain =
    verb < 0 ? [] : words.slice(verb + 1).filter((word) => !word.startsWith('-') && word !== namespace)
  const [type, name] = plain[0]?.includes('/') ? plain[0].split('/') : plain
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(type === undefined ? {} : { type }),
    ...(name === undefined ? {} : { name }),
  }
}

/**
 * A line and the next one, which belongs to it: a terminal put nothing between them, a mail program a line feed for a
 * space. Else there was `feed` in the text.
 */
export function joinWrapped(before: Line, text: string, next: Line, feed: ' ' | '\n'): string {
  if (!before.mayBeWrapped) return `${text}${feed}${next.text}`
  return `${text}${before.isWrapped ? '' : ' '}${next.text}`
}

/** How kubectl prints ages: `5m30s`, `<unknown>`. Source: apimachinery pkg/util/duration HumanDuration. */
export const AGE = String.raw`(?:<unknown>|<invalid>|\d+[smhdy](?:\d+[smhd])?)`

const DAY = 86_400

/** Seconds of an age; undefined where it says that it is not known. */
export function ageSeconds(age: string): number | undefined {
  const parts = /^(?:(\d+)y)?(?:(\d+)d)?(.*)$/.exec(age)
  if (parts === null || age.startsWith('<')) return undefined
  const [, years = '0', days = '0', rest = ''] = parts
  const below = rest === '' ? 0 : parseDuration(rest)
  return below === undefined ? undefined : Number(years) * 365 * DAY + Number(days) * DAY + below
}
