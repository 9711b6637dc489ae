import type { Evidence } from '../../../model/report/finding.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import { secondsBetween } from '../../../model/text/time.ts'
import { eventEvidence } from '../../evidence.ts'
import { includes, NO_ANSWER_CLASSES, type ProbeMessageClass } from '../../messages/probe-classes.ts'
import { LIVE_SECONDS, podInfoOf, RECENT_SECONDS, secondsAgo } from '../../pod-info.ts'
import type { ProbeFailure } from '../failure.ts'
import { goesToPod, isNotConnected, openWay, type PodState, passesSince, stateOf } from './way.ts'

/** Nothing came back, as far as the text tells. */
const SILENT: readonly ProbeMessageClass[] = [
  ...NO_ANSWER_CLASSES,
  'grpc.connect',
  'net.noroute',
  'net.unreachable',
  'net.denied',
]

/** So many pods are named as proof. */
const PROOFS = 3

/** What began within this time of one another has a reason in common. */
const TOGETHER_SECONDS = 90

const statesOfNode = (cluster: Cluster, node: string): readonly PodState[] =>
  cluster.podsOnNode(node).map((pod) => stateOf(podInfoOf(cluster, cluster.workloadOf(pod), pod, 'NoLogs')))

/** All other pods of the node. */
function neighbours({ container: { podInfo } }: ProbeFailure): readonly PodState[] {
  const { pod, cluster } = podInfo
  const { nodeName } = pod.spec ?? {}
  return nodeName === undefined
    ? []
    : cluster.derive(statesOfNode, nodeName).filter((other) => other.podInfo.pod !== pod)
}

/** Some of the other pods of the node to which the way is open, though this probe fails: a fact for each. */
export function openNeighbours(failure: ProbeFailure): readonly Evidence[] {
  const found: Evidence[] = []
  for (const state of neighbours(failure)) {
    const open = openWay(state, failure.attempts.firstSeen)
    if (open !== undefined) found.push(open)
    if (found.length === PROOFS) break
  }
  return found
}

/** What fails on the other workloads of the node now, one failure of each that `counts`. */
function failuresOfOthers(
  failure: ProbeFailure,
  counts: (other: ProbeFailure) => boolean,
): readonly ProbeFailure[] {
  const { cluster, workload } = failure.container.podInfo
  const found = new Map<Workload, ProbeFailure>()
  for (const { podInfo, failures } of neighbours(failure)) {
    const owner = podInfo.workload
    if (owner === workload || found.has(owner)) continue
    const other = failures.find(
      (one) => secondsAgo(cluster, one.attempts.lastSeen) <= LIVE_SECONDS && counts(one),
    )
    if (other !== undefined) found.set(owner, other)
  }
  return [...found.values()]
}

/** The other workloads of the node whose pods give no answer either. */
export const silentNeighbours = (failure: ProbeFailure): readonly ProbeFailure[] =>
  failuresOfOthers(
    failure,
    ({ container, probe, attempts }) => goesToPod(container, probe) && includes(SILENT, attempts.class),
  )

/** Whether a probe that runs a command passes on the node, which needs no network. */
export function commandsPass(failure: ProbeFailure): boolean {
  const infos = [failure.container.podInfo, ...neighbours(failure).map(({ podInfo }) => podInfo)]
  return infos.some(({ containers }) =>
    containers.some((container) =>
      container.probes.some(
        (probe) => probe.handler.kind === 'exec' && passesSince(container, probe, failure.attempts.firstSeen),
      ),
    ),
  )
}

/** Whether two failures of probes that had passed began at nearly the same time. */
const beganTogether = (one: ProbeFailure, other: ProbeFailure): boolean =>
  one.everPassed === true &&
  other.everPassed === true &&
  Math.abs(secondsBetween(one.attempts.firstSeen, other.attempts.firstSeen) ?? Number.POSITIVE_INFINITY) <=
    TOGETHER_SECONDS

/** Other workloads of the node that had been well, and got slow or silent when this one did. */
export const fellWith = (failure: ProbeFailure): readonly ProbeFailure[] =>
  failure.everPassed === true
    ? failuresOfOthers(
        failure,
        (other) =>
          (includes(SILENT, other.attempts.class) ||
            other.attempts.class === 'exec.timeout' ||
            other.attempts.class === 'grpc.timeout') &&
          beganTogether(failure, other),
      )
    : []

/** Events about a node that has not enough for what runs on it. */
const SHORTAGE_EVENTS: readonly string[] = [
  'EvictionThresholdMet',
  'NodeHasInsufficientMemory',
  'NodeHasInsufficientPID',
  'NodeNotReady',
  'SystemOOM',
]
const SHORTAGES: readonly string[] = ['MemoryPressure', 'PIDPressure']

/** What the node itself says of a shortage, in its conditions and events. */
export function shortageOfNode({ container: { podInfo } }: ProbeFailure): readonly Evidence[] {
  const { node, cluster } = podInfo
  if (node === undefined) return []
  const { name } = node.metadata
  const conditions = (node.status?.conditions ?? []).flatMap(
    ({ type, status, reason, lastTransitionTime }, index): readonly Evidence[] =>
      SHORTAGES.includes(type) && status === 'True'
        ? [
            {
              source: 'Node',
              object: `Node ${name}`,
              path: `status.conditions[${index}]`,
              text: `${type}=True ${reason ?? ''}`.trim(),
              ...(lastTransitionTime ? { time: `${lastTransitionTime}` } : {}),
            },
          ]
        : [],
  )
  const event = cluster
    .eventsAbout({ kind: 'Node', name })
    .findLast(
      ({ reason, lastSeen }) =>
        SHORTAGE_EVENTS.includes(reason) && secondsAgo(cluster, lastSeen) <= RECENT_SECONDS / 4,
    )
  return [...conditions, ...(event === undefined ? [] : [eventEvidence(event)])]
}

/** A replica on another node whose probe of this kind passes: the application can answer in time. */
export function answeringReplica({ container, probe, attempts }: ProbeFailure): Evidence | undefined {
  const { cluster, workload, pod } = container.podInfo
  for (const other of workload.pods) {
    const { nodeName } = other.spec ?? {}
    if (nodeName === undefined || nodeName === pod.spec?.nodeName) continue
    const info = podInfoOf(cluster, workload, other, 'NoLogs')
    const same = info.containers.find(({ name }) => name === container.name)
    const alike = same?.probes.find(
      ({ type, handler }) => type === probe.type && JSON.stringify(handler) === JSON.stringify(probe.handler),
    )
    if (same && alike && passesSince(same, alike, attempts.firstSeen))
      return {
        source: 'Status',
        object: info.object,
        path: `${same.statusPath}.ready`,
        text: `true: the same probe passes on node ${nodeName}`,
      }
  }
  return undefined
}

/** Most of those that are silent were not even connected. */
export const mostNotConnected = (failures: readonly ProbeFailure[]): boolean =>
  failures.filter(({ attempts }) => isNotConnected(attempts.class)).length * 2 >= failures.length
