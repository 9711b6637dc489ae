import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { PodTerm } from '../cluster/affinity-terms.ts'
import { add, subtract } from '../cluster/resources.ts'
import { ownerKey, type SimPod, type Usage, type World } from '../cluster/simulated-cluster.ts'
import {
  type BudgetNumbers,
  EMPTY_TALLY,
  type Scale,
  scaleOf,
  type Tally,
  tallied,
} from '../disruption/budget.ts'
import { budgetsOver } from '../disruption/coverage.ts'

/** An anti-affinity term, with the number of pods on each node that hold it. */
export interface HeldTerm {
  readonly term: PodTerm
  readonly nodes: ReadonlyMap<number, number>
}

/**
 * The nodes whose usage changed, oldest first. The list is shared with copies of a state until one of them goes on;
 * only the first `length` entries are a state's own.
 */
export interface Changes {
  readonly log: number[]
  readonly length: number
}

/** What comes after an evicted pod. `lost`: nothing, although it was wanted. */
export interface Successor {
  readonly made?: SimPod
  readonly why?: string
  readonly lost?: boolean
}

/** One moment of a simulated drain. Functions of this file change it in place; {@link copyOf} branches it. */
export interface State {
  readonly world: World
  /** Pods whose objects are gone. */
  readonly gone: Set<SimPod>
  /** Those, and pods that have ended although something keeps their objects: nothing of theirs is in the way any more. */
  readonly vacated: Set<SimPod>
  /** Evicted or deleted, and still there: they hold their room, but no budget counts them. */
  readonly leaving: Set<SimPod>
  /** Pods that were bound during the drain, with the node. */
  readonly placed: Map<SimPod, number>
  /** The same by node. */
  readonly landed: Map<number, readonly SimPod[]>
  /** Those of them that became Ready. */
  readonly up: Set<SimPod>
  /** Pods that wait for the scheduler, oldest first. */
  queue: SimPod[]
  readonly usage: Map<number, Usage>
  changes: Changes
  readonly tallies: Map<PodDisruptionBudget, Tally>
  readonly numbers: Map<PodDisruptionBudget, BudgetNumbers>
  /** Pods that left or were bound, by namespace. */
  readonly touched: Map<string, readonly SimPod[]>
  /** How the count of pods that hold an anti-affinity term has changed on each node, by namespace and term. */
  readonly heldTerms: Map<string, ReadonlyMap<string, HeldTerm>>
  /** Budgets whose pods changed since the controller last looked. */
  readonly stale: Set<PodDisruptionBudget>
  /** Budgets whose pods changed, too, but of which the controller may look at another one instead (B9). */
  readonly overlooked: Set<PodDisruptionBudget>
  /** Pods of each controller that count as its replicas, and failures of Jobs, where they changed. */
  readonly failures: Map<string, number>
  /** Pods that were made, by owner. */
  readonly made: Map<string, readonly SimPod[]>
  /** Pods that went, whose Jobs make others only after a while. */
  delayed: readonly SimPod[]
  /** Pods that went, and for whose successors a quota has no room so far. */
  refused: readonly SimPod[]
  /** What came after each pod that was evicted: the pod that was made, or why there is none. */
  readonly successors: Map<SimPod, Successor>
  /** The nodes that took each placed pod when it was bound, of which it is on one. */
  readonly candidates: Map<SimPod, readonly number[]>
  /** Victims of each pod that was placed by preemption. */
  readonly preempted: Map<SimPod, readonly SimPod[]>
  /** Waiting pods that are taken to stay Pending, because it is not known whether they fit. */
  readonly parked: Set<SimPod>
  /** The fewest healthy pods of each budget on any course; one map for all copies, where it fell at all. */
  readonly lowest: Map<PodDisruptionBudget, number>
}

