import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { compareText, groupBy, listed, plural, sortedBy } from '../../model/text/text.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { type FilteredPod, refusals } from '../policy/kubectl-filters.ts'
import type { Run } from '../simulation/command.ts'
import type { Left } from '../simulation/drain-node.ts'
import { foreignFinalizers } from '../state/terminating.ts'
import type { DrainOptions, Reason } from '../types.ts'
import type { Verdict } from '../verdict.ts'
import { type NodePath, unreadBudgets } from './node-path.ts'
import type { PathFate } from './replacement-outcomes.ts'

const podRef = ({ namespace, name }: SimPod): string => `${namespace}/${name}`
const budgetRef = ({ metadata }: PodDisruptionBudget): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`
const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText)

const REFUSAL_CODES: readonly (readonly [text: string, code: string])[] = [
  ['no controller', 'unmanaged-pods'],
  ['local storage', 'local-storage'],
  ['DaemonSet-managed', 'daemonset-pods'],
  ['not found', 'daemonset-missing'],
]

/** Why a node has its verdict, most important first. Empty for a plain `Drains`. */
export function nodeReasons(
  run: Run,
  node: string,
  verdict: Verdict,
  filtered: readonly FilteredPod[],
  paths: readonly NodePath[],
  options: DrainOptions,
): readonly Reason[] {
  if (verdict === 'Refused')
    return refusals(filtered).map(({ message, pods }) => ({
      code: REFUSAL_CODES.find(([text]) => message.includes(text))?.[1] ?? 'refused',
      message: `${message}: ${pods.join(', ')}`,
      pods,
      budgets: [],
    }))
  return [
    ...unknownReasons(run, verdict, filtered, options),
    ...orderReasons(verdict, paths),
    ...leftReasons(paths),
    ...notReached(paths),
    ...waitReasons(run, node, paths),
    ...replacementReasons(paths),
  ]
}

function unknownReasons(
  run: Run,
  verdict: Verdict,
  filtered: readonly FilteredPod[],
  options: DrainOptions,
): readonly Reason[] {
  if (verdict !== 'Unknown') return []
  const unread = unreadBudgets(run, filtered, options)
  const filters = filtered.flatMap(({ pod, result }) =>
    result.action === 'Unknown'
      ? [
          {
            code: 'not-read',
            message: result.reason,
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

const leftOf = ({ end }: NodePath): readonly Left[] => (end.type === 'Ended' ? end.left : [])

function orderReasons(verdict: Verdict, paths: readonly NodePath[]): readonly Reason[] {
  if (verdict !== 'OrderDependent') return []
  const good = paths.find(({ verdict: one }) => one === 'Drains' || one === 'DrainsDegraded')
  const stuck = paths.flatMap((path) => leftOf(path).map(({ pod }) => pod))
  const pinned =
    good?.end.type === 'Ended'
      ? good.end.taken.filter((pod) => good.fates.get(pod)?.degraded).map(podRef)
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
      budgets: unique(paths.flatMap((path) => leftOf(path).flatMap((left) => left.budgets.map(budgetRef)))),
    },
  ]
}

/** Pods that stay, by what keeps them. */
function leftReasons(paths: readonly NodePath[]): readonly Reason[] {
  const lefts = paths.flatMap(leftOf).filter(({ why }) => why !== 'Terminating')
  const groups = groupBy(lefts, ({ why, budgets, message }) =>
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

function notReached(paths: readonly NodePath[]): readonly Reason[] {
  const after = paths.flatMap(({ end }) => (end.type === 'NotReached' ? [end.after] : []))[0]
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

function waitReasons(run: Run, node: string, paths: readonly NodePath[]): readonly Reason[] {
  const waiting = new Map(
    paths.flatMap((path) =>
      leftOf(path)
        .filter(({ why }) => why === 'Terminating')
        .map(({ pod }) => [podRef(pod), pod] as const),
    ),
  )
  if (waiting.size === 0) return []
  const index = run.start.world.nodeIndex.get(node)
  const alive = index === undefined || run.start.world.nodes[index]?.alive !== false
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
function victimsOf(group: readonly { readonly fate: PathFate; readonly path: number }[]): string {
  const paths = groupBy(group, ({ path }) => `${path}`)
  const sets = [...paths.values()].map((own) =>
    listed(unique(own.flatMap(({ fate }) => fate.preempts ?? []))),
  )
  return listed(unique(sets), 'or')
}

/** What is lost where kubectl itself succeeds; what is lost on some paths only, may be. */
function replacementReasons(paths: readonly NodePath[]): readonly Reason[] {
  const found = paths.flatMap(({ end, fates }, path) =>
    end.type !== 'Ended'
      ? []
      : end.taken.flatMap((pod) => {
          const fate = fates.get(pod)
          return fate?.degraded ? [{ pod, fate, path }] : []
        }),
  )
  const groups = groupBy(found, ({ fate }) => `${fate.fate}|${fate.why ?? ''}`)
  return sortedBy([...groups], ([key]) => [key]).map(([, group]) => {
    const pods = unique(group.map(({ pod }) => podRef(pod)))
    const fate = group[0]?.fate
    const many = pods.length > 1
    const sure = group.every(({ pod }) => paths.every(({ fates }) => fates.get(pod)?.fate === fate?.fate))
    const stays = sure ? (many ? 'stay' : 'stays') : 'may stay'
    if (fate?.fate === 'Pending')
      return {
        code: 'replacement-pending',
        message: `${many ? 'the replacements' : 'the replacement'} ${stays} Pending: ${fate.why ?? ''}`,
        pods,
        budgets: [],
      }
    if (fate?.fate === 'Preempts')
      return {
        code: 'replacement-preempts',
        message: `the replacement ${sure ? 'pushes' : 'may push'} out pods of lower priority: ${victimsOf(group)}`,
        pods,
        budgets: [],
      }
    return {
      code: 'pod-lost',
      message: `${many ? 'the pods' : 'the pod'} ${sure ? (many ? 'are not' : 'is not') : 'may not be'} replaced: ${fate?.why ?? 'nothing makes it again'}`,
      pods,
      budgets: [],
    }
  })
}
