import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { compareText, sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { storedStatus, syncedStatus, type Tally } from '../disruption/budget.ts'
import { podsOfBudget } from '../disruption/coverage.ts'
import { operatorStand } from '../disruption/operators.ts'
import { initialState } from '../state/budget-tracking.ts'
import type { NeverAllowing } from '../types/budget.ts'

/**
 * Budgets over pods of these nodes that allow no disruption even where all of their pods are healthy: whoever drains
 * has to change them, or the workload, first (docs/reference/disruption-budgets.md#B3, #B4, #B6,
 * docs/reference/order.md#O6). Sorted by namespace and name.
 */
export function neverAllowing(
  simulated: SimulatedCluster,
  nodes: readonly string[],
): readonly NeverAllowing[] {
  const asked = new Set(nodes)
  const { tallies } = initialState(simulated, simulated.budgets)
  const found = [...tallies].flatMap(([budget, tally]): NeverAllowing[] => {
    const why = tally.pods === 0 ? undefined : whyNever(budget, tally)
    if (why === undefined || isChangedByOperator(simulated, budget, tally)) return []
    const { namespace = '', name } = budget.metadata
    const on = new Set(
      podsOfBudget(simulated, budget).map(({ boundTo }) => simulated.nodes[boundTo ?? -1]?.name ?? ''),
    )
    const concerned = [...on].filter((node) => asked.has(node)).sort(compareText)
    return concerned.length === 0 ? [] : [{ namespace, name, why, nodes: concerned }]
  })
  return sortedBy(found, ({ namespace, name }) => [namespace, name])
}

/** Whether an operator is documented to change the budget, or its pods, by itself: that is none to mend. */
const isChangedByOperator = (
  simulated: SimulatedCluster,
  budget: PodDisruptionBudget,
  tally: Tally,
): boolean =>
  podsOfBudget(simulated, budget).some(
    (pod) => operatorStand(pod, { simulated, budget, tally })?.does === 'Lifts',
  )

/** Why a budget allows nothing however healthy its pods are; undefined where it does, or that is not known. */
export function whyNever(budget: PodDisruptionBudget, tally: Tally): string | undefined {
  const { minAvailable, maxUnavailable } = budget.spec ?? {}
  const status = syncedStatus(budget, tally, storedStatus(budget))
  if (status.condition?.reason === 'SyncFailed')
    return `the disruption controller can't work it out: ${status.condition.message}`
  if (minAvailable === undefined && maxUnavailable === undefined)
    return 'it has neither minAvailable nor maxUnavailable'
  if (status.expectedPods <= 0) return 'it counts no pods whose controller can be scaled'
  const most = mostHealthy(tally)
  if (most === undefined || status.desiredHealthy < most) return undefined
  const field =
    maxUnavailable === undefined ? `minAvailable ${minAvailable}` : `maxUnavailable ${maxUnavailable}`
  return `${field} wants ${status.desiredHealthy} healthy, and there ${most === 1 ? 'is' : 'are'} only ${plural(most, 'replica')}`
}

/** Healthy pods while all controllers have what they want; undefined where a controller was not read. */
function mostHealthy({ scales }: Tally): number | undefined {
  let most = 0
  for (const { scale, pods } of scales.values()) {
    if (scale.type === 'Unread') return undefined
    most += scale.type === 'Scale' ? scale.replicas : pods
  }
  return most
}