export function copyOf(state: State): State {
  return {
    world: state.world,
    gone: new Set(state.gone),
    vacated: new Set(state.vacated),
    leaving: new Set(state.leaving),
    placed: new Map(state.placed),
    landed: new Map(state.landed),
    up: new Set(state.up),
    queue: [...state.queue],
    usage: new Map(state.usage),
    changes: state.changes,
    touched: new Map(state.touched),
    heldTerms: new Map(state.heldTerms),
    tallies: new Map(state.tallies),
    numbers: new Map(state.numbers),
    stale: new Set(state.stale),
    overlooked: new Set(state.overlooked),
    failures: new Map(state.failures),
    made: new Map(state.made),
    delayed: state.delayed,
    refused: state.refused,
    successors: new Map(state.successors),
    candidates: new Map(state.candidates),
    preempted: new Map(state.preempted),
    parked: new Set(state.parked),
    lowest: state.lowest,
  }
}

/** A copy of what the scheduler looks at, for a question that begins with "what if"; budgets are not kept account of. */
export const sketchOf = (state: State): State => ({
  ...state,
  gone: new Set(state.gone),
  vacated: new Set(state.vacated),
  leaving: new Set(state.leaving),
  usage: new Map(state.usage),
  touched: new Map(state.touched),
  heldTerms: new Map(state.heldTerms),
  tallies: new Map(),
  stale: new Set(),
  overlooked: new Set(),
})

const scales = new WeakMap<World['cluster'], Map<string, Scale>>()

/** The scale of a pod's controller, looked up once per controller. */
export function scaleFor(world: World, pod: SimPod): Scale {
  if (pod.owner === undefined) return { type: 'Unmanaged' }
  const known = scales.get(world.cluster) ?? new Map<string, Scale>()
  scales.set(world.cluster, known)
  const key = ownerKey(pod.namespace, pod.owner)
  const scale = known.get(key) ?? scaleOf(world.cluster, pod)
  known.set(key, scale)
  return scale
}

export const budgetsOf = (state: State, pod: SimPod): readonly PodDisruptionBudget[] =>
  budgetsOver(state.world, pod).filter((budget) => state.tallies.has(budget))

function recount(state: State, pod: SimPod, change: { pods: number; healthy: number }): void {
  // When a pod changes, the controller looks at one of its budgets, and which one is chance.
  const all = budgetsOver(state.world, pod)
  for (const budget of all) (all.length > 1 ? state.overlooked : state.stale).add(budget)
  for (const budget of budgetsOf(state, pod)) {
    const tally = state.tallies.get(budget) ?? EMPTY_TALLY
    const next = tallied(tally, scaleFor(state.world, pod), change)
    state.tallies.set(budget, next)
    if (change.healthy < 0)
      state.lowest.set(budget, Math.min(next.healthy, state.lowest.get(budget) ?? next.healthy))
  }
}

/** Where a pod is bound now; undefined while it waits for the scheduler. */
export const nodeOf = (state: State, pod: SimPod): number | undefined => state.placed.get(pod) ?? pod.boundTo

export const isTerminating = (state: State, pod: SimPod): boolean => pod.terminating || state.leaving.has(pod)

function touch(state: State, pod: SimPod): void {
  const known = state.touched.get(pod.namespace) ?? []
  if (!known.includes(pod)) state.touched.set(pod.namespace, [...known, pod])
}

/** The pod is told to stop: it no longer counts as healthy, and still occupies its node. */
export function startLeaving(state: State, pod: SimPod): void {
  if (state.leaving.has(pod)) return
  state.leaving.add(pod)
  touch(state, pod)
  if ((pod.ready && !pod.terminating) || state.up.has(pod)) recount(state, pod, { pods: 0, healthy: -1 })
}

/** The pod's object disappears, and with it what it occupied. */
export function remove(state: State, pod: SimPod): void {
  state.leaving.delete(pod)
  state.gone.add(pod)
  vacate(state, pod)
  recount(state, pod, { pods: -1, healthy: 0 })
  state.queue = state.queue.filter((waiting) => waiting !== pod)
}

