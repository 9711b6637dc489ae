import type { ContainerStatus, Pod, PodSpec } from '../model/kubernetes/objects.ts'
import {
  describeHandler,
  describeProbe,
  detectionWindow,
  type EffectiveProbe,
  effectiveProbes,
  killWindow,
  type PlacedContainer,
  PROBE_TYPES,
  probedContainers,
  resolvePort,
  safeStartSeconds,
} from '../model/kubernetes/probe.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { groupBy, sortedBy } from '../model/text/sort.ts'
import { type Heard, heardOf } from './probe-events.ts'
import {
  type ContainerInstance,
  type ContainerProbes,
  type LastTerminated,
  PROBE_STATES,
  type ProbeState,
  type ProbeView,
  type ProbeWindows,
  type Said,
} from './report.ts'
import { type Judgement, probeState } from './state.ts'

/** One container of one pod with its probes; without a pod, one of a template that has no pods. */
export interface Member {
  readonly placed: PlacedContainer
  readonly spec: PodSpec
  readonly pod?: Pod
  readonly status?: ContainerStatus
  readonly probes: readonly Judged[]
}

interface Judged extends Judgement {
  readonly probe: EffectiveProbe
  readonly heard: readonly Heard[]
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
  const members =
    pods.length > 0 ? pods.flatMap((pod) => membersOfPod(cluster, pod)) : membersOfTemplate(workload)
  const groups = groupBy(members, ({ placed }) => `${placed.type} ${placed.container.name}`)
  return [...groups.values()].map((group) => containerProbes(group))
}

export function membersOfPod(cluster: Cluster, pod: Pod): readonly Member[] {
  const { spec } = pod
  if (spec === undefined) return []
  const heard = heardOf(cluster, pod)
  return [...probedContainers(spec)].map((placed) => {
    const { name } = placed.container
    const statuses =
      placed.type === 'container' ? pod.status?.containerStatuses : pod.status?.initContainerStatuses
    const status = statuses?.find((one) => one.name === name)
    const probes = effectiveProbes(placed.container).map((probe) => {
      const own = heard.filter(({ container, type }) => container === name && type === probe.type)
      return { probe, heard: own, ...probeState(cluster, pod, status, probe, own) }
    })
    return { placed, spec, pod, probes, ...(status === undefined ? {} : { status }) }
  })
}

function membersOfTemplate({ template, object }: Workload): readonly Member[] {
  if (template === undefined) return []
  const judgement: Judgement = object?.metadata.uid
    ? { state: 'NotRunning', why: 'there are no pods' }
    : { state: 'NotApplied', why: 'known from a manifest only' }
  return [...probedContainers(template.spec)].map((placed) => ({
    placed,
    spec: template.spec,
    probes: effectiveProbes(placed.container).map((probe) => ({ probe, heard: [], ...judgement })),
  }))
}

function containerProbes(members: readonly Member[]): ContainerProbes {
  const [first] = members
  const statuses = members.flatMap(({ status }) => (status === undefined ? [] : [status]))
  const count = (has: (status: ContainerStatus) => boolean) => statuses.filter(has).length
  const lastTerminated = newestEnd(members)
  return {
    name: first?.placed.container.name ?? '',
    type: first?.placed.type ?? 'container',
    pods: {
      total: members.filter(({ pod }) => pod !== undefined).length,
      running: count(({ state }) => Boolean(state?.running)),
      started: count(({ started }) => started === true),
      ready: count(({ ready }) => ready),
    },
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(lastTerminated === undefined ? {} : { lastTerminated }),
    probes: probeViews(members),
    instances: members.flatMap(({ pod, status, probes }) =>
      pod === undefined ? [] : [instance(pod, status, probes)],
    ),
  }
}

function newestEnd(members: readonly Member[]): LastTerminated | undefined {
  const ends = members.flatMap(({ pod, status }): readonly LastTerminated[] => {
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
  probes: readonly Judged[],
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

/** One view for each probe; pods of two revisions may have it in two forms, and then there are two. */
function probeViews(members: readonly Member[]): readonly ProbeView[] {
  const judged = members.flatMap((member) => member.probes.map((one) => ({ ...one, member })))
  const groups = groupBy(judged, ({ probe }) => `${probe.type} ${describeProbe(probe)}`)
  const views = [...groups.values()].map((group) => probeView(group))
  return sortedBy(views, ({ type, handler }) => [PROBE_TYPES.indexOf(type), handler])
}

const stateRank = (state: ProbeState): number => PROBE_STATES.indexOf(state)

function probeView(group: readonly (Judged & { readonly member: Member })[]): ProbeView {
  const [worst] = sortedBy(group, ({ state, member }) => [stateRank(state), member.pod?.metadata.name ?? ''])
  // groupBy makes no empty groups.
  const { probe, member, state, why } = worst as (typeof group)[number]
  const { handler, type, probe: _, ...timing } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(member.placed.container, handler.port)
  const said = lastSaid(group.flatMap(({ heard }) => heard))
  const states: Partial<Record<ProbeState, number>> = {}
  for (const one of group) if (one.member.pod !== undefined) states[one.state] = (states[one.state] ?? 0) + 1
  return {
    type,
    handler: describeHandler(handler),
    ...(port === undefined ? {} : { port }),
    ...timing,
    windows: windowsOf(probe, member),
    state,
    why,
    states,
    ...(said === undefined ? {} : { said }),
  }
}

/** From a refusal, which takes no time, to a hang, which takes the whole timeout (spec/probes.md 9.1). */
function windowsOf(probe: EffectiveProbe, { placed, spec }: Member): ProbeWindows {
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
    // The kubelet never gives less than 2 s (spec/probes.md 4.2).
    ...(type === 'readiness' ? {} : { graceSeconds: Math.max(2, grace) }),
  }
}

const lastSaid = (heard: readonly Heard[]): Said | undefined => {
  const last = sortedBy(heard, ({ time, pod, text }) => [time, pod, text]).at(-1)
  if (last === undefined) return undefined
  const { pod, verdict, text, time, count, countIsLowerBound } = last
  return { pod, verdict, text, time, count, countIsLowerBound }
}
