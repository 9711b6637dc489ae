import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import type { Container, Draft, Fields, PodFields, Workload } from './draft.ts'
import { stepsOf } from './features/index.ts'
import { randomFor } from './random.ts'

/**
 * The random cluster and drain with this number; the same for the same seed, but for the names, which begin with
 * `id`.
 */
export function generate(seed: number, index: number, id: string): Draft {
  const draft: Draft = {
    id,
    nodes: [],
    workloads: [],
    objects: [],
    later: [],
    cordonedAtFirst: new Set(),
    podChanges: [],
    flags: [],
    drain: [],
    features: new Set(),
    mayBeUnknown: false,
  }
  const random = randomFor(seed, index)
  for (const step of stepsOf(index)) step(draft, random)
  return draft
}

const API_VERSIONS: Readonly<Record<Workload['kind'], string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicationController: 'v1',
  Job: 'batch/v1',
  Pod: 'v1',
  ScalableApp: 'drain.test/v1',
  PlainApp: 'drain.test/v1',
}

const object = (fields: Fields): KubeObject => fields as unknown as KubeObject

/** The object of a workload; none for bare pods, which have no owner. */
export function workloadObject(draft: Draft, workload: Workload): KubeObject | undefined {
  const { kind, name, replicas, labels, spec } = workload
  const head = { apiVersion: API_VERSIONS[kind], kind, metadata: { name, namespace: draft.id, labels } }
  const template = podTemplate(workload)
  const selector = { matchLabels: { app: name } }
  switch (kind) {
    case 'Pod':
      return undefined
    case 'Job':
      return object({ ...head, spec: { ...spec, template } })
    case 'DaemonSet':
      return object({ ...head, spec: { ...spec, selector, template } })
    case 'ReplicationController':
      return object({ ...head, spec: { ...spec, replicas, template } })
    case 'ScalableApp':
    case 'PlainApp':
      return object({ ...head, spec: { ...spec, replicas } })
    default:
      return object({ ...head, spec: { ...spec, replicas, selector, template } })
  }
}

/** Where a custom resource is found. */
export const workloadPath = ({ id }: Draft, { kind, name }: Workload): string =>
  `/apis/${API_VERSIONS[kind]}/namespaces/${id}/${kind.toLowerCase()}s/${name}`

/** The pods that nobody makes but the test; those of a custom resource with their owner. */
export function ownPods(
  draft: Draft,
  workload: Workload,
  owner: KubeObject | undefined,
): readonly KubeObject[] {
  const { metadata, spec } = podTemplate(workload)
  const reference =
    owner === undefined
      ? {}
      : {
          ownerReferences: [
            {
              apiVersion: owner.apiVersion,
              kind: owner.kind,
              name: owner.metadata.name,
              uid: owner.metadata.uid,
              controller: true,
            },
          ],
        }
  return Array.from({ length: workload.replicas }, (_, index) =>
    object({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, ...reference, name: `${workload.name}-${index}`, namespace: draft.id },
      // A static pod is bound by the kubelet that runs it.
      spec:
        'kubernetes.io/config.mirror' in metadata.annotations ? { ...spec, nodeName: draft.drain[0] } : spec,
    }),
  )
}

function podTemplate({ labels, annotations, finalizers, pod }: Workload) {
  const { containers, initContainers, spread, affinity, ...rest } = pod
  return {
    metadata: { labels, annotations, ...(finalizers.length === 0 ? {} : { finalizers }) },
    spec: {
      terminationGracePeriodSeconds: 1,
      ...rest,
      containers: containers.map(container),
      ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(container) }),
      ...(spread.length === 0 ? {} : { topologySpreadConstraints: spread }),
      affinity: affinityOf(affinity),
    },
  }
}

const container = ({ requests, ...fields }: Container) => {
  const extended = Object.entries(requests).filter(([resource]) => resource.includes('/'))
  return {
    image: 'none',
    ...fields,
    resources: { requests, ...(extended.length === 0 ? {} : { limits: Object.fromEntries(extended) }) },
  }
}

const affinityOf = ({ node, pod, anti }: PodFields['affinity']): Fields => ({
  ...(node.length === 0
    ? {}
    : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: node } } }),
  ...(pod.length === 0 ? {} : { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: pod } }),
  ...(anti.length === 0 ? {} : { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: anti } }),
})