/** The kubelet ends the pod: its phase is Failed or Succeeded now, and the scheduler counts it no more (R1). */
export function vacate(state: State, pod: SimPod): void {
  if (state.vacated.has(pod)) return
  state.vacated.add(pod)
  touch(state, pod)
  const node = nodeOf(state, pod)
  if (node !== undefined && !pod.finished) use(state, node, pod, -1)
}

/** A controller makes a pod; it waits for the scheduler. */
export function create(state: State, pod: SimPod): void {
  const key = pod.owner === undefined ? '' : ownerKey(pod.namespace, pod.owner)
  state.made.set(key, [...(state.made.get(key) ?? []), pod])
  state.queue = [...state.queue, pod]
  recount(state, pod, { pods: 1, healthy: 0 })
}

/** The scheduler binds a pod, and it becomes what `healthy` says. */
export function bind(state: State, pod: SimPod, node: number, healthy: boolean): void {
  state.queue = state.queue.filter((waiting) => waiting !== pod)
  state.placed.set(pod, node)
  state.landed.set(node, [...(state.landed.get(node) ?? []), pod])
  touch(state, pod)
  use(state, node, pod, 1)
  if (!healthy) return
  state.up.add(pod)
  recount(state, pod, { pods: 0, healthy: 1 })
}

/** No namespace has this name. */
const EVERYWHERE = '*'

/** What a drain changed about the anti-affinity terms that can speak of pods in this namespace. */
export function* heldTermsAbout(state: State, namespace: string): Generator<readonly [string, HeldTerm]> {
  for (const scope of [namespace, EVERYWHERE]) yield* state.heldTerms.get(scope) ?? []
}

function use(state: State, node: number, pod: SimPod, sign: 1 | -1): void {
  for (const term of pod.antiAffinity)
    for (const namespace of term.namespaces === 'all' ? [EVERYWHERE] : term.namespaces) {
      const held = new Map(state.heldTerms.get(namespace))
      const nodes = new Map(held.get(term.key)?.nodes)
      nodes.set(node, (nodes.get(node) ?? 0) + sign)
      state.heldTerms.set(namespace, held.set(term.key, { term, nodes }))
    }
  const before = usageOn(state, node)
  state.usage.set(node, {
    pods: before.pods + sign,
    requests: (sign === 1 ? add : subtract)(before.requests, pod.requests),
  })
  const { log, length } = state.changes
  const own = log.length === length ? log : log.slice(0, length)
  own.push(node)
  state.changes = { log: own, length: length + 1 }
}

/** What was worked out for a state, and for which. */
export interface Known<T> {
  readonly nodes: World['nodes']
  readonly changes: Changes
  readonly value: T
}

/** The nodes whose usage changed since something was worked out; undefined where it was for another course. */
export function changedSince(state: State, known: Known<unknown> | undefined): Iterable<number> | undefined {
  const { log, length } = state.changes
  if (known?.nodes !== state.world.nodes || known.changes.log !== log || known.changes.length > length)
    return undefined
  return length - known.changes.length > state.usage.size
    ? state.usage.keys()
    : log.slice(known.changes.length, length)
}

export const usageOn = (state: State, node: number): Usage =>
  state.usage.get(node) ?? state.world.usage[node] ?? { pods: 0, requests: {} }

/** The pods that the scheduler sees on a node, terminating ones included until they have ended. */
export function* podsOn(state: State, node: number): Generator<SimPod> {
  for (const pod of state.world.byNode[node] ?? []) if (!state.vacated.has(pod)) yield pod
  for (const pod of state.landed.get(node) ?? []) if (!state.vacated.has(pod)) yield pod
}

/** Takes one disruption from a budget, as an eviction does until the controller looks again (3.1, 6e). */
export function spend(state: State, budget: PodDisruptionBudget): void {
  const numbers = state.numbers.get(budget)
  if (numbers === undefined) return
  state.numbers.set(budget, { ...numbers, disruptionsAllowed: numbers.disruptionsAllowed - 1 })
  state.stale.add(budget)
}
