import type { Pod } from '../model/kubernetes/objects.ts'
import { detectionWindow, killWindow } from '../model/kubernetes/probe.ts'
import { rolloutOf } from '../model/kubernetes/rollout.ts'
import { matchesMap } from '../model/kubernetes/selector.ts'
import type { Backends, Detection, Finding, Impact, RestartImpact } from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { secondsBetween } from '../model/text/time.ts'
import { nextRestart } from './back-off.ts'
import {
  type ContainerInfo,
  conditionOf,
  graceSeconds,
  lastTermination,
  type PodInfo,
  probeOf,
} from './pod-info.ts'
import { KILL_EXIT_CODES, killsOf } from './probes/kills.ts'

/** What a finding has done to its workload, in numbers; undefined where nothing is known, or it is only a remark. */
export function impactOf(
  cluster: Cluster,
  workload: Workload,
  pods: readonly PodInfo[],
  finding: Pick<Finding, 'subject' | 'severity' | 'effect'>,
): Impact | undefined {
  const { subject, severity, effect } = finding
  if (severity === 'Info' || effect === 'None') return undefined
  const own = pods.filter(({ pod }) => subject.pods?.includes(pod.metadata.name))
  const containers = own.flatMap((podInfo) =>
    podInfo.containers.filter(({ name }) => name === subject.container),
  )
  const restarts = restartsOf(containers, finding)
  const labels = own.map(({ pod }) => pod.metadata.labels)
  // Where no pod could be made, those that would be.
  const selected = labels.length > 0 ? labels : [workload.template?.metadata?.labels]
  const backends = /Job$/.test(workload.kind) ? undefined : backendsOf(cluster, workload.namespace, selected)
  const rollout = rolloutOf(workload.object)
  const next = nextRestart(containers)
  const detectionSeconds = detectionOf(containers, subject.probe)
  const impact: Impact = {
    ...(restarts === undefined ? {} : { restarts }),
    ...(backends === undefined ? {} : { backends }),
    ...(rollout?.state === 'Stuck' ? { rollout: rollout.message } : {}),
    ...(next === undefined ? {} : { nextRestart: next }),
    ...(detectionSeconds === undefined ? {} : { detectionSeconds }),
  }
  return Object.keys(impact).length === 0 ? undefined : impact
}

function restartsOf(
  containers: readonly ContainerInfo[],
  { subject, effect }: Pick<Finding, 'subject' | 'effect'>,
): RestartImpact | undefined {
  const total = containers.reduce((sum, { status }) => sum + (status?.restartCount ?? 0), 0)
  if (total === 0) return undefined
  const lastFinishedAt = containers
    .flatMap(({ status }) => lastTermination(status)?.finishedAt ?? [])
    .sort()
    .at(-1)
  const base = { total, ...(lastFinishedAt === undefined ? {} : { lastFinishedAt }) }
  const { probe } = subject
  if (probe === undefined || probe === 'readiness') return base
  const byEvents = containers.reduce(
    (sum, container) => sum + killsOf(container, probe).reduce((kills, { count }) => kills + count, 0),
    0,
  )
  // A kill whose container has not come back yet is not among the restarts.
  const likely =
    effect === 'Restarting' ? containers.filter((container) => lastedAsAllowed(container, probe)).length : 0
  const byProbe = Math.min(total, Math.max(byEvents, likely))
  return {
    ...base,
    byProbe,
    ...(byProbe < total ? { byProbeIsLowerBound: true as const } : {}),
    ...(byProbe === 0 ? {} : { proof: byEvents > 0 ? ('Event' as const) : ('LifeLength' as const) }),
  }
}

/** The last run ended as a kill ends, after the time that this probe allows a container that was never well. */
function lastedAsAllowed(container: ContainerInfo, type: 'startup' | 'liveness'): boolean {
  const probe = probeOf(container, type)
  const last = lastTermination(container.status)
  const life = secondsBetween(last?.startedAt, last?.finishedAt)
  if (probe === undefined || last === undefined || life === undefined) return false
  if (last.reason === 'OOMKilled' || !KILL_EXIT_CODES.includes(last.exitCode)) return false
  const { min } = killWindow(probe, 0)
  const { max } = killWindow(probe, probe.timeoutSeconds)
  return life >= min - 2 && life <= max + graceSeconds(container, probe) + 2
}

/** What the Services that select such pods have left, over all pods that they select. */
function backendsOf(
  cluster: Cluster,
  namespace: string,
  labels: readonly Pod['metadata']['labels'][],
): readonly Backends[] | undefined {
  if (!cluster.wasRead('services', namespace) || !cluster.wasRead('pods', namespace)) return undefined
  const services = cluster.objects.services.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec?.type !== 'ExternalName' &&
      labels.some((own) => matchesMap(spec?.selector, own)),
  )
  return sortedBy(services, ({ metadata }) => [metadata.name]).map(({ metadata, spec }) => {
    const pods = cluster
      .podsIn(namespace)
      .filter(
        (pod) =>
          matchesMap(spec?.selector, pod.metadata.labels) &&
          !pod.metadata.deletionTimestamp &&
          !/^(Succeeded|Failed)$/.test(pod.status?.phase ?? ''),
      )
    return {
      service: metadata.name,
      ready: pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length,
      total: pods.length,
      ...(spec?.publishNotReadyAddresses ? { publishesNotReady: true as const } : {}),
    }
  })
}

/**
 * From a refusal, which takes no time, to a hang, which takes the whole timeout (docs/reference/probes.md#formulas).
 */
function detectionOf(
  containers: readonly ContainerInfo[],
  type: Finding['subject']['probe'],
): Detection | undefined {
  const probe = type && containers[0] && probeOf(containers[0], type)
  if (probe === undefined) return undefined
  const window = probe.type === 'startup' ? killWindow : detectionWindow
  return {
    min: window(probe, 0).min,
    max: window(probe, probe.timeoutSeconds).max,
    from: probe.type === 'startup' ? 'Start' : 'Fault',
  }
}
