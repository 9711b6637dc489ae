import type { KubeObject } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Workload } from '../../model/snapshot/workload.ts'

/** The fields that tell of an object whether it is well, over all kinds. */
interface Observed {
  readonly spec?: { readonly replicas?: number; readonly type?: string }
  readonly status?: {
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly currentNumberScheduled?: number
    readonly desiredNumberScheduled?: number
    readonly phase?: string
    readonly loadBalancer?: { readonly ingress?: readonly unknown[] }
    readonly expectedPods?: number
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

/** `True`, `False` or `Unknown`; undefined where the object does not have the condition. */
export const conditionStatus = (object: KubeObject, type: string): string | undefined =>
  (object as Observed).status?.conditions?.find((condition) => condition.type === type)?.status

/** Whether the object itself shows that it is well, for kinds other than pods; undefined where one cannot tell. */
export function objectIsWell(object: KubeObject): boolean | undefined {
  const { spec, status } = object as Observed
  switch (object.kind) {
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet':
      return (status?.replicas ?? 0) >= (spec?.replicas ?? 1)
    case 'Deployment':
      return (status?.updatedReplicas ?? 0) >= (spec?.replicas ?? 1)
    case 'DaemonSet':
      return (status?.currentNumberScheduled ?? 0) >= (status?.desiredNumberScheduled ?? 0)
    case 'Job':
      if (conditionStatus(object, 'Complete') === 'True') return true
      return conditionStatus(object, 'Failed') === 'True' ? false : undefined
    case 'PersistentVolumeClaim':
      return status?.phase === undefined ? undefined : status.phase === 'Bound'
    case 'PersistentVolume':
      return status?.phase === undefined ? undefined : status.phase !== 'Failed'
    case 'Service':
      // An address that it has says nothing of what was to be changed since.
      return spec?.type === 'LoadBalancer' && !status?.loadBalancer?.ingress?.length ? false : undefined
    case 'PodDisruptionBudget':
      return status?.expectedPods === undefined ? undefined : status.expectedPods > 0
    default:
      return undefined
  }
}

/** Whether a workload has all the ready pods that it should have; undefined where that is not known. */
export function workloadIsWell(cluster: Cluster, workload: Workload | undefined): boolean | undefined {
  if (workload === undefined || !cluster.wasRead('pods', workload.namespace)) return undefined
  const live = workload.pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp == null && status?.phase !== 'Failed',
  )
  const ready = live.filter(
    (pod) => pod.status?.phase === 'Succeeded' || conditionStatus(pod, 'Ready') === 'True',
  ).length
  return ready === live.length && ready >= (workload.replicas ?? (workload.kind === 'DaemonSet' ? 1 : 0))
}
