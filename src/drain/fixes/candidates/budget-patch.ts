import { bare } from '../../../model/kubernetes/fields.ts'
import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import type { Fix } from '../../../model/report/finding.ts'
import type { SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import type { FixCode } from '../../types/fix.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { afterChange } from './changed-object.ts'
import { patched } from './patch.ts'

interface BudgetPatch {
  readonly code: FixCode
  /** What tells it apart from other patches of this code to the same budget. */
  readonly changed: readonly (string | number)[]
  readonly title: string
  /** Null takes a field away. */
  readonly spec: Readonly<Record<string, unknown>>
  readonly risk: Fix['risk']
  /** Of several that differ in how far they go, how far: only the least that is enough is advice. */
  readonly reach?: number
}

/** A patch to a budget that refuses, with the patch that gives it back what it had. */
export function budgetPatch(
  budget: PodDisruptionBudget,
  { code, changed, title, spec, risk, reach }: BudgetPatch,
): FixCandidate {
  const { namespace = '', name } = budget.metadata
  const target = { apiVersion: 'policy/v1', namespace, kind: 'PodDisruptionBudget', name }
  const before = bare<unknown>(budget.spec)
  const undo = Object.fromEntries(Object.keys(spec).map((field) => [field, before[field] ?? null]))
  const { assumes, untried } = afterChange(budget)
  const proposal = {
    problem: { code: 'budget-refuses' as const, budget: nameOf(budget) },
    ...(reach === undefined ? {} : { reach }),
    fix: {
      code,
      key: fixKey(code, nameOf(budget), ...changed),
      title,
      risk,
      ...patched('pdb', target, { type: 'merge', value: { spec }, undo: { spec: undo } }),
      ...(assumes.length === 0 ? {} : { assumes }),
    },
  }
  return untried === undefined
    ? {
        ...proposal,
        apply: ({ simulated, policy }) => ({ simulated: withPatch(simulated, budget, spec), policy }),
      }
    : { ...proposal, untried }
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
