/**
 * Kubernetes objects in the form the API server sends them: times are RFC 3339 text, unknown fields stay, nothing
 * is mutable. The types are client-node's, erased at run time.
 */
import type {
  CoreV1Event,
  V1Container,
  V1ContainerStatus,
  V1CronJob,
  V1CSIDriver,
  V1CSINode,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Job,
  V1LabelSelector,
  V1LimitRange,
  V1MutatingWebhookConfiguration,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1ObjectMeta,
  V1OwnerReference,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1PodTemplateSpec,
  V1PriorityClass,
  V1Probe,
  V1ReplicaSet,
  V1ReplicationController,
  V1ResourceQuota,
  V1Service,
  V1StatefulSet,
  V1StorageClass,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1ValidatingWebhookConfiguration,
  V1VolumeAttachment,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node'

/** A client-node model as it stands in JSON. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Wire<T[Key]> }
      : T

export type ObjectMeta = Wire<V1ObjectMeta> & { readonly name: string }

/** What every stored object has; `kind` and `apiVersion` are filled in on items of typed lists, too. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

type Stored<T> = Wire<Omit<T, 'metadata' | 'kind' | 'apiVersion'>> & KubeObject

export type Container = Wire<V1Container>
export type ContainerStatus = Wire<V1ContainerStatus>
export type LabelSelector = Wire<V1LabelSelector>
export type OwnerReference = Wire<V1OwnerReference>
export type PodSpec = Wire<V1PodSpec>
export type PodTemplateSpec = Wire<V1PodTemplateSpec>
export type Probe = Wire<V1Probe>

export type CronJob = Stored<V1CronJob>
export type CSIDriver = Stored<V1CSIDriver>
export type CSINode = Stored<V1CSINode>
export type DaemonSet = Stored<V1DaemonSet>
export type Deployment = Stored<V1Deployment>
export type EndpointSlice = Stored<V1EndpointSlice>
/** A stored event in either wire shape (`v1` or `events.k8s.io/v1`); `occurrence` in occurrence.ts reads both. */
export type Event = Stored<CoreV1Event>
export type HorizontalPodAutoscaler = Stored<V2HorizontalPodAutoscaler>
export type Job = Stored<V1Job>
export type LimitRange = Stored<V1LimitRange>
export type MutatingWebhookConfiguration = Stored<V1MutatingWebhookConfiguration>
export type Namespace = Stored<V1Namespace>
export type NetworkPolicy = Stored<V1NetworkPolicy>
export type Node = Stored<V1Node>
export type PersistentVolume = Stored<V1PersistentVolume>
export type PersistentVolumeClaim = Stored<V1PersistentVolumeClaim>
export type Pod = Stored<V1Pod>
export type PodDisruptionBudget = Stored<V1PodDisruptionBudget>
export type PriorityClass = Stored<V1PriorityClass>
export type ReplicaSet = Stored<V1ReplicaSet>
export type ReplicationController = Stored<V1ReplicationController>
export type ResourceQuota = Stored<V1ResourceQuota>
export type Service = Stored<V1Service>
export type StatefulSet = Stored<V1StatefulSet>
export type StorageClass = Stored<V1StorageClass>
export type ValidatingAdmissionPolicy = Stored<V1ValidatingAdmissionPolicy>
export type ValidatingAdmissionPolicyBinding = Stored<V1ValidatingAdmissionPolicyBinding>
export type ValidatingWebhookConfiguration = Stored<V1ValidatingWebhookConfiguration>
export type VolumeAttachment = Stored<V1VolumeAttachment>
