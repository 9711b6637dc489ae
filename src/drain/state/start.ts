import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { SimPod, World } from '../cluster/simulated-cluster.ts'
import {
  type BudgetNumbers,
  EMPTY_TALLY,
  storedNumbers,
  synced,
  type Tally,
  tallied,
} from '../disruption/budget.ts'
import { budgetsOver, inOrder, podsUnder } from '../disruption/coverage.ts'
import { type State, scaleFor } from './state.ts'

/** Budgets that can matter: those that match one of these pods. */
export function relevantBudgets(world: World, pods: readonly SimPod[]): readonly PodDisruptionBudget[] {
  const relevant = new Set(pods.flatMap((pod) => budgetsOver(world, pod)))
  return inOrder(world, relevant)
}

/** The cluster as it stands, with the stored status of these budgets (spec/drain.md B9). */
export function initialState(world: World, budgets: readonly PodDisruptionBudget[]): State {
  const tallies = new Map<PodDisruptionBudget, Tally>()
  const numbers = new Map<PodDisruptionBudget, BudgetNumbers>()
  for (const budget of budgets) {
    const tally = tallyOf(world, budget)
    tallies.set(budget, tally)
    const stored = storedNumbers(budget)
    numbers.set(
      budget,
      stored === undefined || world.resynced.has(budget) ? synced(budget, tally, stored) : stored,
    )
  }
  return {
    world,
    gone: new Set(),
    vacated: new Set(),
    leaving: new Set(),
    placed: new Map(),
    landed: new Map(),
    up: new Set(),
    queue: [...world.waiting],
    usage: new Map(),
    changes: { log: [], length: 0 },
    touched: new Map(),
    heldTerms: new Map(),
    tallies,
    numbers,
    stale: new Set(),
    overlooked: new Set(),
    failures: new Map(),
    made: new Map(),
    delayed: [],
    refused: [],
    successors: new Map(),
    candidates: new Map(),
    preempted: new Map(),
    parked: new Set(),
    lowest: new Map(),
  }
}

const initialTallies = new WeakMap<World['pods'], WeakMap<PodDisruptionBudget, Tally>>()

/** What the disruption controller counts in the snapshot, worked out once for all variants of a world. */
function tallyOf(world: World, budget: PodDisruptionBudget): Tally {
  const known = initialTallies.get(world.pods) ?? new WeakMap<PodDisruptionBudget, Tally>()
  initialTallies.set(world.pods, known)
  let tally = known.get(budget)
  if (tally !== undefined) return tally
  tally = EMPTY_TALLY
  for (const pod of podsUnder(world, budget))
    tally = tallied(tally, scaleFor(world, pod), { pods: 1, healthy: pod.ready && !pod.terminating ? 1 : 0 })
  known.set(budget, tally)
  return tally
}
