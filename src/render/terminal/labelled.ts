import { escapeText } from '../../model/text/escape.ts'
import type { Style } from './style.ts'
import { hanging } from './wrap.ts'

/** Columns of a label of a block, with its indent and a gap. */
export const LABEL_WIDTH = 10

/** Lines under a label: the first beside it, all of them aligned. */
export const labelled = (label: string, lines: readonly string[], style: Style): readonly string[] =>
  lines.map((line, index) => {
    const head = `  ${index === 0 ? label : ''}`.padEnd(LABEL_WIDTH)
    return hanging(style.paint('dim', head), escapeText(line), style.width)
  })
