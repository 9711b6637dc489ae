import { groupBy } from '../../model/text/text.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { backsOff, bookJobFailure, succession } from '../controllers/controllers.ts'
import { quotaRefusal } from '../controllers/quota.ts'
import { syncBudgets } from '../state/budget-sync.ts'
import { distinctStates } from '../state/equivalence.ts'
import { copyOf, remove, type State, startLeaving, vacate } from '../state/state.ts'
import { isEnded, staysTerminating } from '../state/terminating.ts'
import { fill, makeSuccessor, schedule } from './scheduling.ts'
import { follow, type Search } from './search.ts'

/**
 * Deletes pods at the same moment, and lets the cluster come to rest: controllers make replacements, the scheduler
 * places what it can, the kubelets start them, budgets are counted again. Returns every state that can follow; the
 * given state is changed.
 */
export function deletePods(state: State, pods: readonly SimPod[], search: Search): readonly State[] {
  const start = state
  for (const pod of pods) startLeaving(start, pod)
  for (const pod of pods) bookJobFailure(start, pod)
  const jobs: SimPod[] = []
  const later: SimPod[] = []
  const last: SimPod[] = []
  for (const pod of pods) {
    if (start.gone.has(pod)) continue
    const next = succession(start, pod)
    if (next.type === 'None') start.successors.set(pod, { why: next.why, lost: next.lost })
    else if (backsOff(start, pod)) last.push(pod)
    else if (next.type === 'WhenGone') later.push(pod)
    else if (pod.owner?.kind === 'Job') jobs.push(pod)
    else makeSuccessor(start, pod)
  }
  // The Job controller looks once a second: its pods come before or after those that wait for the old pod to go.
  const orders = jobs.length > 0 && later.length > 0 ? [jobs, []] : [jobs]
  return follow(search, orders).flatMap((early) => {
    const next = orders.length === 1 ? start : copyOf(start)
    for (const pod of early) makeSuccessor(next, pod)
    // The first attempt comes while the old pods are still there; what fails is tried again when they are gone.
    const states = search.late ? [next] : schedule([next], search)
    const late = early.length === jobs.length ? later : [...later, ...jobs]
    const finished = states.flatMap((each) => finishDeleting(each, pods, late, search))
    for (const each of finished) each.delayed = [...each.delayed, ...last]
    const rested = settle(finished, search)
    return search.late ? rested : makeDelayed(rested, search)
  })
}

/** Makes the pods of Jobs that wait after a failure: everybody else has taken their places by then. */
export function makeDelayed(states: readonly State[], search: Search): readonly State[] {
  return states.flatMap((state) => {
    if (state.delayed.length === 0) return [state]
    const next = copyOf(state)
    next.delayed = []
    for (const pod of state.delayed)
      if (next.gone.has(pod) || succession(next, pod).type === 'AtOnce') makeSuccessor(next, pod)
    return settle([next], search)
  })
}

/** The old pods go; then come the pods that wait for that, and those that a quota had no room for. */
function finishDeleting(
  state: State,
  pods: readonly SimPod[],
  later: readonly SimPod[],
  search: Search,
): readonly State[] {
  const { refused } = state
  state.refused = []
  for (const pod of pods)
    if (!state.gone.has(pod)) {
      if (!staysTerminating(state, pod)) remove(state, pod)
      else if (isEnded(state, pod)) vacate(state, pod)
    }
  const isOfSet = ({ owner }: SimPod) => owner?.kind === 'StatefulSet'
  const waited = later.filter((pod) => state.gone.has(pod) && !isOfSet(pod))
  return inTurn(state, [...waited, ...refused, ...pods.filter(isOfSet)], search)
}

/**
 * Makes what takes the place of these pods, as far as quotas have room. Each controller tries again after a time of its
 * own, so that where the room is not enough for all, any of them may be the first, or the last.
 */
function inTurn(state: State, pods: readonly SimPod[], search: Search): readonly State[] {
  const made = (next: State, order: readonly SimPod[]): State => {
    for (const pod of order)
      if (pod.owner?.kind === 'StatefulSet') fill(next, pod)
      else makeSuccessor(next, pod)
    return next
  }
  const owners = groupBy(pods, ({ namespace, owner }) => `${namespace}/${owner?.uid ?? ''}`)
  const { resourcequotas } = state.world.cluster.objects
  if (owners.size < 2 || resourcequotas.length === 0) return [made(state, pods)]
  const asTheyCome = made(copyOf(state), pods)
  const isLeftOut = (pod: SimPod) =>
    asTheyCome.successors.get(pod)?.lost === true && quotaRefusal(asTheyCome, pod) !== undefined
  if (!pods.some(isLeftOut)) return [asTheyCome]
  const orders = [...owners.values()].flatMap((own) => {
    const others = pods.filter((pod) => !own.includes(pod))
    return [
      [...own, ...others],
      [...others, ...own],
    ]
  })
  return follow(search, orders).map((order) => made(copyOf(state), order))
}

/** Schedules and fills StatefulSets until nothing moves any more; then the budgets are counted again. */
export function settle(states: readonly State[], search: Search): readonly State[] {
  let open = states
  const resting: State[] = []
  while (open.length > 0) {
    const next: State[] = []
    for (const state of schedule(open, search)) {
      const members = new Map(
        [...state.gone, ...state.placed.keys()]
          .filter(({ owner }) => owner?.kind === 'StatefulSet')
          .map((pod) => [pod.owner?.uid ?? '', pod] as const),
      )
      const filled = [...members.values()].map((member) => fill(state, member)).some(Boolean)
      if (filled) next.push(state)
      else resting.push(...follow(search, syncBudgets(state)))
    }
    open = next
  }
  return distinctStates(resting)
}
