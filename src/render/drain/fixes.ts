import type { PlannedFix } from '../../drain/types/fix.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { wrap } from '../terminal/wrap.ts'
import type { DrainTextOptions } from './options.ts'
import { isKnownFix, remedyLine } from './remedy.ts'
import { proofText, RISKS } from './words.ts'

/** Fixes that are shown before the rest is only counted. */
const SHOWN = 4
const INDENT = '  '

/** `These 2 changes together make them drain, in 1 wave:`, with each of them; '' where one proven fix is enough. */
export function remedyBlock(plan: DrainPlan, options: DrainTextOptions): string {
  const { remedy } = plan
  if (remedy === undefined || isKnownFix(plan)) return ''
  return [
    wrap(options.style.paint('bold', remedyLine(remedy)), options.style.width),
    ...fixLines(remedy.fixes, options),
  ].join('\n')
}

/** What else could be done. */
export function fixBlock(fixes: readonly PlannedFix[], { style, wide }: DrainTextOptions): string {
  if (fixes.length === 0) return ''
  return [style.paint('bold', 'What to do'), ...fixLines(fixes, { style, wide })].join('\n')
}

function fixLines(
  fixes: readonly PlannedFix[],
  { style, wide }: Pick<DrainTextOptions, 'style' | 'wide'>,
): readonly string[] {
  const shown = wide ? fixes : fixes.slice(0, SHOWN)
  const lines = shown.flatMap(({ title, risk, command, ...fix }, index) => [
    wrap(escapeText(`${index + 1}. ${title} (${RISKS[risk]}, ${proofText(fix)})`), style.width, INDENT),
    ...(command === undefined ? [] : [`${INDENT}   ${style.paint('cyan', escapeText(command))}`]),
  ])
  const hidden = fixes.length - shown.length
  return [...lines, ...(hidden > 0 ? [`${INDENT}${hidden} more with -o wide`] : [])]
}
