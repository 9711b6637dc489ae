import { nameWord } from '../../model/command/command.ts'
import { meetsAll } from '../../model/kubernetes/selector.ts'
import { NEWEST_KNOWN } from '../../model/kubernetes/version.ts'
import { cordon } from '../cluster/simulated-cluster.ts'
import type { DrainOptions } from '../types/options.ts'
import { kubectlFilters } from './kubectl-filters.ts'
import { flagsOf, overridingFlags } from './kubectl-flags.ts'
import { kubectlHas } from './kubectl-versions.ts'
import { type DrainPolicy, ownGraceSeconds } from './policy.ts'

/** A dry run tries what is refused again and again, too. */
const REHEARSAL_SECONDS = 30

/**
 * `kubectl drain` of this minor version with these flags (docs/reference/kubectl-drain.md): it cordons, takes what its filters leave, asks
 * the eviction API, and starts with the next node when the last pod of the one before is gone.
 */
export function kubectlPolicy(options: DrainOptions, minor: number = NEWEST_KNOWN): DrainPolicy {
  const { podSelector, gracePeriodSeconds, timeoutSeconds, skipWaitForDeleteTimeoutSeconds } = options
  return {
    drainer: 'kubectl drain',
    close: cordon,
    sees: ({ metadata }) => meetsAll(metadata.labels, podSelector),
    rules: kubectlFilters(options, minor),
    takesNewcomer: ({ owner }) => owner?.kind !== 'DaemonSet',
    removal: options.disableEviction ? 'Delete' : 'Evict',
    // All evictions start together, but the client sends ten requests at once and then five per second, of which
    // waiting for evicted pods takes a part (docs/reference/kubectl-drain.md#E1).
    interleavings: { always: ['Burst', 'Stepwise'], whereContended: ['Single'] },
    retrySeconds: 5,
    seesLaterDeletion: kubectlHas(minor, 'pod-read-again'),
    rate: { burst: 10, perSecond: 5 },
    ...(timeoutSeconds > 0 ? { deadlineSeconds: timeoutSeconds } : {}),
    ...(skipWaitForDeleteTimeoutSeconds > 0
      ? { longestTerminatingSeconds: skipWaitForDeleteTimeoutSeconds }
      : {}),
    graceSeconds: (spec) => (gracePeriodSeconds >= 0 ? gracePeriodSeconds : ownGraceSeconds(spec)),
    rehearsal: (nodes) => [
      ...['kubectl', 'drain', ...nodes.map((node) => nameWord('Node', node))],
      ...flagsOf({ ...options, timeoutSeconds: timeoutSeconds > 0 ? timeoutSeconds : REHEARSAL_SECONDS }),
      '--dry-run=server',
    ],
    without: (refusals) => {
      const more = overridingFlags(refusals)
      if (more === undefined) return undefined
      const { set, ...call } = more
      return {
        ...call,
        policy: kubectlPolicy({ ...options, ...set }, minor),
        command: (nodes) => [
          ...['kubectl', 'drain', ...nodes.map((node) => nameWord('Node', node))],
          ...[...flagsOf(options), ...call.flags],
        ],
      }
    },
  }
}
