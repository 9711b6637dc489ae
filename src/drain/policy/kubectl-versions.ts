import { minorVersion, NEWEST_KNOWN, OLDEST_KNOWN } from '../../model/kubernetes/version.ts'
import type { FollowedKubectl } from '../types/plan.ts'

/** A change of `kubectl drain` that changes a plan. */
export interface KubectlChange {
  readonly code: KubectlChangeCode
  /** The minor number of the first version that has it: 34 is 1.34. */
  readonly since: number
  /** Where it was read, in `staging/src/k8s.io/kubectl` of kubernetes/kubernetes. */
  readonly source: string
}

export type KubectlChangeCode =
  /** A DaemonSet is an owner of `apps/v1`; before, one of any group was looked up there by its name. */
  | 'daemonset-of-apps'
  /** A pod is read again before its next try; before, kubectl kept it as it was listed. */
  | 'pod-read-again'
  /** The refusal of pods without a controller says `cannot delete` once; before, twice. */
  | 'cannot-delete-once'

/** What changed since {@link OLDEST_KNOWN} (docs/reference/kubectl-drain.md#versions). */
export const KUBECTL_CHANGES: readonly KubectlChange[] = [
  { code: 'daemonset-of-apps', since: 34, source: 'pkg/drain/filters.go isControllerRefDaemonSet' },
  { code: 'pod-read-again', since: 35, source: 'pkg/drain/drain.go evictPods' },
  { code: 'cannot-delete-once', since: 36, source: 'pkg/drain/filters.go unmanagedFatal' },
]

/** Whether kubectl of this minor version has the change. */
export const kubectlHas = (minor: number, code: KubectlChangeCode): boolean =>
  KUBECTL_CHANGES.every((change) => change.code !== code || change.since <= minor)

/**
 * Which kubectl a plan follows: the one that is asked for, else that of the server's version, else the newest that is
 * known (docs/reference/kubectl-drain.md#versions).
 * @param asked a minor number from {@link OLDEST_KNOWN} to {@link NEWEST_KNOWN}
 * @param serverVersion `gitVersion` of the API server
 */
export function followedKubectl(
  asked: number | undefined,
  serverVersion: string | undefined,
): FollowedKubectl {
  if (asked !== undefined) return { version: `1.${asked}`, basis: 'Flag' }
  const server = minorVersion(serverVersion)
  if (server === undefined) return { version: `1.${NEWEST_KNOWN}`, basis: 'ServerUnknown' }
  if (server < OLDEST_KNOWN) return { version: `1.${OLDEST_KNOWN}`, basis: 'OldestKnown' }
  if (server > NEWEST_KNOWN) return { version: `1.${NEWEST_KNOWN}`, basis: 'NewestKnown' }
  return { version: `1.${server}`, basis: 'Server' }
}
