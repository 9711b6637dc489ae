import { jsonWord } from '../../model/command/command.ts'
import type { Fix, Risk } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural } from '../../model/text/words.ts'
import { LABEL_WIDTH, labelled } from '../terminal/labelled.ts'
import type { Style } from '../terminal/style.ts'

const RISKS: Readonly<Record<Risk, string>> = {
  Inspect: 'changes nothing',
  Low: 'low risk',
  Disruptive: 'disruptive',
  Destructive: 'destructive',
}

/** Fixes of a block that is not wide; `-o wide` and `-o json` have them all. */
const SHOWN = 3

/** What to do, most useful first. */
export function fixLines(fixes: readonly Fix[], wide: boolean, style: Style): readonly string[] {
  const shown = wide ? fixes : fixes.slice(0, SHOWN)
  const hidden = fixes.length - shown.length
  const lines = shown.flatMap((fix, index) => [
    ...labelled(index === 0 ? 'fix' : 'or', [`${fix.title} (${RISKS[fix.risk]})`], style),
    ...commandLines(fix, style),
  ])
  return hidden === 0
    ? lines
    : [...lines, ...labelled('', [`${plural(hidden, 'more fix', 'more fixes')} with -o wide`], style)]
}

/** Ready to paste. Only the first line is indented: a here-document must reach the shell as it is. */
function commandLines({ command, replace }: Fix, style: Style): readonly string[] {
  if (command === undefined) return []
  const lines = replace === undefined ? command : `${command} <<'EOF'\n${jsonWord(replace)}\nEOF`
  return escapeText(`${' '.repeat(LABEL_WIDTH + 2)}${lines}`, false)
    .split('\n')
    .map((line) => style.paint('cyan', line))
}
