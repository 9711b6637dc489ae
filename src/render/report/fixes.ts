import { commandLine, inNamespace, typeAndName } from '../../model/command/command.ts'
import type { Finding, Fix, Risk } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { LABEL_WIDTH, labelled } from '../terminal/labelled.ts'
import type { Style } from '../terminal/style.ts'

const RISKS: Readonly<Record<Exclude<Risk, 'Inspect'>, string>> = {
  Low: 'low risk',
  Disruptive: 'disruptive',
  Destructive: 'destructive',
}

/** Remedies of a block that is not wide; `-o wide` and `-o json` have them all. */
const SHOWN = 3

type Remedied = Pick<Finding, 'fixes' | 'confidence'>

/**
 * `look` finds out and changes nothing, `fix` is a change, `or` another one, `do` is said in words, and its command
 * only shows the object.
 */
export type RemedyLabel = 'fix' | 'look' | 'do' | 'or'

interface Remedy {
  readonly label: RemedyLabel
  readonly fix: Fix
  /** What it does, and how much it disturbs. */
  readonly text: string
}

/**
 * What to do in the order in which to do it: the changes that are known to mend it, what finds out more, and then
 * changes that are guesses, or for a cause that is only possible.
 */
export function remedies({ fixes, confidence }: Remedied): readonly Remedy[] {
  const sorts = Map.groupBy(fixes, (fix) => sortOf(fix, confidence))
  const ordered = ORDER.flatMap((sort) => sorts.get(sort) ?? [])
  return ordered.map((fix, index) => {
    const label = labelOf(fix)
    const before = ordered[index - 1]
    return {
      label: label === 'fix' && before !== undefined && labelOf(before) === 'fix' ? 'or' : label,
      fix,
      text: fix.risk === 'Inspect' ? fix.title : `${fix.title} (${RISKS[fix.risk]})`,
    }
  })
}

type Sort = 'Known' | 'Look' | 'Unsure'
const ORDER: readonly Sort[] = ['Known', 'Look', 'Unsure']

function sortOf(fix: Fix, confidence: Finding['confidence']): Sort {
  if (labelOf(fix) === 'look') return 'Look'
  return fix.tentative === true || confidence === 'Possible' ? 'Unsure' : 'Known'
}

const labelOf = ({ risk, byHand }: Fix): Exclude<RemedyLabel, 'or'> =>
  byHand === true ? 'do' : risk === 'Inspect' ? 'look' : 'fix'

/**
 * What to do.
 * @param options `place` of a manifest, which nothing can patch
 */
export function fixLines(
  finding: Remedied,
  {
    wide,
    style,
    place,
  }: { readonly wide: boolean; readonly style: Style; readonly place?: string | undefined },
): readonly string[] {
  const all = remedies(finding)
  const shown = wide ? all : all.slice(0, SHOWN)
  const hidden = all.length - shown.length
  const told = new Set<string>()
  const lines = shown.flatMap(({ label, fix, text }) => [
    ...labelled(label, [text], style),
    ...labelled('', untold(fix.assumes, told), style),
    // A manifest is changed in its file.
    ...(place !== undefined && fix.patch !== undefined ? [] : commandLines(fix, style)),
  ])
  return hidden === 0 ? lines : [...lines, ...labelled('', [`${hidden} more with -o wide`], style)]
}

/** Those that have not been told yet: several changes of one object have the same to be said of them. */
function untold(sentences: readonly string[] | undefined, told: Set<string>): readonly string[] {
  const found = (sentences ?? []).filter((sentence) => !told.has(sentence))
  for (const sentence of found) told.add(sentence)
  return found
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
