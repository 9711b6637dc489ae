import { own } from './fields.ts'
import type {
  CronJob,
  CSIDriver,
  CSINode,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Event,
  HorizontalPodAutoscaler,
  Job,
  LimitRange,
  MutatingWebhookConfiguration,
  Namespace,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  PriorityClass,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  Service,
  StatefulSet,
  StorageClass,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
  VolumeAttachment,
} from './objects.ts'

/** The kinds that any of the commands reads, by their plural resource name. Secrets and ConfigMaps never. */
export interface KindTypes {
  cronjobs: CronJob
  csidrivers: CSIDriver
  csinodes: CSINode
  daemonsets: DaemonSet
  deployments: Deployment
  endpointslices: EndpointSlice
  events: Event
  horizontalpodautoscalers: HorizontalPodAutoscaler
  jobs: Job
  limitranges: LimitRange
  mutatingwebhookconfigurations: MutatingWebhookConfiguration
  namespaces: Namespace
  networkpolicies: NetworkPolicy
  nodes: Node
  persistentvolumeclaims: PersistentVolumeClaim
  persistentvolumes: PersistentVolume
  poddisruptionbudgets: PodDisruptionBudget
  pods: Pod
  priorityclasses: PriorityClass
  replicasets: ReplicaSet
  replicationcontrollers: ReplicationController
  resourcequotas: ResourceQuota
  services: Service
  statefulsets: StatefulSet
  storageclasses: StorageClass
  validatingadmissionpolicies: ValidatingAdmissionPolicy
  validatingadmissionpolicybindings: ValidatingAdmissionPolicyBinding
  validatingwebhookconfigurations: ValidatingWebhookConfiguration
  volumeattachments: VolumeAttachment
}

/** A plural resource name of {@link KINDS}. */
export type Resource = keyof KindTypes

export interface KindInfo {
  readonly kind: string
  /** API group, '' for core. */
  readonly group: string
  readonly version: string
  readonly namespaced: boolean
  /** kubectl's short names, as in `kubectl api-resources`. */
  readonly shortNames: readonly string[]
}

const namespaced = (kind: string, group: string, version: string, ...shortNames: string[]): KindInfo => ({
  kind,
  group,
  version,
  namespaced: true,
  shortNames,
})
const clusterScoped = (kind: string, group: string, version: string, ...shortNames: string[]): KindInfo => ({
  ...namespaced(kind, group, version, ...shortNames),
  namespaced: false,
})

const ADMISSION = 'admissionregistration.k8s.io'

/** The one table of kinds: what to GET, how to name it, where an object of a file belongs. */
export const KINDS: Readonly<Record<Resource, KindInfo>> = {
  cronjobs: namespaced('CronJob', 'batch', 'v1', 'cj'),
  csidrivers: clusterScoped('CSIDriver', 'storage.k8s.io', 'v1'),
  csinodes: clusterScoped('CSINode', 'storage.k8s.io', 'v1'),
  daemonsets: namespaced('DaemonSet', 'apps', 'v1', 'ds'),
  deployments: namespaced('Deployment', 'apps', 'v1', 'deploy'),
  endpointslices: namespaced('EndpointSlice', 'discovery.k8s.io', 'v1'),
  events: namespaced('Event', '', 'v1', 'ev'),
  horizontalpodautoscalers: namespaced('HorizontalPodAutoscaler', 'autoscaling', 'v2', 'hpa'),
  jobs: namespaced('Job', 'batch', 'v1'),
  limitranges: namespaced('LimitRange', '', 'v1', 'limits'),
  mutatingwebhookconfigurations: clusterScoped('MutatingWebhookConfiguration', ADMISSION, 'v1'),
  namespaces: clusterScoped('Namespace', '', 'v1', 'ns'),
  networkpolicies: namespaced('NetworkPolicy', 'networking.k8s.io', 'v1', 'netpol'),
  nodes: clusterScoped('Node', '', 'v1', 'no'),
  persistentvolumeclaims: namespaced('PersistentVolumeClaim', '', 'v1', 'pvc'),
  persistentvolumes: clusterScoped('PersistentVolume', '', 'v1', 'pv'),
  poddisruptionbudgets: namespaced('PodDisruptionBudget', 'policy', 'v1', 'pdb'),
  pods: namespaced('Pod', '', 'v1', 'po'),
  priorityclasses: clusterScoped('PriorityClass', 'scheduling.k8s.io', 'v1', 'pc'),
  replicasets: namespaced('ReplicaSet', 'apps', 'v1', 'rs'),
  replicationcontrollers: namespaced('ReplicationController', '', 'v1', 'rc'),
  resourcequotas: namespaced('ResourceQuota', '', 'v1', 'quota'),
  services: namespaced('Service', '', 'v1', 'svc'),
  statefulsets: namespaced('StatefulSet', 'apps', 'v1', 'sts'),
  storageclasses: clusterScoped('StorageClass', 'storage.k8s.io', 'v1', 'sc'),
  validatingadmissionpolicies: clusterScoped('ValidatingAdmissionPolicy', ADMISSION, 'v1'),
  validatingadmissionpolicybindings: clusterScoped('ValidatingAdmissionPolicyBinding', ADMISSION, 'v1'),
  validatingwebhookconfigurations: clusterScoped('ValidatingWebhookConfiguration', ADMISSION, 'v1'),
  volumeattachments: clusterScoped('VolumeAttachment', 'storage.k8s.io', 'v1'),
}

/** Every resource name, sorted. */
export const RESOURCES: readonly Resource[] = (Object.keys(KINDS) as Resource[]).sort()

/** Groups whose objects are the same thing under another name. */
const ALIAS_GROUPS: Readonly<Record<string, string>> = { 'events.k8s.io': '', extensions: 'apps' }

const BY_GROUP_KIND: ReadonlyMap<string, Resource> = new Map(
  RESOURCES.map((resource) => [`${KINDS[resource].group}/${KINDS[resource].kind}`, resource]),
)
const BY_NAME: ReadonlyMap<string, Resource> = new Map(
  RESOURCES.flatMap((resource) => {
    const { kind, shortNames } = KINDS[resource]
    return [resource, kind.toLowerCase(), ...shortNames].map((name) => [name, resource] as const)
  }),
)

/** The API group of an apiVersion: `apps` of `apps/v1`, '' of `v1`. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''

/** The resource an object of this apiVersion and kind belongs to; undefined for kinds that no command reads. */
export function resourceOf(apiVersion: string, kind: string): Resource | undefined {
  const group = groupOf(apiVersion)
  return BY_GROUP_KIND.get(`${own(ALIAS_GROUPS, group) ?? group}/${kind}`)
}

/**
 * The resource that a word of the command line names, as kubectl understands it: plural, singular, short name,
 * any case, with or without the group (`deploy`, `Deployment`, `deployments.apps`).
 */
export function resourceNamed(word: string): Resource | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.')
  const resource = BY_NAME.get(name)
  if (resource === undefined || group.length === 0) return resource
  const { group: own, version } = KINDS[resource]
  const asked = group.join('.')
  return asked === own || asked === `${version}.${own}` ? resource : undefined
}

/** The name RBAC and kubectl use: `poddisruptionbudgets.policy`, `pods`. */
export const qualifiedName = (resource: Resource): string =>
  KINDS[resource].group === '' ? resource : `${resource}.${KINDS[resource].group}`

/** `apps/v1`, `v1`. */
export const apiVersionOf = (resource: Resource): string => {
  const { group, version } = KINDS[resource]
  return group === '' ? version : `${group}/${version}`
}
