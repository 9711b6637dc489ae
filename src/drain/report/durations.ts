import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { millis } from '../../model/text/time.ts'
import { ownerKey, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { controllersOf } from '../cluster/workload.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import type { Seconds } from '../types/duration.ts'
import { sumOf } from './seconds.ts'

/** kubectl looks once a second whether a pod is gone (spec/drain.md E4). */
const POLL = 1
/** A shorter start than this has not been seen to matter. */
const SHORTEST_START = 1

/** How long a pod takes to end: at once, or all of its grace period, and kubectl's look at it. */
export function stopTime(pod: SimPod, { graceSeconds }: DrainPolicy): Seconds {
  if (pod.finished) return { min: 0, max: POLL }
  return { min: 0, max: graceSeconds(pod.spec) + POLL }
}

/** How long a budget waits for one pod to be replaced: a StatefulSet makes the new one when the old one is gone. */
export function replacementTime(simulated: SimulatedCluster, pod: SimPod, policy: DrainPolicy): Seconds {
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
