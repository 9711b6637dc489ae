import type { SimPod } from '../../../cluster/simulated-cluster.ts'
import { podsOn, type State } from '../../../state/state.ts'
import { type Filter, resolvable } from '../../filter.ts'
import { CLAIM_READS, claimsOf, classOf, volumeOf } from '../../volumes.ts'

const FULL = resolvable({ code: 'MaxVolumeCountExceeded' } as const)

/** docs/reference/scheduler.md#R7c: volumes of CSI drivers, where the node publishes a limit. */
export const nodeVolumeLimits: Filter<{ readonly code: 'MaxVolumeCountExceeded' }> = {
  name: 'NodeVolumeLimits',
  reads: CLAIM_READS,
  scope: 'PodsOfNode',
  words: { MaxVolumeCountExceeded: 'node(s) exceed max volume count' },
  filter: (state, pod) => {
    const wanted = volumesByDriver(state, pod)
    if (wanted.size === 0) return undefined
    return {
      check: (node) => {
        const csiNode = state.simulated.cluster.find('csinodes', undefined, node.name)
        for (const { name, allocatable } of csiNode?.spec?.drivers ?? []) {
          const mine = wanted.get(name)
          if (mine === undefined || allocatable?.count == null) continue
          const handles = new Set(mine)
          for (const other of podsOn(state, node.index))
            for (const handle of volumesByDriver(state, other).get(name) ?? []) handles.add(handle)
          if (handles.size > allocatable.count) return FULL
        }
        return undefined
      },
    }
  },
}

/** Handles of the volumes that a pod mounts, by CSI driver; of those that are yet to be made, the claim. */
function volumesByDriver(state: State, pod: SimPod): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const claim of claimsOf(state, pod)?.found ?? []) {
    const volume = volumeOf(state, claim)
    const driver =
      volume?.spec?.csi?.driver ?? (volume === undefined ? classOf(state, claim)?.provisioner : undefined)
    if (driver === undefined) continue
    const handle = volume?.spec?.csi?.volumeHandle ?? `${pod.namespace}/${claim.metadata.name}`
    found.set(driver, [...(found.get(driver) ?? []), handle])
  }
  return found
}
