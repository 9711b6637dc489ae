import { describeHandler, type EffectiveProbe, killWindow } from '../../../model/kubernetes/probe.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import type { Occurrence } from '../../../model/snapshot/occurrence.ts'
import { millis } from '../../../model/text/time.ts'
import { eventEvidence, statusEvidence } from '../../evidence.ts'
import { parseProbeMessage } from '../../messages/probe.ts'
import {
  GRPC_CLASSES,
  HTTP_CLASSES,
  includes,
  type ProbeMessageClass,
  TLS_CLASSES,
} from '../../messages/probe-classes.ts'
import { type ContainerInfo, LIVE_SECONDS, type PodInfo, runningSeconds, secondsAgo } from '../../pod-info.ts'
import { type ProbeFailure, probeFailures } from '../failure.ts'

/**
 * What no attempt ends in unless packets went to the pod and came back: an answer, a refusal, or a connection that was
 * made (docs/reference/probe-failures.md#no-answer).
 */
const ARRIVED: readonly ProbeMessageClass[] = [
  ...HTTP_CLASSES,
  ...TLS_CLASSES,
  ...GRPC_CLASSES.filter((name) => name !== 'grpc.connect'),
  'net.refused',
  'net.reset',
  'net.eof',
  'net.tlshandshake.timeout',
]

export const hasArrived = (name: ProbeMessageClass): boolean => includes(ARRIVED, name)

/** Not even a connection: whatever the application does, its kernel would have made one. */
const NOT_CONNECTED: readonly ProbeMessageClass[] = [
  'net.timeout.conn',
  'net.noroute',
  'net.unreachable',
  'net.denied',
]

export const isNotConnected = (name: ProbeMessageClass): boolean => includes(NOT_CONNECTED, name)

/** Asks the pod over its own network; a pod on the network of the node is not asked so. */
export const goesToPod = ({ podInfo: { pod } }: ContainerInfo, { handler }: EffectiveProbe): boolean =>
  pod.spec?.hostNetwork !== true &&
  handler.kind !== 'exec' &&
  (handler.kind === 'grpc' || handler.host === undefined)

/** A pod with what its probes show, without a look at logs. */
export interface PodState {
  readonly podInfo: PodInfo
  readonly failures: readonly ProbeFailure[]
  /** The newest attempt that was answered, refused or connected. */
  readonly arrived: Occurrence | undefined
}

/** The state of one pod. */
export const stateOf = (podInfo: PodInfo): PodState => ({
  podInfo,
  failures: probeFailures(podInfo),
  arrived: podInfo.events.findLast(({ message }) => {
    const parsed = parseProbeMessage(message)
    return parsed !== undefined && parsed.handler !== 'exec' && hasArrived(parsed.class)
  }),
})

/**
 * What shows that packets of the kubelet reach this pod, and did so after `since` (RFC 3339): a probe that passes, which
 * by now would fail if they did not, or an attempt that was answered or refused. `except` is the probe in question.
 */
export function openWay(
  { podInfo, arrived }: PodState,
  since: string,
  except?: ProbeFailure,
): Evidence | undefined {
  const passing = podInfo.containers
    .flatMap((container) => container.probes.map((probe) => ({ container, probe })))
    .find(
      ({ container, probe }) =>
        !(except?.container.name === container.name && except.probe.type === probe.type) &&
        goesToPod(container, probe) &&
        passesSince(container, probe, since),
    )
  if (passing !== undefined) return passingEvidence(passing.container, passing.probe)
  if (podInfo.pod.spec?.hostNetwork === true || arrived === undefined) return undefined
  const { lastSeen } = arrived
  const inTime = (millis(lastSeen) ?? 0) >= (millis(since) ?? 0)
  return inTime && secondsAgo(podInfo.cluster, lastSeen) <= LIVE_SECONDS ? eventEvidence(arrived) : undefined
}

const passingEvidence = (container: ContainerInfo, { type, handler }: EffectiveProbe): Evidence =>
  statusEvidence(
    container,
    type === 'readiness' ? 'ready' : 'started',
    `true: the ${type} probe ${describeHandler(handler)} passes`,
  )

/** Whether a probe passes now, for so long that it would have failed if it had begun to at `since`. */
export function passesSince(container: ContainerInfo, probe: EffectiveProbe, since: string): boolean {
  const { status, podInfo } = container
  const running = runningSeconds(container)
  if (running === undefined || status?.ready !== true || podInfo.terminating || isStale(podInfo)) return false
  const begun = secondsAgo(podInfo.cluster, since)
  const { max } = killWindow(probe, probe.timeoutSeconds)
  if (probe.type === 'startup') return status.started === true && running < begun
  if (hasFailedLately(podInfo, container, probe)) return false
  // A container that is younger was made Ready through this very probe.
  if (probe.type === 'readiness') return begun > max || running < begun
  return begun > max && running > max
}

const hasFailedLately = (podInfo: PodInfo, container: ContainerInfo, probe: EffectiveProbe): boolean =>
  podInfo.events.some(
    ({ message, lastSeen, container: name }) =>
      (name === undefined || name === container.name) &&
      secondsAgo(podInfo.cluster, lastSeen) <= LIVE_SECONDS &&
      parseProbeMessage(message)?.probe === probe.type,
  )

/** The kubelet of such a node does not report, so that what it said last proves nothing. */
const isStale = ({ node }: PodInfo): boolean =>
  node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True') ?? false
