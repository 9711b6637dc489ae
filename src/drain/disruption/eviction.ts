import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { BudgetStatus } from './budget.ts'

/** What the eviction API looks at in a pod. */
export interface Evictee {
  readonly finished: boolean
  /** Phase Pending. */
  readonly starting: boolean
  readonly terminating: boolean
  readonly ready: boolean
}

/** The API server's answer to one eviction. */
export type EvictionAnswer =
  /** Deleted; `counted` where it takes one of the budget's disruptions. */
  | { readonly type: 'Accepted'; readonly counted: boolean }
  /** 429: try again later. kubectl does, for ever or until `--timeout`. */
  | { readonly type: 'TooManyRequests'; readonly cause: string }
  /** Any other error: kubectl gives this pod up. */
  | { readonly type: 'Fatal'; readonly message: string }

export const TWO_BUDGETS =
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
/** kubectl's text for every refusal of a budget. */
export const VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget."
const MAX_DISRUPTED_PODS = 2000

const ACCEPTED: EvictionAnswer = { type: 'Accepted', counted: false }

/**
 * Judges one eviction, in the API server's order (spec/drain.md 3.1, pkg/registry/core/pod/storage/eviction.go).
 * `budgets` are those that match the pod, `numbers` the status of the first.
 */
export function judgeEviction(
  pod: Evictee,
  budgets: readonly PodDisruptionBudget[],
  status: BudgetStatus | undefined,
): EvictionAnswer {
  if (pod.finished || pod.starting || pod.terminating) return ACCEPTED
  const [budget] = budgets
  if (budgets.length > 1) return { type: 'Fatal', message: TWO_BUDGETS }
  if (budget === undefined || status === undefined) return ACCEPTED
  if (!pod.ready) {
    if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return ACCEPTED
    if (status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy) return ACCEPTED
  }
  const { name } = budget.metadata
  if (!status.observed)
    return {
      type: 'TooManyRequests',
      cause: `The disruption budget ${name} is still being processed by the server.`,
    }
  if (status.disruptedPods > MAX_DISRUPTED_PODS)
    return {
      type: 'Fatal',
      message: `poddisruptionbudgets.policy "${name}" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller`,
    }
  return status.disruptionsAllowed > 0
    ? { type: 'Accepted', counted: true }
    : { type: 'TooManyRequests', cause: refusalCause(name, status) }
}

/** The cause in the body of the refusal, which kubectl does not print (spec/drain.md 3.3). */
export function refusalCause(name: string, status: BudgetStatus): string {
  const { condition, currentHealthy, desiredHealthy } = status
  if (condition?.reason === 'SyncFailed' && condition.message !== '')
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  if (condition !== undefined && condition.message !== '')
    return `The disruption budget ${name} does not allow evicting pods currently (${condition.reason}): ${condition.message}`
  return `The disruption budget ${name} does not allow evicting pods currently`
}
