import { logEvidence, logLine, specEvidence } from '../../evidence.ts'
import { containerFix, inspectFix, logsFix, swapHandlerPatch } from '../../fixes.ts'
import { listenersOf, loopbackListener } from '../../logs/listeners.ts'
import type { ProbeFailure } from '../failure.ts'
import { replayedPort } from '../replay.ts'
import { type Diagnosis, handlerEvidence, handlerFix, portEvidence } from './common.ts'
import { judgeRefused } from './connect.ts'
import { ingressPolicies, judgeUnreachable } from './network.ts'
import { tlsPortHint } from './protocol.ts'

const tcpInstead = (failure: ProbeFailure) =>
  failure.port === undefined
    ? []
    : containerFix(
        failure.container,
        `Only test the connection: tcpSocket on port ${failure.port} in the ${failure.probe.type} probe`,
        swapHandlerPatch(failure.probe, 'tcpSocket', { port: failure.port }),
      )

const serviceOf = ({ probe: { handler } }: ProbeFailure): string =>
  handler.kind === 'grpc' ? handler.service : ''

export function judgeGrpcStatus(failure: ProbeFailure): Diagnosis {
  const answer = failure.main.message.name
  if (answer === 'SERVICE_UNKNOWN') return judgeServiceUnknown(failure)
  const service = serviceOf(failure)
  const rpc = failure.main.class === 'grpc.rpc'
  return {
    code: 'grpc-not-serving',
    confidence: rpc ? 'Likely' : 'Certain',
    summary: `${failure.probe.type} probe gets ${answer ?? 'an error'} from the gRPC health service`,
    explanation:
      `The server is up, and its health service answers ${answer ?? 'with an error'} for ` +
      `${service === '' ? 'the server as a whole' : `service "${service}"`}. The application decides that: it may still load, ` +
      'have lost a dependency, or never set its status to SERVING.',
    fixes: [logsFix(failure.container, 'See why the application does not serve')],
  }
}

export function judgeUnimplemented(failure: ProbeFailure): Diagnosis {
  if (/unexpected HTTP status code/.test(failure.main.message.text)) return notGrpc(failure, 'Likely')
  return {
    code: 'grpc-unimplemented',
    confidence: 'Certain',
    summary: `${failure.probe.type} probe asks a gRPC server that has no health service`,
    explanation:
      'The server speaks gRPC but does not implement grpc.health.v1.Health. Most gRPC libraries bring it; it must be ' +
      'registered in the server. Until then a tcpSocket probe tests at least the connection.',
    evidence: [portEvidence(failure)],
    fixes: tcpInstead(failure),
  }
}

export function judgeServiceUnknown(failure: ProbeFailure): Diagnosis {
  const service = serviceOf(failure)
  return {
    code: 'grpc-service-unknown',
    confidence: 'Certain',
    summary: `${failure.probe.type} probe asks for gRPC service "${service}", which the health service does not know`,
    explanation:
      'The health service is there, but nothing is registered under the name of the probe. With an empty name it answers ' +
      'for the server as a whole, which nearly every health service supports.',
    evidence: [handlerEvidence(failure, 'service', service)],
    fixes:
      service === ''
        ? [logsFix(failure.container, 'See which services the application registers')]
        : handlerFix(failure, 'Ask for the server as a whole: empty the service name', { service: '' }),
  }
}

export function judgeGrpcAuth(failure: ProbeFailure): Diagnosis {
  return {
    code: 'grpc-unauthorized',
    confidence: 'Certain',
    summary: `${failure.probe.type} probe is refused by the gRPC server: ${failure.main.message.name}`,
    explanation:
      'An interceptor asks for credentials also on the health service, and the kubelet sends none. Exempt ' +
      '/grpc.health.v1.Health/Check from it.',
    fixes: [logsFix(failure.container, 'See which interceptor refuses the call'), ...tcpInstead(failure)],
  }
}

