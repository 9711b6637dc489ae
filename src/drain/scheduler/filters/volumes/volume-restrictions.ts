import type { SimPod } from '../../../cluster/simulated-cluster.ts'
import { podsOn } from '../../../state/state.ts'
import { type Filter, resolvable, unresolvable } from '../../filter.ts'
import { CLAIM_READS, claimNames, claimsOf } from '../../volumes.ts'

const REASON = { code: 'ReadWriteOncePodInUse' } as const
const USER_HERE = resolvable(REASON)
const USER_ELSEWHERE = unresolvable(REASON)

/** docs/reference/scheduler.md#R7d. */
export const volumeRestrictions: Filter<{ readonly code: 'ReadWriteOncePodInUse' }> = {
  name: 'VolumeRestrictions',
  reads: CLAIM_READS,
  scope: 'Cluster',
  concerns: (_state, pod) => claimNames(pod).length > 0,
  words: {
    ReadWriteOncePodInUse:
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  },
  filter: (state, pod) => {
    const exclusive = (claimsOf(state, pod)?.found ?? [])
      .filter(({ spec }) => spec?.accessModes?.includes('ReadWriteOncePod'))
      .map(({ metadata }) => metadata.name)
    if (exclusive.length === 0) return undefined
    const uses = (other: SimPod) =>
      other !== pod &&
      other.namespace === pod.namespace &&
      claimNames(other).some((name) => exclusive.includes(name))
    const users = state.simulated.nodes.filter(({ index }) => [...podsOn(state, index)].some(uses))
    if (users.length === 0) return undefined
    return { check: (node) => (users.includes(node) ? USER_HERE : USER_ELSEWHERE) }
  },
}
