import { nameOf } from '../../../model/kubernetes/reference.ts'
import { compareText, sortedBy } from '../../../model/text/sort.ts'
import { refOf } from '../../cluster/reference.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import { evictionErrorMessage, refusalCause } from '../../disruption/eviction.ts'
import { refusals } from '../../policy/policy.ts'
import { remainingAt } from '../../simulation/course.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import { foreignFinalizers } from '../../state/terminating.ts'
import type { Verdict } from '../../verdict.ts'
import { liftedBy } from './lifted.ts'
import type { NodeCourse, NodeCourses } from './node-courses.ts'
import type { NodeReason } from './reason.ts'
import { refusalFacts } from './refusal-line.ts'
import type { NodeNames, ReplacementOutcome } from './replacement-outcomes.ts'

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
    ...deadline(node),
    ...failures(node.courses),
    ...budgetRefusals(node),
    ...node.reviewed.map(
      ({ reviewer, pods }): NodeReason => ({ code: 'admission-decides', reviewer, pods, budgets: [] }),
    ),
    ...operatorDecisions(node),
    ...notReached(node),
    ...neverGoing(node),
    ...replacementReasons(node),
  ]
}

const deadline = ({ late }: NodeCourses): readonly NodeReason[] =>
  late === undefined
    ? []
    : [
        {
          code: 'deadline',
          ...late.lateness,
          pods: unique(late.late.map(refOf)),
          budgets: late.lateness.rounds === undefined ? [] : [nameOf(late.lateness.rounds.budget)],
        },
      ]

function unknownReasons({ run, decided, unread, lists }: NodeCourses): readonly NodeReason[] {
  return [
    ...decided.flatMap(({ pod, decision }): NodeReason[] =>
      decision.action === 'Unknown'
        ? [{ code: 'not-read', doubt: decision.reason, pods: [nameOf(pod)], budgets: [] }]
        : [],
    ),
    ...lists.map(
      ({ resource, pods }): NodeReason => ({ code: 'list-not-read', resource, pods, budgets: [] }),
    ),
    ...(unread.length === 0 ? [] : [{ code: 'budgets-not-read' as const, pods: unread, budgets: [] }]),
    ...run.doubts.map((doubt) => ({ code: 'not-known' as const, doubt, pods: [], budgets: [] })),
  ]
}

const remainingOf = (courses: readonly NodeCourse[]): readonly RemainingPod[] =>
  courses.flatMap(({ end }) => remainingAt(end))

