import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'

/** The pods that the drainer takes from a node, on the first course that gets there. */
export function drainedPods(run: SimulationRun, node: string): readonly SimPod[] {
  const index = run.nodes.indexOf(node)
  for (const { ends } of run.courses) {
    const end = ends[index]
    if (end?.type === 'Ended') return end.taken
  }
  return []
}

/** Pods by the budget of which their evictions take a disruption; those that take none under undefined. */
export function podsByBudget(
  run: SimulationRun,
  pods: readonly SimPod[],
): ReadonlyMap<PodDisruptionBudget | undefined, readonly SimPod[]> {
  const groups = new Map<PodDisruptionBudget | undefined, SimPod[]>()
  for (const pod of pods) {
    const ready = (pod.ready && !pod.terminating) || run.start.ready.has(pod)
    const [budget] = ready ? trackedBudgets(run.start, pod) : []
    groups.set(budget, [...(groups.get(budget) ?? []), pod])
  }
  return groups
}
