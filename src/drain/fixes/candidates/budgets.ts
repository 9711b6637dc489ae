import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import type { BudgetStatus } from '../../disruption/budget.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { FixCandidate } from '../candidate.ts'
import { budgetPatch } from './budget-patch.ts'
import { isOperators } from './deciders/operators.ts'
import { type RefusingBudget, refusingBudgets } from './refusing-budgets.ts'
import { scaleUpFixes } from './scale-up.ts'

/** Fixes for budgets that refuse (docs/reference/order.md#O6). */
export const budgetFixes = (run: SimulationRun): readonly FixCandidate[] =>
  refusingBudgets(run)
    .filter((refusing) => !isOperators(refusing))
    .flatMap((refusing) => fixesFor(refusing).filter((fix) => changes(refusing.budget, fix)))

/** Whether a patch leaves the budget other than it is. */
const changes = ({ spec }: PodDisruptionBudget, { fix: { patch } }: FixCandidate): boolean =>
  patch === undefined ||
  patch.target.kind !== 'PodDisruptionBudget' ||
  Object.entries((patch.value as { readonly spec: object }).spec).some(
    ([field, value]) => (spec?.[field as keyof typeof spec] ?? null) !== value,
  )

function fixesFor(refusing: RefusingBudget): readonly FixCandidate[] {
  const { run, budget, remaining } = refusing
  const status = run.start.budgetStatus.get(budget)
  if (status === undefined) return []
  if (status.condition?.reason === 'SyncFailed' || status.expectedPods <= 0 || !status.observed)
    return [wholeNumber(refusing, status)]
  return remaining.every(({ pod }) => !pod.ready)
    ? [unhealthyEvictions(budget), ...widenings(refusing)]
    : [...scaleUpFixes(refusing), ...widenings(refusing)]
}

const unhealthyEvictions = (budget: PodDisruptionBudget): FixCandidate =>
  budgetPatch(budget, {
    code: 'allow-unhealthy-evictions',
    changed: [],
    title: `Let PDB ${nameOf(budget)} give up pods that are not Ready anyway`,
    spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    risk: 'Low',
  })

/**
 * Room for one more eviction at a time, which is enough where each replacement becomes Ready before the next pod goes,
 * and for all pods that stay at once.
 */
const widenings = (refusing: RefusingBudget): readonly FixCandidate[] =>
  [...new Set([1, refusing.remaining.length])].map((pods) => widened(refusing, pods))

/** Room for so many pods, on top of what the budget gives already. */
function widened({ run, budget }: RefusingBudget, pods: number): FixCandidate {
  const healthy = Math.min(
    ...run.courses.flatMap(({ final }) => final.budgetStatus.get(budget)?.currentHealthy ?? []),
  )
  const least = budget.spec?.minAvailable
  if (typeof least === 'number') {
    const lower = Math.max(0, Math.min(least, healthy) - pods)
    return budgetPatch(budget, {
      code: 'widen-budget',
      changed: ['minAvailable', least, lower],
      title: `Lower minAvailable of PDB ${nameOf(budget)} from ${least} to ${lower} while the node drains`,
      spec: { minAvailable: lower },
      risk: 'Disruptive',
      reach: pods,
    })
  }
  const expected = run.start.budgetStatus.get(budget)?.expectedPods ?? 0
  const wide = Math.max(1, Math.min(expected, expected - healthy + pods))
  return budgetPatch(budget, {
    code: 'widen-budget',
    changed: ['maxUnavailable', expected, wide],
    title: `Let PDB ${nameOf(budget)} do without ${wide} of ${expected} pods while the node drains`,
    spec: { minAvailable: null, maxUnavailable: wide },
    risk: 'Disruptive',
    reach: pods,
  })
}

/** What a whole number does without, where the controller can't count a part of the pods. */
const WHOLE_NUMBER = {
  syncFailed: 'a whole number needs no controller that can be scaled',
  noneExpected: 'a whole number needs no expected pods',
}

function wholeNumber({ run, budget, remaining }: RefusingBudget, status: BudgetStatus): FixCandidate {
  const healthy = run.start.tallies.get(budget)?.healthy ?? status.currentHealthy
  const least = Math.max(0, healthy - Math.max(1, remaining.length))
  const obstacle = status.condition?.reason === 'SyncFailed' ? 'syncFailed' : 'noneExpected'
  return budgetPatch(budget, {
    code: 'whole-number-budget',
    changed: [least, obstacle],
    title: `Give PDB ${nameOf(budget)} the whole number minAvailable: ${least}; ${WHOLE_NUMBER[obstacle]}`,
    spec: { maxUnavailable: null, minAvailable: least },
    risk: 'Disruptive',
  })
}
