import { compareText, sortedBy } from '../../model/text/sort.ts'
import { refusalCause } from '../disruption/eviction.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { PlannedBudget } from '../types/budget.ts'

/** The budgets that cover a pod of the drained nodes, when the drain starts and when its worst course ends. */
export function plannedBudgets(run: SimulationRun): readonly PlannedBudget[] {
  const budgets = sortedBy([...run.start.budgetStatus], ([{ metadata }]) => [
    metadata.namespace ?? '',
    metadata.name,
  ])
  return budgets.flatMap(([budget, before]): PlannedBudget[] => {
    const finals = run.courses.flatMap(({ final }) => final.budgetStatus.get(budget) ?? [])
    const after = sortedBy(finals, ({ disruptionsAllowed, currentHealthy }) => [
      disruptionsAllowed,
      currentHealthy,
    ])[0]
    if (after === undefined) return []
    const refused = run.courses.flatMap(({ ends }) =>
      ends.flatMap((end) =>
        end.type === 'Ended'
          ? end.remaining.flatMap((remaining) =>
              remaining.why === 'Refused' && remaining.budget === budget
                ? [refusalCause(budget, remaining.refusal)]
                : [],
            )
          : [],
      ),
    )
    const refusal = refused.sort(compareText)[0]
    return [
      {
        namespace: budget.metadata.namespace ?? '',
        name: budget.metadata.name,
        allowedBefore: before.disruptionsAllowed,
        allowedAfter: after.disruptionsAllowed,
        currentHealthyBefore: before.currentHealthy,
        currentHealthyAfter: after.currentHealthy,
        desiredHealthyBefore: before.desiredHealthy,
        desiredHealthyAfter: after.desiredHealthy,
        expectedPodsBefore: before.expectedPods,
        expectedPodsAfter: after.expectedPods,
        ...(refusal === undefined ? {} : { refusal }),
      },
    ]
  })
}
