import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Scripts that put no spaces between words, so that a line of them can only be broken inside of what looks like one. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * Breaks text at spaces so that no line is wider than `width` columns, and indents all of them. Longer words are left
 * whole, so that they can be copied, except in text of a script without spaces. Without a width only the line feeds of
 * the text break it.
 */
export const wrap = (text: string, width: number | undefined, indent = ''): string =>
  wrappedLines(text, width, indent.length)
    .map((line) => indent + line)
    .join('\n')

/** The same beside a head: further lines begin below where the first begins. */
export function hanging(head: string, text: string, width: number | undefined): string {
  const indent = stringWidth(head)
  const [first = '', ...others] = wrappedLines(text, width, indent)
  return [head + first, ...others.map((line) => ' '.repeat(indent) + line)].join('\n')
}

function wrappedLines(text: string, width: number | undefined, indent: number): readonly string[] {
  if (width === undefined) return text.split('\n')
  return wrapAnsi(text, Math.max(1, width - indent), { hard: SPACELESS.test(text) }).split('\n')
}
