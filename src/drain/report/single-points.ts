import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { controllersOf } from '../cluster/workload.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { SinglePoint } from '../types/loss.ts'
import { drainedPods } from './drained-pods.ts'

interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number }
}

/**
 * Workloads whose only replica the drain takes without any budget objecting: kubectl says nothing, and the workload
 * is away until its replacement is Ready. Sorted by namespace, kind and name.
 */
export function singlePoints(run: SimulationRun): readonly SinglePoint[] {
  const { cluster } = run.start.simulated
  const found = run.nodes.flatMap((node) =>
    drainedPods(run, node).flatMap((pod): SinglePoint[] => {
      if (!isServing(pod) || trackedBudgets(run.start, pod).length > 0) return []
      const { namespace } = pod
      const workload: Scalable | undefined = controllersOf(cluster, namespace, pod.owner)?.workload
      if (workload?.spec?.replicas !== 1) return []
      return [{ namespace, kind: workload.kind, name: workload.metadata.name, pod: pod.name, node }]
    }),
  )
  return sortedBy(found, ({ namespace, kind, name }) => [namespace, kind, name])
}

/** Whether somebody misses a pod that goes. */
const isServing = ({ created, finished, terminating, ready }: SimPod): boolean =>
  ready && !created && !finished && !terminating
