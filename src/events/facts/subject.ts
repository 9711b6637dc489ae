import { KINDS, RESOURCES, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf, describeReference } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Regarding } from '../../model/snapshot/occurrence.ts'
import { ownerByName, ownersByMessage } from './owner.ts'

/** What a user would name when asked what an event is about: the outermost owner, else the object itself. */
export interface SubjectReference {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** The object of an event, and what it belongs to. */
export interface Located {
  readonly subject: SubjectReference
  /** Absent where it was not read, or is gone. */
  readonly object?: KubeObject
  /** Objects of its kind were read, and it is not among them. */
  readonly gone: boolean
}

export const subjectKey = ({ kind, namespace, name }: SubjectReference): string =>
  `${kind}/${namespace ?? ''}/${name}`

/** `Pod shop/web-1`, as evidence names it. Nodes have no namespace, whatever their events say. */
export const subjectText = ({ kind, namespace, name }: SubjectReference): string =>
  describeReference({ kind, name, ...(namespace === undefined || kind === 'Node' ? {} : { namespace }) })

const RESOURCE_OF_KIND: ReadonlyMap<string, Resource> = new Map(
  RESOURCES.map((resource) => [KINDS[resource].kind, resource]),
)

/** Owners of owners are followed this far: deeper chains are circles. */
const DEPTH = { ofObjects: 8, ofNames: 5 }

/** Finds the subject of each event. Objects that are gone are placed by what their owners said, else by their names. */
export function locator(cluster: Cluster): (regarding: Regarding) => Located {
  const told = ownersByMessage(cluster.occurrences())
  const located = new Map<string, Located>()

  const find = ({ kind, namespace, name, uid }: Regarding): KubeObject | undefined => {
    const resource = RESOURCE_OF_KIND.get(kind)
    const scope = resource !== undefined && KINDS[resource].namespaced ? namespace : undefined
    const named = resource === undefined ? cluster.byUid(uid) : cluster.find(resource, scope, name)
    const sameOne = kind === 'Node' || !uid || !named?.metadata.uid || named.metadata.uid === uid
    return sameOne ? named : undefined
  }

  const subjectOfObject = (object: KubeObject): SubjectReference => {
    if (object.kind === 'Pod') return workloadOf(cluster, object as Pod)
    let current = object
    for (let depth = 0; depth < DEPTH.ofObjects; depth++) {
      const reference = controllerOf(current)
      if (reference === undefined) break
      const above = cluster.owner(current.metadata.namespace, reference)
      if (above === undefined) return referenceTo(reference.kind, current.metadata.namespace, reference.name)
      if (above.kind === 'Pod') return workloadOf(cluster, above as Pod)
      current = above
    }
    return referenceTo(current.kind, current.metadata.namespace, current.metadata.name)
  }

  const subjectOfName = ({ kind, namespace, name }: SubjectReference, depth = 0): SubjectReference => {
    const object = find({ kind, name, ...(namespace === undefined ? {} : { namespace }) })
    if (object !== undefined) return subjectOfObject(object)
    const owner = told(kind, namespace, name) ?? ownerByName(cluster, kind, namespace, name)
    return owner === undefined || depth >= DEPTH.ofNames
      ? referenceTo(kind, namespace, name)
      : subjectOfName({ ...owner, ...(namespace === undefined ? {} : { namespace }) }, depth + 1)
  }

  return (regarding) => {
    const key = [regarding.kind, regarding.namespace, regarding.name, regarding.uid].join('/')
    const known = located.get(key)
    if (known !== undefined) return known
    const object = find(regarding)
    const resource = RESOURCE_OF_KIND.get(regarding.kind)
    const gone =
      object === undefined && resource !== undefined && cluster.wasRead(resource, regarding.namespace)
    const subject = object === undefined ? subjectOfName(regarding) : subjectOfObject(object)
    const found = { subject, gone, ...(object === undefined ? {} : { object }) }
    located.set(key, found)
    return found
  }
}

const referenceTo = (kind: string, namespace: string | undefined, name: string): SubjectReference => {
  const resource = RESOURCE_OF_KIND.get(kind)
  const clusterWide = resource !== undefined && !KINDS[resource].namespaced
  return { kind, name, ...(namespace === undefined || clusterWide ? {} : { namespace }) }
}

function workloadOf(cluster: Cluster, pod: Pod): SubjectReference {
  const { kind, namespace, name } = cluster.workloadOf(pod)
  return referenceTo(kind, namespace, name)
}
