import { sortedBy } from '../../model/text/sort.ts'
import type { BudgetStatus } from '../disruption/budget.ts'
import { startingStatus } from '../disruption/fresh-status.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { BudgetNumbers, StaleBudget } from '../types/budget.ts'

/** The budgets of a run whose stored status lags behind, with what stands in for it. By namespace and name. */
export function staleBudgets({ start, policy }: SimulationRun): readonly StaleBudget[] {
  if (policy.removal === 'Delete') return []
  const found = [...start.tallies].flatMap(([budget, tally]): StaleBudget[] => {
    const { status, stale } = startingStatus(start.simulated, budget, tally)
    if (stale === undefined) return []
    const { namespace = '', name } = budget.metadata
    return [{ namespace, name, why: stale.why, stored: numbersOf(stale.stored), counted: numbersOf(status) }]
  })
  return sortedBy(found, ({ namespace, name }) => [namespace, name])
}

const numbersOf = ({
  currentHealthy,
  desiredHealthy,
  expectedPods,
  disruptionsAllowed,
}: BudgetStatus): BudgetNumbers => ({ currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed })
