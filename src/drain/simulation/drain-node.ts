import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { readiness } from '../controllers/replacement-pod.ts'
import {
  type BudgetRefusal,
  type EvictionAnswer,
  type EvictionError,
  judgeEviction,
} from '../disruption/eviction.ts'
import type { DrainPolicy, EvictionInterleaving } from '../policy/policy.ts'
import { copyOf, isTerminating, type State, takeDisruption, trackedBudgets } from '../state/state.ts'
import { staysTerminating } from '../state/terminating.ts'
import { equivalenceKey, stateKey } from './equivalence.ts'
import { deletePods, endBackOff } from './reconcile.ts'
import { explore, type Search } from './search.ts'

/** A pod that a drain could not remove, with the budgets that match it. */
export type RemainingPod = {
  readonly pod: SimPod
  readonly budgets: readonly PodDisruptionBudget[]
} & (
  | { readonly why: 'Refused'; readonly budget: PodDisruptionBudget; readonly refusal: BudgetRefusal }
  | { readonly why: 'Fatal'; readonly error: EvictionError }
  /** Its object does not go away. */
  | { readonly why: 'Terminating' }
)

/** One way in which the drain of one node ends. */
export interface Ending {
  readonly state: State
  readonly remaining: readonly RemainingPod[]
}

interface Judged {
  readonly pod: SimPod
  readonly answer: EvictionAnswer
  readonly budget: PodDisruptionBudget | undefined
}

function judge(state: State, pod: SimPod): Judged & { readonly budgets: readonly PodDisruptionBudget[] } {
  const budgets = trackedBudgets(state, pod)
  const [budget] = budgets
  const answer = judgeEviction(
    {
      finished: pod.finished,
      starting: pod.boundTo === undefined ? readiness(state, pod) === 'Pending' : pod.starting,
      terminating: isTerminating(state, pod),
      ready: pod.boundTo === undefined ? readiness(state, pod) === 'Ready' : pod.ready,
    },
    budgets,
    budget === undefined ? undefined : state.budgetStatus.get(budget),
    state.simulated.saysWhyRefused,
  )
  return { pod, answer, budget, budgets }
}

/**
 * Drains one node of its pods from one state: every ending that the search finds (docs/reference/order.md#O8, steps 3
 * to 5). `pods` are those that the drainer takes. The given state is changed.
 */
export function drainNode(
  state: State,
  pods: readonly SimPod[],
  interleaving: EvictionInterleaving,
  { removal }: Pick<DrainPolicy, 'removal'>,
  search: Search,
): readonly Ending[] {
  const deleteOnly = removal === 'Delete'
  const endings: Ending[] = []
  const seen = new Set<string>()
  const open: State[] = [state]
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (search.effort <= 0 && endings.length > 0) break
    const present = current
    const remaining = pods.filter((pod) => !present.deleted.has(pod) && !present.terminating.has(pod))
    const judged = remaining.map((pod) => judge(present, pod))
    const accepted = deleteOnly ? judged : judged.filter(({ answer }) => answer.type === 'Accepted')
    // While the drainer waits for a budget, Jobs that back off go on.
    if (accepted.length === 0 && judged.length > 0 && current.backingOff.length > 0) {
      open.push(...endBackOff([current], search))
      continue
    }
    if (accepted.length === 0) {
      endings.push({ state: current, remaining: remainingPods(current, pods, judged) })
      continue
    }
    const batches = deleteOnly ? [accepted] : nextBatches(accepted, present, interleaving)
    const chosen = explore(search, batches)
    const nexts = chosen.flatMap((batch) =>
      evict(chosen.length === 1 ? present : copyOf(present), batch, deleteOnly, search),
    )
    // As long as there is one course only, no state can come twice.
    if (nexts.length === 1 && open.length === 0 && seen.size === 0) open.push(...nexts)
    else
      for (const next of nexts) {
        const key = stateKey(next)
        if (!seen.has(key)) open.push(next)
        seen.add(key)
      }
  }
  return endings.length <= 1
    ? endings
    : [...new Map(endings.map((ending) => [stateKey(ending.state), ending] as const)).values()]
}

/** The states that can follow when these pods are evicted at the same moment; the given one is changed. */
function evict(
  state: State,
  batch: readonly Judged[],
  deleteOnly: boolean,
  search: Search,
): readonly State[] {
  if (!deleteOnly)
    for (const { answer, budget } of batch)
      if (budget !== undefined && answer.type === 'Accepted' && answer.counted) takeDisruption(state, budget)
  return deletePods(
    state,
    batch.map(({ pod }) => pod),
    search,
  )
}

function remainingPods(
  state: State,
  pods: readonly SimPod[],
  judged: readonly (Judged & { readonly budgets: readonly PodDisruptionBudget[] })[],
): readonly RemainingPod[] {
  const refused = judged.flatMap(({ pod, answer, budgets }): RemainingPod[] => {
    if (answer.type === 'Accepted') return []
    return answer.type === 'Fatal'
      ? [{ pod, budgets, why: 'Fatal', error: answer.error }]
      : [{ pod, budgets, why: 'Refused', budget: answer.budget, refusal: answer.refusal }]
  })
  const terminating = pods.flatMap((pod): RemainingPod[] =>
    state.terminating.has(pod) && staysTerminating(state, pod)
      ? [{ pod, budgets: [], why: 'Terminating' }]
      : [],
  )
  return [...refused, ...terminating]
}

/** The sets of pods that can be evicted next, all of one set at the same moment. */
function nextBatches(
  accepted: readonly Judged[],
  state: State,
  interleaving: EvictionInterleaving,
): readonly (readonly Judged[])[] {
  if (interleaving === 'Single') return distinct(accepted).map((one) => [one])
  const counted = ({ answer }: Judged) => answer.type === 'Accepted' && answer.counted
  const free = accepted.filter((one) => !counted(one))
  const perBudget = Map.groupBy(
    accepted.filter(counted),
    ({ budget }) => `${budget?.metadata.namespace}/${budget?.metadata.name}`,
  )
  const choices = [...perBudget.values()].map((group) => {
    const budget = group[0]?.budget
    const allowed = budget === undefined ? 0 : (state.budgetStatus.get(budget)?.disruptionsAllowed ?? 0)
    return subsets(group, interleaving === 'Stepwise' ? 1 : allowed)
  })
  const sure = choices.filter((options) => options.length === 1).flatMap(([only]) => only ?? [])
  const open = choices.filter((options) => options.length > 1)
  let batches: readonly (readonly Judged[])[] = [[...free, ...sure]]
  for (const options of open) {
    const product = batches.flatMap((batch) => options.map((choice) => [...batch, ...choice]))
    // Budgets do not depend on each other: where there are many choices, the other budgets wait for their turn.
    if (batches.length > 1 && product.length > MAX_PRODUCT) break
    batches = product
  }
  return batches
}

/** Combinations of several budgets' choices that are tried at the same moment. */
const MAX_PRODUCT = 16
const MAX_BATCHES = 256

const distinct = (items: readonly Judged[]): readonly Judged[] => [
  ...new Map(items.map((item) => [equivalenceKey(item.pod), item])).values(),
]

/** The different ways to take `size` of the pods, equal pods counting as one. */
function subsets(items: readonly Judged[], size: number): readonly (readonly Judged[])[] {
  if (size >= items.length) return [items]
  const classes = [...Map.groupBy(items, ({ pod }) => equivalenceKey(pod)).values()]
  let partial: readonly (readonly Judged[])[] = [[]]
  for (const members of classes) {
    partial = partial
      .flatMap((chosen) =>
        Array.from({ length: Math.min(members.length, size - chosen.length) + 1 }, (_, count) => [
          ...chosen,
          ...members.slice(0, count),
        ]),
      )
      .slice(0, MAX_BATCHES)
  }
  return partial.filter((chosen) => chosen.length === size)
}
