import type { PlannedFix } from '../../drain/types/fix.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { wrap } from '../terminal/wrap.ts'
import type { DrainTextOptions } from './options.ts'
import { isKnownFix, remedyLine } from './remedy.ts'
import { changeNotes, changeTag, enoughText } from './words.ts'

/** Fixes that are shown before the rest is only counted. */
const SHOWN = 4
const INDENT = '  '

/** `These 2 changes together make them drain, in 1 wave:`, with each of them; '' where one proven fix is enough. */
export function remedyBlock(plan: DrainPlan, options: DrainTextOptions): string {
  const { remedy } = plan
  if (remedy === undefined || isKnownFix(plan)) return ''
  return [
    wrap(options.style.paint('bold', remedyLine(remedy)), options.style.width),
    // The line before says it of all of them.
    ...fixLines(
      remedy.fixes.map(({ unproven, ...fix }) =>
        fix.degraded || unproven === undefined ? fix : { ...fix, unproven },
      ),
      options,
    ),
  ].join('\n')
}

/** What could be done, and which of it is enough. */
export function fixBlock(fixes: readonly PlannedFix[], { style, wide }: DrainTextOptions): string {
  if (fixes.length === 0) return ''
  const enough = enoughText(fixes)
  const head = `What to do${enough === '' ? '' : ` (${enough})`}`
  return [style.paint('bold', head), ...fixLines(fixes, { style, wide })].join('\n')
}

function fixLines(
  fixes: readonly PlannedFix[],
  { style, wide }: Pick<DrainTextOptions, 'style' | 'wide'>,
): readonly string[] {
  const shown = wide ? fixes : fixes.slice(0, SHOWN)
  const lines = shown.flatMap(({ title, command, undo, ...fix }, index) => [
    wrap(escapeText(`${index + 1}. [${changeTag(fix)}] ${title}`), style.width, INDENT),
    ...changeNotes(fix).map((note) => wrap(escapeText(note), style.width, `${INDENT}   `)),
    ...(command === undefined ? [] : [`${INDENT}   ${style.paint('cyan', escapeText(command))}`]),
    ...(undo === undefined ? [] : [`${INDENT}   undo: ${style.paint('cyan', escapeText(undo))}`]),
  ])
  const hidden = fixes.length - shown.length
  return [...lines, ...(hidden > 0 ? [`${INDENT}${hidden} more with -o wide`] : [])]
}
