import type { Container, ContainerStatus, Node, Pod } from '../model/kubernetes/objects.ts'
import {
  type ContainerType,
  type EffectiveProbe,
  effectiveProbes,
  type ProbeType,
  probedContainers,
} from '../model/kubernetes/probe.ts'
import { describeObject } from '../model/kubernetes/reference.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Occurrence } from '../model/snapshot/occurrence.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { millis, secondsBetween } from '../model/text/time.ts'

/** One pod with everything that a rule may want to know about it. */
export interface PodInfo {
  readonly cluster: Cluster
  readonly workload: Workload
  readonly pod: Pod
  /** `Pod shop/web-1`, as evidence names it. */
  readonly object: string
  readonly events: readonly Occurrence[]
  readonly containers: readonly ContainerInfo[]
  readonly node: Node | undefined
  /** Deleted: from here on probes fail as a matter of course (docs/reference/probes.md#termination). */
  readonly terminating: boolean
}

/** One container of a pod. `path` and `statusPath` are where it stands in the pod. */
export interface ContainerInfo {
  readonly podInfo: PodInfo
  readonly name: string
  readonly spec: Container
  readonly type: ContainerType
  readonly path: string
  readonly status: ContainerStatus | undefined
  readonly statusPath: string
  readonly probes: readonly EffectiveProbe[]
  /** Log of the present run, or of the last one where the container waits for its restart. */
  readonly log: string | undefined
  readonly previousLog: string | undefined
  /** Whose logs these are, as evidence names it: this pod, or a replica that fails alike. */
  readonly logObject: string
}

/**
 * What is known of one pod.
 * @param logOwner the pod whose logs count for it: itself, or a replica that fails alike; or nobody's
 */
export function podInfoOf(
  cluster: Cluster,
  workload: Workload,
  pod: Pod,
  logOwner: Pod | 'NoLogs' = pod,
): PodInfo {
  const { name, namespace, uid } = pod.metadata
  const containers: ContainerInfo[] = []
  const podInfo: PodInfo = {
    cluster,
    workload,
    pod,
    object: describeObject(pod),
    events: cluster.eventsAbout({
      kind: 'Pod',
      name,
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
    }),
    containers,
    node: cluster.node(pod.spec?.nodeName),
    terminating: pod.metadata.deletionTimestamp != null,
  }
  if (pod.spec === undefined) return podInfo
  const logOf = (container: string, previous: boolean) =>
    logOwner === 'NoLogs'
      ? undefined
      : cluster.log(namespace ?? '', logOwner.metadata.name, container, previous)?.text
  for (const { container, type, path } of probedContainers(pod.spec)) {
    const list = type === 'container' ? 'containerStatuses' : 'initContainerStatuses'
    const index = (pod.status?.[list] ?? []).findIndex((status) => status.name === container.name)
    containers.push({
      podInfo: podInfo,
      name: container.name,
      spec: container,
      type,
      path,
      status: pod.status?.[list]?.[index],
      statusPath: `status.${list}[${index}]`,
      probes: effectiveProbes(container),
      log: logOf(container.name, false),
      previousLog: logOf(container.name, true),
      logObject: describeObject(logOwner === 'NoLogs' ? pod : logOwner),
    })
  }
  return podInfo
}

/** The events about one container, oldest first. */
export const containerEvents = ({ podInfo, name }: ContainerInfo): readonly Occurrence[] =>
  podInfo.events.filter(({ container }) => container === name)

export const conditionOf = (pod: Pod, type: string) =>
  pod.status?.conditions?.find((condition) => condition.type === type)

/**
 * RFC 3339: since when a pod is not ready in which every container had been ready, this one in its present run;
 * undefined where that was not so.
 */
export function readinessLostAt({ status, podInfo: { pod } }: ContainerInfo): string | undefined {
  const condition = conditionOf(pod, 'ContainersReady')
  const changed = condition?.status === 'False' ? condition.lastTransitionTime : undefined
  const after = secondsBetween(status?.state?.running?.startedAt, changed)
  return changed != null && after !== undefined && after > 1 ? changed : undefined
}

/** Seconds from a time to the snapshot's now; Infinity where the time is not known. */
export function secondsAgo(cluster: Cluster, time: string | null | undefined): number {
  const at = millis(time)
  return at === undefined ? Number.POSITIVE_INFINITY : Math.max(0, (cluster.now - at) / 1000)
}

/** An event seen at most this long ago may well go on: writers lag by up to 5 minutes (docs/reference/events.md#A3). */
export const LIVE_SECONDS = 360

/**
 * For so long after its end a failure that is over is still told, as a Warning (docs/explain-events.md#over). The
 * kubelet, too, takes a container that ran for so long as recovered: it forgets the back-off.
 */
export const RECOVERY_SECONDS = 600

/** What ended longer ago than the life of an event is history. */
export const RECENT_SECONDS = 3600

/** How a run of a container ended. */
export type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>

/** The last run of a container that has ended: of the present state, or the one before. */
export const lastTermination = (status: ContainerStatus | undefined): Terminated | undefined =>
  status?.state?.terminated ?? status?.lastState?.terminated

/** Seconds that the present run lasts; undefined where the container does not run. */
export function runningSeconds({ podInfo, status }: ContainerInfo): number | undefined {
  const startedAt = millis(status?.state?.running?.startedAt)
  return startedAt === undefined ? undefined : Math.max(0, (podInfo.cluster.now - startedAt) / 1000)
}

const NOT_STARTED: readonly (string | undefined)[] = ['ContainerCreating', 'PodInitializing']

/**
 * Whether the state of the container says that it was never started: of one that is probed, that the kubelet has not come
 * to write the state (docs/reference/events.md#A4).
 */
export const neverStarted = ({ status }: ContainerInfo): boolean =>
  status?.restartCount === 0 &&
  status.lastState?.terminated == null &&
  NOT_STARTED.includes(status.state?.waiting?.reason ?? undefined)

/** Whether the kubelet starts the container again after it has ended with this exit code. */
export function restarts({ podInfo: { pod }, spec, type }: ContainerInfo, exitCode: number): boolean {
  if (type === 'sidecar') return true
  const policy = spec.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

export const probeOf = ({ probes }: ContainerInfo, type: ProbeType): EffectiveProbe | undefined =>
  probes.find((probe) => probe.type === type)

/**
 * The grace period for a kill by this probe: its own, else the pod's, else 30 s
 * (docs/reference/probes.md#kill-grace).
 */
export const graceSeconds = ({ podInfo: { pod } }: ContainerInfo, probe?: EffectiveProbe): number =>
  Math.max(2, probe?.terminationGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30)
