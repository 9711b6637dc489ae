/**
 * Why the API server does not create a pod. `QuotaNeedsValue`: a quota limits a resource of which a container does not
 * say how much it wants. `Other`: a policy, a webhook that answered, or anything else that the text names.
 */
export type PodRefusalReason =
  | 'QuotaNeedsValue'
  | 'QuotaExceeded'
  | 'PodSecurity'
  | 'WebhookFailed'
  | 'ServiceAccountMissing'
  | 'LimitRange'
  | 'NamespaceTerminating'
  | 'Other'

export interface PodRefusal {
  readonly reason: PodRefusalReason
  /** What the API server says, without what the controller puts before it. */
  readonly text: string
}

/** The first match wins (docs/reference/events.md#B5.1). */
const REASONS: readonly { readonly pattern: RegExp; readonly reason: PodRefusalReason }[] = [
  { pattern: /failed quota/, reason: 'QuotaNeedsValue' },
  { pattern: /exceeded quota/, reason: 'QuotaExceeded' },
  { pattern: /violates PodSecurity/, reason: 'PodSecurity' },
  { pattern: /failed calling webhook/, reason: 'WebhookFailed' },
  { pattern: /service account/, reason: 'ServiceAccountMissing' },
  { pattern: /(maximum|minimum) \S+ usage per|LimitRange/, reason: 'LimitRange' },
  { pattern: /being terminated/, reason: 'NamespaceTerminating' },
]

/** Reads a `FailedCreate` event, or the message of the condition `ReplicaFailure`. */
export const parsePodRefusal = (message: string): PodRefusal => ({
  reason: REASONS.find(({ pattern }) => pattern.test(message))?.reason ?? 'Other',
  text: message.replace(/^.*(?:Error creating: |is forbidden: |FailedCreate: |failed error: )/s, ''),
})