function orderReason(courses: readonly NodeCourse[]): NodeReason {
  const good = courses.find(({ verdict }) => verdict === 'Drains' || verdict === 'DrainsDegraded')
  const pinned =
    good?.end.type === 'Ended' ? good.end.taken.filter((pod) => good.outcomes.get(pod)?.degraded) : []
  const remaining = remainingOf(courses)
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
  const failed = remainingOf(courses).filter((one): one is Failed => one.why === 'Fatal')
  const groups = Map.groupBy(failed, ({ error }) => evictionErrorMessage(error))
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
function budgetRefusals({ run, courses }: NodeCourses): readonly NodeReason[] {
  const refused = remainingOf(courses).filter(
    (one): one is Refused => one.why === 'Refused' && liftedBy(run, one) === undefined,
  )
  const groups = Map.groupBy(refused, ({ budget }) => nameOf(budget))
  return sortedBy([...groups], ([name]) => [name]).flatMap(([name, group]) => {
    const [told] = sortedBy(group, ({ budget, refusal }) => [refusalCause(budget, refusal)])
    if (told === undefined) return []
    const pods = unique(group.map(({ pod }) => refOf(pod)))
    const { budget, refusal } = told
    const facts = refusalFacts(run, budget)
    return [{ code: 'budget-refuses', budget, refusal, facts, pods, budgets: [name] }]
  })
}

/** Pods that a budget does not let go, and of which an operator decides. */
function operatorDecisions({ run, courses }: NodeCourses): readonly NodeReason[] {
  const decided = remainingOf(courses).flatMap((one) => {
    const stand = one.why === 'Refused' ? liftedBy(run, one) : undefined
    return stand === undefined || one.why !== 'Refused' ? [] : [{ stand, budget: one.budget, pod: one.pod }]
  })
  const groups = Map.groupBy(decided, ({ stand, budget }) => `${stand.operator} ${nameOf(budget)}`)
  return sortedBy([...groups], ([key]) => [key]).flatMap(([, group]) => {
    const [first] = group
    if (first === undefined) return []
    const { stand, budget } = first
    const pods = unique(group.map(({ pod }) => refOf(pod)))
    return [{ code: 'operator-decides', about: 'Eviction', budget, stand, pods, budgets: [nameOf(budget)] }]
  })
}

function notReached({ courses, reviewedBefore }: NodeCourses): readonly NodeReason[] {
  const [first = reviewedBefore === undefined ? undefined : { after: reviewedBefore, certain: false }] =
    courses.flatMap(({ end, verdict }) =>
      end.type === 'NotReached' ? [{ after: end.after, certain: verdict !== 'Unknown' }] : [],
    )
  return first === undefined ? [] : [{ code: 'not-reached', ...first, pods: [], budgets: [] }]
}

/** Pods that are evicted and never go. */
function neverGoing({ run, name, courses }: NodeCourses): readonly NodeReason[] {
  const waiting = remainingOf(courses).flatMap(({ why, pod }) => (why === 'Terminating' ? [pod] : []))
  if (waiting.length === 0) return []
  const { nodes, nodeIndex } = run.start.simulated
  const about = { pods: unique(waiting.map(refOf)), budgets: [] }
  return nodes[nodeIndex.get(name) ?? -1]?.alive === false
    ? [{ code: 'node-not-ready', ...about }]
    : [{ code: 'finalizer', finalizers: unique(waiting.flatMap(foreignFinalizers)), ...about }]
}

/** What one course loses with one pod. */
interface Loss {
  readonly pod: SimPod
  readonly outcome: ReplacementOutcome
  readonly course: number
}

/** What is lost where kubectl itself succeeds, by what becomes of the replacements, and why. */
function replacementReasons({ courses, nodeNames }: NodeCourses): readonly NodeReason[] {
  const losses = courses.flatMap(({ end, outcomes }, course) =>
    (end.type === 'Ended' ? end.taken : []).flatMap((pod): Loss[] => {
      const outcome = outcomes.get(pod)
      return outcome?.degraded ? [{ pod, outcome, course }] : []
    }),
  )
  const groups = Map.groupBy(losses, ({ outcome }) => `${outcome.fate} ${outcome.why ?? ''}`)
  return sortedBy([...groups.values()], ([first]) => [
    first?.outcome.fate ?? '',
    first?.outcome.why ?? '',
  ]).flatMap((group) => reasonOf(group, courses, nodeNames))
}

function reasonOf(
  group: readonly Loss[],
  courses: readonly NodeCourse[],
  nodeNames: NodeNames,
): readonly NodeReason[] {
  const [first] = group
  if (first === undefined) return []
  const { fate, why, operator } = first.outcome
  const certain = group.every(({ pod }) => courses.every(({ outcomes }) => outcomes.get(pod)?.fate === fate))
  const about = { certain, pods: unique(group.map(({ pod }) => refOf(pod))), budgets: [] }
  switch (fate) {
    case 'Pending':
      return [
        { code: 'replacement-pending', why: why ?? '', until: untilUncordoned(group, nodeNames), ...about },
      ]
    case 'Preempts':
      return [{ code: 'replacement-preempts', victims: victimsByCourse(group), ...about }]
    default:
      if (operator !== undefined)
        return [
          {
            code: 'operator-decides',
            about: 'Replacement',
            operator,
            why: why ?? '',
            pods: about.pods,
            budgets: [],
          },
        ]
      return [{ code: 'pod-lost', why: why ?? 'nothing makes it again', ...about }]
  }
}

/** The nodes that take the replacements again when they are uncordoned; none where one of them fits on none. */
const untilUncordoned = (group: readonly Loss[], nodeNames: NodeNames): readonly string[] =>
  group.every(({ outcome }) => outcome.until !== undefined)
    ? unique(nodeNames(group.flatMap(({ outcome }) => outcome.until ?? [])))
    : []

const victimsByCourse = (group: readonly Loss[]): readonly (readonly string[])[] =>
  [...Map.groupBy(group, ({ course }) => `${course}`).values()].map((own) =>
    unique(own.flatMap(({ outcome }) => outcome.preempts ?? [])),
  )
