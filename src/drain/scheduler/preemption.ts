import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { compareKeys, sortedBy } from '../../model/text/sort.ts'
import { derived } from '../cluster/derived.ts'
import { type PodField, podKey } from '../cluster/pod-fields.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { storedStatus } from '../disruption/budget.ts'
import { budgetsOfPod } from '../disruption/coverage.ts'
import { initialState } from '../state/budget-tracking.ts'
import { bindPod, deletePod, podsOn, type State, schedulingCopyOf, startTermination } from '../state/state.ts'
import { type FeasibleNodes, feasibleNodes } from './feasible-nodes.ts'
import { FILTERS } from './filters/index.ts'

export interface Preemption {
  readonly node: number
  readonly victims: readonly SimPod[]
}

/** More nodes than this are not tried: the scheduler itself only looks at a sample of a large cluster. */
const MAX_NODES = 50
/** Nodes that are followed where the scheduler takes any of them. */
const MAX_EQUAL = 4

/** What preemption reads of pods besides what the filters do, of those that need room and of those in their way. */
export const PREEMPTION_READS: readonly PodField[] = [
  'priority',
  'spec.preemptionPolicy',
  'namespace',
  'name',
  'labels',
  'created',
  'origin.status.startTime',
]

/** Whether a pod may push out others at all, and there is one of lower priority. */
export const mayPreempt = (state: State, { spec, priority }: SimPod): boolean =>
  spec.preemptionPolicy !== 'Never' &&
  (priority > state.simulated.lowestPriority ||
    [...state.bound.keys()].some((one) => one.priority < priority))

const waiting = derived((_simulated: SimulatedCluster) => new Map<SimPod, boolean>())

/**
 * Whether a pod that waited before the drain can push out others once pods that are in its way by a rule between pods
 * have gone. Where it could have done so before, something that is not known keeps it from it.
 */
export function waitsForOthers(simulated: SimulatedCluster, pod: SimPod): boolean {
  if (pod.spread.length + pod.affinity.length + pod.antiAffinity.length === 0) return false
  const known = waiting(simulated)
  let result = known.get(pod)
  if (result === undefined) {
    const before = initialState(simulated, [])
    result = preemptions(before, pod, feasibleNodes(before, pod)).length === 0
    known.set(pod, result)
  }
  return result
}

/**
 * The nodes where removing pods of lower priority makes room, and those pods (docs/reference/scheduler.md#R11,
 * DefaultPreemption): more than one where the scheduler takes any of them, none where preemption does not help.
 * Budgets are a preference only.
 */
export function preemptions(
  state: State,
  pod: SimPod,
  found: Pick<FeasibleNodes, 'resolvable'>,
): readonly Preemption[] {
  const lower = (node: number) => [...podsOn(state, node)].filter(({ priority }) => priority < pod.priority)
  const possible = sortedBy(
    found.resolvable
      .filter((node) => lower(node).length > 0)
      .slice(0, MAX_NODES)
      .flatMap((node) => {
        const chosen = victimsOn(state, pod, node, lower(node))
        return chosen === undefined ? [] : [{ node, victims: chosen.victims, rank: rank(chosen) }]
      }),
    (one) => [...one.rank, one.node],
  )
  const [best] = possible
  return best === undefined
    ? []
    : possible.filter((one) => compareKeys(one.rank, best.rank) === 0).slice(0, MAX_EQUAL)
}

interface Victims {
  readonly victims: readonly SimPod[]
  /** How many of them their budgets would not let go. */
  readonly violating: number
}

const victimsInSnapshot = derived((_nodes: SimulatedCluster['nodes']) => new Map<string, Victims | 'none'>())

/** Equal for pods that the filters treat alike, and that push out the same pods. */
const preemptorKey = podKey([...FILTERS.flatMap(({ reads }) => reads), 'priority'])

