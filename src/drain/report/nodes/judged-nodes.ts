import { controllerOf, nameOf } from '../../../model/kubernetes/reference.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import { compareText } from '../../../model/text/sort.ts'
import { millis } from '../../../model/text/time.ts'
import type { SimPod, SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import {
  type DecidedPod,
  type DrainPolicy,
  type NodeWarning,
  refusals,
  warnings,
} from '../../policy/policy.ts'
import type { Course, NodeEnd } from '../../simulation/course.ts'
import { type SimulationRun, type StartingPoint, simulate } from '../../simulation/simulate.ts'
import { trackedBudgets } from '../../state/state.ts'
import type { PlannedPod } from '../../types/node.ts'
import { succeeds, type Verdict } from '../../verdict.ts'
import { drainedPods } from '../interruptions.ts'
import { lateNode } from './deadline.ts'
import { liftedBy } from './lifted.ts'
import type { NodeCourse, NodeCourses } from './node-courses.ts'
import type { NodeReason } from './reason.ts'
import { nodeReasons } from './reasons.ts'
import {
  type JudgedReplacement,
  judgedReplacement,
  nodeNamesIn,
  type ReplacementOutcome,
  replacementOutcomes,
} from './replacement-outcomes.ts'
import { reviewedPods } from './reviewed.ts'
import { ANOTHER_REFUSED, whyStays } from './staying.ts'
import { unreadLists } from './unread-lists.ts'

/** What all courses of a run together mean for one of its nodes. */
export interface JudgedNode {
  readonly name: string
  readonly verdict: Verdict
  /** The most important first; empty for a plain `Drains`. */
  readonly reasons: readonly NodeReason[]
  /** Of the drainer; none where it refuses the node. */
  readonly warnings: readonly NodeWarning[]
  readonly pods: readonly JudgedPod[]
}

/** A simulation, and what it means for each of its nodes. */
export interface JudgedRun {
  readonly run: SimulationRun
  readonly judged: readonly JudgedNode[]
}

/** Simulates a drain of these nodes, and judges what all of its courses together mean for each. */
export function judgedRun(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  policy: DrainPolicy,
  from: StartingPoint = {},
): JudgedRun {
  const run = simulate(simulated, nodes, policy, from)
  return { run, judged: judgedNodes(run) }
}

/** Every node of the command with its verdict, its reasons and its pods. */
function judgedNodes(run: SimulationRun): readonly JudgedNode[] {
  const outcomes = run.courses.map(({ final }) =>
    replacementOutcomes(run.start, final, run.nodes, run.opened),
  )
  const nodeNames = nodeNamesIn(run.start.simulated)
  const lists = unreadLists(run)
  const reviewed = run.nodes.map((name) => reviewedPods(run, name))
  const firstReviewed = reviewed.findIndex((own) => own.length > 0)
  return run.nodes.map((name, index) => {
    const decided = run.decided.get(name) ?? []
    const courses = run.courses.flatMap((course, position): NodeCourse[] => {
      const end = course.ends[index]
      const own = outcomes[position] ?? new Map()
      return end === undefined ? [] : [{ end, outcomes: own, verdict: courseVerdict(course, end, own, run) }]
    })
    // What holds up a node before this one keeps the drainer from it, too.
    const unread = run.nodes
      .slice(0, index + 1)
      .flatMap((one) => podsWithUnreadBudgets(run, run.decided.get(one) ?? []))
    return judgedNode({
      run,
      name,
      decided,
      unread,
      lists,
      reviewed: reviewed[index] ?? [],
      reviewedBefore: firstReviewed >= 0 && firstReviewed < index ? run.nodes[firstReviewed] : undefined,
      courses,
      nodeNames,
    })
  })
}

function judgedNode(courses: NodeCourses): JudgedNode {
  const inTime = nodeVerdict(courses)
  const late = succeeds(inTime) ? lateNode(courses.run, drainedPods(courses.run, courses.name)) : undefined
  const node: NodeCourses = late === undefined ? courses : { ...courses, late }
  const verdict = late === undefined ? inTime : late.lateness.certain ? 'Blocks' : 'Unknown'
  return {
    name: node.name,
    verdict,
    reasons: nodeReasons(node, verdict),
    warnings: refusals(node.decided).length > 0 ? [] : warnings(node.decided),
    pods: node.decided.map((decided) => judgedPod(node, decided, verdict)),
  }
}

/** A pod of a node, and what becomes of it over all courses. */
export interface JudgedPod extends PlannedPod {
  readonly replacement?: JudgedReplacement
}

/** What becomes of one pod of a node, over all courses. */
function judgedPod(
  { run, unread, reviewed, reviewedBefore, courses, nodeNames, late }: NodeCourses,
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
  const stays = courses.flatMap((course) => whyStays(run, course, sim) ?? [])
  const isUnread = verdict === 'Unknown' && unread.includes(nameOf(pod))
  const isReviewed = reviewedBefore !== undefined || reviewed.some(({ pods }) => pods.includes(nameOf(pod)))
  const isLate = sim !== undefined && late?.notEvicted.includes(sim) === true
  const outcome =
    stays.length === 0
      ? 'Gone'
      : stays.length === courses.length && stays.every(({ certain }) => certain)
        ? 'Remains'
        : 'Either'
  const replacement = judgedReplacement(
    courses.flatMap(({ outcomes }) => (sim === undefined ? [] : (outcomes.get(sim) ?? []))),
    nodeNames,
  )
  return {
    ...shown,
    action,
    outcome: isUnread || isLate || (isReviewed && outcome === 'Gone') ? 'Either' : outcome,
    ...(stays[0] === undefined ? {} : { reason: stays[0].why }),
    ...(replacement === undefined ? {} : { replacement }),
  }
}

/** Pods that would be evicted through the API although nobody knows their budgets, as `namespace/name`. */
function podsWithUnreadBudgets(run: SimulationRun, decided: readonly DecidedPod[]): readonly string[] {
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

/** What a drainer does to one node on one course (docs/reference/order.md#O7). */
function courseVerdict(
  course: Course,
  end: NodeEnd,
  outcomes: ReadonlyMap<SimPod, ReplacementOutcome>,
  run: SimulationRun,
): Verdict {
  const { policy, start } = run
  if (end.type === 'Refused') return 'Refused'
  if (end.type === 'NotReached') {
    const before = course.ends[run.nodes.indexOf(end.after)]
    // What holds up the node before may let it go; what comes of this one then was not simulated.
    return before !== undefined && courseVerdict(course, before, outcomes, run) === 'Unknown'
      ? 'Unknown'
      : 'Blocks'
  }
  const refused = end.remaining.filter(({ why }) => why === 'Refused')
  if (refused.some((one) => liftedBy(run, one) === undefined)) return 'Blocks'
  const remaining = new Set(end.remaining.map(({ why }) => why))
  if (
    end.remaining.some(
      ({ why, pod }) => why === 'Terminating' && isWaitedFor(pod, policy, start.simulated.cluster),
    )
  )
    return 'Waits'
  if (remaining.has('Fatal')) return 'Fails'
  if (refused.length > 0) return 'Unknown'
  return end.taken.some((pod) => outcomes.get(pod)?.degraded) ? 'DrainsDegraded' : 'Drains'
}

/**
 * Whether the drainer waits for a pod that stays until its deadline, or for ever, and does not skip it before
 * (docs/reference/kubectl-drain.md#D7). In a namespace that is being deleted its eviction is refused until the drainer
 * sees that the pod is deleted, too (docs/reference/kubectl-drain.md#E3).
 */
function isWaitedFor({ origin, namespace }: SimPod, policy: DrainPolicy, cluster: Cluster): boolean {
  const { longestTerminatingSeconds: limit, deadlineSeconds, graceSeconds } = policy
  const deleted = millis(origin.metadata.deletionTimestamp)
  const isRefused = deleted === undefined && policy.removal === 'Evict' && isEnding(cluster, namespace)
  if (isRefused && !policy.seesLaterDeletion) return true
  if (limit === undefined || deadlineSeconds === undefined) return limit === undefined
  const terminatingFor = deleted === undefined ? -graceSeconds(origin.spec) : (cluster.now - deleted) / 1000
  return limit - terminatingFor >= deadlineSeconds
}

const isEnding = (cluster: Cluster, namespace: string): boolean =>
  cluster.find('namespaces', undefined, namespace)?.status?.phase === 'Terminating'

/** Failures that differ between courses are named by the one that ends soonest. */
const FAILURES: readonly Verdict[] = ['Refused', 'Fails', 'Waits', 'Blocks']

/**
 * What a drainer does to one node (docs/reference/order.md#O7). Where a webhook or a policy may refuse evictions, only
 * what fails whatever it says is sure.
 */
function nodeVerdict(node: NodeCourses): Verdict {
  const verdict = simulatedVerdict(node)
  const isOpen = node.reviewed.length > 0 || node.reviewedBefore !== undefined
  return isOpen && succeeds(verdict) !== false ? 'Unknown' : verdict
}

/** The same over all courses, where nobody but budgets refuses an eviction. */
function simulatedVerdict({ run, decided, unread, lists, courses }: NodeCourses): Verdict {
  if (refusals(decided).length > 0) return 'Refused'
  const undecided = decided.some(({ decision }) => decision.action === 'Unknown')
  if (undecided || unread.length > 0 || lists.length > 0) return 'Unknown'
  const verdicts = new Set(courses.map(({ verdict }) => verdict))
  const failure = FAILURES.find((verdict) => verdicts.has(verdict))
  const someDrain = verdicts.has('Drains') || verdicts.has('DrainsDegraded')
  if (verdicts.has('Unknown')) return 'Unknown'
  if (failure === undefined) return verdicts.has('DrainsDegraded') ? 'DrainsDegraded' : 'Drains'
  if (!someDrain) return failure
  return run.doubts.length > 0 ? 'Unknown' : 'OrderDependent'
}
