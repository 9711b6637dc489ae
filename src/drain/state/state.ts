import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { AffinityTerm } from '../cluster/affinity-terms.ts'
import { derived } from '../cluster/derived.ts'
import { add, subtract } from '../cluster/resources.ts'
import { ownerKey, type SimPod, type SimulatedCluster, type Usage } from '../cluster/simulated-cluster.ts'
import {
  type BudgetStatus,
  EMPTY_TALLY,
  type Scale,
  scaleOf,
  type Tally,
  tallied,
} from '../disruption/budget.ts'
import { budgetsOfPod } from '../disruption/coverage.ts'
import type { NoReplacement } from './replacement-decision.ts'

/** An anti-affinity term, with the number of pods on each node that hold it. */
export interface HeldTerm {
  readonly term: AffinityTerm
  readonly nodes: ReadonlyMap<number, number>
}

/**
 * The nodes whose usage changed, oldest first. The list is shared with copies of a state until one of them goes on;
 * only the first `length` entries are a state's own.
 */
export interface UsageLog {
  readonly log: number[]
  readonly length: number
}

/** What comes after an evicted pod: the pod that was made, or nothing. */
export interface PodReplacement {
  readonly pod?: SimPod
  /** Why there is none; with a pod: why it is not known whether its owner makes it. */
  readonly why?: NoReplacement
  /** True where there is none, although one is wanted. */
  readonly lost?: boolean
}

/** One moment of a simulated drain. Functions of this file change it in place; {@link copyOf} branches it. */
export interface State {
  readonly simulated: SimulatedCluster
  /** Pods whose objects are gone. */
  readonly deleted: Set<SimPod>
  /**
   * Those, and pods that have ended although something keeps their objects: nothing of theirs is in the way any more.
   */
  readonly ended: Set<SimPod>
  /** Evicted or deleted, and still there: they hold their room, but no budget counts them. */
  readonly terminating: Set<SimPod>
  /** Pods that were bound during the drain, with the node. */
  readonly bound: Map<SimPod, number>
  /** The same by node. */
  readonly boundByNode: Map<number, readonly SimPod[]>
  /** Those of them that became Ready. */
  readonly ready: Set<SimPod>
  /** Pods that wait for the scheduler, oldest first. */
  queue: SimPod[]
  readonly usage: Map<number, Usage>
  usageLog: UsageLog
  readonly tallies: Map<PodDisruptionBudget, Tally>
  readonly budgetStatus: Map<PodDisruptionBudget, BudgetStatus>
  /** Pods that left or were bound, by namespace. */
  readonly changedPods: Map<string, readonly SimPod[]>
  /** How the count of pods that hold an anti-affinity term has changed on each node, by namespace and term. */
  readonly heldTerms: Map<string, ReadonlyMap<string, HeldTerm>>
  /** Budgets whose pods changed since the controller last looked. */
  readonly unsynced: Set<PodDisruptionBudget>
  /**
   * Budgets whose pods changed, too, but of which the controller may look at another one instead
   * (docs/reference/disruption-budgets.md#B9).
   */
  readonly maybeUnsynced: Set<PodDisruptionBudget>
  /** Pods of each controller that count as its replicas, and failures of Jobs, where they changed. */
  readonly jobFailures: Map<string, number>
  /** Pods that were made, by owner. */
  readonly createdByOwner: Map<string, readonly SimPod[]>
  /** Pods that went, whose Jobs make others only after a while. */
  backingOff: readonly SimPod[]
  /** Pods that went, and for whose successors a quota has no room so far. */
  quotaDenied: readonly SimPod[]
  /** What came after each pod that was evicted: the pod that was made, or why there is none. */
  readonly replacements: Map<SimPod, PodReplacement>
  /** The nodes that took each placed pod when it was bound, of which it is on one. */
  readonly feasibleNodes: Map<SimPod, readonly number[]>
  /** Victims of each pod that was placed by preemption. */
  readonly victims: Map<SimPod, readonly SimPod[]>
  /** Waiting pods that are taken to stay Pending, because it is not known whether they fit. */
  readonly undecided: Set<SimPod>
  /** The fewest healthy pods of each budget on any course; one map for all copies, where it fell at all. */
  readonly lowestHealthy: Map<PodDisruptionBudget, number>
}

