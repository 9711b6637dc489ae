import { millis } from '../../../model/text/time.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import { type DrainPolicy, refusals } from '../../policy/policy.ts'
import type { NodeEnd } from '../../simulation/course.ts'
import type { Verdict } from '../../verdict.ts'
import { type NodeCourses, podsWithUnreadBudgets } from './node-courses.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

/**
 * What a drainer does to one node on one course (docs/reference/order.md#O7).
 * @param now of the snapshot, in milliseconds
 */
export function courseVerdict(
  end: NodeEnd,
  outcomes: ReadonlyMap<SimPod, ReplacementOutcome>,
  policy: DrainPolicy,
  now: number,
): Verdict {
  if (end.type === 'Refused') return 'Refused'
  if (end.type === 'NotReached') return 'Blocks'
  const remaining = new Set(end.remaining.map(({ why }) => why))
  if (remaining.has('Refused')) return 'Blocks'
  if (end.remaining.some(({ why, pod }) => why === 'Terminating' && isWaitedFor(pod, policy, now)))
    return 'Waits'
  if (remaining.has('Fatal')) return 'Fails'
  return end.taken.some((pod) => outcomes.get(pod)?.degraded) ? 'DrainsDegraded' : 'Drains'
}

/** Whether the drainer waits for a pod that stays until its deadline, or for ever, and does not skip it before (D7). */
function isWaitedFor({ origin }: SimPod, policy: DrainPolicy, now: number): boolean {
  const { longestTerminatingSeconds: limit, deadlineSeconds, graceSeconds } = policy
  if (limit === undefined || deadlineSeconds === undefined) return limit === undefined
  const deleted = millis(origin.metadata.deletionTimestamp)
  const terminatingFor = deleted === undefined ? -graceSeconds(origin.spec) : (now - deleted) / 1000
  return limit - terminatingFor >= deadlineSeconds
}

/** Failures that differ between courses are named by the one that ends soonest. */
const FAILURES: readonly Verdict[] = ['Refused', 'Fails', 'Waits', 'Blocks']

/** What a drainer does to one node, over all courses (docs/reference/order.md#O7). */
export function nodeVerdict({ run, decided, courses }: NodeCourses): Verdict {
  if (refusals(decided).length > 0) return 'Refused'
  const undecided = decided.some(({ decision }) => decision.action === 'Unknown')
  if (undecided || podsWithUnreadBudgets(run, decided).length > 0) return 'Unknown'
  const verdicts = new Set(courses.map(({ verdict }) => verdict))
  const failure = FAILURES.find((verdict) => verdicts.has(verdict))
  const succeeds = verdicts.has('Drains') || verdicts.has('DrainsDegraded')
  if (failure === undefined) return verdicts.has('DrainsDegraded') ? 'DrainsDegraded' : 'Drains'
  if (!succeeds) return failure
  return run.doubts.length > 0 ? 'Unknown' : 'OrderDependent'
}
