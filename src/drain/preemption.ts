import type { PodDisruptionBudget } from '../model/kubernetes.ts'
import { compareKeys, sortedBy } from '../model/text.ts'
import { type Placement, placement } from './placement.ts'
import { bind, budgetsOf, copyOf, podsOn, remove, type State, startLeaving } from './state.ts'
import type { SimPod } from './world.ts'

export interface Preemption {
  readonly node: number
  readonly victims: readonly SimPod[]
}

/** More nodes than this are not tried: the scheduler itself only looks at a sample of a large cluster. */
const MAX_NODES = 50

/** Whether a pod may push out others at all, and there is one of lower priority. */
export const mayPreempt = (state: State, { spec, priority }: SimPod): boolean =>
  spec.preemptionPolicy !== 'Never' &&
  (priority > state.world.lowestPriority || [...state.placed.keys()].some((one) => one.priority < priority))

/**
 * The node where removing pods of lower priority makes room, and those pods (spec/drain.md R11, DefaultPreemption).
 * Budgets are a preference only. Undefined where preemption does not help.
 */
export function preemption(
  state: State,
  pod: SimPod,
  found: Pick<Placement, 'resolvable'>,
): Preemption | undefined {
  const lower = (node: number) => [...podsOn(state, node)].filter(({ priority }) => priority < pod.priority)
  const best = found.resolvable
    .filter((node) => lower(node).length > 0)
    .slice(0, MAX_NODES)
    .flatMap((node) => {
      const victims = victimsOn(state, pod, node, lower(node))
      return victims === undefined ? [] : [{ node, victims, rank: rank(state, victims) }]
    })
    .sort((a, b) => compareKeys([...a.rank, a.node], [...b.rank, b.node]))[0]
  return best === undefined ? undefined : { node: best.node, victims: best.victims }
}

/** The fewest victims: all pods of lower priority go, then come back one by one while the pod still fits. */
function victimsOn(
  state: State,
  pod: SimPod,
  node: number,
  lower: readonly SimPod[],
): readonly SimPod[] | undefined {
  const fits = (without: readonly SimPod[]): boolean => {
    const changed = copyOf(state)
    for (const victim of without) remove(changed, victim)
    return placement(changed, pod, [node]).nodes.length > 0
  }
  if (!fits(lower)) return undefined
  let victims = lower
  for (const candidate of sortedBy(lower, (one) => [
    violates(state, one) ? 0 : 1,
    -one.priority,
    one.namespace,
    one.name,
  ])) {
    const without = victims.filter((victim) => victim !== candidate)
    if (fits(without)) victims = without
  }
  return victims.length === 0 ? undefined : victims
}

const violates = (state: State, pod: SimPod): boolean =>
  budgetsOf(state, pod).some(
    (budget: PodDisruptionBudget) => (state.numbers.get(budget)?.disruptionsAllowed ?? 0) <= 0,
  )

const rank = (state: State, victims: readonly SimPod[]): readonly number[] => [
  victims.filter((victim) => violates(state, victim)).length,
  Math.max(...victims.map(({ priority }) => priority)),
  victims.reduce((sum, { priority }) => sum + priority, 0),
  victims.length,
]

/** Removes the victims and binds the pod in their place; returns the victims. */
export function preempt(state: State, pod: SimPod, { node, victims }: Preemption, healthy: boolean): void {
  for (const victim of victims) {
    startLeaving(state, victim)
    remove(state, victim)
  }
  bind(state, pod, node, healthy)
  state.preempted.set(pod, victims)
}
