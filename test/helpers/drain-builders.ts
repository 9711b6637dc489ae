import { drainPlan } from '../../src/drain/plan.ts'
import type { PlannedNode } from '../../src/drain/types/node.ts'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import type { KubeObject, Pod, PodSpec } from '../../src/model/kubernetes/objects.ts'
import type { Cluster } from '../../src/model/snapshot/cluster.ts'
import type { GapReason } from '../../src/model/snapshot/snapshot.ts'
import { clusterOf, NOW } from './builders.ts'

export const NO_FLAGS: DrainOptions = {
  force: false,
  ignoreDaemonsets: false,
  deleteEmptydirData: false,
  disableEviction: false,
  gracePeriodSeconds: -1,
  timeoutSeconds: 0,
  skipWaitForDeleteTimeoutSeconds: 0,
  podSelector: [],
}

/** Objects, and workloads that are several objects each. */
export type Parts = readonly (object | readonly object[])[]

/** The cluster of these objects; every kind counts as read, unless `unread` names it. */
export const clusterOfParts = (
  parts: Parts,
  {
    now = NOW,
    unread = {},
  }: { readonly now?: string; readonly unread?: Readonly<Record<string, GapReason>> } = {},
): Cluster =>
  clusterOf(parts.flat() as KubeObject[], {
    now,
    gaps: Object.entries(unread).map(([resource, reason]) => ({
      resource: resource as 'pods',
      reason,
      message: `${resource} is forbidden`,
    })),
  })

/** The plan of `kubectl drain NODES` on the cluster of {@link clusterOfParts}. */
export function planFor(
  parts: Parts,
  nodes: string | readonly string[],
  options: Partial<DrainOptions> = {},
  unread: Readonly<Record<string, GapReason>> = {},
): DrainPlan {
  return drainPlan(clusterOfParts(parts, { unread }), typeof nodes === 'string' ? [nodes] : nodes, {
    ...NO_FLAGS,
    ...options,
  })
}

/** The only node of a plan. */
export function nodeOf(plan: DrainPlan): PlannedNode {
  const [node] = plan.nodes
  if (node === undefined) throw new Error('the plan has no node')
  return node
}

interface NodeFields {
  readonly cpu?: string
  readonly pods?: string
  readonly zone?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly object[]
  readonly unschedulable?: boolean
  readonly ready?: boolean
}

/** A node of 4 cpu, 8Gi and 110 pods, in zone `z` and its own name. */
export const node = (name: string, fields: NodeFields = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    labels: {
      'kubernetes.io/hostname': name,
      'topology.kubernetes.io/zone': fields.zone ?? `z${name}`,
      ...fields.labels,
    },
  },
  spec: {
    ...(fields.taints === undefined ? {} : { taints: fields.taints }),
    ...(fields.unschedulable ? { unschedulable: true } : {}),
  },
  status: {
    allocatable: { cpu: fields.cpu ?? '4', memory: '8Gi', pods: fields.pods ?? '110' },
    conditions: [{ type: 'Ready', status: fields.ready === false ? 'Unknown' : 'True' }],
  },
})

/** Nodes a, b and c. */
export const ABC = [node('a'), node('b'), node('c')]

export interface PodFields {
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner?: {
    readonly apiVersion?: string
    readonly kind: string
    readonly name: string
    readonly uid?: string
    readonly controller?: boolean
  }
  readonly on?: string
  readonly phase?: string
  readonly ready?: boolean
  readonly finalizers?: readonly string[]
  readonly deleted?: string
  readonly cpu?: string
  readonly spec?: Partial<PodSpec> | object
}

/** A Running, Ready pod without an owner. */
export const pod = (name: string, fields: PodFields = {}): Pod => {
  const phase = fields.phase ?? (fields.on === undefined ? 'Pending' : 'Running')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: fields.namespace ?? 'ns',
      uid: `${fields.namespace ?? 'ns'}-${name}`,
      labels: fields.labels ?? {},
      ...(fields.annotations === undefined ? {} : { annotations: fields.annotations }),
      ...(fields.finalizers === undefined ? {} : { finalizers: fields.finalizers }),
      ...(fields.deleted === undefined ? {} : { deletionTimestamp: fields.deleted }),
      ...(fields.owner === undefined
        ? {}
        : {
            ownerReferences: [
              {
                apiVersion: 'apps/v1',
                uid: `${fields.owner.kind}-${fields.owner.name}`,
                controller: true,
                ...fields.owner,
              },
            ],
          }),
    },
    spec: {
      containers: [
        { name: 'main', image: 'x', resources: { requests: { cpu: fields.cpu ?? '100m', memory: '64Mi' } } },
      ],
      ...(fields.on === undefined ? {} : { nodeName: fields.on }),
      ...fields.spec,
    },
    status: {
      phase,
      conditions: [
        { type: 'Ready', status: phase === 'Running' && fields.ready !== false ? 'True' : 'False' },
      ],
    },
  } as unknown as Pod
}

