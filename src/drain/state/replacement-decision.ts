import type { OwnerReference } from '../../model/kubernetes/objects.ts'

/** Why a pod that goes is not made again, or why that is not known. */
export type NoReplacement =
  | { readonly code: 'no-controller' | 'finished' }
  | { readonly code: 'namespace-terminating'; readonly namespace: string }
  | {
      readonly code: 'owner-missing' | 'owner-terminating' | 'owner-unread' | 'owner-decides'
      readonly owner: Pick<OwnerReference, 'kind' | 'name'>
    }
  | {
      readonly code: 'enough-replicas'
      readonly owner: Pick<OwnerReference, 'kind' | 'name'>
      readonly replicas: number
    }
  /** `documented`: what it is known to do, a clause of its own. */
  | { readonly code: 'operator-decides'; readonly operator: string; readonly documented?: string }
  | { readonly code: 'job-over' | 'job-satisfied'; readonly name: string }
  | { readonly code: 'backoff-limit'; readonly name: string; readonly limit: number }
  /** In the words of the API server. */
  | { readonly code: 'quota'; readonly message: string }

/** Whether a controller makes a new pod for one that goes, and when (docs/reference/controllers.md#R0). */
export type ReplacementDecision =
  | { readonly type: 'AtOnce' }
  | { readonly type: 'WhenGone' }
  /** `lost`: although one is wanted. */
  | { readonly type: 'None'; readonly why: NoReplacement; readonly lost: boolean }
  /** The owner is of a kind that is not known here. */
  | { readonly type: 'Unknown'; readonly why: NoReplacement }

export const none = (why: NoReplacement, lost = false): ReplacementDecision => ({ type: 'None', why, lost })

/** The same in words, as the second half of a sentence about the pod. */
export function noReplacementText(why: NoReplacement): string {
  switch (why.code) {
    case 'no-controller':
      return 'no controller makes it again'
    case 'finished':
      return 'it had finished'
    case 'namespace-terminating':
      return `namespace ${why.namespace} is being deleted`
    case 'owner-missing':
      return `${why.owner.kind} ${why.owner.name} does not exist`
    case 'owner-terminating':
      return `${why.owner.kind} ${why.owner.name} is being deleted`
    case 'owner-unread':
      return `${why.owner.kind} ${why.owner.name} was not read`
    case 'owner-decides':
      return `${why.owner.kind} ${why.owner.name} decides whether it is made again`
    case 'operator-decides':
      return why.documented ?? `${why.operator} decides whether it is made again`
    case 'enough-replicas':
      return `${why.owner.kind} ${why.owner.name} wants only ${why.replicas}`
    case 'job-over':
      return `Job ${why.name} is over or suspended`
    case 'job-satisfied':
      return `Job ${why.name} needs no more pods`
    case 'backoff-limit':
      return `Job ${why.name} fails: its backoffLimit of ${why.limit} is used up`
    case 'quota':
      return why.message
  }
}
