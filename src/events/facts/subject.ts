import { KINDS, RESOURCES, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Regarding } from '../../model/snapshot/occurrence.ts'

/** What a user would name when asked what an event is about: the outermost owner, else the object itself. */
export interface Root {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** The object of an event, and what it belongs to. */
export interface Place {
  readonly root: Root
  /** Absent where it was not read, or is gone. */
  readonly object?: KubeObject
  /** Objects of its kind were read, and it is not among them. */
  readonly gone: boolean
}

export const rootKey = ({ kind, namespace, name }: Root): string => `${kind}/${namespace ?? ''}/${name}`

const RESOURCE_OF_KIND = new Map<string, Resource>(
  RESOURCES.map((resource) => [KINDS[resource].kind, resource]),
)

export const resourceOfKind = (kind: string): Resource | undefined => RESOURCE_OF_KIND.get(kind)

/** Kubernetes' alphabet for generated names, which spells no words. */
const TAIL = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/
const HASHED = /^(.+)-[bcdf0-9]{4,10}$/

/** Finds the place of each event. Objects that are gone are placed by what their owners said, else by their names. */
export function placer(cluster: Cluster): (regarding: Regarding) => Place {
  const made = makers(cluster)
  const known = new Map<string, Place>()

  const find = ({ kind, namespace, name, uid }: Regarding): KubeObject | undefined => {
    const resource = resourceOfKind(kind)
    const scope = resource !== undefined && KINDS[resource].namespaced ? namespace : undefined
    const named = resource === undefined ? cluster.byUid(uid) : cluster.find(resource, scope, name)
    const sameOne = kind === 'Node' || !uid || !named?.metadata.uid || named.metadata.uid === uid
    return sameOne ? named : undefined
  }

  const rootOfObject = (object: KubeObject): Root => {
    if (object.kind === 'Pod') return workloadRoot(cluster, object as Pod)
    let current = object
    for (let depth = 0; depth < 8; depth++) {
      const reference = controllerOf(current)
      if (reference === undefined) break
      const above = cluster.owner(current.metadata.namespace, reference)
      if (above === undefined) return spot(reference.kind, current.metadata.namespace, reference.name)
      if (above.kind === 'Pod') return workloadRoot(cluster, above as Pod)
      current = above
    }
    return spot(current.kind, current.metadata.namespace, current.metadata.name)
  }

  const rootOfName = ({ kind, namespace, name }: Regarding, depth = 0): Root => {
    const object = find({ kind, name, ...(namespace === undefined ? {} : { namespace }) })
    if (object !== undefined) return rootOfObject(object)
    const owner =
      made.get(`${kind}/${namespace ?? ''}/${name}`) ?? guessedOwner(cluster, kind, namespace, name)
    return owner === undefined || depth > 4
      ? spot(kind, namespace, name)
      : rootOfName({ ...owner, ...(namespace === undefined ? {} : { namespace }) }, depth + 1)
  }

  return (regarding) => {
    const key = [regarding.kind, regarding.namespace, regarding.name, regarding.uid].join('/')
    const before = known.get(key)
    if (before !== undefined) return before
    const object = find(regarding)
    const resource = resourceOfKind(regarding.kind)
    const gone =
      object === undefined && resource !== undefined && cluster.wasRead(resource, regarding.namespace)
    const root = object === undefined ? rootOfName(regarding) : rootOfObject(object)
    const place = { root, gone, ...(object === undefined ? {} : { object }) }
    known.set(key, place)
    return place
  }
}

const spot = (kind: string, namespace: string | undefined, name: string): Root => {
  const resource = resourceOfKind(kind)
  const scoped = resource !== undefined && !KINDS[resource].namespaced
  return { kind, name, ...(namespace === undefined || scoped ? {} : { namespace }) }
}

function workloadRoot(cluster: Cluster, pod: Pod): Root {
  const { kind, namespace, name } = cluster.workloadOf(pod)
  return spot(kind, namespace, name)
}

/** What controllers say when they make something; the only trace of an owner that is gone or was not read. */
const MAKING: readonly { readonly pattern: RegExp; readonly kind: string }[] = [
  { pattern: /^Created pod: (\S+)/, kind: 'Pod' },
  { pattern: /^[Cc]reate Pod (\S+) in StatefulSet \S+ successful/, kind: 'Pod' },
  { pattern: /^Scaled (?:up|down) replica set (\S+)/, kind: 'ReplicaSet' },
  { pattern: /^Created job (\S+)/, kind: 'Job' },
]

function makers(cluster: Cluster): ReadonlyMap<string, { readonly kind: string; readonly name: string }> {
  const made = new Map<string, { kind: string; name: string }>()
  for (const { regarding, message } of cluster.occurrences())
    for (const { pattern, kind } of MAKING) {
      const name = pattern.exec(message)?.[1]
      if (name !== undefined)
        made.set(`${kind}/${regarding.namespace ?? ''}/${name}`, {
          kind: regarding.kind,
          name: regarding.name,
        })
    }
  return made
}

/** Owners that generate the names of what they make; only such that exist, unless their kind was not read. */
function guessedOwner(
  cluster: Cluster,
  kind: string,
  namespace: string | undefined,
  name: string,
): { readonly kind: string; readonly name: string } | undefined {
  const there = (resource: Resource, owner: string | undefined) =>
    owner !== undefined && cluster.find(resource, namespace, owner) !== undefined
      ? { kind: KINDS[resource].kind, name: owner }
      : undefined
  const hashed = HASHED.exec(name)?.[1]
  if (kind === 'ReplicaSet') return there('deployments', hashed)
  if (kind !== 'Pod') return undefined
  const stem = TAIL.exec(name)?.[1]
  const template = stem === undefined ? undefined : HASHED.exec(stem)?.[1]
  return (
    there('replicasets', stem) ??
    there('daemonsets', stem) ??
    there('jobs', stem) ??
    there('deployments', template) ??
    there('statefulsets', /^(.+)-\d+$/.exec(name)?.[1]) ??
    (template !== undefined && stem !== undefined && !cluster.wasRead('replicasets', namespace)
      ? { kind: 'ReplicaSet', name: stem }
      : undefined)
  )
}
