import { compareText, sortedBy } from '../../model/text/text.ts'
import type { Run } from '../simulation/command.ts'
import type { PlannedBudget } from '../types.ts'

/** The budgets that cover a pod of the drained nodes, when the drain starts and when its worst course ends. */
export function plannedBudgets(run: Run): readonly PlannedBudget[] {
  const budgets = sortedBy([...run.start.numbers], ([{ metadata }]) => [
    metadata.namespace ?? '',
    metadata.name,
  ])
  return budgets.flatMap(([budget, before]): PlannedBudget[] => {
    const finals = run.paths.flatMap(({ final }) => final.numbers.get(budget) ?? [])
    const after = sortedBy(finals, ({ disruptionsAllowed, currentHealthy }) => [
      disruptionsAllowed,
      currentHealthy,
    ])[0]
    if (after === undefined) return []
    const refused = run.paths.flatMap(({ ends }) =>
      ends.flatMap((end) =>
        end.type === 'Ended'
          ? end.left.flatMap((left) =>
              left.why === 'Refused' && left.budgets.includes(budget) ? [left.message] : [],
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
