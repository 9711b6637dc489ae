import { sortedBy } from '../../model/text/text.ts'
import type { Run } from '../simulation/command.ts'
import { budgetsOf } from '../state/state.ts'
import type { SinglePoint } from '../types.ts'
import { takenFrom } from './drain-time.ts'
import { workloadOfPod } from './durations.ts'

/**
 * Workloads whose only replica the drain takes without any budget objecting: kubectl says nothing, and the workload
 * is away until its replacement is Ready. Sorted by namespace, kind and name.
 */
export function singlePoints(run: Run): readonly SinglePoint[] {
  const { world } = run.start
  const found = run.nodes.flatMap((node) =>
    takenFrom(run, node).flatMap((pod): SinglePoint[] => {
      if (pod.made || pod.finished || pod.terminating || !pod.ready || budgetsOf(run.start, pod).length > 0)
        return []
      const workload = workloadOfPod(world, pod)
      if (workload?.replicas !== 1) return []
      const { kind, name } = workload
      return [{ namespace: pod.namespace, kind, name, pod: pod.name, node }]
    }),
  )
  return sortedBy(found, ({ namespace, kind, name }) => [namespace, kind, name])
}
