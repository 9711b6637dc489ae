import { sortedBy } from '../../model/text/sort.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { SinglePoint } from '../types/loss.ts'
import { takenFrom } from './drain-time.ts'
import { workloadOfPod } from './durations.ts'

/**
 * Workloads whose only replica the drain takes without any budget objecting: kubectl says nothing, and the workload
 * is away until its replacement is Ready. Sorted by namespace, kind and name.
 */
export function singlePoints(run: SimulationRun): readonly SinglePoint[] {
  const { simulated } = run.start
  const found = run.nodes.flatMap((node) =>
    takenFrom(run, node).flatMap((pod): SinglePoint[] => {
      if (
        pod.created ||
        pod.finished ||
        pod.terminating ||
        !pod.ready ||
        trackedBudgets(run.start, pod).length > 0
      )
        return []
      const workload = workloadOfPod(simulated, pod)
      if (workload?.replicas !== 1) return []
      const { kind, name } = workload
      return [{ namespace: pod.namespace, kind, name, pod: pod.name, node }]
    }),
  )
  return sortedBy(found, ({ namespace, kind, name }) => [namespace, kind, name])
}
