import type { KubeObject, OwnerReference } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'

/** The controllers over a pod, which may be one and the same. */
export interface Controllers {
  /** The one that makes its pods, e.g. a ReplicaSet. */
  readonly direct: KubeObject
  /** The one that a person knows, e.g. the Deployment of that ReplicaSet. */
  readonly workload: KubeObject
}

/**
 * The controllers of a pod, by the owner reference of its controller; undefined for a bare pod, and where the controller
 * was not read.
 */
export function controllersOf(
  cluster: Cluster,
  namespace: string,
  owner: OwnerReference | undefined,
): Controllers | undefined {
  const direct = cluster.owner(namespace, owner)
  if (direct === undefined) return undefined
  return { direct, workload: cluster.owner(namespace, controllerOf(direct)) ?? direct }
}
