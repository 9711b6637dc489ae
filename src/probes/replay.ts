import { includes, type ProbeMessageClass } from '../diagnosis/messages/probe-classes.ts'
import { replayVerdict, secondLookSeconds } from '../diagnosis/probes/replay.ts'
import { UserError } from '../model/errors.ts'
import type { Container, Pod } from '../model/kubernetes/objects.ts'
import {
  describeHandler,
  describeProbe,
  type EffectiveProbe,
  effectiveProbes,
  probedContainers,
  resolvePort,
} from '../model/kubernetes/probe.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import {
  REPLAY_OUTCOMES,
  type Replay,
  type ReplayAction,
  type ReplayAttempt,
  type ReplayRequest,
} from '../model/snapshot/replay.ts'
import type { Selection } from '../model/snapshot/selection.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { type ContainerOfPod, containersOfPod } from './container.ts'
import { type Latency, PROBE_STATES, type ReplayResult, type ReportedReplay } from './report.ts'

/** More distinct probes than this are not run at once. */
const MOST_PROBES = 50

/**
 * Refuses to run the probes of a whole namespace or cluster because somebody left out a name.
 * @throws UserError
 */
export function checkReplaySelection({ targets, selector }: Selection): void {
  if (selector.length > 0 || (targets.length > 0 && targets.every(({ name }) => name !== undefined))) return
  throw new UserError(
    '--replay runs probes, so it needs to know which',
    'Name a workload or a pod, for example deploy/web, or select some with -l.',
  )
}

/** What can be run, and why the rest can't. */
export interface ReplayPlan {
  readonly requests: readonly ReplayRequest[]
  readonly notRun: readonly NotRun[]
}

/** A probe that can't be run from here. */
export type NotRun = Omit<ReplayRequest, 'action'> & { readonly why: string }

/**
 * One request for each distinct probe of the workloads: in the pod where it does worst, of the containers that run.
 * A startup probe that has succeeded is left out, because the kubelet runs it no more.
 * @throws UserError where there are more than 50
 */
export function replayPlan(cluster: Cluster, workloads: readonly Workload[]): ReplayPlan {
  const all = workloads.flatMap((workload) => worstOfEach(cluster, workload))
  if (all.length > MOST_PROBES)
    throw new UserError(
      `--replay would run ${all.length} probes, and runs at most ${MOST_PROBES}`,
      'Name fewer workloads, or select fewer with -l.',
    )
  const requests: ReplayRequest[] = []
  const notRun: NotRun[] = []
  for (const { pod, container, probe } of all) {
    const target = {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      container: container.name,
      probe: probe.type,
      timeoutSeconds: probe.timeoutSeconds,
    }
    const action = actionOf(cluster, pod, container, probe)
    if (typeof action === 'string') notRun.push({ ...target, why: action })
    else requests.push({ ...target, action })
  }
  return { requests, notRun }
}

interface ProbeOfPod {
  readonly pod: Pod
  readonly container: Container
  readonly probe: EffectiveProbe
}

function worstOfEach(cluster: Cluster, workload: Workload): readonly ProbeOfPod[] {
  const runnable = workload.pods
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .flatMap((pod) => containersOfPod(cluster, pod))
    .filter(({ status }) => status?.state?.running)
    .flatMap(({ placed: { container }, pod, status, probes }: ContainerOfPod) =>
      probes
        .filter(({ probe }) => probe.type !== 'startup' || status?.started !== true)
        .flatMap(({ probe, state }) => (pod === undefined ? [] : [{ pod, container, probe, state }])),
    )
  const groups = Map.groupBy(runnable, ({ container, probe }) =>
    [container.name, probe.type, describeProbe(probe)].join(' '),
  )
  return [...groups.values()].flatMap((group) =>
    sortedBy(group, ({ state, pod }) => [PROBE_STATES.indexOf(state), pod.metadata.name]).slice(0, 1),
  )
}

/** What the kubelet would send, or why that is not possible from here. */
function actionOf(
  cluster: Cluster,
  pod: Pod,
  container: Container,
  { handler }: EffectiveProbe,
): ReplayAction | string {
  if (handler.kind === 'exec') {
    const values = new Map(container.env?.map(({ name, value }) => [name, value ?? '']))
    return { kind: 'exec', command: handler.command.map((word) => expand(word, values)) }
  }
  const port = resolvePort(container, handler.port)
  if (port === undefined) return `port "${handler.port}" is not declared by the container`
  const host = pod.status?.podIP
  if (host === undefined) return 'the pod has no IP'
  if (handler.kind !== 'grpc' && handler.host !== undefined && !isOwn(pod, handler.host))
    return `the probe goes to host ${handler.host}, which is not the pod`
  const userAgent = userAgentOf(cluster, pod)
  switch (handler.kind) {
    case 'httpGet':
      return {
        kind: 'httpGet',
        scheme: handler.scheme === 'HTTPS' ? 'https' : 'http',
        host: handler.host ?? host,
        port,
        path: handler.path,
        headers: handler.headers,
        userAgent,
      }
    case 'tcpSocket':
      return { kind: 'tcpSocket', port }
    case 'grpc':
      return { kind: 'grpc', host, port, service: handler.service, userAgent }
  }
}

