import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { wrap } from '../terminal/wrap.ts'
import type { DrainTextOptions } from './options.ts'
import { firstNames } from './words.ts'

/** Faults that are shown before the rest is only counted. */
const SHOWN = 6

/** One line for each fault of a budget, `PDB shop/web selects no pod, and so protects none`. */
export const faultLines = ({ budgetFaults }: DrainPlan, wide: boolean): readonly string[] =>
  budgetFaults.map(
    ({ namespace, name, why, nodes }) =>
      `PDB ${namespace}/${name} ${why}${nodes.length === 0 ? '' : ` (${firstNames(nodes, wide)})`}`,
  )

/** The faults of budgets that no reason of a node has told yet; '' where there are none. */
export function faultBlock(plan: DrainPlan, { style, wide }: DrainTextOptions): string {
  const told = new Set(
    [...plan.nodes, ...(plan.stuck ?? [])].flatMap(({ reasons }) =>
      reasons.flatMap(({ budgets }) => budgets),
    ),
  )
  const untold = plan.budgetFaults.filter(
    ({ namespace, name, code }) =>
      wide || plan.scope === 'EachAlone' || code === 'selects-nothing' || !told.has(`${namespace}/${name}`),
  )
  const lines = faultLines({ ...plan, budgetFaults: untold }, wide)
  if (lines.length === 0) return ''
  const shown = wide ? lines : lines.slice(0, SHOWN)
  return [
    style.paint('bold', 'PDBs to mend'),
    ...shown.map((line) => wrap(escapeText(line), style.width, '  ')),
    ...(lines.length > shown.length ? [`  ${lines.length - shown.length} more with -o wide`] : []),
  ].join('\n')
}
