import { scaledValue } from '../../../model/kubernetes/intstr.ts'
import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import { type BudgetRefusal, refusalPredicate } from '../../disruption/eviction.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import { whyNever } from '../never-allowing.ts'

/** What a refusal rests on. */
export interface RefusalFacts {
  readonly expectedPods: number
  /**
   * What has to happen before the budget lets a pod go: nothing that one can wait for, pods that are not Ready now, or
   * pods that the drain itself took and that do not come back Ready.
   */
  readonly waits: 'Never' | 'ForReady' | 'ForReplaced'
}

/** What is known of a budget that refuses. */
export function refusalFacts({ start }: SimulationRun, budget: PodDisruptionBudget): RefusalFacts {
  const status = start.budgetStatus.get(budget)
  const tally = start.tallies.get(budget)
  const never = tally === undefined || whyNever(budget, tally) !== undefined
  const refusesNow = (status?.disruptionsAllowed ?? 0) <= 0
  return {
    expectedPods: status?.expectedPods ?? 0,
    waits: never ? 'Never' : refusesNow ? 'ForReady' : 'ForReplaced',
  }
}

const WAITS: Readonly<Record<RefusalFacts['waits'], (missing: string) => string>> = {
  Never: () => ', and waiting does not help',
  ForReady: (missing) => ` until ${missing} Ready`,
  ForReplaced: () => ' any more: what was evicted is not replaced by a Ready pod',
}

/**
 * One line about a budget that refuses: `PDB shop/web: 3 of 3 healthy, needs 3 (70% of 3 rounds up to 3): 0 evictions
 * allowed, and waiting does not help`.
 */
export function refusalLine(
  budget: PodDisruptionBudget,
  refusal: BudgetRefusal,
  facts: RefusalFacts,
): string {
  const pdb = `PDB ${nameOf(budget)}`
  const { why } = refusal
  if (why.code !== 'too-few-healthy')
    return `${pdb} ${refusalPredicate(refusal)}${facts.waits === 'Never' ? ', and waiting does not help' : ''}`
  const missing = why.needed + 1 - why.healthy
  const waits = WAITS[facts.waits](
    missing === 1 ? '1 more of its pods is' : `${missing} more of its pods are`,
  )
  return `${pdb}: ${why.healthy} of ${facts.expectedPods} healthy, needs ${why.needed}${limitText(budget, facts)}: 0 evictions allowed${waits}`
}

/** Where the number that is needed comes from, unless the budget has it as it is. */
function limitText({ spec }: PodDisruptionBudget, { expectedPods }: RefusalFacts): string {
  const { minAvailable, maxUnavailable } = spec ?? {}
  if (maxUnavailable !== undefined) return ` (maxUnavailable ${scaled(maxUnavailable, expectedPods)})`
  return typeof minAvailable === 'string' ? ` (${scaled(minAvailable, expectedPods)})` : ''
}

/** `1`, `50% of 4`, `70% of 3 rounds up to 3`. */
function scaled(value: number | string, total: number): string {
  const up = scaledValue(value, total)
  if (typeof value === 'number' || up === undefined) return `${value}`
  return up === scaledValue(value, total, 'down')
    ? `${value} of ${total}`
    : `${value} of ${total} rounds up to ${up}`
}
