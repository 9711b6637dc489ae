import { commandLine, inNamespace, typeAndName } from '../../model/command/command.ts'
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

/**
 * What to do, most useful first.
 * @param options `place` of a manifest, which nothing can patch
 */
export function fixLines(
  fixes: readonly Fix[],
  {
    wide,
    style,
    place,
  }: { readonly wide: boolean; readonly style: Style; readonly place?: string | undefined },
): readonly string[] {
  const shown = wide ? fixes : fixes.slice(0, SHOWN)
  const hidden = fixes.length - shown.length
  const lines = shown.flatMap((fix, index) => [
    ...labelled(index === 0 ? 'fix' : 'or', [`${fix.title} (${RISKS[fix.risk]})`], style),
    // A manifest is changed in its file.
    ...(place !== undefined && fix.patch !== undefined ? [] : commandLines(fix, style)),
  ])
  return hidden === 0
    ? lines
    : [...lines, ...labelled('', [`${plural(hidden, 'more fix', 'more fixes')} with -o wide`], style)]
}

/**
 * The command of a fix, as it is shown: where a Pod is replaced, its manifest is longer than all the rest of the report,
 * and there is a format for it.
 */
export function shownCommand({ command, replace }: Fix): string | undefined {
  if (replace === undefined) return command
  const { name, namespace } = replace.metadata
  const place = namespace === undefined ? [] : inNamespace(namespace)
  return commandLine(['kubectl', 'probe-check', typeAndName('Pod', name), ...place, '-o', 'patch'])
}

/** Ready to paste. */
function commandLines(fix: Fix, style: Style): readonly string[] {
  const command = shownCommand(fix)
  if (command === undefined) return []
  return escapeText(`${' '.repeat(LABEL_WIDTH + 2)}${command}`, false)
    .split('\n')
    .map((line) => style.paint('cyan', line))
}
