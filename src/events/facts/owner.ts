import { KINDS, type Resource } from '../../model/kubernetes/kinds.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'

/** The owner of an object that is gone or was not read, in the object's own namespace. */
export interface Owner {
  readonly kind: string
  readonly name: string
}

/** What controllers say when they create something; the first group is the name of what was created. */
const CREATED: readonly { readonly pattern: RegExp; readonly kind: string }[] = [
  { pattern: /^Created pod: (\S+)/, kind: 'Pod' },
  { pattern: /^[Cc]reate Pod (\S+) in StatefulSet \S+ successful/, kind: 'Pod' },
  { pattern: /^Scaled (?:up|down) replica set (\S+)/, kind: 'ReplicaSet' },
  { pattern: /^Created job (\S+)/, kind: 'Job' },
]

/** The owners of objects by the events of the controllers that created them. */
export function ownersByMessage(
  occurrences: readonly Occurrence[],
): (kind: string, namespace: string | undefined, name: string) => Owner | undefined {
  const owners = new Map<string, Owner>()
  for (const { regarding, message } of occurrences)
    for (const { pattern, kind } of CREATED) {
      const name = pattern.exec(message)?.[1]
      if (name !== undefined)
        owners.set(`${kind}/${regarding.namespace ?? ''}/${name}`, {
          kind: regarding.kind,
          name: regarding.name,
        })
    }
  return (kind, namespace, name) => owners.get(`${kind}/${namespace ?? ''}/${name}`)
}

/** `STEM-x7k2p`: a generated name. Kubernetes' alphabet for them spells no words. */
const GENERATED = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/
/** `STEM-7d9f8c`: a name with the hash of a pod template. */
const HASHED = /^(.+)-[bcdf0-9]{4,10}$/
/** `STEM-0`: a pod of a StatefulSet. */
const ORDINAL = /^(.+)-\d+$/

/** Owners that generate the names of what they create; only such that exist, unless their kind was not read. */
export function ownerByName(
  cluster: Cluster,
  kind: string,
  namespace: string | undefined,
  name: string,
): Owner | undefined {
  const existing = (resource: Resource, owner: string | undefined): Owner | undefined =>
    owner !== undefined && cluster.find(resource, namespace, owner) !== undefined
      ? { kind: KINDS[resource].kind, name: owner }
      : undefined
  if (kind === 'ReplicaSet') return existing('deployments', HASHED.exec(name)?.[1])
  if (kind !== 'Pod') return undefined
  const stem = GENERATED.exec(name)?.[1]
  const template = stem === undefined ? undefined : HASHED.exec(stem)?.[1]
  const unreadReplicaSet =
    template !== undefined && stem !== undefined && !cluster.wasRead('replicasets', namespace)
      ? { kind: 'ReplicaSet', name: stem }
      : undefined
  return (
    existing('replicasets', stem) ??
    existing('daemonsets', stem) ??
    existing('jobs', stem) ??
    existing('deployments', template) ??
    existing('statefulsets', ORDINAL.exec(name)?.[1]) ??
    unreadReplicaSet
  )
}
