import type { KubeObject, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { millis } from '../../model/text/time.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import { ownerKey, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { controllersOf } from '../cluster/workload.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { Seconds } from '../types/duration.ts'
import { podsByBudget } from './interruptions.ts'

/** Pods of one node that share a budget, or have none that is asked: they go in rounds. */
export interface TimedGroup {
  readonly budget?: PodDisruptionBudget
  readonly pods: readonly SimPod[]
  /** How often the budget is asked until the last of them may go; 1 without a budget. */
  readonly rounds: number
  /** How long they take to end, once they may go. */
  readonly stop: Seconds
  readonly seconds: Seconds
}

/**
 * How long one node takes: evictions under one budget go in rounds, those of different budgets side by side. The
 * slowest group comes first.
 */
export function timeOf(
  run: SimulationRun,
  drained: readonly SimPod[],
): { readonly seconds: Seconds; readonly groups: readonly TimedGroup[] } {
  const { burst, perSecond } = run.policy.rate
  const sending = Math.max(0, drained.length - burst) / perSecond
  const groups = [...podsByBudget(run, drained)]
    .map(([budget, pods]) => timedGroup(run, budget, pods))
    .sort(
      (a, b) =>
        (b.seconds.max ?? Number.MAX_VALUE) - (a.seconds.max ?? Number.MAX_VALUE) ||
        b.seconds.min - a.seconds.min,
    )
  return {
    seconds: sumOf([longestOf(groups.map(({ seconds }) => seconds)), { min: sending, max: sending }]),
    groups,
  }
}

/** How long the pods of one budget take. Each round but the last waits until the budget has its disruptions back. */
function timedGroup(
  { start, policy }: SimulationRun,
  budget: PodDisruptionBudget | undefined,
  pods: readonly SimPod[],
): TimedGroup {
  const stop = longestOf(pods.map((pod) => stopTime(pod, policy)))
  if (budget === undefined || policy.removal === 'Delete') return { pods, rounds: 1, stop, seconds: stop }
  const allowed = start.budgetStatus.get(budget)?.disruptionsAllowed ?? 0
  const rounds = Math.ceil(pods.length / Math.max(1, allowed))
  const replaced = longestOf(pods.map((pod) => replacementTime(start.simulated, pod, policy)))
  const retry: Seconds = { min: 0, max: policy.retrySeconds }
  return { budget, pods, rounds, stop, seconds: sumOf([times(sumOf([replaced, retry]), rounds - 1), stop]) }
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
export const sumOf = (all: readonly Seconds[]): Seconds =>
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
