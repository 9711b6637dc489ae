import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../model/kubernetes/objects.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from '../state/state.ts'

/** What the functions of this file read of a pod. */
export const CLAIM_READS: readonly PodField[] = [
  'namespace',
  'spec.volumes[*].persistentVolumeClaim.claimName',
]

/**
 * Names of the claims that a pod mounts. The claim of an ephemeral volume is made with the pod, so a replacement
 * that has a new name gets a new one.
 */
export const claimNames = ({ spec }: SimPod): readonly string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim == null ? [] : [persistentVolumeClaim.claimName],
  )

/** A claim by which a pod fits nowhere. */
export interface UnusableClaim {
  readonly code: 'ClaimNotFound' | 'ClaimBeingDeleted' | 'ClaimLost'
  readonly claim: string
}

/** The claims of a pod, up to the first that it can't use. */
export interface PodClaims {
  readonly found: readonly PersistentVolumeClaim[]
  readonly nowhere?: UnusableClaim
  readonly uncertain?: string
}

/** The claims that a pod mounts; undefined for a pod without claims. */
export function claimsOf(state: State, pod: SimPod): PodClaims | undefined {
  const names = claimNames(pod)
  if (names.length === 0) return undefined
  const { cluster } = state.simulated
  if (!cluster.wasRead('persistentvolumeclaims', pod.namespace))
    return {
      found: [],
      uncertain: `it uses PersistentVolumeClaim "${names[0]}", and persistent volume claims were not read`,
    }
  const found: PersistentVolumeClaim[] = []
  for (const name of names) {
    const claim = cluster.find('persistentvolumeclaims', pod.namespace, name)
    const code = whyUnusable(claim)
    if (code !== undefined) return { found, nowhere: { code, claim: name } }
    if (claim !== undefined) found.push(claim)
  }
  return { found }
}

function whyUnusable(claim: PersistentVolumeClaim | undefined): UnusableClaim['code'] | undefined {
  if (claim === undefined) return 'ClaimNotFound'
  if (claim.metadata.deletionTimestamp != null) return 'ClaimBeingDeleted'
  return claim.status?.phase === 'Lost' ? 'ClaimLost' : undefined
}

/** The volume that a claim is bound to, where it was read. */
export const volumeOf = (state: State, claim: PersistentVolumeClaim): PersistentVolume | undefined =>
  claim.spec?.volumeName
    ? state.simulated.cluster.find('persistentvolumes', undefined, claim.spec.volumeName)
    : undefined

export const classOf = (state: State, claim: PersistentVolumeClaim): StorageClass | undefined =>
  claim.spec?.storageClassName
    ? state.simulated.cluster.find('storageclasses', undefined, claim.spec.storageClassName)
    : undefined
