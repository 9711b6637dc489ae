/** Why a volume is not there. */
export type MountFailureReason =
  | { readonly kind: 'AttachedElsewhere' | 'NodeNotAllowed' | 'Other' }
  /** `resource` as kubectl takes it: `secret`; undefined where a path is missing. */
  | { readonly kind: 'Missing'; readonly resource: string | undefined }

export interface MountFailure {
  readonly reason: MountFailureReason
  /** The name in `spec.volumes`. */
  readonly volume: string | undefined
  /** What went wrong, without what was tried. */
  readonly text: string
}

/** What passes by itself (docs/reference/events.md#B2.1). */
const TRANSIENT = /not registered|failed to sync \S+ cache/
const MISSING =
  /(secret|configmap|persistentvolumeclaim|serviceaccount)s? "([^"]+)" (?:is forbidden: .*)?not found|references non-existent (secret|config) key: (\S+)|hostPath type check failed: (\S+) is not|no such file or directory|path "([^"]+)" does not exist/i

/** Reads a `FailedMount`, `FailedAttachVolume` or `FailedMapVolume` event; undefined for what passes by itself. */
export const parseMountFailure = (message: string): MountFailure | undefined =>
  TRANSIENT.test(message)
    ? undefined
    : {
        reason: reasonOf(message),
        volume: /for volume "([^"]+)"/.exec(message)?.[1],
        text: message.replace(/^.*? : /s, '').trim(),
      }

function reasonOf(message: string): MountFailureReason {
  const missing = MISSING.exec(message)
  if (missing === null) {
    if (/no relationship found between node/.test(message)) return { kind: 'NodeNotAllowed' }
    return { kind: /Multi-Attach/.test(message) ? 'AttachedElsewhere' : 'Other' }
  }
  const [, object, , keySource] = missing
  const resource = object ?? (keySource === 'config' ? 'configmap' : keySource)
  return { kind: 'Missing', resource: resource?.toLowerCase() }
}
