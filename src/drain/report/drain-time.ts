import type { KubeObject, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { millis } from '../../model/text/time.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import { refOf } from '../cluster/reference.ts'
import { ownerKey, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { controllersOf } from '../cluster/workload.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { DrainCost, NodeCost, Seconds } from '../types/duration.ts'
import { succeeds } from '../verdict.ts'
import { drainedPods, podsByBudget } from './interruptions.ts'
import type { JudgedNode } from './nodes/judged-nodes.ts'

const ASSUMED = [
  'Times: a pod ends at once or takes its whole grace period; how long an application takes to stop is not in the cluster.',
  'Times: a replacement becomes Ready as fast as the pods of its workload did; a pod that never became Ready without a restart gives no upper limit.',
  'Times: what a budget refuses is tried again every 5 seconds, as soon as a replacement is Ready; minReadySeconds only holds up StatefulSets.',
  'Times: nodes are drained one after the other, as kubectl does it; the work on a node, its return and image pulls on a new node are not counted.',
]

/**
 * How long the drain takes, node by node, by wave and together. Nodes that do not drain have no time: kubectl would
 * wait for ever, or until `--timeout`.
 */
export function drainCost(
  run: SimulationRun,
  judged: readonly JudgedNode[],
  waves: readonly (readonly string[])[],
): DrainCost {
  const nodes = judged.map(({ name, verdict }): NodeCost => {
    if (succeeds(verdict) === false) return { name, pods: 0 }
    const drained = drainedPods(run, name)
    return { name, pods: drained.length, ...timeOf(run, drained) }
  })
  const byName = new Map(nodes.map((node) => [node.name, node.seconds]))
  const total = (names: readonly string[]): { readonly seconds?: Seconds } => {
    const parts = names.flatMap((name) => byName.get(name) ?? [])
    return parts.length < names.length ? {} : { seconds: sumOf(parts) }
  }
  return {
    ...total(nodes.map(({ name }) => name)),
    nodes,
    waves: waves.map((names) => ({ nodes: names, ...total(names) })),
    assumptions: nodes.some(({ pods }) => pods > 0) ? ASSUMED : [],
  }
}

/** How long one node takes: evictions under one budget go in rounds, those of different budgets side by side. */
function timeOf(
  run: SimulationRun,
  drained: readonly SimPod[],
): { readonly seconds: Seconds; readonly longest?: string } {
  const { burst, perSecond } = run.policy.rate
  const sending = Math.max(0, drained.length - burst) / perSecond
  const groups = [...podsByBudget(run, drained)].map(([budget, pods]) => ({
    seconds: timeOfBudget(run, budget, pods),
    pod: pods[0],
  }))
  const slowest = [...groups].sort(
    (a, b) =>
      (b.seconds.max ?? Number.POSITIVE_INFINITY) - (a.seconds.max ?? Number.POSITIVE_INFINITY) ||
      b.seconds.min - a.seconds.min,
  )[0]?.pod
  return {
    seconds: sumOf([longestOf(groups.map(({ seconds }) => seconds)), { min: sending, max: sending }]),
    ...(slowest === undefined ? {} : { longest: refOf(slowest) }),
  }
}

/** How long the pods of one budget take. Each round but the last waits until the budget has its disruptions back. */
function timeOfBudget(
  { start, policy }: SimulationRun,
  budget: PodDisruptionBudget | undefined,
  pods: readonly SimPod[],
): Seconds {
  const stop = longestOf(pods.map((pod) => stopTime(pod, policy)))
  if (budget === undefined || policy.removal === 'Delete') return stop
  const allowed = start.budgetStatus.get(budget)?.disruptionsAllowed ?? 0
  const rounds = Math.ceil(pods.length / Math.max(1, allowed))
  const replaced = longestOf(pods.map((pod) => replacementTime(start.simulated, pod, policy)))
  const retry: Seconds = { min: 0, max: policy.retrySeconds }
  return sumOf([times(sumOf([replaced, retry]), rounds - 1), stop])
}

/** kubectl looks once a second whether a pod is gone (docs/reference/kubectl-drain.md#E4). */
const POLL = 1
/** A shorter start than this has not been seen to matter. */
const SHORTEST_START = 1

/** What the times of a plan are estimated from. */
export const DURATION_READS: readonly PodField[] = [
  'finished',
  'ready',
  'owner',
  'spec.containers[*].readinessProbe.initialDelaySeconds',
  'origin.status.startTime',
  'origin.status.conditions[Ready].lastTransitionTime',
  'origin.status.containerStatuses[*].restartCount',
]

/** How long a pod takes to end: at once, or all of its grace period, and kubectl's look at it. */
function stopTime(pod: SimPod, { graceSeconds }: DrainPolicy): Seconds {
  if (pod.finished) return { min: 0, max: POLL }
  return { min: 0, max: graceSeconds(pod.spec) + POLL }
}

/** How long a budget waits for one pod to be replaced: a StatefulSet makes the new one when the old one is gone. */
function replacementTime(simulated: SimulatedCluster, pod: SimPod, policy: DrainPolicy): Seconds {
  const start = startTime(simulated, pod)
  if (pod.owner?.kind !== 'StatefulSet') return start
  const set: Delayed | undefined = controllersOf(simulated.cluster, pod.namespace, pod.owner)?.workload
  return sumOf([start, stopTime(pod, policy), { min: 0, max: set?.spec?.minReadySeconds ?? 0 }])
}

interface Delayed extends KubeObject {
  readonly spec?: { readonly minReadySeconds?: number }
}

/**
 * How long a new pod takes to become Ready: as long as those pods of the same controller that became Ready without a
 * restart. Where none did, only the shortest time is known.
 */
function startTime(simulated: SimulatedCluster, pod: SimPod): Seconds {
  const siblings =
    pod.owner === undefined ? [pod] : (simulated.byOwner.get(ownerKey(pod.namespace, pod.owner)) ?? [])
  const observed = siblings.flatMap((one) => observedStart(one) ?? [])
  if (observed.length === 0) return { min: Math.max(SHORTEST_START, initialDelay(pod)) }
  return { min: Math.min(...observed), max: Math.max(...observed) }
}

/** Seconds from the kubelet's acceptance of a pod to its condition Ready; undefined after a restart. */
function observedStart({ origin, ready }: SimPod): number | undefined {
  const restarted = origin.status?.containerStatuses?.some(({ restartCount }) => (restartCount ?? 0) > 0)
  const accepted = millis(origin.status?.startTime)
  const since = millis(origin.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime)
  if (!ready || restarted || accepted === undefined || since === undefined || since < accepted)
    return undefined
  return Math.ceil((since - accepted) / 1000)
}

const initialDelay = ({ spec }: SimPod): number =>
  Math.max(0, ...spec.containers.map(({ readinessProbe }) => readinessProbe?.initialDelaySeconds ?? 0))

const NO_TIME: Seconds = { min: 0, max: 0 }

/** A sum has an upper limit only where all of its parts have one. */
const sumOf = (all: readonly Seconds[]): Seconds =>
  all.reduce<Seconds>(
    (a, b) => ({
      min: a.min + b.min,
      ...(a.max === undefined || b.max === undefined ? {} : { max: a.max + b.max }),
    }),
    NO_TIME,
  )

const times = (one: Seconds, count: number): Seconds =>
  count === 0 ? NO_TIME : { min: one.min * count, ...(one.max === undefined ? {} : { max: one.max * count }) }

/** Of times that pass side by side. */
const longestOf = (all: readonly Seconds[]): Seconds =>
  all.reduce<Seconds>(
    (a, b) => ({
      min: Math.max(a.min, b.min),
      ...(a.max === undefined || b.max === undefined ? {} : { max: Math.max(a.max, b.max) }),
    }),
    NO_TIME,
  )