export interface WorkloadFields extends Omit<PodFields, 'on' | 'owner' | 'ready'> {
  /** The node of each pod; undefined is a pod that is not scheduled. */
  readonly on: readonly (string | undefined)[]
  readonly replicas?: number
  /** How many of the pods, counted from the first, are not Ready. */
  readonly unready?: number
}

const controller = (kind: string, name: string, namespace: string, spec: object, owner?: string) => ({
  apiVersion: kind === 'ReplicationController' ? 'v1' : kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: {
    name,
    namespace,
    uid: `${kind}-${name}`,
    ...(owner === undefined
      ? {}
      : {
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'Deployment',
              name: owner,
              uid: `Deployment-${owner}`,
              controller: true,
            },
          ],
        }),
  },
  spec,
})

const members = (
  kind: string,
  owner: string,
  name: (index: number) => string,
  { on: nodes, ...fields }: WorkloadFields,
) =>
  nodes.map((on, index) =>
    pod(name(index), {
      ...fields,
      labels: { app: owner, ...fields.labels },
      owner: { kind, name: owner, apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1' },
      ...(on === undefined ? {} : { on }),
      ready: index >= (fields.unready ?? 0),
    } as PodFields),
  )

/** A Deployment with its ReplicaSet and its pods; pods carry the label `app=NAME`. */
export const deployment = (name: string, fields: WorkloadFields): object[] => {
  const replicas = fields.replicas ?? fields.on.length
  const namespace = fields.namespace ?? 'ns'
  return [
    controller('Deployment', name, namespace, { replicas }),
    controller('ReplicaSet', name, namespace, { replicas }, name),
    ...members('ReplicaSet', name, (index) => `${name}-${index}`, fields),
  ]
}

export const statefulSet = (
  name: string,
  fields: WorkloadFields & { readonly parallel?: boolean },
): object[] => [
  controller('StatefulSet', name, fields.namespace ?? 'ns', {
    replicas: fields.replicas ?? fields.on.length,
    podManagementPolicy: fields.parallel ? 'Parallel' : 'OrderedReady',
  }),
  ...members('StatefulSet', name, (index) => `${name}-${index}`, fields),
]

export const job = (name: string, fields: WorkloadFields & { readonly backoffLimit?: number }): object[] => [
  controller('Job', name, fields.namespace ?? 'ns', {
    parallelism: fields.on.length,
    completions: fields.on.length,
    backoffLimit: fields.backoffLimit ?? 6,
  }),
  ...members('Job', name, (index) => `${name}-${index}`, fields),
]

export const daemonSet = (name: string, on: readonly string[], fields: Partial<PodFields> = {}): object[] => [
  controller('DaemonSet', name, 'ns', {}),
  ...on.map((where) =>
    pod(`${name}-${where}`, {
      ...fields,
      labels: { app: name },
      owner: { kind: 'DaemonSet', name },
      on: where,
    }),
  ),
]

/** A budget over `app=APP`, or over what `selector` says; the status is what the controller would write. */
export const budget = (
  name: string,
  spec: object,
  {
    app = 'w',
    selector,
    namespace = 'ns',
    status,
  }: { app?: string; selector?: object | null; namespace?: string; status?: object } = {},
) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace, generation: 1 },
  spec: {
    ...spec,
    ...(selector === null ? {} : { selector: selector ?? { matchLabels: { app } } }),
  },
  ...(status === undefined ? {} : { status }),
})

/** Required anti-affinity between pods of one app, by host name unless another key is given. */
export const apart = (app: string, topologyKey = 'kubernetes.io/hostname') => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app } }, topologyKey },
      ],
    },
  },
})

/** A topology spread constraint of skew 1 over one app. */
export const spread = (app: string, fields: object = {}) => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app } },
      ...fields,
    },
  ],
})

export const pinnedTo = (name: string) => ({ nodeSelector: { 'kubernetes.io/hostname': name } })
