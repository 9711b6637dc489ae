import { controllerOf, nameOf } from '../../../model/kubernetes/reference.ts'
import { compareText } from '../../../model/text/sort.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import { evictionErrorMessage, refusalCause, VIOLATION } from '../../disruption/eviction.ts'
import type { DecidedPod } from '../../policy/policy.ts'
import type { NodeEnd } from '../../simulation/course.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import { trackedBudgets } from '../../state/state.ts'
import type { PlannedPod } from '../../types/node.ts'
import type { Verdict } from '../../verdict.ts'
import { type JudgedReplacement, judgedReplacement } from './judged-replacement.ts'
import { type NodeCourses, podsWithUnreadBudgets } from './node-courses.ts'

const ANOTHER_REFUSED = 'another pod of the node is refused'

/** A pod of a node, and what becomes of it over all courses. */
export interface JudgedPod extends PlannedPod {
  readonly replacement?: JudgedReplacement
}

/** What becomes of one pod of a node, over all courses. */
export function judgedPod(
  { run, courses, nodeNames }: NodeCourses,
  { pod, decision }: DecidedPod,
  verdict: Verdict,
): JudgedPod {
  const sim = run.start.simulated.byOrigin.get(pod)
  const owner = controllerOf(pod)
  const shown = {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
    budgets: sim === undefined ? [] : trackedBudgets(run.start, sim).map(nameOf).sort(compareText),
  }
  if (decision.action === 'Skip' || decision.action === 'Refuse')
    return { ...shown, action: decision.action, outcome: 'Remains', reason: decision.reason }
  const action = run.policy.removal
  if (decision.action === 'Unknown') return { ...shown, action, outcome: 'Either', reason: decision.reason }
  if (verdict === 'Refused') return { ...shown, action, outcome: 'Remains', reason: ANOTHER_REFUSED }
  const stays = courses.flatMap(({ end }) => whyOnNode(end, sim) ?? [])
  const unread = verdict === 'Unknown' && podsWithUnreadBudgets(run, [{ pod, decision }]).length > 0
  const outcome = stays.length === 0 ? 'Gone' : stays.length === courses.length ? 'Remains' : 'Either'
  const replacement = judgedReplacement(
    courses.flatMap(({ outcomes }) => (sim === undefined ? [] : (outcomes.get(sim) ?? []))),
    nodeNames,
  )
  return {
    ...shown,
    action,
    outcome: unread ? 'Either' : outcome,
    ...(stays[0] === undefined ? {} : { reason: stays[0] }),
    ...(replacement === undefined ? {} : { replacement }),
  }
}

/** Why the pod is still there at the end of this course; undefined where it went. */
function whyOnNode(end: NodeEnd, pod: SimPod | undefined): string | undefined {
  if (end.type === 'NotReached') return `kubectl does not get to this node: it waits for ${end.after}`
  if (end.type === 'Refused') return ANOTHER_REFUSED
  const remaining = end.remaining.find((one) => one.pod === pod)
  return remaining === undefined ? undefined : whyRemaining(remaining)
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
