import type { SimPod } from '../../cluster/simulated-cluster.ts'
import { evictionErrorMessage, refusalCause, VIOLATION } from '../../disruption/eviction.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import { liftedBy } from './lifted.ts'
import type { NodeCourse } from './node-courses.ts'

export const ANOTHER_REFUSED = 'another pod of the node is refused'

interface Stay {
  readonly why: string
  /** False where an operator may change it. */
  readonly certain: boolean
}

/** Why a pod is still on its node at the end of this course; undefined where it went. */
export function whyStays(
  run: SimulationRun,
  { end, verdict }: NodeCourse,
  pod: SimPod | undefined,
): Stay | undefined {
  if (end.type === 'NotReached') {
    const certain = verdict !== 'Unknown'
    return {
      why: `kubectl ${certain ? 'does not' : 'may not'} get to this node: it waits for ${end.after}`,
      certain,
    }
  }
  if (end.type === 'Refused') return { why: ANOTHER_REFUSED, certain: true }
  const remaining = end.remaining.find((one) => one.pod === pod)
  return remaining === undefined
    ? undefined
    : { why: whyRemaining(remaining), certain: liftedBy(run, remaining) === undefined }
}

function whyRemaining(remaining: RemainingPod): string {
  switch (remaining.why) {
    case 'Refused':
      return `${VIOLATION} ${refusalCause(remaining.budget, remaining.refusal)}`
    case 'Fatal':
      return evictionErrorMessage(remaining.error)
    case 'Terminating':
      return 'its object does not go away'
  }
}
