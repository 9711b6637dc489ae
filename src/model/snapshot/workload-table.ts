import { RESOURCES } from '../kubernetes/kinds.ts'
import type { KubeObject, OwnerReference, Pod } from '../kubernetes/objects.ts'
import { templateOf } from '../kubernetes/pod-template.ts'
import { controllerOf } from '../kubernetes/reference.ts'
import { sortedBy } from '../text/sort.ts'
import type { Objects } from './snapshot.ts'
import type { Workload } from './workload.ts'

/** All workloads, and which of them a pod belongs to. */
export interface WorkloadTable {
  readonly all: readonly Workload[]
  readonly byPod: ReadonlyMap<Pod, Workload>
}

/** The object that an owner reference in this namespace points at. */
type OwnerLookup = (
  namespace: string | undefined,
  reference: OwnerReference | undefined,
) => KubeObject | undefined

interface Draft {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  readonly object?: KubeObject
  readonly pods: Pod[]
}

/** Objects that make pods, each under its outermost owner: pod → ReplicaSet → Deployment, pod → Job → CronJob. */
export function workloadTable(
  objects: Objects,
  others: readonly KubeObject[],
  owner: OwnerLookup,
): WorkloadTable {
  const drafts = new Map<string, Draft>()
  const draftFor = (draft: Omit<Draft, 'pods'>): Draft => {
    const key = `${draft.kind}/${draft.namespace}/${draft.name}/${draft.uid ?? ''}`
    const known = drafts.get(key) ?? { ...draft, pods: [] }
    drafts.set(key, known)
    return known
  }
  const root = (start: KubeObject): Draft => {
    let object = start
    // Owner chains are two long in practice; the bound keeps a cyclic recording from hanging.
    for (let depth = 0; depth < 8; depth++) {
      const reference = controllerOf(object)
      if (reference === undefined) break
      const namespace = object.metadata.namespace ?? ''
      const above = owner(object.metadata.namespace, reference)
      if (above === undefined) return draftFor({ ...ownFields(reference), namespace })
      object = above
    }
    const { apiVersion, kind, metadata } = object
    const uid = metadata.uid ? { uid: metadata.uid } : {}
    return draftFor({
      apiVersion,
      kind,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      ...uid,
      object,
    })
  }

  for (const resource of RESOURCES)
    if (resource !== 'pods')
      for (const object of objects[resource]) if (templateOf(object) && !controllerOf(object)) root(object)
  for (const object of others) if (templateOf(object) && !controllerOf(object)) root(object)
  const ownerOfPod = new Map<Pod, Draft>()
  for (const pod of objects.pods) {
    const draft = root(pod)
    draft.pods.push(pod)
    ownerOfPod.set(pod, draft)
  }

  const finished = new Map<Draft, Workload>()
  for (const draft of drafts.values()) finished.set(draft, finish(draft))
  return {
    all: sortedBy(finished.values(), ({ namespace, kind, name }) => [namespace, kind, name]),
    byPod: new Map([...ownerOfPod].map(([pod, draft]) => [pod, finished.get(draft) as Workload])),
  }
}

const ownFields = ({ apiVersion, kind, name, uid }: OwnerReference) => ({
  apiVersion,
  kind,
  name,
  ...(uid ? { uid } : {}),
})

function finish(draft: Draft): Workload {
  const template = draft.object === undefined ? undefined : templateOf(draft.object)
  const declared = (draft.object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas
  const replicas = draft.kind === 'Pod' ? 1 : declared
  return {
    ...draft,
    pods: sortedBy(draft.pods, (pod) => [pod.metadata.name]),
    ...(template === undefined ? {} : { template }),
    ...(replicas === undefined ? {} : { replicas }),
  }
}
