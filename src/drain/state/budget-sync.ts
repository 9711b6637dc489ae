import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { syncedStatus } from '../disruption/budget.ts'
import { copyOf, type State } from './state.ts'

/**
 * The disruption controller catches up with what happened to the pods. Where pods have several budgets, each change of
 * a pod makes it look at one of them: these are the states in which it has looked at all of them, or at some.
 */
export function syncBudgets(state: State): readonly State[] {
  recount(state, state.unsynced)
  const maybeUnsynced = [...state.maybeUnsynced].filter((budget) => !state.unsynced.has(budget))
  state.unsynced.clear()
  state.maybeUnsynced.clear()
  if (maybeUnsynced.length === 0) return [state]
  return subsets(maybeUnsynced).map((budgets) => {
    const next = copyOf(state)
    recount(next, budgets)
    return next
  })
}

function recount({ tallies, budgetStatus: status }: State, budgets: Iterable<PodDisruptionBudget>): void {
  for (const budget of budgets) {
    const tally = tallies.get(budget)
    if (tally !== undefined) status.set(budget, syncedStatus(budget, tally, status.get(budget)))
  }
}

/** All of them, each alone and, of three, each two. */
const subsets = <T>(items: readonly T[]): readonly (readonly T[])[] => [
  items,
  ...(items.length > 1 ? items.map((item) => [item]) : []),
  ...(items.length === 3 ? items.map((item) => items.filter((other) => other !== item)) : []),
]
