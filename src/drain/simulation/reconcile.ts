import type { SimPod } from '../cluster/simulated-cluster.ts'
import { replacementDecision } from '../controllers/decision.ts'
import { backsOff, bookJobFailure } from '../controllers/job.ts'
import { quotaRefusal } from '../controllers/quota.ts'
import { syncBudgets } from '../state/budget-tracking.ts'
import { copyOf, deletePod, endPod, type State, startTermination } from '../state/state.ts'
import { kubeletEnds, staysTerminating } from '../state/terminating.ts'
import { distinctStates } from './equivalence.ts'
import { continueStatefulSet, makeReplacement, schedule } from './scheduling.ts'
import { explore, type Search } from './search.ts'

/**
 * Deletes pods at the same moment, and lets the cluster come to rest: controllers make replacements, the scheduler
 * places what it can, the kubelets start them, budgets are counted again. Returns every state that can follow; the
 * given state is changed.
 */
export function deletePods(state: State, pods: readonly SimPod[], search: Search): readonly State[] {
  const start = state
  for (const pod of pods) startTermination(start, pod)
  for (const pod of pods) bookJobFailure(start, pod)
  const jobs: SimPod[] = []
  const later: SimPod[] = []
  const last: SimPod[] = []
  for (const pod of pods) {
    if (start.deleted.has(pod)) continue
    const next = replacementDecision(start, pod)
    if (next.type === 'None') start.replacements.set(pod, { why: next.why, lost: next.lost })
    else if (backsOff(start, pod)) last.push(pod)
    else if (next.type === 'WhenGone') later.push(pod)
    else if (pod.owner?.kind === 'Job') jobs.push(pod)
    else makeReplacement(start, pod)
  }
  // The Job controller looks once a second: its pods come before or after those that wait for the old pod to go.
  const orders = jobs.length > 0 && later.length > 0 ? [jobs, []] : [jobs]
  return explore(search, orders).flatMap((early) => {
    const next = orders.length === 1 ? start : copyOf(start)
    for (const pod of early) makeReplacement(next, pod)
    // The first attempt comes while the old pods are still there; what fails is tried again when they are gone.
    const states = search.schedulerComesLate ? [next] : schedule([next], search)
    const late = early.length === jobs.length ? later : [...later, ...jobs]
    const finished = states.flatMap((each) => finishDeleting(each, pods, late, search))
    for (const each of finished) each.backingOff = [...each.backingOff, ...last]
    const rested = reconcile(finished, search)
    return search.schedulerComesLate ? rested : endBackOff(rested, search)
  })
}

/** Makes the pods of Jobs that wait after a failure: everybody else has taken their places by then. */
export function endBackOff(states: readonly State[], search: Search): readonly State[] {
  return states.flatMap((state) => {
    if (state.backingOff.length === 0) return [state]
    const next = copyOf(state)
    next.backingOff = []
    for (const pod of state.backingOff)
      if (next.deleted.has(pod) || replacementDecision(next, pod).type === 'AtOnce')
        makeReplacement(next, pod)
    return reconcile([next], search)
  })
}

/** The old pods go; then come the pods that wait for that, and those that a quota had no room for. */
function finishDeleting(
  state: State,
  pods: readonly SimPod[],
  later: readonly SimPod[],
  search: Search,
): readonly State[] {
  const { quotaDenied } = state
  state.quotaDenied = []
  for (const pod of pods)
    if (!state.deleted.has(pod)) {
      if (!staysTerminating(state, pod)) deletePod(state, pod)
      else if (kubeletEnds(state, pod)) endPod(state, pod)
    }
  const isOfSet = ({ owner }: SimPod) => owner?.kind === 'StatefulSet'
  const waited = later.filter((pod) => state.deleted.has(pod) && !isOfSet(pod))
  return createInTurn(state, [...waited, ...quotaDenied, ...pods.filter(isOfSet)], search)
}

/**
 * Makes what takes the place of these pods, as far as quotas have room. Each controller tries again after a time of its
 * own, so that where the room is not enough for all, any of them may be the first, or the last.
 */
function createInTurn(state: State, pods: readonly SimPod[], search: Search): readonly State[] {
  const made = (next: State, order: readonly SimPod[]): State => {
    for (const pod of order)
      if (pod.owner?.kind === 'StatefulSet') continueStatefulSet(next, pod)
      else makeReplacement(next, pod)
    return next
  }
  const owners = Map.groupBy(pods, ({ namespace, owner }) => `${namespace}/${owner?.uid ?? ''}`)
  const { resourcequotas } = state.simulated.cluster.objects
  if (owners.size < 2 || resourcequotas.length === 0) return [made(state, pods)]
  const asTheyCome = made(copyOf(state), pods)
  const isLeftOut = (pod: SimPod) =>
    asTheyCome.replacements.get(pod)?.lost === true && quotaRefusal(asTheyCome, pod) !== undefined
  if (!pods.some(isLeftOut)) return [asTheyCome]
  const orders = [...owners.values()].flatMap((own) => {
    const others = pods.filter((pod) => !own.includes(pod))
    return [
      [...own, ...others],
      [...others, ...own],
    ]
  })
  return explore(search, orders).map((order) => made(copyOf(state), order))
}

/** Schedules and fills StatefulSets until nothing moves any more; then the budgets are counted again. */
export function reconcile(states: readonly State[], search: Search): readonly State[] {
  let open = states
  const resting: State[] = []
  while (open.length > 0) {
    const next: State[] = []
    for (const state of schedule(open, search)) {
      const members = new Map(
        [...state.deleted, ...state.bound.keys()]
          .filter(({ owner }) => owner?.kind === 'StatefulSet')
          .map((pod) => [pod.owner?.uid ?? '', pod] as const),
      )
      const filled = [...members.values()].map((member) => continueStatefulSet(state, member)).some(Boolean)
      if (filled) next.push(state)
      else resting.push(...explore(search, syncBudgets(state)))
    }
    open = next
  }
  return distinctStates(resting)
}
