import { nameOf } from '../../../model/kubernetes/reference.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import type { DecidedPod } from '../../policy/policy.ts'
import type { NodeEnd } from '../../simulation/course.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { Verdict } from '../../verdict.ts'
import type { NodeNames } from './judged-replacement.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

/** One course of a run, as one node sees it. */
export interface NodeCourse {
  readonly end: NodeEnd
  readonly outcomes: ReadonlyMap<SimPod, ReplacementOutcome>
  readonly verdict: Verdict
}

/** One node of a run: what the drainer decides about its pods, and every course that the run followed. */
export interface NodeCourses {
  readonly run: SimulationRun
  readonly name: string
  readonly decided: readonly DecidedPod[]
  readonly courses: readonly NodeCourse[]
  readonly nodeNames: NodeNames
}

/** The pods that are still on the node when its drain ends. */
export const remainingOn = ({ end }: NodeCourse): readonly RemainingPod[] =>
  end.type === 'Ended' ? end.remaining : []

/** Pods that would be evicted through the API although nobody knows their budgets, as `namespace/name`. */
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
    .map(({ pod }) => nameOf(pod))
}
