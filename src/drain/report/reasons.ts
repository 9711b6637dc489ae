import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { compareText, groupBy, sortedBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { type DecidedPod, refusals } from '../policy/policy.ts'
import type { RemainingPod } from '../simulation/drain-node.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { foreignFinalizers } from '../state/terminating.ts'
import type { Reason } from '../types/node.ts'
import type { Verdict } from '../verdict.ts'
import { type NodeCourse, podsWithUnreadBudgets } from './node-course.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

const podRef = ({ namespace, name }: SimPod): string => `${namespace}/${name}`
const budgetRef = ({ metadata }: PodDisruptionBudget): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`
const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText)

/** Why a node has its verdict, most important first. Empty for a plain `Drains`. */
export function nodeReasons(
  run: SimulationRun,
  node: string,
  verdict: Verdict,
  decided: readonly DecidedPod[],
  courses: readonly NodeCourse[],
): readonly Reason[] {
  if (verdict === 'Refused')
    return refusals(decided).map(({ code, message, pods }) => ({
      code,
      message: `${message}: ${pods.join(', ')}`,
      pods,
      budgets: [],
    }))
  return [
    ...unknownReasons(run, verdict, decided),
    ...orderReasons(verdict, courses),
    ...remainingReasons(courses),
    ...notReached(courses),
    ...waitReasons(run, node, courses),
    ...replacementReasons(courses),
  ]
}

function unknownReasons(
  run: SimulationRun,
  verdict: Verdict,
  decided: readonly DecidedPod[],
): readonly Reason[] {
  if (verdict !== 'Unknown') return []
  const unread = podsWithUnreadBudgets(run, decided)
  const filters = decided.flatMap(({ pod, decision }) =>
    decision.action === 'Unknown'
      ? [
          {
            code: 'not-read',
            message: decision.reason,
            pods: [`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`],
            budgets: [],
          },
        ]
      : [],
  )
  const budgets =
    unread.length === 0
      ? []
      : [
          {
            code: 'budgets-not-read',
            message: `PodDisruptionBudgets were not read, so it is not known whether ${plural(unread.length, 'pod')} may be evicted`,
            pods: unread,
            budgets: [],
          },
        ]
  const doubts = run.doubts.map((message) => ({ code: 'not-known', message, pods: [], budgets: [] }))
  return [...filters, ...budgets, ...doubts]
}

const remainingOf = ({ end }: NodeCourse): readonly RemainingPod[] =>
  end.type === 'Ended' ? end.remaining : []

function orderReasons(verdict: Verdict, courses: readonly NodeCourse[]): readonly Reason[] {
  if (verdict !== 'OrderDependent') return []
  const good = courses.find(({ verdict: one }) => one === 'Drains' || one === 'DrainsDegraded')
  const stuck = courses.flatMap((course) => remainingOf(course).map(({ pod }) => pod))
  const pinned =
    good?.end.type === 'Ended'
      ? good.end.taken.filter((pod) => good.outcomes.get(pod)?.degraded).map(podRef)
      : []
  const advice =
    pinned.length > 0
      ? `it drains when the pods whose replacements find a place go first and ${listed(unique(pinned))} last`
      : 'it depends on which pods go first and where their replacements land'
  return [
    {
      code: 'order-dependent',
      message: `kubectl evicts in random order, and the order decides: ${advice}`,
      pods: unique(stuck.map(podRef)),
      budgets: unique(
        courses.flatMap((course) =>
          remainingOf(course).flatMap((remaining) => remaining.budgets.map(budgetRef)),
        ),
      ),
    },
  ]
}

/** Pods that stay, by what keeps them. */
function remainingReasons(courses: readonly NodeCourse[]): readonly Reason[] {
  const remaining = courses.flatMap(remainingOf).filter(({ why }) => why !== 'Terminating')
  const groups = groupBy(remaining, ({ why, budgets, message }) =>
    why === 'Fatal' ? `0|${message}` : `1|${budgets.map(budgetRef).join()}`,
  )
  return sortedBy([...groups], ([key]) => [key]).flatMap(([, group]) => {
    const [first] = group
    if (first === undefined) return []
    const pods = unique(group.map(({ pod }) => podRef(pod)))
    return [
      {
        code: first.why === 'Fatal' ? 'eviction-fails' : 'budget-refuses',
        message: group.map(({ message }) => message).sort(compareText)[0] ?? first.message,
        pods,
        budgets: unique(group.flatMap(({ budgets }) => budgets.map(budgetRef))),
      },
    ]
  })
}

function notReached(courses: readonly NodeCourse[]): readonly Reason[] {
  const after = courses.flatMap(({ end }) => (end.type === 'NotReached' ? [end.after] : []))[0]
  return after === undefined
    ? []
    : [
        {
          code: 'not-reached',
          message: `kubectl cordons this node and then waits for ever on ${after}; with --timeout it would go on`,
          pods: [],
          budgets: [],
        },
      ]
}

function waitReasons(run: SimulationRun, node: string, courses: readonly NodeCourse[]): readonly Reason[] {
  const waiting = new Map(
    courses.flatMap((course) =>
      remainingOf(course)
        .filter(({ why }) => why === 'Terminating')
        .map(({ pod }) => [podRef(pod), pod] as const),
    ),
  )
  if (waiting.size === 0) return []
  const index = run.start.simulated.nodeIndex.get(node)
  const alive = index === undefined || run.start.simulated.nodes[index]?.alive !== false
  const finalizers = unique([...waiting.values()].flatMap(foreignFinalizers))
  const message = alive
    ? `the eviction is accepted, but a finalizer keeps the pod: ${finalizers.join(', ')}`
    : 'the eviction is accepted, but the kubelet of this node does not report, so the pod never ends'
  return [
    {
      code: alive ? 'finalizer' : 'node-not-ready',
      message,
      pods: unique([...waiting.keys()]),
      budgets: [],
    },
  ]
}

/** The victims on each path, by and; those of different paths, by or. */
function victimsOf(group: readonly { readonly fate: ReplacementOutcome; readonly path: number }[]): string {
  const courses = groupBy(group, ({ path: course }) => `${course}`)
  const sets = [...courses.values()].map((own) =>
    listed(unique(own.flatMap(({ fate: outcome }) => outcome.preempts ?? []))),
  )
  return listed(unique(sets), 'or')
}

/** What is lost where kubectl itself succeeds; what is lost on some paths only, may be. */
function replacementReasons(courses: readonly NodeCourse[]): readonly Reason[] {
  const found = courses.flatMap(({ end, outcomes }, course) =>
    end.type !== 'Ended'
      ? []
      : end.taken.flatMap((pod) => {
          const outcome = outcomes.get(pod)
          return outcome?.degraded ? [{ pod, fate: outcome, path: course }] : []
        }),
  )
  const groups = groupBy(found, ({ fate: outcome }) => `${outcome.fate}|${outcome.why ?? ''}`)
  return sortedBy([...groups], ([key]) => [key]).map(([, group]) => {
    const pods = unique(group.map(({ pod }) => podRef(pod)))
    const outcome = group[0]?.fate
    const many = pods.length > 1
    const sure = group.every(({ pod }) =>
      courses.every(({ outcomes }) => outcomes.get(pod)?.fate === outcome?.fate),
    )
    const stays = sure ? (many ? 'stay' : 'stays') : 'may stay'
    if (outcome?.fate === 'Pending')
      return {
        code: 'replacement-pending',
        message: `${many ? 'the replacements' : 'the replacement'} ${stays} Pending: ${outcome.why ?? ''}`,
        pods,
        budgets: [],
      }
    if (outcome?.fate === 'Preempts')
      return {
        code: 'replacement-preempts',
        message: `the replacement ${sure ? 'pushes' : 'may push'} out pods of lower priority: ${victimsOf(group)}`,
        pods,
        budgets: [],
      }
    return {
      code: 'pod-lost',
      message: `${many ? 'the pods' : 'the pod'} ${sure ? (many ? 'are not' : 'is not') : 'may not be'} replaced: ${outcome?.why ?? 'nothing makes it again'}`,
      pods,
      budgets: [],
    }
  })
}
