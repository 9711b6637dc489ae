import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { compareText } from '../../model/text/sort.ts'
import { millis } from '../../model/text/time.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { VIOLATION } from '../disruption/eviction.ts'
import { type DecidedPod, type DrainPolicy, refusals, warnings } from '../policy/policy.ts'
import type { NodeEnd } from '../simulation/course.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { PlannedNode, PlannedPod } from '../types/node.ts'
import type { Verdict } from '../verdict.ts'
import { type NodeCourse, podsWithUnreadBudgets } from './node-course.ts'
import { nodeReasons } from './reasons.ts'
import { combinedReplacement, type ReplacementOutcome, replacementOutcomes } from './replacement-outcomes.ts'

const budgetRef = ({ metadata }: PodDisruptionBudget): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`

/** Every node of the command with its verdict, its reasons and its pods. */
export function plannedNodes(run: SimulationRun): readonly PlannedNode[] {
  const outcomes = run.courses.map(({ final }) => replacementOutcomes(run.start, final, run.nodes))
  return run.nodes.map((name, index) => {
    const decided = run.decided.get(name) ?? []
    const courses = run.courses.flatMap((course, position): NodeCourse[] => {
      const end = course.ends[index]
      const own = outcomes[position] ?? new Map()
      return end === undefined
        ? []
        : [
            {
              end,
              outcomes: own,
              verdict: courseVerdict(end, own, run.policy, run.start.simulated.cluster.now),
            },
          ]
    })
    const unknown = decided.some(({ decision }) => decision.action === 'Unknown')
    const verdict = nodeVerdict(run, decided, courses, unknown)
    return {
      name,
      verdict,
      reasons: nodeReasons(run, name, verdict, decided, courses),
      warnings:
        refusals(decided).length > 0
          ? []
          : warnings(decided).map(({ message, pods }) => `${message}: ${pods.join(', ')}`),
      pods: decided.map((one) => plannedPod(run, one, courses, verdict)),
    }
  })
}

/** spec/drain.md O7, for one node on one path. */
function courseVerdict(
  end: NodeEnd,
  outcomes: ReadonlyMap<SimPod, ReplacementOutcome>,
  policy: DrainPolicy,
  now: number,
): Verdict {
  if (end.type === 'Refused') return 'Refused'
  if (end.type === 'NotReached') return 'Blocks'
  const remaining = new Set(end.remaining.map(({ why }) => why))
  if (remaining.has('Refused')) return 'Blocks'
  if (end.remaining.some((one) => one.why === 'Terminating' && outlastsPatience(one.pod, policy, now)))
    return 'Waits'
  if (remaining.has('Fatal')) return 'Fails'
  return end.taken.some((pod) => outcomes.get(pod)?.degraded) ? 'DrainsDegraded' : 'Drains'
}

/** Whether the drainer waits for a pod that stays until its deadline, or for ever, and does not skip it before (D7). */
function outlastsPatience({ origin }: SimPod, policy: DrainPolicy, now: number): boolean {
  const { longestTerminatingSeconds: limit, deadlineSeconds, graceSeconds } = policy
  if (limit === undefined || deadlineSeconds === undefined) return limit === undefined
  const deleted = millis(origin.metadata.deletionTimestamp)
  const terminatingFor = deleted === undefined ? -graceSeconds(origin.spec) : (now - deleted) / 1000
  return limit - terminatingFor >= deadlineSeconds
}

/** Failures that differ between paths are named by the one that ends soonest. */
const FAILURES: readonly Verdict[] = ['Refused', 'Fails', 'Waits', 'Blocks']

function nodeVerdict(
  run: SimulationRun,
  decided: readonly DecidedPod[],
  courses: readonly NodeCourse[],
  unknownFilter: boolean,
): Verdict {
  if (refusals(decided).length > 0) return 'Refused'
  if (unknownFilter || podsWithUnreadBudgets(run, decided).length > 0) return 'Unknown'
  const verdicts = new Set(courses.map(({ verdict }) => verdict))
  const failures = FAILURES.filter((verdict) => verdicts.has(verdict))
  const [failure] = failures
  const succeeds = verdicts.has('Drains') || verdicts.has('DrainsDegraded')
  if (failure === undefined) return verdicts.has('DrainsDegraded') ? 'DrainsDegraded' : 'Drains'
  if (!succeeds) return failure
  return run.doubts.length > 0 ? 'Unknown' : 'OrderDependent'
}

function plannedPod(
  run: SimulationRun,
  { pod, decision }: DecidedPod,
  courses: readonly NodeCourse[],
  verdict: Verdict,
): PlannedPod {
  const sim = run.start.simulated.byOrigin.get(pod)
  const owner = controllerOf(pod)
  const shown = {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
    budgets: sim === undefined ? [] : trackedBudgets(run.start, sim).map(budgetRef).sort(compareText),
  }
  if (decision.action === 'Skip' || decision.action === 'Refuse')
    return { ...shown, action: decision.action, outcome: 'Remains', reason: decision.reason }
  const action = run.policy.removal
  if (decision.action === 'Unknown') return { ...shown, action, outcome: 'Either', reason: decision.reason }
  if (verdict === 'Refused')
    return { ...shown, action, outcome: 'Remains', reason: 'another pod of the node is refused' }
  const remaining = courses.map(({ end }) => whyOnNode(end, sim))
  const stays = remaining.filter((reason) => reason !== undefined)
  const unread = verdict === 'Unknown' && podsWithUnreadBudgets(run, [{ pod, decision }]).length > 0
  const outcome = stays.length === 0 ? 'Gone' : stays.length === remaining.length ? 'Remains' : 'Either'
  const outcomes = courses.flatMap(({ outcomes: own }) => (sim === undefined ? [] : (own.get(sim) ?? [])))
  const replacement = combinedReplacement(outcomes)
  return {
    ...shown,
    action,
    outcome: unread ? 'Either' : outcome,
    ...(stays[0] === undefined ? {} : { reason: stays[0] }),
    ...(replacement === undefined ? {} : { replacement }),
  }
}

/** Why the pod is still there at the end of this path; undefined where it went. */
function whyOnNode(end: NodeEnd, pod: SimPod | undefined): string | undefined {
  if (end.type === 'NotReached') return `kubectl does not get to this node: it waits for ${end.after}`
  if (end.type === 'Refused') return 'another pod of the node is refused'
  const remaining = end.remaining.find((one) => one.pod === pod)
  if (remaining === undefined) return undefined
  return remaining.why === 'Refused' ? `${VIOLATION} ${remaining.message}` : remaining.message
}
