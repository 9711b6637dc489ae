import type { OperatorStand } from '../../../disruption/operators.ts'
import { standOf } from '../../../report/nodes/lifted.ts'
import type { RemainingPod } from '../../../simulation/drain-node.ts'
import type { SimulationRun } from '../../../simulation/simulate.ts'
import { type FixCandidate, fixKey } from '../../candidate.ts'
import { commandLine } from '../command.ts'
import { type RefusingBudget, refusingBudgets } from '../refusing-budgets.ts'

type Documented = OperatorStand & { readonly rule: NonNullable<OperatorStand['rule']> }

const documentedStand = (run: SimulationRun, pod: RemainingPod): Documented | undefined => {
  const stand = standOf(run, pod)
  return stand?.rule === undefined ? undefined : { ...stand, rule: stand.rule }
}

/** Whether the documentation of an operator says what to do about every pod that the budget refuses. */
export const isOperators = ({ run, remaining }: RefusingBudget): boolean =>
  remaining.every((pod) => documentedStand(run, pod) !== undefined)

/**
 * What operators document about pods of theirs that a budget refuses, once for each budget
 * (docs/reference/managed-objects.md#operators).
 */
export const operatorFixes = (run: SimulationRun): readonly FixCandidate[] =>
  refusingBudgets(run).flatMap(({ remaining }): FixCandidate[] => {
    const [first] = remaining.flatMap((one) => {
      const stand = documentedStand(run, one)
      return stand === undefined ? [] : [{ pod: one.pod, stand }]
    })
    if (first === undefined) return []
    const { pod, stand } = first
    const { title, risk, words } = stand.rule.advice(pod)
    return [
      {
        problem: { code: 'operator', operator: stand.operator, pod: `${pod.namespace}/${pod.name}` },
        untried: `what ${stand.operator} does is not simulated`,
        fix: {
          code: 'ask-operator',
          key: fixKey('ask-operator', stand.operator, title),
          title,
          risk,
          ...(words === undefined ? {} : commandLine(words)),
        },
      },
    ]
  })
