import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { millis } from '../../model/text/time.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { StaleBudget } from '../types/budget.ts'
import { type BudgetStatus, storedStatus, syncedStatus, type Tally } from './budget.ts'
import { budgetsOfPod, podsOfBudget } from './coverage.ts'
import { MAX_DISRUPTED_PODS } from './eviction.ts'

/** What a budget starts a drain with. */
interface StartingStatus {
  readonly status: BudgetStatus
  /** Present where `status` was counted anew in the place of a stored one. */
  readonly stale?: { readonly why: StaleBudget['why']; readonly stored: BudgetStatus }
}

/**
 * The status that the evictions of a drain meet: the stored one, which the API server trusts, or what the disruption
 * controller will write in its place where it lags behind the spec or the pods
 * (docs/reference/disruption-budgets.md#B9). A budget that was patched counts anew.
 */
export function startingStatus(
  simulated: SimulatedCluster,
  budget: PodDisruptionBudget,
  tally: Tally,
): StartingStatus {
  const stored = storedStatus(budget)
  const counted = syncedStatus(budget, tally, stored)
  if (stored === undefined || simulated.resynced.has(budget)) return { status: counted }
  const why = staleness(simulated, budget, stored, counted)
  return why === undefined ? { status: stored } : { status: counted, stale: { why, stored } }
}

function staleness(
  simulated: SimulatedCluster,
  budget: PodDisruptionBudget,
  stored: BudgetStatus,
  counted: BudgetStatus,
): StaleBudget['why'] | undefined {
  // A sync that fails leaves the generation as it is: then nothing catches up.
  if (!stored.observed) return isFailed(counted) ? undefined : 'not-observed'
  // Why a sync failed need not be in the snapshot, and errors that no later try mends come before any count.
  if (isFailed(stored) || isFatal(stored)) return undefined
  const healthy = counted.currentHealthy - claimedPods(budget, simulated).length
  const isCurrent =
    !isFailed(counted) &&
    stored.currentHealthy === healthy &&
    stored.desiredHealthy === counted.desiredHealthy &&
    stored.expectedPods === counted.expectedPods &&
    stored.disruptionsAllowed ===
      (counted.expectedPods <= 0 ? 0 : Math.max(0, healthy - counted.desiredHealthy))
  // Of the budgets of one pod, the controller counts only one again: the numbers of the others may stay as they are.
  return isCurrent || sharesPods(simulated, budget) ? undefined : 'miscounted'
}

const isFailed = ({ condition }: BudgetStatus): boolean => condition?.reason === 'SyncFailed'

const isFatal = ({ disruptionsAllowed, disruptedPods }: BudgetStatus): boolean =>
  disruptionsAllowed < 0 || disruptedPods > MAX_DISRUPTED_PODS

const sharesPods = (simulated: SimulatedCluster, budget: PodDisruptionBudget): boolean =>
  podsOfBudget(simulated, budget).some((pod) => budgetsOfPod(simulated, pod).length > 1)

const DELETION_TIMEOUT = 120_000

/**
 * Pods that the budget let go in the last two minutes, and that are neither gone nor terminating
 * (docs/reference/disruption-budgets.md#B7).
 */
export function claimedPods(budget: PodDisruptionBudget, simulated: SimulatedCluster): readonly string[] {
  const live = new Set(
    podsOfBudget(simulated, budget).flatMap(({ name, ready, terminating }) =>
      ready && !terminating ? [name] : [],
    ),
  )
  return Object.entries(budget.status?.disruptedPods ?? {}).flatMap(([name, time]) =>
    live.has(name) && (millis(time) ?? 0) + DELETION_TIMEOUT > simulated.cluster.now ? [name] : [],
  )
}
