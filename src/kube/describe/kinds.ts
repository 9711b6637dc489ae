import { KINDS, resourceNamed } from '../../model/kubernetes/kinds.ts'

/** Kinds that events are about and no command reads. */
const OTHERS = [
  'Certificate',
  'ConfigMap',
  'EndpointSlice',
  'Endpoints',
  'Gateway',
  'HTTPRoute',
  'IPAddress',
  'Ingress',
  'NodeClaim',
  'NodePool',
  'PodGroup',
  'ResourceClaim',
  'ServiceAccount',
  'ServiceCIDR',
  'TargetGroupBinding',
  'VerticalPodAutoscaler',
  'VolumeSnapshot',
  'VolumeSnapshotContent',
]

/** The kind of a word in any case, as tables (`pod`) and command lines (`po`, `deploy`) have it. */
export function kindOfWord(word: string): string {
  const resource = resourceNamed(word)
  if (resource !== undefined) return KINDS[resource].kind
  const other = OTHERS.find((kind) => kind.toLowerCase() === word.toLowerCase())
  return other ?? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

/** What only a describe of this kind prints. The first that fits counts. Source: kubectl pkg/describe. */
const KEYS_OF_KIND: readonly (readonly [kind: string, ...keys: (string | RegExp)[]])[] = [
  ['Node', 'Roles', /^(Taints|Addresses|Unschedulable|Allocatable|System Info)$/],
  ['CronJob', 'Schedule', 'Concurrency Policy'],
  ['Job', 'Parallelism', /^Pods Statuses$/],
  ['Deployment', 'StrategyType'],
  ['StatefulSet', 'Update Strategy', 'Pods Status'],
  ['DaemonSet', /^Desired Number of Nodes Scheduled$/],
  ['ReplicaSet', 'Replicas', 'Pods Status'],
  ['PersistentVolume', 'Reclaim Policy'],
  ['PersistentVolumeClaim', 'StorageClass', 'Access Modes'],
  ['HorizontalPodAutoscaler', 'Reference', 'Max replicas'],
  ['PodDisruptionBudget', /^(Min available|Max unavailable)$/],
  ['Service', 'Session Affinity'],
  ['Ingress', 'Rules', 'Default backend'],
  ['Ingress', 'Rules', 'Ingress Class'],
  ['Pod', 'Node', /^(Status|Containers|IP|QoS Class)$/],
  ['Pod', 'Containers', /^(Status|QoS Class)$/],
]

/** The kind that a describe with these keys at its left edge is of; undefined where it could be several. */
export function kindOfDescribe(keys: readonly string[]): string | undefined {
  const fits = (mark: string | RegExp) =>
    keys.some((key) => (typeof mark === 'string' ? key === mark : mark.test(key)))
  return KEYS_OF_KIND.find(([, ...marks]) => marks.every(fits))?.[0]
}
