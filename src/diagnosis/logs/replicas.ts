import type { Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { type PodInfo, podInfoOf } from '../pod-info.ts'
import { type RankedCause, rankedCauses } from '../ranking.ts'

/** A pod with what is wrong with it as long as no log is looked at. */
export interface WithoutLogs {
  readonly podInfo: PodInfo
  readonly causes: readonly RankedCause[]
}

/** What ails a pod when no log is looked at. */
export function withoutLogs(cluster: Cluster, workload: Workload, pod: Pod): WithoutLogs {
  const podInfo = podInfoOf(cluster, workload, pod, 'NoLogs')
  return { podInfo, causes: rankedCauses(podInfo) }
}

/** Equal for pods of one workload that are made alike and fail alike. */
export function failureKey({ podInfo: { pod }, causes }: WithoutLogs): string {
  const revision = pod.metadata.labels?.['controller-revision-hash'] ?? controllerOf(pod)?.uid
  return JSON.stringify([
    revision ?? null,
    ...causes.map(({ code, container, probe }) => [code, container, probe]),
  ])
}

/**
 * Whose logs count for each pod of a workload: its own, else those of a replica that fails alike. Of equal replicas only
 * some logs are read, and what these tell holds for the others, too.
 */
export function logOwners(cluster: Cluster, workload: Workload): (pod: Pod) => Pod {
  const { pods, namespace } = workload
  const readable = new Set(
    cluster.snapshot.logs.filter((log) => log.namespace === namespace).map(({ pod }) => pod),
  )
  const isRead = ({ metadata: { name } }: Pod) => readable.has(name)
  if (readable.size === 0 || pods.length < 2 || !pods.some(isRead)) return (pod) => pod
  const keyOf = (pod: Pod) => failureKey(withoutLogs(cluster, workload, pod))
  const byKey = new Map<string, Pod>()
  for (const pod of pods.filter(isRead)) {
    const key = keyOf(pod)
    if (!byKey.has(key)) byKey.set(key, pod)
  }
  return (pod) => (isRead(pod) ? pod : (byKey.get(keyOf(pod)) ?? pod))
}
