import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { plural } from '../../../model/text/words.ts'
import type { Diagnosis } from '../../cause.ts'
import { inspectFix, logsFix } from '../../fixes/commands.ts'
import { handlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import { refusalLine } from '../../logs/lines.ts'
import type { ProbeFailure } from '../failure.ts'
import { ingressPolicies } from '../no-answer/policies.ts'
import type { ClosedWay } from '../no-answer/suspect.ts'
import { isNotConnected } from '../no-answer/way.ts'
import {
  handlerEvidence,
  isMeshProxy,
  listeningFix,
  portEvidence,
  probeNames,
  sameHandlerProbes,
  seeAnswer,
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

/** Where the packets of the kubelet are lost; without a suspect the text itself says that there is no way. */
export function judgeUnreachable(failure: ProbeFailure, suspect?: ClosedWay): Diagnosis {
  const { container, attempts, port, probe } = failure
  const { pod } = container.podInfo
  const policies = ingressPolicies(failure)
  const evidence = suspect?.evidence ?? policies
  const byPolicy = suspect === undefined ? policies.length > 0 : suspect.type === 'Filter' && suspect.byPolicy
  const sure = suspect?.sure ?? true
  const node = pod.spec?.nodeName ?? '?'
  const why = suspect === undefined ? attempts.message.error : WHY[`${isNotConnected(attempts.class)}`]
  return {
    code: 'unreachable',
    confidence: sure ? 'Likely' : 'Possible',
    summary: `${probe.type} probe does not reach port ${port ?? '?'}: ${why}`,
    explanation: [
      'The packets of the kubelet do not arrive, or nothing comes back.',
      suspect?.type === 'Network'
        ? `${plural(suspect.others, 'other workload')} on node ${node} get no answer either, and none is known to answer ` +
          'there: look at the network plugin, the firewall and the connection tracking of that node.'
        : 'Look at network policies, at firewalls between node and pod, and at the network plugin on the node.',
      ...(byPolicy
        ? ['A network policy restricts what may reach this pod; some plugins apply it to the kubelet, too.']
        : []),
      sure ? 'The probe itself is seldom at fault.' : SLOW_READS_THE_SAME,
    ].join(' '),
    evidence: [portEvidence(failure), ...evidence],
    fixes: [
      ...(sure ? [] : seeAnswer(failure, 'See how long the answer takes without the network of the pod')),
      inspectFix('See which network policies apply in the namespace', [
        ...['kubectl', 'get', 'networkpolicies', ...inNamespace(pod.metadata.namespace), '-o', 'yaml'],
      ]),
      neighboursFix(pod.spec?.nodeName ?? ''),
      listeningFix(failure),
    ],
  }
}

/** How to see the pods of a node. */
export const neighboursFix = (node: string) =>
  inspectFix('See whether other pods of the node have the same trouble', [
    ...['kubectl', 'get', 'pods', '-A', '--field-selector'],
    nameWord('Node', node, 'spec.nodeName='),
    ...['-o', 'wide'],
  ])

const WHY = { true: 'no connection in time', false: 'no answer in time' } as const

const SLOW_READS_THE_SAME =
  'An application that hangs or is slow reads the same. A port-forward does not take this way: if the answer is late ' +
  'there, too, it is the application.'

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
