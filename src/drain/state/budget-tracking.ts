import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { derived } from '../cluster/derived.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type BudgetStatus, EMPTY_TALLY, syncedStatus, type Tally, tallied } from '../disruption/budget.ts'
import { budgetsOfPod, inClusterOrder, podsOfBudget } from '../disruption/coverage.ts'
import { startingStatus } from '../disruption/fresh-status.ts'
import { copyOf, type State, scaleOfOwner } from './state.ts'

/** Budgets that can matter: those that match one of these pods. */
export function relevantBudgets(
  simulated: SimulatedCluster,
  pods: readonly SimPod[],
): readonly PodDisruptionBudget[] {
  const relevant = new Set(pods.flatMap((pod) => budgetsOfPod(simulated, pod)))
  return inClusterOrder(simulated, relevant)
}

/** The cluster as it stands, with the status that the first evictions meet (docs/reference/disruption-budgets.md#B9). */
export function initialState(simulated: SimulatedCluster, budgets: readonly PodDisruptionBudget[]): State {
  const tallies = new Map<PodDisruptionBudget, Tally>()
  const status = new Map<PodDisruptionBudget, BudgetStatus>()
  for (const budget of budgets) {
    const tally = initialTallies(simulated.pods)(budget, simulated)
    tallies.set(budget, tally)
    status.set(budget, startingStatus(simulated, budget, tally).status)
  }
  return {
    simulated,
    deleted: new Set(),
    ended: new Set(),
    terminating: new Set(),
    bound: new Map(),
    boundByNode: new Map(),
    ready: new Set(),
    queue: [...simulated.waiting],
    usage: new Map(),
    usageLog: { log: [], length: 0 },
    changedPods: new Map(),
    heldTerms: new Map(),
    tallies,
    budgetStatus: status,
    unsynced: new Set(),
    maybeUnsynced: new Set(),
    jobFailures: new Map(),
    createdByOwner: new Map(),
    backingOff: [],
    quotaDenied: [],
    replacements: new Map(),
    feasibleNodes: new Map(),
    victims: new Map(),
    undecided: new Set(),
    lowestHealthy: new Map(),
  }
}

/** What the disruption controller counts in the snapshot, worked out once for all variants of a simulated cluster. */
const initialTallies = derived((_pods: SimulatedCluster['pods']) =>
  derived((budget: PodDisruptionBudget, simulated: SimulatedCluster): Tally => {
    let tally = EMPTY_TALLY
    for (const pod of podsOfBudget(simulated, budget))
      tally = tallied(tally, scaleOfOwner(simulated, pod), {
        pods: 1,
        healthy: pod.ready && !pod.terminating ? 1 : 0,
      })
    return tally
  }),
)

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
