import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'

/** Objects for the tests of drains, with short names: w is a Deployment, p a budget over it. */

export type Fields = Record<string, unknown>

export const labels = { app: 'w' }
const container = (fields: Fields = {}) => ({
  name: 'c',
  image: 'none',
  resources: { requests: { cpu: '100m' } },
  ...fields,
})

interface PodFields {
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Fields
  readonly cpu?: string
}

export const template = ({ annotations = {}, spec = {}, cpu = '100m' }: PodFields = {}, name = 'w') => ({
  metadata: { labels: { app: name }, annotations },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [container({ resources: { requests: { cpu } } })],
    ...spec,
  },
})

export const deployment = (replicas: number, pod: PodFields = {}, name = 'w') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template(pod, name) },
})

export const barePod = (
  name: string,
  pod: PodFields & { readonly finalizers?: readonly string[] } = {},
  own: object = labels,
) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    labels: own,
    annotations: pod.annotations ?? {},
    ...(pod.finalizers ? { finalizers: pod.finalizers } : {}),
  },
  spec: template(pod).spec,
})

export const budget = (spec: Fields, name = 'p') => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { selector: { matchLabels: labels }, ...spec },
})

export const daemonSet = (pod: PodFields = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'd' },
  spec: { selector: { matchLabels: { app: 'd' } }, template: template(pod, 'd') },
})

export const EMPTY_DIR = { volumes: [{ name: 'scratch', emptyDir: {} }] }
export const unready = { annotations: { 'test/ready': 'false' } }
export const on = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } })
export const spread = (extra: Fields = {}) => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: labels },
      ...extra,
    },
  ],
})
export const APART = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
}

/** One of several Deployments with the label app=w: each selects its own pods, or they would adopt each other's. */
export function part(name: string, replicas: number, pod: PodFields = {}): object {
  const { metadata, spec, ...rest } = deployment(replicas, pod)
  const own = { ...labels, part: name }
  const { metadata: podMetadata, ...template } = spec.template
  return {
    ...rest,
    metadata: { ...metadata, name },
    spec: {
      replicas,
      selector: { matchLabels: own },
      template: { ...template, metadata: { ...podMetadata, labels: own } },
    },
  }
}

/** The pod with a controller that does not exist. The garbage collector lets it be where it has a finalizer, or
 * where it does not know the kind. */
export const controlled = (pod: object, apiVersion: string, kind: string): object => {
  const { metadata, ...rest } = pod as { metadata: object }
  const owner = {
    apiVersion,
    kind,
    name: 'gone',
    uid: '00000000-0000-4000-8000-000000000000',
    controller: true,
  }
  return { ...rest, metadata: { ...metadata, ownerReferences: [owner] } }
}

/** A ReplicaSet that no Deployment owns. */
export const replicaSet = (replicas: number, pod: PodFields = {}) => ({
  ...deployment(replicas, pod),
  kind: 'ReplicaSet',
})

export const replicationController = (replicas: number, pod: PodFields = {}) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'w' },
  spec: { replicas, selector: labels, template: template(pod) },
})

export const statefulSet = (replicas: number, pod: PodFields = {}, extra: Fields = {}) => ({
  ...deployment(replicas, pod),
  kind: 'StatefulSet',
  spec: { ...deployment(replicas, pod).spec, serviceName: 'w', ...extra },
})

/** A Job that does not end, and that counts evicted pods as no failures, so that it makes them again at once. */
export const job = (parallelism: number, pod: PodFields = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j' },
  spec: {
    parallelism,
    podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    template: {
      ...template(pod),
      spec: { ...template(pod).spec, restartPolicy: 'Never' },
    },
  },
})

/** An autoscaler of the workload w, which has no metrics and so only keeps within its bounds. */
export const autoscaler = (
  bounds: { readonly minReplicas: number; readonly maxReplicas: number },
  kind = 'Deployment',
) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'w' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name: 'w' }, ...bounds },
})

interface NodeFields {
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly object[]
  readonly allocatable?: Readonly<Record<string, string>>
  readonly unschedulable?: boolean
}

/** A node whose kubelet kwok plays, with 4 cpu, 8Gi and 110 pods unless told, and with the label of its host name. */
export const nodeObject = (
  name: string,
  {
    labels = {},
    taints = [],
    allocatable = { cpu: '4', memory: '8Gi', pods: '110' },
    unschedulable = false,
  }: NodeFields,
): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'kubernetes.io/hostname': name, ...labels },
    },
    spec: { taints, unschedulable },
    status: { allocatable, capacity: allocatable },
  }) as unknown as KubeObject
