import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import type { Random } from './random.ts'

/** A cluster in the making; features change it in place. */
export interface Draft {
  /** The namespace, and the beginning of every name that all cases share the space of. */
  readonly id: string
  readonly nodes: DraftNode[]
  readonly workloads: Workload[]
  /** Everything else, made before the workloads: budgets, volumes, claims, CSINodes. */
  readonly objects: KubeObject[]
  /** Made when the pods have come to rest, so that quotas may be smaller than what is there. */
  readonly later: KubeObject[]
  /** Nodes that are cordoned while the pods are placed, and uncordoned before the drain. */
  readonly cordonedAtFirst: Set<string>
  /** What happens to pods before the drain. */
  readonly podChanges: PodChange[]
  readonly flags: string[]
  /** Names of the nodes that are drained, in this order. */
  readonly drain: string[]
  /** Names of the features that had a say, for the report. */
  readonly features: Set<string>
  /** What a replacement does cannot be known, so that the plan may say Unknown. */
  mayBeUnknown: boolean
}

export interface DraftNode {
  readonly name: string
  readonly labels: Record<string, string>
  readonly taints: { key: string; value?: string; effect: string }[]
  readonly allocatable: Record<string, string>
  cordoned: boolean
}

export type Fields = Record<string, unknown>

export const KINDS = [
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'ReplicationController',
  'Job',
  'DaemonSet',
  'Pod',
  'ScalableApp',
  'PlainApp',
] as const
/** `ScalableApp` is a custom resource with a scale subresource, `PlainApp` is one without. */
export type WorkloadKind = (typeof KINDS)[number]

export interface Workload {
  readonly kind: WorkloadKind
  readonly name: string
  replicas: number
  readonly labels: Record<string, string>
  readonly annotations: Record<string, string>
  readonly finalizers: string[]
  /** Fields of the pods' spec. */
  readonly pod: PodFields
  /** Further fields of the workload's own spec. */
  readonly spec: Fields
}

export interface Container extends Fields {
  readonly name: string
  readonly requests: Record<string, string>
}

export interface PodFields extends Fields {
  readonly containers: Container[]
  readonly initContainers: Container[]
  readonly volumes: Fields[]
  readonly tolerations: Fields[]
  readonly nodeSelector: Record<string, string>
  readonly spread: Fields[]
  readonly affinity: { node: Fields[]; pod: Fields[]; anti: Fields[] }
}

/** What happens before the drain to the pod with this index (by name) of a workload, or to all of them. */
export interface PodChange {
  readonly type: 'Unready' | 'Deleted' | 'RolledOut'
  readonly workload: string
  readonly index: number
}

/** One thing that a cluster may have. To cover something new, add a feature to a list of features/. */
export interface Feature {
  readonly name: string
  /** How probable it is in a cluster. */
  readonly chance: number
  /** Changes the draft. Returns false where it did not apply after all. */
  readonly add: (draft: Draft, random: Random) => boolean | undefined
}

/** One thing that a workload may have. */
export interface WorkloadFeature {
  readonly name: string
  readonly chance: number
  readonly kinds?: readonly WorkloadKind[]
  readonly add: (workload: Workload, random: Random, draft: Draft) => boolean | undefined
}

/** The label of nodes and the key of the taint that keep the cases of one control plane apart. */
export const CASE = 'case'
/** A topology that no other case's nodes are part of, for rules that look beyond the pod's own node selector. */
export const rackOf = (draft: Draft): string => `${draft.id}/rack`
export const SPREAD_KEYS = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'] as const

export const newWorkload = (draft: Draft, kind: WorkloadKind, replicas: number): Workload => {
  const name = `w${draft.workloads.length}`
  return {
    kind,
    name,
    replicas,
    labels: { app: name },
    annotations: {},
    finalizers: [],
    pod: {
      containers: [{ name: 'c', requests: { cpu: '100m' } }],
      initContainers: [],
      volumes: [],
      tolerations: [{ key: CASE, value: draft.id }],
      nodeSelector: { [CASE]: draft.id },
      spread: [],
      affinity: { node: [], pod: [], anti: [] },
    },
    spec: {},
  }
}
