import type { KubeObject } from '../../../model/kubernetes/objects.ts'
import { controllerOf } from '../../../model/kubernetes/reference.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'

/** The ReplicaSets and Jobs of every workload, by the uid of their controller. */
export type OwnedObjects = ReadonlyMap<string, readonly KubeObject[]>

export function ownedObjects({ objects }: Cluster): OwnedObjects {
  const owned = new Map<string, KubeObject[]>()
  for (const object of [...objects.replicasets, ...objects.jobs] as readonly KubeObject[]) {
    const owner = controllerOf(object)?.uid
    if (owner) owned.set(owner, [...(owned.get(owner) ?? []), object])
  }
  return owned
}

/** The ReplicaSets or Jobs of one workload. */
export const ownedBy = (owned: OwnedObjects, { uid }: Workload): readonly KubeObject[] =>
  uid === undefined ? [] : (owned.get(uid) ?? [])
