import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'

/** A budget that lets pods of a run not go. */
export interface RefusingBudget {
  readonly run: SimulationRun
  readonly budget: PodDisruptionBudget
  /** Its pods that remain, on the course that leaves the most of them. */
  readonly remaining: readonly RemainingPod[]
}

/** The budgets that refuse pods on any course, by name. */
export function refusingBudgets(run: SimulationRun): readonly RefusingBudget[] {
  const worst = new Map<PodDisruptionBudget, readonly RemainingPod[]>()
  for (const { ends } of run.courses) {
    const remaining = ends.flatMap((end) => (end.type === 'Ended' ? end.remaining : []))
    for (const budget of new Set(remaining.flatMap((one) => (one.why === 'Refused' ? [one.budget] : [])))) {
      const own = remaining.filter(({ budgets }) => budgets.includes(budget))
      if (own.length > (worst.get(budget)?.length ?? 0)) worst.set(budget, own)
    }
  }
  return sortedBy(worst, ([budget]) => [nameOf(budget)]).map(([budget, remaining]) => ({
    run,
    budget,
    remaining,
  }))
}
