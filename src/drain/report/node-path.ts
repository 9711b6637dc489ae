import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { FilteredPod } from '../policy/kubectl-filters.ts'
import type { NodeEnd, Run } from '../simulation/command.ts'
import type { DrainOptions } from '../types.ts'
import type { Verdict } from '../verdict.ts'
import type { PathFate } from './replacement-outcomes.ts'

/** One path as one node sees it. */
export interface NodePath {
  readonly end: NodeEnd
  readonly fates: ReadonlyMap<SimPod, PathFate>
  readonly verdict: Verdict
}

/** Pods that would be evicted through the API although nobody knows their budgets. */
export function unreadBudgets(
  run: Run,
  filtered: readonly FilteredPod[],
  options: DrainOptions,
): readonly string[] {
  if (options.disableEviction) return []
  const { cluster } = run.start.world
  return filtered
    .filter(({ pod, result }) => {
      const sim = run.start.world.byOrigin.get(pod)
      const free = sim === undefined || sim.finished || sim.starting || sim.terminating
      return (
        result.action === 'Take' && !free && !cluster.wasRead('poddisruptionbudgets', pod.metadata.namespace)
      )
    })
    .map(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`)
}
