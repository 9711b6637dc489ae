import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { FilteredPod } from '../policy/kubectl-filters.ts'
import type { NodeEnd, SimulationRun } from '../simulation/simulate.ts'
import type { DrainOptions } from '../types.ts'
import type { Verdict } from '../verdict.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

/** One path as one node sees it. */
export interface NodeCourse {
  readonly end: NodeEnd
  readonly outcomes: ReadonlyMap<SimPod, ReplacementOutcome>
  readonly verdict: Verdict
}

/** Pods that would be evicted through the API although nobody knows their budgets. */
export function podsWithUnreadBudgets(
  run: SimulationRun,
  filtered: readonly FilteredPod[],
  options: DrainOptions,
): readonly string[] {
  if (options.disableEviction) return []
  const { cluster } = run.start.simulated
  return filtered
    .filter(({ pod, result }) => {
      const sim = run.start.simulated.byOrigin.get(pod)
      const free = sim === undefined || sim.finished || sim.starting || sim.terminating
      return (
        result.action === 'Take' && !free && !cluster.wasRead('poddisruptionbudgets', pod.metadata.namespace)
      )
    })
    .map(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`)
}
