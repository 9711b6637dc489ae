import { controllerOf } from '../../model/kubernetes/reference.ts'
import { millis } from '../../model/text/time.ts'
import { ownerKey, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import type { Seconds } from '../types/duration.ts'

/** kubectl looks once a second whether a pod is gone (spec/drain.md E4). */
const POLL = 1
/** A shorter start than this has not been seen to matter. */
const SHORTEST_START = 1

export const plus = (one: Seconds, other: Seconds): Seconds => ({
  min: one.min + other.min,
  ...(one.max === undefined || other.max === undefined ? {} : { max: one.max + other.max }),
})

export const times = (one: Seconds, count: number): Seconds =>
  count === 0
    ? { min: 0, max: 0 }
    : { min: one.min * count, ...(one.max === undefined ? {} : { max: one.max * count }) }

export const longest = (all: readonly Seconds[]): Seconds =>
  all.reduce<Seconds>(
    (a, b) => ({
      min: Math.max(a.min, b.min),
      ...(a.max === undefined || b.max === undefined ? {} : { max: Math.max(a.max, b.max) }),
    }),
    { min: 0, max: 0 },
  )

/** How long a pod takes to end: at once, or all of its grace period, and kubectl's look at it. */
export function stopTime(pod: SimPod, { graceSeconds }: DrainPolicy): Seconds {
  if (pod.finished) return { min: 0, max: POLL }
  return { min: 0, max: graceSeconds(pod.spec) + POLL }
}

/**
 * How long a new pod takes to become Ready: as long as those pods of the same controller that became Ready without a
 * restart. Where none did, only the shortest time is known.
 */
export function startTime(simulated: SimulatedCluster, pod: SimPod): Seconds {
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

/** `namespace/kind/name` of the workload that a pod belongs to, with its replicas where they are known. */
export function workloadOfPod(simulated: SimulatedCluster, pod: SimPod) {
  if (pod.owner === undefined) return undefined
  const { cluster } = simulated
  const direct = cluster.owner(pod.namespace, pod.owner)
  const above = direct === undefined ? undefined : cluster.owner(pod.namespace, controllerOf(direct))
  const object = above ?? direct
  const spec = (object as { spec?: { replicas?: number; minReadySeconds?: number } } | undefined)?.spec
  return {
    kind: object?.kind ?? pod.owner.kind,
    name: object?.metadata.name ?? pod.owner.name,
    replicas: spec?.replicas,
    minReadySeconds: spec?.minReadySeconds ?? 0,
  }
}
