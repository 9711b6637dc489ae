import { logOwners } from '../diagnosis/logs/replicas.ts'
import { podInfoOf } from '../diagnosis/pod-info.ts'
import { isOnlyStarting } from '../diagnosis/probes/causes.ts'
import { type ProbeFailure, probeFailures } from '../diagnosis/probes/failure.ts'
import type { ContainerStatus, Pod, PodSpec } from '../model/kubernetes/objects.ts'
import {
  describeHandler,
  describeProbe,
  detectionWindow,
  type EffectiveProbe,
  effectiveProbes,
  killWindow,
  PROBE_TYPES,
  probedContainers,
  resolvePort,
  type SpecContainer,
  safeStartSeconds,
} from '../model/kubernetes/probe.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { type ProbeEvent, probeEventsOf } from './probe-events.ts'
import {
  type ContainerInstance,
  type ContainerProbes,
  type LastProbeEvent,
  type LastTerminated,
  PROBE_STATES,
  type ProbeState,
  type ProbeWindows,
  type ReportedProbe,
} from './report.ts'
import { type ProbeStatus, probeState } from './state.ts'

/** One container of one pod with its probes; without a pod, one of a template that has no pods. */
export interface ContainerOfPod {
  readonly placed: SpecContainer
  readonly spec: PodSpec
  readonly pod?: Pod
  readonly status?: ContainerStatus
  readonly probes: readonly JudgedProbe[]
}

interface JudgedProbe extends ProbeStatus {
  readonly probe: EffectiveProbe
  readonly events: readonly ProbeEvent[]
}

/**
 * The containers of a workload over the given pods: what a pod says of itself counts, so that injected containers and
 * pods of an older revision show as they are. The template is asked only where there are no pods.
 */
export function containersOf(
  cluster: Cluster,
  workload: Workload,
  pods: readonly Pod[],
): readonly ContainerProbes[] {
  const containers =
    pods.length > 0 ? pods.flatMap((pod) => containersOfPod(cluster, pod)) : containersOfTemplate(workload)
  const groups = Map.groupBy(containers, ({ placed }) => `${placed.type} ${placed.container.name}`)
  return [...groups.values()].map((group) => containerProbes(group))
}

export function containersOfPod(cluster: Cluster, pod: Pod): readonly ContainerOfPod[] {
  const { spec } = pod
  if (spec === undefined) return []
  const podEvents = probeEventsOf(cluster, pod)
  const isStarting = startingProbes(cluster, pod)
  return [...probedContainers(spec)].map((placed) => {
    const { name } = placed.container
    const statuses =
      placed.type === 'container' ? pod.status?.containerStatuses : pod.status?.initContainerStatuses
    const status = statuses?.find((one) => one.name === name)
    const probes = effectiveProbes(placed.container).map((probe) => {
      const events = podEvents.filter(({ container, type }) => container === name && type === probe.type)
      const judged = probeState(cluster, pod, status, probe, events)
      const starts = judged.state === 'Failing' && isStarting(name, probe)
      return { probe, events, ...judged, ...(starts ? { state: 'Starting' as const } : {}) }
    })
    return { placed, spec, pod, probes, ...(status === undefined ? {} : { status }) }
  })
}

/** Whether the diagnosis takes the failures of a probe for a start; it is asked at most once. */
function startingProbes(cluster: Cluster, pod: Pod): (container: string, probe: EffectiveProbe) => boolean {
  let failures: readonly ProbeFailure[] | undefined
  return (container, probe) => {
    const workload = cluster.workloadOf(pod)
    failures ??= probeFailures(podInfoOf(cluster, workload, pod, logOwners(cluster, workload)(pod)))
    const own = failures.find((one) => one.container.name === container && one.probe.type === probe.type)
    return own !== undefined && isOnlyStarting(own)
  }
}

function containersOfTemplate({ template, object }: Workload): readonly ContainerOfPod[] {
  if (template === undefined) return []
  const unapplied: ProbeStatus = object?.metadata.uid
    ? { state: 'NotRunning', why: 'there are no pods' }
    : { state: 'NotApplied', why: 'known from a manifest only' }
  return [...probedContainers(template.spec)].map((placed) => ({
    placed,
    spec: template.spec,
    probes: effectiveProbes(placed.container).map((probe) => ({ probe, events: [], ...unapplied })),
  }))
}

function containerProbes(containers: readonly ContainerOfPod[]): ContainerProbes {
  const [first] = containers
  const statuses = containers.flatMap(({ status }) => (status === undefined ? [] : [status]))
  const count = (has: (status: ContainerStatus) => boolean) => statuses.filter(has).length
  const lastTerminated = newestEnd(containers)
  return {
    name: first?.placed.container.name ?? '',
    type: first?.placed.type ?? 'container',
    pods: {
      total: containers.filter(({ pod }) => pod !== undefined).length,
      running: count(({ state }) => Boolean(state?.running)),
      started: count(({ started }) => started === true),
      ready: count(({ ready }) => ready),
    },
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(lastTerminated === undefined ? {} : { lastTerminated }),
    probes: reportedProbes(containers),
    instances: containers.flatMap(({ pod, status, probes }) =>
      pod === undefined ? [] : [instance(pod, status, probes)],
    ),
  }
}