export function copyOf(state: State): State {
  return {
    simulated: state.simulated,
    deleted: new Set(state.deleted),
    ended: new Set(state.ended),
    terminating: new Set(state.terminating),
    bound: new Map(state.bound),
    boundByNode: new Map(state.boundByNode),
    ready: new Set(state.ready),
    queue: [...state.queue],
    usage: new Map(state.usage),
    usageLog: state.usageLog,
    changedPods: new Map(state.changedPods),
    heldTerms: new Map(state.heldTerms),
    tallies: new Map(state.tallies),
    budgetStatus: new Map(state.budgetStatus),
    unsynced: new Set(state.unsynced),
    maybeUnsynced: new Set(state.maybeUnsynced),
    jobFailures: new Map(state.jobFailures),
    createdByOwner: new Map(state.createdByOwner),
    backingOff: state.backingOff,
    quotaDenied: state.quotaDenied,
    replacements: new Map(state.replacements),
    feasibleNodes: new Map(state.feasibleNodes),
    victims: new Map(state.victims),
    undecided: new Set(state.undecided),
    lowestHealthy: state.lowestHealthy,
  }
}

/**
 * A copy of what the scheduler looks at, for a question that begins with "what if"; budgets are not kept account of.
 */
export const schedulingCopyOf = (state: State): State => ({
  ...state,
  deleted: new Set(state.deleted),
  ended: new Set(state.ended),
  terminating: new Set(state.terminating),
  usage: new Map(state.usage),
  changedPods: new Map(state.changedPods),
  heldTerms: new Map(state.heldTerms),
  tallies: new Map(),
  unsynced: new Set(),
  maybeUnsynced: new Set(),
})

const scalesByOwner = derived((_cluster: SimulatedCluster['cluster']) => new Map<string, Scale>())

/** The scale of a pod's controller, looked up once per controller. */
export function scaleOfOwner(simulated: SimulatedCluster, pod: SimPod): Scale {
  if (pod.owner === undefined) return { type: 'Unmanaged' }
  const known = scalesByOwner(simulated.cluster)
  const key = ownerKey(pod.namespace, pod.owner)
  const scale = known.get(key) ?? scaleOf(simulated.cluster, pod)
  known.set(key, scale)
  return scale
}

export const trackedBudgets = (state: State, pod: SimPod): readonly PodDisruptionBudget[] =>
  budgetsOfPod(state.simulated, pod).filter((budget) => state.tallies.has(budget))

function recount(state: State, pod: SimPod, change: { pods: number; healthy: number }): void {
  // When a pod changes, the controller looks at one of its budgets, and which one is chance.
  const all = budgetsOfPod(state.simulated, pod)
  for (const budget of all) (all.length > 1 ? state.maybeUnsynced : state.unsynced).add(budget)
  for (const budget of trackedBudgets(state, pod)) {
    const tally = state.tallies.get(budget) ?? EMPTY_TALLY
    const next = tallied(tally, scaleOfOwner(state.simulated, pod), change)
    state.tallies.set(budget, next)
    if (change.healthy < 0)
      state.lowestHealthy.set(budget, Math.min(next.healthy, state.lowestHealthy.get(budget) ?? next.healthy))
  }
}

/** Where a pod is bound now; undefined while it waits for the scheduler. */
export const nodeOf = (state: State, pod: SimPod): number | undefined => state.bound.get(pod) ?? pod.boundTo

export const isTerminating = (state: State, pod: SimPod): boolean =>
  pod.terminating || state.terminating.has(pod)

function noteChange(state: State, pod: SimPod): void {
  const known = state.changedPods.get(pod.namespace) ?? []
  if (!known.includes(pod)) state.changedPods.set(pod.namespace, [...known, pod])
}

/** The pod is told to stop: it no longer counts as healthy, and still occupies its node. */
export function startTermination(state: State, pod: SimPod): void {
  if (state.terminating.has(pod)) return
  state.terminating.add(pod)
  noteChange(state, pod)
  if ((pod.ready && !pod.terminating) || state.ready.has(pod)) recount(state, pod, { pods: 0, healthy: -1 })
}

