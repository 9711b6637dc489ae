import type { SimulationRun } from '../simulation/simulate.ts'
import type { State } from '../state/state.ts'

/**
 * Where the next wave starts from: of the ends that a run may have, the one that leaves the budgets the fewest healthy
 * pods, and of equal ones the first. Undefined without a run.
 */
export function stateAfter(run: SimulationRun | undefined): State | undefined {
  let worst: { readonly state: State; readonly healthy: number } | undefined
  for (const { final: state } of run?.courses ?? []) {
    const healthy = [...state.budgetStatus.values()].reduce((sum, status) => sum + status.currentHealthy, 0)
    if (worst === undefined || healthy < worst.healthy) worst = { state, healthy }
  }
  return worst?.state
}
