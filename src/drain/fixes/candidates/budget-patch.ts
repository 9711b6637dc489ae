import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import type { Fix } from '../../../model/report/finding.ts'
import type { SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import type { FixCode } from '../../types/fix.ts'
import { fixKey, type ProvableFix } from '../candidate.ts'
import { patched } from './patch.ts'

interface BudgetPatch {
  readonly code: FixCode
  /** What tells it apart from other patches of this code to the same budget. */
  readonly changed: readonly (string | number)[]
  readonly title: string
  /** Null takes a field away. */
  readonly spec: Readonly<Record<string, unknown>>
  readonly risk: Fix['risk']
}

/** A patch to a budget that refuses. */
export function budgetPatch(
  budget: PodDisruptionBudget,
  { code, changed, title, spec, risk }: BudgetPatch,
): ProvableFix {
  const { namespace = '', name } = budget.metadata
  const target = { apiVersion: 'policy/v1', namespace, kind: 'PodDisruptionBudget', name }
  return {
    problem: { code: 'budget-refuses', budget: nameOf(budget) },
    fix: {
      code,
      key: fixKey(code, nameOf(budget), ...changed),
      title,
      risk,
      ...patched('pdb', target, 'merge', { spec }),
    },
    apply: ({ simulated, policy }) => ({ simulated: withPatch(simulated, budget, spec), policy }),
  }
}

/** The simulated cluster with a budget patched; the controller has seen the patch. */
function withPatch(
  simulated: SimulatedCluster,
  budget: PodDisruptionBudget,
  spec: BudgetPatch['spec'],
): SimulatedCluster {
  const merged = {
    ...budget,
    spec: Object.fromEntries(
      Object.entries({ ...budget.spec, ...spec }).filter(([, value]) => value !== null),
    ),
  } as PodDisruptionBudget
  const budgets = simulated.budgets.map((one) => (nameOf(one) === nameOf(budget) ? merged : one))
  return { ...simulated, budgets, resynced: new Set([...simulated.resynced, merged]) }
}
