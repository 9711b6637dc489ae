import { nameOf } from '../../../model/kubernetes/reference.ts'
import { compareText, groupBy, sortedBy } from '../../../model/text/sort.ts'
import { refOf } from '../../cluster/reference.ts'
import { evictionErrorMessage, refusalCause } from '../../disruption/eviction.ts'
import { refusals } from '../../policy/policy.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import { foreignFinalizers } from '../../state/terminating.ts'
import type { Verdict } from '../../verdict.ts'
import { type NodeCourse, type NodeCourses, podsWithUnreadBudgets, remainingOn } from './node-courses.ts'
import type { NodeReason } from './reason.ts'
import { replacementReasons } from './replacement-reasons.ts'

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText)

/** Why a node has its verdict, most important first. Empty for a plain `Drains`. */
export function nodeReasons(node: NodeCourses, verdict: Verdict): readonly NodeReason[] {
  if (verdict === 'Refused')
    return refusals(node.decided).map(({ code, message, pods }) => ({
      code,
      refusal: message,
      pods,
      budgets: [],
    }))
  return [
    ...(verdict === 'Unknown' ? unknownReasons(node) : []),
    ...(verdict === 'OrderDependent' ? [orderReason(node.courses)] : []),
    ...failures(node.courses),
    ...budgetRefusals(node.courses),
    ...notReached(node.courses),
    ...neverGoing(node),
    ...replacementReasons(node.courses),
  ]
}

function unknownReasons({ run, decided }: NodeCourses): readonly NodeReason[] {
  const unread = podsWithUnreadBudgets(run, decided)
  return [
    ...decided.flatMap(({ pod, decision }): NodeReason[] =>
      decision.action === 'Unknown'
        ? [{ code: 'not-read', doubt: decision.reason, pods: [nameOf(pod)], budgets: [] }]
        : [],
    ),
    ...(unread.length === 0 ? [] : [{ code: 'budgets-not-read' as const, pods: unread, budgets: [] }]),
    ...run.doubts.map((doubt) => ({ code: 'not-known' as const, doubt, pods: [], budgets: [] })),
  ]
}

function orderReason(courses: readonly NodeCourse[]): NodeReason {
  const good = courses.find(({ verdict }) => verdict === 'Drains' || verdict === 'DrainsDegraded')
  const pinned =
    good?.end.type === 'Ended' ? good.end.taken.filter((pod) => good.outcomes.get(pod)?.degraded) : []
  const remaining = courses.flatMap(remainingOn)
  return {
    code: 'order-dependent',
    last: unique(pinned.map(refOf)),
    pods: unique(remaining.map(({ pod }) => refOf(pod))),
    budgets: unique(remaining.flatMap(({ budgets }) => budgets.map(nameOf))),
  }
}

type Failed = RemainingPod & { readonly why: 'Fatal' }
type Refused = RemainingPod & { readonly why: 'Refused' }

/** Pods whose eviction fails for good, by the API server's error. */
function failures(courses: readonly NodeCourse[]): readonly NodeReason[] {
  const failed = courses.flatMap(remainingOn).filter((one): one is Failed => one.why === 'Fatal')
  const groups = groupBy(failed, ({ error }) => evictionErrorMessage(error))
  return sortedBy([...groups], ([message]) => [message]).flatMap(([, group]) => {
    const [first] = group
    if (first === undefined) return []
    return [
      {
        code: 'eviction-fails',
        error: first.error,
        pods: unique(group.map(({ pod }) => refOf(pod))),
        budgets: unique(group.flatMap(({ budgets }) => budgets.map(nameOf))),
      },
    ]
  })
}

/** Pods that a budget does not let go. Courses differ in how many healthy pods it has left: one of them is told. */
function budgetRefusals(courses: readonly NodeCourse[]): readonly NodeReason[] {
  const refused = courses.flatMap(remainingOn).filter((one): one is Refused => one.why === 'Refused')
  const groups = groupBy(refused, ({ budget }) => nameOf(budget))
  return sortedBy([...groups], ([name]) => [name]).flatMap(([name, group]) => {
    const [told] = sortedBy(group, ({ budget, refusal }) => [refusalCause(budget, refusal)])
    if (told === undefined) return []
    const pods = unique(group.map(({ pod }) => refOf(pod)))
    return [{ code: 'budget-refuses', budget: told.budget, refusal: told.refusal, pods, budgets: [name] }]
  })
}

function notReached(courses: readonly NodeCourse[]): readonly NodeReason[] {
  const [after] = courses.flatMap(({ end }) => (end.type === 'NotReached' ? [end.after] : []))
  return after === undefined ? [] : [{ code: 'not-reached', after, pods: [], budgets: [] }]
}

/** Pods that are evicted and never go. */
function neverGoing({ run, name, courses }: NodeCourses): readonly NodeReason[] {
  const waiting = courses.flatMap(remainingOn).flatMap(({ why, pod }) => (why === 'Terminating' ? [pod] : []))
  if (waiting.length === 0) return []
  const { nodes, nodeIndex } = run.start.simulated
  const about = { pods: unique(waiting.map(refOf)), budgets: [] }
  return nodes[nodeIndex.get(name) ?? -1]?.alive === false
    ? [{ code: 'node-not-ready', ...about }]
    : [{ code: 'finalizer', finalizers: unique(waiting.flatMap(foreignFinalizers)), ...about }]
}
