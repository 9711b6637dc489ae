import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { BudgetStatus } from './budget.ts'

/**
 * What decides about the eviction of a pod; of one that was bound during the drain, its owner's pods tell whether it
 * is Ready.
 */
export const EVICTION_READS: readonly PodField[] = ['finished', 'starting', 'terminating', 'ready', 'boundTo']

/** What the eviction API looks at in a pod. */
export interface Evictee {
  readonly finished: boolean
  /** Phase Pending. */
  readonly starting: boolean
  readonly terminating: boolean
  readonly ready: boolean
}

/** Why a budget lets no pod go now, and what the API server gives as the cause, which before 1.35 was the same always. */
export interface BudgetRefusal {
  readonly why: RefusalCause
  readonly told: RefusalCause
}

/** Numbers count pods; texts are the disruption controller's. */
type RefusalCause =
  /** The disruption controller has not seen the present spec. */
  | { readonly code: 'not-observed' }
  | { readonly code: 'sync-failed'; readonly error: string }
  | { readonly code: 'too-few-healthy'; readonly needed: number; readonly healthy: number }
  | {
      readonly code: 'not-allowed'
      readonly condition?: { readonly reason: string; readonly message: string }
    }

/** An error that no later try mends. */
export type EvictionError =
  | { readonly code: 'several-budgets' }
  | { readonly code: 'negative-disruptions' | 'too-many-disrupted-pods'; readonly budget: string }

/** The API server's answer to one eviction. */
export type EvictionAnswer =
  /** Deleted; `counted` where it takes one of the budget's disruptions. */
  | { readonly type: 'Accepted'; readonly counted: boolean }
  /** 429: try again later. kubectl does, for ever or until `--timeout`. */
  | {
      readonly type: 'TooManyRequests'
      readonly budget: PodDisruptionBudget
      readonly refusal: BudgetRefusal
    }
  /** Any other error: kubectl gives this pod up. */
  | { readonly type: 'Fatal'; readonly error: EvictionError }

/** With more of them than this, every eviction is an error (docs/reference/eviction.md#decision-6c). */
export const MAX_DISRUPTED_PODS = 2000

const ACCEPTED: EvictionAnswer = { type: 'Accepted', counted: false }

/**
 * Judges one eviction, in the API server's order (docs/reference/eviction.md#decision,
 * pkg/registry/core/pod/storage/eviction.go). `budgets` are those that match the pod, `status` is that of the first.
 * @param saysWhy whether the server's words depend on why a budget refuses (docs/reference/eviction.md#refusal)
 */
export function judgeEviction(
  pod: Evictee,
  budgets: readonly PodDisruptionBudget[],
  status: BudgetStatus | undefined,
  saysWhy: boolean,
): EvictionAnswer {
  if (pod.finished || pod.starting || pod.terminating) return ACCEPTED
  const [budget] = budgets
  if (budgets.length > 1) return { type: 'Fatal', error: { code: 'several-budgets' } }
  if (budget === undefined || status === undefined) return ACCEPTED
  if (!pod.ready) {
    if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return ACCEPTED
    if (status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy) return ACCEPTED
  }
  if (!status.observed) return { type: 'TooManyRequests', budget, refusal: NOT_OBSERVED }
  const fatal = (code: 'negative-disruptions' | 'too-many-disrupted-pods'): EvictionAnswer => ({
    type: 'Fatal',
    error: { code, budget: budget.metadata.name },
  })
  if (status.disruptionsAllowed < 0) return fatal('negative-disruptions')
  if (status.disruptedPods > MAX_DISRUPTED_PODS) return fatal('too-many-disrupted-pods')
  return status.disruptionsAllowed > 0
    ? { type: 'Accepted', counted: true }
    : { type: 'TooManyRequests', budget, refusal: refusalBy(status, saysWhy) }
}

const NOT_OBSERVED: BudgetRefusal = { why: { code: 'not-observed' }, told: { code: 'not-observed' } }

function refusalBy(status: BudgetStatus, saysWhy: boolean): BudgetRefusal {
  const why = causeBy(status)
  return { why, told: saysWhy ? why : tooFew(status) }
}

const tooFew = ({ desiredHealthy, currentHealthy }: BudgetStatus): RefusalCause => ({
  code: 'too-few-healthy',
  needed: desiredHealthy,
  healthy: currentHealthy,
})

/** Why a budget with this status allows no disruption (docs/reference/eviction.md#refusal). */
function causeBy(status: BudgetStatus): RefusalCause {
  const { condition, currentHealthy, desiredHealthy } = status
  if (condition?.reason === 'SyncFailed' && condition.message !== '')
    return { code: 'sync-failed', error: condition.message }
  if (currentHealthy <= desiredHealthy) return tooFew(status)
  return condition !== undefined && condition.message !== ''
    ? { code: 'not-allowed', condition }
    : { code: 'not-allowed' }
}

/** kubectl's text for every refusal of a budget. */
export const VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget."

/** The cause in the body of a refusal, which kubectl does not print (docs/reference/eviction.md#refusal). */
export const refusalCause = ({ metadata }: PodDisruptionBudget, refusal: BudgetRefusal): string =>
  `The disruption budget ${metadata.name} ${predicate(refusal.told)}`

/** Why it refuses, in the words of the newest server, without the subject: `needs 2 healthy pods and has 1 currently`. */
export const refusalPredicate = ({ why }: BudgetRefusal): string => predicate(why)

function predicate(refusal: RefusalCause): string {
  const refuses = 'does not allow evicting pods currently'
  switch (refusal.code) {
    case 'not-observed':
      return 'is still being processed by the server.'
    case 'sync-failed':
      return `${refuses} because it failed sync: ${refusal.error}`
    case 'too-few-healthy':
      return `needs ${refusal.needed} healthy pods and has ${refusal.healthy} currently`
    case 'not-allowed':
      return refusal.condition === undefined
        ? refuses
        : `${refuses} (${refusal.condition.reason}): ${refusal.condition.message}`
  }
}

/** The server has the singular here (docs/reference/eviction.md#decision-6c). */
const forbidden = (budget: string): string => `poddisruptionbudget.policy "${budget}" is forbidden`

/** An error as the API server words it. */
export function evictionErrorMessage(error: EvictionError): string {
  switch (error.code) {
    case 'several-budgets':
      return 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
    case 'negative-disruptions':
      return `${forbidden(error.budget)}: pdb disruptions allowed is negative`
    case 'too-many-disrupted-pods':
      return `${forbidden(error.budget)}: DisruptedPods map too big - too many evictions not confirmed by PDB controller`
  }
}