/** The victims on a node; worked out once for pods that are alike and a node that the drain has not changed. */
function victimsOn(state: State, pod: SimPod, node: number, lower: readonly SimPod[]): Victims | undefined {
  const violating = violatingPods(state, lower)
  if (state.usage.has(node) || looksElsewhere(state, pod))
    return chosenVictims(state, pod, node, lower, violating)
  const known = victimsInSnapshot(state.simulated.nodes)
  const kept = [...violating].map(({ namespace, name }) => `${namespace}/${name}`)
  const key = [node, preemptorKey(pod), ...kept].join('|')
  const answer = known.get(key) ?? chosenVictims(state, pod, node, lower, violating) ?? 'none'
  known.set(key, answer)
  return answer === 'none' ? undefined : answer
}

/** Whether more than the pods of a node decides whether it takes this pod. */
const looksElsewhere = (state: State, pod: SimPod): boolean =>
  FILTERS.some((filter) => filter.scope === 'Cluster' && filter.concerns(state, pod))

/** The fewest victims: all pods of lower priority go, then come back one by one while the pod still fits. */
function chosenVictims(
  state: State,
  pod: SimPod,
  node: number,
  lower: readonly SimPod[],
  violating: ReadonlySet<SimPod>,
): Victims | undefined {
  const fits = (without: readonly SimPod[]): boolean => {
    const changed = schedulingCopyOf(state)
    for (const victim of without) deletePod(changed, victim)
    return feasibleNodes(changed, pod, [node]).nodes.length > 0
  }
  if (!fits(lower)) return undefined
  let victims = lower
  for (const candidate of sortedBy(lower, (one) => [violating.has(one) ? 0 : 1, ...importance(one)])) {
    const without = victims.filter((victim) => victim !== candidate)
    if (fits(without)) victims = without
  }
  return victims.length === 0
    ? undefined
    : { victims, violating: victims.filter((victim) => violating.has(victim)).length }
}

/** In milliseconds; a pod that has not started counts as started now. */
const startOf = ({ origin, created: made }: SimPod): number =>
  made || origin.status?.startTime == null ? Number.MAX_SAFE_INTEGER : Date.parse(origin.status.startTime)

/** Sorts the more important pod first: by priority, then the one that has run for longer. */
const importance = (pod: SimPod): readonly (string | number)[] => [
  -pod.priority,
  startOf(pod),
  pod.namespace,
  pod.name,
]

/** The pods that go beyond what their budgets allow. Here an empty selector matches nothing. */
function violatingPods(state: State, pods: readonly SimPod[]): ReadonlySet<SimPod> {
  const allowed = new Map<PodDisruptionBudget, number>()
  const violating = new Set<SimPod>()
  for (const pod of sortedBy(pods, importance))
    for (const budget of budgetsOfPod(state.simulated, pod)) {
      const { matchLabels = {}, matchExpressions = [] } = budget.spec?.selector ?? {}
      if (Object.keys(matchLabels).length + matchExpressions.length === 0) continue
      const status = state.budgetStatus.get(budget) ?? storedStatus(budget)
      const remaining = (allowed.get(budget) ?? status?.disruptionsAllowed ?? 0) - 1
      allowed.set(budget, remaining)
      if (remaining < 0) violating.add(pod)
    }
  return violating
}

/** Makes every priority count, so that more victims are worse even where their priorities are negative. */
const SHIFT = 2 ** 31

/** What the scheduler compares nodes by, in this order; less is better. */
function rank({ victims, violating }: Victims): readonly number[] {
  const highest = Math.max(...victims.map(({ priority }) => priority))
  const started = victims.filter(({ priority }) => priority === highest).map(startOf)
  return [
    violating,
    highest,
    victims.reduce((sum, { priority }) => sum + priority + SHIFT, 0),
    victims.length,
    -Math.min(...started),
  ]
}

/** Removes the victims and binds the pod in their place; returns the victims. */
export function preempt(state: State, pod: SimPod, { node, victims }: Preemption, healthy: boolean): void {
  for (const victim of victims) {
    startTermination(state, victim)
    deletePod(state, victim)
  }
  bindPod(state, pod, node, healthy)
  state.victims.set(pod, victims)
}
