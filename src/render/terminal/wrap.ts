import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { firstColumns } from './width.ts'

/** Scripts that put no spaces between words, so that a line of them can only be broken inside of what looks like one. */
export const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * Breaks text at spaces so that no line is wider than `width` columns, and indents all of them; less where a word would
 * not fit else. Words that are wider than the terminal are left whole, so that they can be copied, except in text of a
 * script without spaces. Without a width only the line feeds of the text break it.
 */
export const wrap = (text: string, width: number | undefined, indent = ''): string =>
  wrappedLines(text, width, indent.length)
    .map((line) => indented(line, indent.length, width))
    .join('\n')

/** The same beside a head: further lines begin below where the first begins, and the first, too, if it is too wide. */
export function hanging(head: string, text: string, width: number | undefined): string {
  const indent = stringWidth(head)
  const [first = '', ...others] = wrappedLines(text, width, indent)
  const fits = width === undefined || indent + stringWidth(first) <= width
  const rest = fits ? others : [first, ...others]
  return [fits ? head + first : head.trimEnd(), ...rest.map((line) => indented(line, indent, width))].join(
    '\n',
  )
}

const indented = (line: string, indent: number, width: number | undefined): string =>
  ' '.repeat(width === undefined ? indent : Math.max(0, Math.min(indent, width - stringWidth(line)))) + line

function wrappedLines(text: string, width: number | undefined, indent: number): readonly string[] {
  if (width === undefined) return text.split('\n')
  const room = Math.max(1, width - indent)
  if (!SPACELESS.test(text)) return wrapAnsi(text, room).split('\n')
  if (text.includes('\u001b')) return wrapAnsi(text, room, { hard: true }).split('\n')
  const broken = text.replace(/\S+/g, (word) => (SPACELESS.test(word) ? parts(word, room).join('\n') : word))
  return wrapAnsi(broken, room).split('\n')
}

/** What looks like a word, in parts that fit. */
function parts(word: string, width: number): readonly string[] {
  if (stringWidth(word) <= width) return [word]
  const start = firstColumns(word, width)
  return start === '' ? [word] : [start, ...parts(word.slice(start.length), width)]
}
