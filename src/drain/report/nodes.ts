import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { compareText } from '../../model/text/sort.ts'
import { millis } from '../../model/text/time.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { VIOLATION } from '../disruption/eviction.ts'
import { type FilteredPod, refusals, warnings } from '../policy/kubectl-filters.ts'
import type { NodeEnd, SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { DrainOptions, PlannedNode, PlannedPod } from '../types.ts'
import type { Verdict } from '../verdict.ts'
import { type NodeCourse, podsWithUnreadBudgets } from './node-course.ts'
import { nodeReasons } from './reasons.ts'
import { combinedReplacement, type ReplacementOutcome, replacementOutcomes } from './replacement-outcomes.ts'

const budgetRef = ({ metadata }: PodDisruptionBudget): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`

/** Every node of the command with its verdict, its reasons and its pods. */
export function plannedNodes(run: SimulationRun, options: DrainOptions): readonly PlannedNode[] {
  const outcomes = run.courses.map(({ final }) => replacementOutcomes(run.start, final, run.nodes))
  return run.nodes.map((name, index) => {
    const filtered = run.filtered.get(name) ?? []
    const courses = run.courses.flatMap((course, position): NodeCourse[] => {
      const end = course.ends[index]
      const own = outcomes[position] ?? new Map()
      return end === undefined
        ? []
        : [{ end, outcomes: own, verdict: courseVerdict(end, own, options, run.start.simulated.cluster.now) }]
    })
    const unknown = filtered.some(({ result }) => result.action === 'Unknown')
    const verdict = nodeVerdict(run, filtered, courses, options, unknown)
    return {
      name,
      verdict,
      reasons: nodeReasons(run, name, verdict, filtered, courses, options),
      warnings:
        refusals(filtered).length > 0
          ? []
          : warnings(filtered).map(({ message, pods }) => `${message}: ${pods.join(', ')}`),
      pods: filtered.map((one) => plannedPod(run, one, courses, options, verdict)),
    }
  })
}

/** spec/drain.md O7, for one node on one path. */
function courseVerdict(
  end: NodeEnd,
  outcomes: ReadonlyMap<SimPod, ReplacementOutcome>,
  options: DrainOptions,
  now: number,
): Verdict {
  if (end.type === 'Refused') return 'Refused'
  if (end.type === 'NotReached') return 'Blocks'
  const remaining = new Set(end.remaining.map(({ why }) => why))
  if (remaining.has('Refused')) return 'Blocks'
  if (end.remaining.some((one) => one.why === 'Terminating' && outlastsPatience(one.pod, options, now)))
    return 'Waits'
  if (remaining.has('Fatal')) return 'Fails'
  return end.taken.some((pod) => outcomes.get(pod)?.degraded) ? 'DrainsDegraded' : 'Drains'
}

/** Whether kubectl waits for a pod that stays until `--timeout`, or for ever, and not only until it skips it (D7). */
function outlastsPatience({ origin }: SimPod, options: DrainOptions, now: number): boolean {
  const limit = options.skipWaitForDeleteTimeoutSeconds
  if (limit === 0 || options.timeoutSeconds === 0) return limit === 0
  const own = origin.spec?.terminationGracePeriodSeconds ?? 30
  const grace = options.gracePeriodSeconds >= 0 ? options.gracePeriodSeconds : own
  const deleted = millis(origin.metadata.deletionTimestamp)
  const terminatingFor = deleted === undefined ? -grace : (now - deleted) / 1000
  return limit - terminatingFor >= options.timeoutSeconds
}

/** Failures that differ between paths are named by the one that ends soonest. */
const FAILURES: readonly Verdict[] = ['Refused', 'Fails', 'Waits', 'Blocks']

function nodeVerdict(
  run: SimulationRun,
  filtered: readonly FilteredPod[],
  courses: readonly NodeCourse[],
  options: DrainOptions,
  unknownFilter: boolean,
): Verdict {
  if (refusals(filtered).length > 0) return 'Refused'
  if (unknownFilter || podsWithUnreadBudgets(run, filtered, options).length > 0) return 'Unknown'
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
  { pod, result }: FilteredPod,
  courses: readonly NodeCourse[],
  options: DrainOptions,
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
  if (result.action === 'Skip' || result.action === 'Refuse')
    return { ...shown, action: result.action, outcome: 'Remains', reason: result.reason }
  const action = options.disableEviction ? ('Delete' as const) : ('Evict' as const)
  if (result.action === 'Unknown') return { ...shown, action, outcome: 'Either', reason: result.reason }
  if (verdict === 'Refused')
    return { ...shown, action, outcome: 'Remains', reason: 'another pod of the node is refused' }
  const remaining = courses.map(({ end }) => whyOnNode(end, sim))
  const stays = remaining.filter((reason) => reason !== undefined)
  const unread = verdict === 'Unknown' && podsWithUnreadBudgets(run, [{ pod, result }], options).length > 0
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
