import { escapeText, type Style } from './style.ts'
import { wrapped } from './wrap.ts'

/** Columns of a label of a block, with its indent and a gap. */
export const LABEL_WIDTH = 10

/** Lines under a label: the first beside it, all of them aligned. */
export const labelled = (label: string, lines: readonly string[], style: Style): readonly string[] =>
  lines.map((line, index) => hanging(`  ${index === 0 ? label : ''}`.padEnd(LABEL_WIDTH), line, style))

/** Text behind a dim head, at the width of the terminal; its further lines begin below where it begins. */
export const hanging = (head: string, text: string, style: Style): string =>
  wrapped(escapeText(text), style.width === undefined ? undefined : style.width - head.length)
    .map((line, index) => (index === 0 ? style.paint('dim', head) : ' '.repeat(head.length)) + line)
    .join('\n')
