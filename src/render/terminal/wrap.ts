const ANSI = /\u001b\[[0-9;]*m/g

/**
 * Breaks text at spaces so that no line is longer than `width`, and indents all of them; longer words are left whole,
 * so that they can be copied. Without a width only line feeds of the text break it.
 */
export const wrap = (text: string, width: number | undefined, indent = ''): string =>
  wrapped(text, width === undefined ? undefined : width - indent.length)
    .map((line) => indent + line)
    .join('\n')

/** The same as a list of lines, none of them indented. */
export const wrapped = (text: string, width: number | undefined): readonly string[] =>
  text.split('\n').flatMap((line) => wrapLine(line, width))

function wrapLine(line: string, width: number | undefined): readonly string[] {
  if (width === undefined) return [line]
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const candidate = current === '' ? word : `${current} ${word}`
    if (current !== '' && candidate.replace(ANSI, '').length > width) {
      lines.push(current)
      current = word
    } else current = candidate
  }
  return [...lines, current]
}
