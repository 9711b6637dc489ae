import type { StaleBudget } from '../../drain/types/budget.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural } from '../../model/text/words.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'

/** The lines of {@link staleLines}; '' where there are none. Ends without a line feed. */
export const staleBlock = (plan: DrainPlan, style: Style): string =>
  staleLines(plan)
    .map((line) => wrap(style.paint('yellow', escapeText(line)), style.width))
    .join('\n')

/** What a reader must know of budgets that were counted anew: a plan that rests on it says so. */
export const staleLines = ({ staleBudgets }: DrainPlan): readonly string[] => staleBudgets.map(staleText)

function staleText({ namespace, name, why, stored, counted }: StaleBudget): string {
  const pdb = `PDB ${namespace}/${name}`
  const planned = `planned with ${counted.currentHealthy} healthy, ${counted.desiredHealthy} needed, ${plural(counted.disruptionsAllowed, 'eviction')} allowed`
  if (why === 'not-observed')
    return `${pdb}: the disruption controller has not seen its present spec, and evictions are refused until it has; ${planned}`
  return `${pdb}: its status is out of date (${stored.currentHealthy} healthy, ${stored.desiredHealthy} needed, ${plural(stored.disruptionsAllowed, 'eviction')} allowed); ${planned}, as the disruption controller will count`
}
