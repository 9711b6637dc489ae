import type { KindTypes, Resource } from '../kubernetes/kinds.ts'
import { KINDS, RESOURCES } from '../kubernetes/kinds.ts'
import type { KubeObject, Node, OwnerReference, Pod } from '../kubernetes/objects.ts'
import { objectKey, referenceKey } from '../kubernetes/reference.ts'
import { sortedBy } from '../text/sort.ts'
import { millis } from '../text/time.ts'
import { type Occurrence, occurrence } from './occurrence.ts'
import type { ContainerLog, Gap, Objects, Snapshot } from './snapshot.ts'
import type { Workload } from './workload.ts'
import { type WorkloadTable, workloadTable } from './workload-table.ts'

/** A read-only index over one snapshot. Every look-up is O(1) or proportional to its answer. */
export interface Cluster {
  readonly snapshot: Snapshot
  readonly objects: Objects
  /** `snapshot.now` in milliseconds. */
  readonly now: number
  readonly gaps: readonly Gap[]
  /** Whether the kind was read (everywhere, or in this namespace): only then does "not there" mean "none". */
  wasRead(resource: Resource, namespace?: string): boolean
  find<R extends Resource>(resource: R, namespace: string | undefined, name: string): KindTypes[R] | undefined
  /** Any object by `metadata.uid`, also of kinds outside KINDS. */
  byUid(uid: string | undefined): KubeObject | undefined
  /** The object that an owner reference points at: by uid, else by kind and name. */
  owner(namespace: string | undefined, reference: OwnerReference | undefined): KubeObject | undefined
  podsOnNode(node: string): readonly Pod[]
  podsIn(namespace: string): readonly Pod[]
  node(name: string | undefined): Node | undefined
  /** Every workload, sorted by namespace, kind, name. */
  workloads(): readonly Workload[]
  workloadOf(pod: Pod): Workload
  /** All events, normalised, oldest `lastSeen` first. */
  occurrences(): readonly Occurrence[]
  /** Events about an object; Nodes by name only, because their uids are inconsistent (docs/reference/events.md#A1). */
  eventsAbout(object: { kind: string; namespace?: string; name: string; uid?: string }): readonly Occurrence[]
  log(namespace: string, pod: string, container: string, previous?: boolean): ContainerLog | undefined
  /** What a function makes of this cluster and a key, such as the name of a node: worked out once. */
  derive<T>(make: (cluster: Cluster, key: string) => T, key: string): T
}

/** Builds the index. Linear in the snapshot; event and workload tables are built on first use. */
export function indexCluster(snapshot: Snapshot): Cluster {
  const { objects, others, gaps, logs } = snapshot
  const byUid = new Map<string, KubeObject>()
  const byKey = new Map<string, KubeObject>()
  const remember = (object: KubeObject) => {
    if (object.metadata.uid) byUid.set(object.metadata.uid, object)
    byKey.set(objectKey(object), object)
  }
  for (const resource of RESOURCES)
    if (resource !== 'events') for (const object of objects[resource]) remember(object)
  for (const object of others) remember(object)

  const onNode = Map.groupBy(objects.pods, (pod) => pod.spec?.nodeName ?? '')
  const inNamespace = Map.groupBy(objects.pods, (pod) => pod.metadata.namespace ?? '')
  const logByKey = new Map(
    logs.map((log) => [`${log.namespace}/${log.pod}/${log.container}/${log.previous}`, log] as const),
  )

  const owner: Cluster['owner'] = (namespace, reference) =>
    reference === undefined
      ? undefined
      : (byUid.get(reference.uid) ??
        sameUidOrUnknown(byKey.get(referenceKey(reference.kind, namespace, reference.name)), reference))

  let occurrences: readonly Occurrence[] | undefined
  let byRegarding: Map<string, Occurrence[]> | undefined
  const allOccurrences = () => {
    occurrences ??= sortedBy(objects.events.map(occurrence), (one) => [
      one.lastSeen,
      one.firstSeen,
      one.event.metadata.namespace ?? '',
      one.event.metadata.name,
    ])
    return occurrences
  }

  let workloads: WorkloadTable | undefined
  const table = () => {
    workloads ??= workloadTable(objects, others, owner)
    return workloads
  }

  const derived = new Map<unknown, Map<string, unknown>>()

  const cluster: Cluster = {
    snapshot,
    objects,
    now: millis(snapshot.now) ?? 0,
    gaps,
    wasRead: (resource, namespace) =>
      !gaps.some(
        (gap) =>
          gap.resource === resource &&
          (gap.namespace === undefined || namespace === undefined || gap.namespace === namespace),
      ),
    find: (resource, namespace, name) =>
      byKey.get(referenceKey(KINDS[resource].kind, namespace, name)) as never,
    byUid: (uid) => (uid === undefined ? undefined : byUid.get(uid)),
    owner,
    podsOnNode: (node) => onNode.get(node) ?? [],
    podsIn: (namespace) => inNamespace.get(namespace) ?? [],
    node: (name) =>
      name === undefined ? undefined : (byKey.get(referenceKey('Node', undefined, name)) as Node),
    workloads: () => table().all,
    workloadOf: (pod) => {
      const workload = table().byPod.get(pod)
      if (workload === undefined) throw new Error(`pod ${pod.metadata.name} is not of this snapshot`)
      return workload
    },
    occurrences: allOccurrences,
    eventsAbout: ({ kind, namespace, name, uid }) => {
      byRegarding ??= Map.groupBy(allOccurrences(), ({ regarding }) =>
        referenceKey(
          regarding.kind,
          regarding.kind === 'Node' ? undefined : regarding.namespace,
          regarding.name,
        ),
      )
      const about = byRegarding.get(referenceKey(kind, kind === 'Node' ? undefined : namespace, name)) ?? []
      if (kind === 'Node' || uid === undefined) return about
      return about.filter(({ regarding }) => regarding.uid === undefined || regarding.uid === uid)
    },
    log: (namespace, pod, container, previous = false) =>
      logByKey.get(`${namespace}/${pod}/${container}/${previous}`),
    derive: (make, key) => {
      const ofMaker = derived.get(make) ?? new Map<string, unknown>()
      derived.set(make, ofMaker)
      if (!ofMaker.has(key)) ofMaker.set(key, make(cluster, key))
      return ofMaker.get(key) as ReturnType<typeof make>
    },
  }
  return cluster
}

/** A namesake counts only where one side has no uid: a manifest, or a recording without them. */
const sameUidOrUnknown = (
  object: KubeObject | undefined,
  reference: OwnerReference,
): KubeObject | undefined =>
  object === undefined || (object.metadata.uid && reference.uid && object.metadata.uid !== reference.uid)
    ? undefined
    : object
