import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { DecidedPod } from '../policy/policy.ts'
import type { NodeEnd } from '../simulation/course.ts'
import type { SimulationRun } from '../simulation/simulate.ts'

import type { Verdict } from '../verdict.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

/** One path as one node sees it. */
export interface NodeCourse {
  readonly end: NodeEnd
  readonly outcomes: ReadonlyMap<SimPod, ReplacementOutcome>
  readonly verdict: Verdict
}

/** Pods that would be evicted through the API although nobody knows their budgets. */
export function podsWithUnreadBudgets(run: SimulationRun, decided: readonly DecidedPod[]): readonly string[] {
  if (run.policy.removal === 'Delete') return []
  const { cluster } = run.start.simulated
  return decided
    .filter(({ pod, decision }) => {
      const sim = run.start.simulated.byOrigin.get(pod)
      const free = sim === undefined || sim.finished || sim.starting || sim.terminating
      return (
        decision.action === 'Take' &&
        !free &&
        !cluster.wasRead('poddisruptionbudgets', pod.metadata.namespace)
      )
    })
    .map(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`)
}
