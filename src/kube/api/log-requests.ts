import type { ContainerStatus, Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { sortedBy } from '../../model/text/sort.ts'

/** One log to read, as `kubectl logs POD -c CONTAINER [--previous]`. */
export interface LogRequest {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly previous: boolean
}

/** Replicas of one container fail alike; two of them tell chance from rule. */
const PODS_PER_CONTAINER = 2

/**
 * The logs that can tell why something fails: containers that run but are not ready, and those that were restarted,
 * with the run before. At most `limit` requests, most restarts first, so that reading stays short on a large cluster.
 */
export function logsWorthReading(
  cluster: Cluster,
  workloads: readonly Workload[],
  limit = 40,
): readonly LogRequest[] {
  const suspects = workloads.flatMap((workload) => suspectsOf(workload))
  return sortedBy(suspects, ({ restarts, pod, container }) => [
    -restarts,
    pod.metadata.namespace ?? '',
    pod.metadata.name,
    container,
  ])
    .flatMap(({ pod, container, restarts, running }) => {
      const request = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container }
      return [
        ...(running ? [{ ...request, previous: false }] : []),
        ...(restarts > 0 ? [{ ...request, previous: true }] : []),
      ]
    })
    .filter(({ namespace, pod, container, previous }) => !cluster.log(namespace, pod, container, previous))
    .slice(0, limit)
}

interface Suspect {
  readonly pod: Pod
  readonly container: string
  readonly restarts: number
  readonly running: boolean
}

function suspectsOf({ pods }: Workload): readonly Suspect[] {
  const chosen = new Map<string, number>()
  return pods.flatMap((pod) =>
    statusesOf(pod).flatMap(({ name, ready, restartCount, state }) => {
      const started = state?.running !== undefined || state?.terminated !== undefined || restartCount > 0
      const finishedWell = state?.terminated?.exitCode === 0 && restartCount === 0
      if (!started || finishedWell || (ready && restartCount === 0)) return []
      const before = chosen.get(name) ?? 0
      if (before >= PODS_PER_CONTAINER) return []
      chosen.set(name, before + 1)
      return [{ pod, container: name, restarts: restartCount, running: !state?.waiting }]
    }),
  )
}

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
]