function notGrpc(
  failure: ProbeFailure,
  confidence: Diagnosis['confidence'],
  evidence: Diagnosis['evidence'] = [],
): Diagnosis {
  const { container, port, probe } = failure
  return {
    code: 'not-grpc',
    confidence,
    summary: `${probe.type} probe speaks gRPC to port ${port ?? '?'}, which speaks something else`,
    explanation:
      'The probe gets no gRPC connection, and what else is known points to a server that speaks plain HTTP there. A gRPC ' +
      'probe needs HTTP/2 without TLS.',
    evidence: [portEvidence(failure), ...evidence],
    fixes: [
      ...tcpInstead(failure),
      logsFix(container, 'See which protocol the application speaks on that port'),
    ],
  }
}

/**
 * No gRPC connection. The text is the same for a closed port, TLS, plain HTTP and dropped packets (spec/probes.md
 * 5.3), so the log and the declared ports must tell.
 */
export function judgeGrpcConnect(failure: ProbeFailure): Diagnosis {
  const { container, port } = failure
  // Whether the port is open was seen, so that nothing has to be guessed from logs and names.
  if (replayedPort(failure) !== undefined) return lessSure(judgeRefused(failure))
  const listeners = listenersOf(container)
  const here = listeners.filter((listener) => listener.port === port)
  const line = here.find((listener) => /\bhttps?\b/i.test(listener.line) && !/grpc/i.test(listener.line))
  if (port !== undefined && loopbackListener(listeners, port) !== undefined)
    return lessSure(judgeRefused(failure))
  const tls = logLine(container, /TLS handshake|first record does not look like a TLS|ssl/i)
  if (tls !== undefined) return grpcTls(failure, tls)
  if (line !== undefined) {
    const evidence = logEvidence(container, line.line.slice(0, 300), line.previous)
    return /\bhttps\b/i.test(line.line) ? grpcTls(failure, evidence) : notGrpc(failure, 'Likely', [evidence])
  }
  if (here.length > 0) return elsewhere(failure)
  const index = (container.spec.ports ?? []).findIndex(({ containerPort }) => containerPort === port)
  const name = container.spec.ports?.[index]?.name
  if (name !== undefined && /^(http|web|ui|metrics)/.test(name) && !/h2c|grpc/.test(name))
    return notGrpc(failure, 'Possible', [specEvidence(container, `ports[${index}].name`, name)])
  const hint = tlsPortHint(failure)
  if (hint !== undefined) return grpcTls(failure, hint)
  if (ingressPolicies(failure).length > 0) return judgeUnreachable(failure)
  return lessSure(judgeRefused(failure))
}

/** What holds for a refused connection can only be guessed from a gRPC timeout. */
const lessSure = (verdict: Diagnosis): Diagnosis => ({
  ...verdict,
  confidence: verdict.confidence === 'Certain' ? 'Likely' : 'Possible',
  summary: verdict.summary.replace('is refused', 'gets no gRPC connection'),
  explanation: `A gRPC probe does not say why it cannot connect. ${verdict.explanation.replace('The connection is refused at once: nothing', 'Most likely nothing')}`,
})

function grpcTls(failure: ProbeFailure, hint: NonNullable<Diagnosis['evidence']>[number]): Diagnosis {
  return {
    code: 'scheme-mismatch',
    confidence: hint.source === 'Log' ? 'Likely' : 'Possible',
    summary: `${failure.probe.type} probe speaks gRPC without TLS to port ${failure.port ?? '?'}, which seems to want TLS`,
    explanation:
      'A gRPC probe cannot speak TLS. Offer the health service on a port without TLS, or use exec with a client that ' +
      'speaks TLS, such as grpc_health_probe -tls.',
    evidence: [portEvidence(failure), hint],
    fixes: tcpInstead(failure),
  }
}

function elsewhere(failure: ProbeFailure): Diagnosis {
  const { pod } = failure.container.podInfo
  return {
    ...judgeUnreachable(failure),
    confidence: 'Possible',
    fixes: [
      inspectFix('See which network policies apply in the namespace', [
        'kubectl',
        'get',
        'networkpolicies',
        '-n',
        pod.metadata.namespace ?? 'default',
      ]),
      logsFix(failure.container, 'See whether the server speaks gRPC without TLS on that port'),
    ],
  }
}
