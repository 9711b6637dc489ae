import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { matchesSelector } from '../../../model/kubernetes/selector.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import type { Diagnosis } from '../../cause.ts'
import { inspectFix, logsFix } from '../../fixes/commands.ts'
import { handlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import { refusalLine } from '../../logs/lines.ts'
import { includes, NO_ANSWER_CLASSES, type ProbeMessageClass } from '../../messages/probe-classes.ts'
import type { ProbeFailure } from '../failure.ts'
import {
  handlerEvidence,
  isMeshProxy,
  listeningFix,
  portEvidence,
  probeNames,
  sameHandlerProbes,
} from './common.ts'
import { tlsPortHint, wantsHttps } from './protocol.ts'

/** The host that the probe names in place of the pod; undefined where it probes the pod. */
export const foreignHost = ({ container, probe: { handler } }: ProbeFailure): string | undefined => {
  const host = handler.kind === 'httpGet' || handler.kind === 'tcpSocket' ? handler.host : undefined
  const { spec, status } = container.podInfo.pod
  const own = host === status?.podIP || (spec?.hostNetwork === true && LOOPBACK.test(host ?? ''))
  return own ? undefined : host
}

const LOOPBACK = /^(localhost|127\.|0\.0\.0\.0|\[?::1?\]?$)/

export function judgeHost(failure: ProbeFailure): Diagnosis {
  const host = foreignHost(failure) ?? failure.attempts.message.name ?? ''
  const loopback = LOOPBACK.test(host)
  const probes = sameHandlerProbes(failure)
  return {
    code: 'probe-host',
    confidence: failure.attempts.class === 'dns' || loopback ? 'Certain' : 'Likely',
    settled: loopback,
    summary: `${failure.probe.type} probe goes to host ${host}${loopback ? ', which is the node,' : ''} and not to the pod`,
    explanation:
      'With host set, the kubelet connects to that host from the node: localhost is then the node itself, and names of ' +
      'Services do not resolve there. Without host it connects to the IP of the pod, which is nearly always meant. To ' +
      'send another Host header, set it in httpHeaders.',
    evidence: [handlerEvidence(failure, 'host', host)],
    fixes: containerFix(
      failure.container,
      `Remove host from the ${probeNames(probes)}`,
      handlerPatch(probes, { host: null }),
    ),
  }
}

/** Network policies that select the pod and restrict what comes in. */
export function ingressPolicies({ container: { podInfo } }: ProbeFailure): readonly Evidence[] {
  const { pod, cluster } = podInfo
  return cluster.objects.networkpolicies
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace &&
        (spec?.policyTypes ?? ['Ingress']).includes('Ingress') &&
        matchesSelector(spec?.podSelector ?? {}, pod.metadata.labels),
    )
    .map(({ metadata }) => ({
      source: 'Spec',
      object: `NetworkPolicy ${metadata.namespace}/${metadata.name}`,
      path: 'spec.podSelector',
      text: 'selects this pod and restricts ingress',
    }))
}

/** Nothing came back. All others say what stopped the packets. */
const TIMEOUTS: readonly ProbeMessageClass[] = [
  ...NO_ANSWER_CLASSES,
  'net.tlshandshake.timeout',
  'grpc.timeout',
]

export function judgeUnreachable(failure: ProbeFailure): Diagnosis {
  const { container, attempts, port, probe } = failure
  const policies = ingressPolicies(failure)
  const { pod } = container.podInfo
  const timeout = includes(TIMEOUTS, attempts.class)
  return {
    code: 'unreachable',
    confidence: timeout && policies.length === 0 ? 'Possible' : 'Likely',
    summary: `${probe.type} probe does not reach port ${port ?? '?'}: ${timeout ? 'no connection in time' : attempts.message.error}`,
    explanation: [
      'The packets of the kubelet do not arrive, or nothing comes back. Look at network policies, at firewalls between ' +
        'node and pod, and at the network plugin on the node. The probe itself is seldom at fault.',
      ...(policies.length > 0
        ? ['A network policy restricts what may reach this pod; some plugins apply it to the kubelet, too.']
        : []),
    ].join(' '),
    evidence: [portEvidence(failure), ...policies],
    fixes: [
      inspectFix('See which network policies apply in the namespace', [
        ...['kubectl', 'get', 'networkpolicies', ...inNamespace(pod.metadata.namespace), '-o', 'yaml'],
      ]),
      inspectFix('See whether other pods of the node have the same trouble', [
        ...['kubectl', 'get', 'pods', '-A', '--field-selector'],
        nameWord('Node', pod.spec?.nodeName ?? '', 'spec.nodeName='),
        ...['-o', 'wide'],
      ]),
      listeningFix(failure),
    ],
  }
}

/** Connected, then cut off: the wrong protocol, a crash in the handler, or a proxy in between. */
export function judgeClosed(failure: ProbeFailure): Diagnosis {
  const { container, attempts, port, probe } = failure
  const hint = refusalLine(container, 'handshake') ?? tlsPortHint(failure)
  if (probe.handler.kind === 'httpGet' && probe.handler.scheme === 'HTTP' && hint !== undefined)
    return wantsHttps(failure, 'Likely', [hint])
  const how = attempts.class === 'net.reset' ? 'resets' : 'closes'
  const mesh = container.podInfo.containers.some(isMeshProxy)
  return {
    code: 'connection-closed',
    confidence: 'Likely',
    summary: `${probe.type} probe connects to port ${port ?? '?'}, and the server ${how} the connection without an answer`,
    explanation: [
      'Something accepts the connection and drops it. Three causes are common: the server speaks another protocol (TLS), ' +
        'the handler of the health path crashes, or the connection limit is reached.',
      ...(mesh
        ? [
            'The pod has a mesh proxy: with strict mTLS it drops the plain requests of the kubelet unless they are rewritten.',
          ]
        : []),
    ].join(' '),
    evidence: [portEvidence(failure)],
    fixes: [logsFix(container, 'See what the application says at the time of a probe')],
  }
}
