import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { synced } from '../disruption/budget.ts'
import { copyOf, type State } from './state.ts'

/**
 * The disruption controller catches up with what happened to the pods. Where pods have several budgets, each change of
 * a pod makes it look at one of them: these are the states in which it has looked at all of them, or at some.
 */
export function syncBudgets(state: State): readonly State[] {
  count(state, state.stale)
  const overlooked = [...state.overlooked].filter((budget) => !state.stale.has(budget))
  state.stale.clear()
  state.overlooked.clear()
  if (overlooked.length === 0) return [state]
  return partsOf(overlooked).map((budgets) => {
    const next = copyOf(state)
    count(next, budgets)
    return next
  })
}

function count({ tallies, numbers }: State, budgets: Iterable<PodDisruptionBudget>): void {
  for (const budget of budgets) {
    const tally = tallies.get(budget)
    if (tally !== undefined) numbers.set(budget, synced(budget, tally, numbers.get(budget)))
  }
}

/** All of them, each alone and, of three, each two. */
const partsOf = <T>(items: readonly T[]): readonly (readonly T[])[] => [
  items,
  ...(items.length > 1 ? items.map((item) => [item]) : []),
  ...(items.length === 3 ? items.map((item) => items.filter((other) => other !== item)) : []),
]