function newestEnd(containers: readonly ContainerOfPod[]): LastTerminated | undefined {
  const ends = containers.flatMap(({ pod, status }): readonly LastTerminated[] => {
    const terminated = status?.state?.terminated ?? status?.lastState?.terminated
    if (!terminated || pod === undefined) return []
    const { reason, exitCode, startedAt, finishedAt } = terminated
    return [
      {
        pod: pod.metadata.name,
        ...(reason ? { reason } : {}),
        exitCode,
        ...(startedAt ? { startedAt } : {}),
        ...(finishedAt ? { finishedAt } : {}),
      },
    ]
  })
  return sortedBy(ends, ({ finishedAt, pod }) => [finishedAt ?? '', pod]).at(-1)
}

function instance(
  { metadata, spec }: Pod,
  status: ContainerStatus | undefined,
  probes: readonly JudgedProbe[],
): ContainerInstance {
  const { running, waiting, terminated } = status?.state ?? {}
  const reason = waiting?.reason ?? terminated?.reason
  return {
    pod: metadata.name,
    ...(spec?.nodeName ? { node: spec.nodeName } : {}),
    state: running ? 'Running' : waiting ? 'Waiting' : terminated ? 'Terminated' : 'Unknown',
    ...(reason ? { reason } : {}),
    ready: status?.ready ?? false,
    ...(typeof status?.started === 'boolean' ? { started: status.started } : {}),
    restarts: status?.restartCount ?? 0,
    probes: probes.map(({ probe, state, why }) => ({ type: probe.type, state, why })),
  }
}

/** One for each probe; pods of two revisions may have it in two forms, and then there are two. */
function reportedProbes(containers: readonly ContainerOfPod[]): readonly ReportedProbe[] {
  const judged = containers.flatMap((container) => container.probes.map((one) => ({ ...one, container })))
  const groups = Map.groupBy(judged, ({ probe }) => `${probe.type} ${describeProbe(probe)}`)
  const reported = [...groups.values()].map((group) => reportedProbe(group))
  return sortedBy(reported, ({ type, handler }) => [PROBE_TYPES.indexOf(type), handler])
}

const stateRank = (state: ProbeState): number => PROBE_STATES.indexOf(state)

function reportedProbe(
  group: readonly (JudgedProbe & { readonly container: ContainerOfPod })[],
): ReportedProbe {
  const [worst] = sortedBy(group, ({ state, container }) => [
    stateRank(state),
    container.pod?.metadata.name ?? '',
  ])
  // groupBy makes no empty groups.
  const { probe, container, state, why } = worst as (typeof group)[number]
  const { handler, type, probe: _, ...timing } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(container.placed.container, handler.port)
  const last = lastEvent(group.flatMap(({ events }) => events))
  const states: Partial<Record<ProbeState, number>> = {}
  for (const one of group)
    if (one.container.pod !== undefined) states[one.state] = (states[one.state] ?? 0) + 1
  return {
    type,
    handler: describeHandler(handler),
    ...(port === undefined ? {} : { port }),
    ...timing,
    windows: windowsOf(probe, container),
    state,
    why,
    states,
    ...(last === undefined ? {} : { said: last }),
  }
}

/**
 * From a refusal, which takes no time, to a hang, which takes the whole timeout (docs/reference/probes.md#formulas).
 */
function windowsOf(probe: EffectiveProbe, { placed, spec }: ContainerOfPod): ProbeWindows {
  const { type, timeoutSeconds } = probe
  const span = (window: typeof killWindow) => ({
    min: window(probe, 0).min,
    max: window(probe, timeoutSeconds).max,
  })
  const isHeldBack = type !== 'startup' && Boolean(placed.container.startupProbe)
  const grace = probe.terminationGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
  return {
    ...(isHeldBack ? {} : { fromStart: span(killWindow) }),
    detection: span(detectionWindow),
    ...(isHeldBack || type === 'readiness' ? {} : { safeStartSeconds: safeStartSeconds(probe) }),
    // The kubelet never gives less than 2 s (docs/reference/probes.md#kill-grace).
    ...(type === 'readiness' ? {} : { graceSeconds: Math.max(2, grace) }),
  }
}

const lastEvent = (events: readonly ProbeEvent[]): LastProbeEvent | undefined => {
  const last = sortedBy(events, ({ time, pod, text }) => [time, pod, text]).at(-1)
  if (last === undefined) return undefined
  const { pod, verdict, text, time, count, countIsLowerBound } = last
  return { pod, verdict, text, time, count, countIsLowerBound }
}