/** The pod's object disappears, and with it what it occupied. */
export function deletePod(state: State, pod: SimPod): void {
  state.terminating.delete(pod)
  state.deleted.add(pod)
  endPod(state, pod)
  recount(state, pod, { pods: -1, healthy: 0 })
  state.queue = state.queue.filter((waiting) => waiting !== pod)
}

/**
 * The kubelet ends the pod: its phase is Failed or Succeeded now, and the scheduler counts it no more
 * (docs/reference/scheduler.md#R1).
 */
export function endPod(state: State, pod: SimPod): void {
  if (state.ended.has(pod)) return
  state.ended.add(pod)
  noteChange(state, pod)
  const node = nodeOf(state, pod)
  if (node !== undefined && !pod.finished) occupy(state, node, pod, -1)
}

/** A controller makes a pod; it waits for the scheduler. */
export function createPod(state: State, pod: SimPod): void {
  const key = pod.owner === undefined ? '' : ownerKey(pod.namespace, pod.owner)
  state.createdByOwner.set(key, [...(state.createdByOwner.get(key) ?? []), pod])
  state.queue = [...state.queue, pod]
  recount(state, pod, { pods: 1, healthy: 0 })
}

/** The scheduler binds a pod, and it becomes what `healthy` says. */
export function bindPod(state: State, pod: SimPod, node: number, healthy: boolean): void {
  state.queue = state.queue.filter((waiting) => waiting !== pod)
  state.bound.set(pod, node)
  state.boundByNode.set(node, [...(state.boundByNode.get(node) ?? []), pod])
  noteChange(state, pod)
  occupy(state, node, pod, 1)
  if (!healthy) return
  state.ready.add(pod)
  recount(state, pod, { pods: 0, healthy: 1 })
}

/** No namespace has this name. */
const EVERYWHERE = '*'

/** What a drain changed about the anti-affinity terms that can speak of pods in this namespace. */
export function* heldTermsAbout(state: State, namespace: string): Generator<readonly [string, HeldTerm]> {
  for (const scope of [namespace, EVERYWHERE]) yield* state.heldTerms.get(scope) ?? []
}

function occupy(state: State, node: number, pod: SimPod, sign: 1 | -1): void {
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
  const { log, length } = state.usageLog
  const own = log.length === length ? log : log.slice(0, length)
  own.push(node)
  state.usageLog = { log: own, length: length + 1 }
}

/** What was worked out for a state, and for which. */
export interface Cached<T> {
  readonly nodes: SimulatedCluster['nodes']
  readonly usageLog: UsageLog
  readonly value: T
}

/** The nodes whose usage changed since something was worked out; undefined where it was for another course. */
export function changedSince(state: State, known: Cached<unknown> | undefined): Iterable<number> | undefined {
  const { log, length } = state.usageLog
  if (known?.nodes !== state.simulated.nodes || known.usageLog.log !== log || known.usageLog.length > length)
    return undefined
  return length - known.usageLog.length > state.usage.size
    ? state.usage.keys()
    : log.slice(known.usageLog.length, length)
}

export const usageOn = (state: State, node: number): Usage =>
  state.usage.get(node) ?? state.simulated.usage[node] ?? { pods: 0, requests: {} }

/** The pods that the scheduler sees on a node, terminating ones included until they have ended. */
export function* podsOn(state: State, node: number): Generator<SimPod> {
  for (const pod of state.simulated.byNode[node] ?? []) if (!state.ended.has(pod)) yield pod
  for (const pod of state.boundByNode.get(node) ?? []) if (!state.ended.has(pod)) yield pod
}

/** Takes one disruption from a budget, as an eviction does until the controller looks again (3.1, 6e). */
export function takeDisruption(state: State, budget: PodDisruptionBudget): void {
  const status = state.budgetStatus.get(budget)
  if (status === undefined) return
  state.budgetStatus.set(budget, { ...status, disruptionsAllowed: status.disruptionsAllowed - 1 })
  state.unsynced.add(budget)
}