/** A port-forward ends on localhost of the pod; with hostNetwork that is the localhost of the node. */
const isOwn = ({ spec, status }: Pod, host: string): boolean =>
  host === status?.podIP || (spec?.hostNetwork === true && /^(localhost|127\.0\.0\.1|::1)$/.test(host))

/** `kube-probe/1.36`: the version of the kubelet, which may be older than that of the server. */
function userAgentOf(cluster: Cluster, pod: Pod): string {
  const versions = [
    cluster.node(pod.spec?.nodeName)?.status?.nodeInfo?.kubeletVersion,
    cluster.snapshot.serverVersion,
  ]
  const [version = '1.36'] = versions.flatMap((full) => /^v?(\d+\.\d+)/.exec(full ?? '')?.[1] ?? [])
  return `kube-probe/${version}`
}

/**
 * Replaces `$(NAME)` by the value in the spec, as the kubelet does for commands of probes: not by values from
 * elsewhere, which are empty; unknown names stay, `$$` is `$` (third_party/forked/golang/expansion/expand.go).
 */
export const expand = (word: string, values: ReadonlyMap<string, string>): string =>
  word.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  )

/** Nobody waits longer than that for the kubelet. */
const LONGEST_WAIT = 60

/**
 * How many seconds to wait before the state of the pods is worth another look: 0, or as long as the kubelet needs for
 * its next verdict on a probe that it found refused and that was answered from here. Only then is it sure that
 * the port was not just being opened.
 */
export function secondsToSecondLook(cluster: Cluster, replays: readonly Replay[]): number {
  const waits = replays.flatMap((replay) => {
    if (!replay.attempts.some(({ port }) => port === 'answered')) return []
    const pod = cluster.find('pods', replay.namespace, replay.pod)
    const containers = pod === undefined ? [] : containersOfPod(cluster, pod)
    return containers
      .filter(({ placed }) => placed.container.name === replay.container)
      .flatMap(({ probes }) => probes)
      .filter(({ probe, state }) => probe.type === replay.probe && state !== 'Passing')
      .filter(({ events }) => isRefusal(events.at(-1)?.class))
      .map(({ probe }) => secondLookSeconds(probe))
  })
  return Math.min(LONGEST_WAIT, Math.max(0, ...waits))
}

/** A gRPC probe does not tell a refused connection from others that fail (docs/reference/probes.md#grpc-connect). */
const REFUSALS: readonly ProbeMessageClass[] = ['net.refused', 'grpc.connect', 'noip']

const isRefusal = (name: ProbeMessageClass | undefined): boolean =>
  name !== undefined && includes(REFUSALS, name)

/** What the replays of these workloads show, in the order of the replays. */
export function replayViews(cluster: Cluster, workloads: readonly Workload[]): readonly ReportedReplay[] {
  return (cluster.snapshot.replays ?? []).flatMap((replay) => {
    const workload = workloads.find(({ namespace, pods }) =>
      pods.some(({ metadata }) => namespace === replay.namespace && metadata.name === replay.pod),
    )
    const pod = workload?.pods.find(({ metadata }) => metadata.name === replay.pod)
    const placed = [...(pod?.spec === undefined ? [] : probedContainers(pod.spec))].find(
      ({ container }) => container.name === replay.container,
    )
    const probe = placed && effectiveProbes(placed.container).find(({ type }) => type === replay.probe)
    return workload === undefined || probe === undefined ? [] : [replayView(workload, replay, probe)]
  })
}

function replayView({ kind, name }: Workload, replay: Replay, probe: EffectiveProbe): ReportedReplay {
  const { attempts, at, roundTripMilliseconds, stopped, ...replayed } = replay
  const latency = latencyOf(attempts)
  return {
    ...replayed,
    workload: { kind, name },
    handler: describeHandler(probe.handler),
    via: probe.handler.kind === 'exec' ? 'pods/exec' : 'pods/portforward',
    at,
    timeoutSeconds: probe.timeoutSeconds,
    attempts: attempts.length,
    ...replayVerdict(replay, probe),
    ...(latency === undefined ? {} : { latencyMilliseconds: latency }),
    roundTripMilliseconds,
    results: resultsOf(attempts),
    ...(stopped === undefined ? {} : { stopped }),
  }
}

/** Nearest rank: values that were measured, never between two of them. Whoever never answered has no latency. */
export function latencyOf(attempts: readonly ReplayAttempt[]): Latency | undefined {
  const sorted = attempts
    .filter(({ outcome, late }) => outcome !== 'TimedOut' || late !== undefined)
    .flatMap(({ milliseconds }) => milliseconds ?? [])
    .toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
  return sorted.length === 0 ? undefined : { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) }
}

/** The same outcome with the same words is one result; the most frequent first. */
function resultsOf(attempts: readonly ReplayAttempt[]): readonly ReplayResult[] {
  const groups = Map.groupBy(attempts, ({ outcome, message, late }) =>
    JSON.stringify([outcome, message, late]),
  )
  const results = [...groups.values()].map((group): ReplayResult => {
    const { outcome, message, late } = group[0] as ReplayAttempt
    const output = group.find((attempt) => attempt.output !== undefined)?.output
    return {
      outcome,
      message,
      count: group.length,
      ...(late === undefined ? {} : { late }),
      ...(output === undefined ? {} : { output }),
    }
  })
  return sortedBy(results, ({ count, outcome, message }) => [
    -count,
    REPLAY_OUTCOMES.indexOf(outcome),
    message,
  ])
}
