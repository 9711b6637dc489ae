import { inNamespace } from '../../../model/command/command.ts'
import type { Confidence, Evidence } from '../../../model/report/finding.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { inspectFix, logsFix } from '../../fixes/commands.ts'
import { swapHandlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import { refusalLine } from '../../logs/lines.ts'
import { listenersOf, loopbackListener } from '../../logs/listeners.ts'
import type { ProbeFailure } from '../failure.ts'
import { isClosedWay, suspectOf } from '../no-answer/suspect.ts'
import { replayedPort } from '../replay.ts'
import { handlerEvidence, handlerFix, portEvidence } from './common.ts'
import { judgeNoGrpcConnection } from './connection/connect.ts'
import { judgeUnreachable } from './network.ts'
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

/** The health service answered that it does not serve, or its answer was an error. */
export function judgeGrpcStatus(failure: ProbeFailure): Diagnosis {
  const { name } = failure.attempts.message
  if (name === 'SERVICE_UNKNOWN') return judgeServiceUnknown(failure)
  const service = serviceOf(failure)
  const asked = service === '' ? 'the server as a whole' : `service "${service}"`
  return {
    code: 'grpc-not-serving',
    confidence: failure.attempts.class === 'grpc.rpc' ? 'Likely' : 'Certain',
    summary: `${failure.probe.type} probe gets ${name ?? 'an error'} from the gRPC health service`,
    explanation:
      `The server is up, and its health service answers ${name ?? 'with an error'} for ${asked}. The application decides ` +
      'that: it may still load, have lost a dependency, or never set its status to SERVING.',
    evidence: [],
    fixes: [logsFix(failure.container, 'See why the application does not serve')],
  }
}

/** The server speaks gRPC, and has no health service. */
export const judgeUnimplemented = (failure: ProbeFailure): Diagnosis => ({
  code: 'grpc-unimplemented',
  confidence: 'Certain',
  summary: `${failure.probe.type} probe asks a gRPC server that has no health service`,
  explanation:
    'The server speaks gRPC but does not implement grpc.health.v1.Health. Most gRPC libraries bring it; it must be ' +
    'registered in the server. Until then a tcpSocket probe tests at least the connection.',
  evidence: [portEvidence(failure)],
  fixes: tcpInstead(failure),
})

/** The health service does not know the service that the probe names. */
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

/** The health service wants credentials. */
export const judgeGrpcAuth = (failure: ProbeFailure): Diagnosis => ({
  code: 'grpc-unauthorized',
  confidence: 'Certain',
  summary: `${failure.probe.type} probe is refused by the gRPC server: ${failure.attempts.message.name}`,
  explanation:
    'An interceptor asks for credentials also on the health service, and the kubelet sends none. Exempt ' +
    '/grpc.health.v1.Health/Check from it.',
  evidence: [],
  fixes: [logsFix(failure.container, 'See which interceptor refuses the call'), ...tcpInstead(failure)],
})

/** The server answered in plain HTTP. */
export const judgeNotGrpc = (failure: ProbeFailure): Diagnosis => notGrpc(failure, 'Likely')

function notGrpc(
  failure: ProbeFailure,
  confidence: Confidence,
  evidence: readonly Evidence[] = [],
): Diagnosis {
  const { container, port, probe } = failure
  return {
    code: 'not-grpc',
    confidence,
    settled: evidence.some(({ source }) => source === 'Log'),
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
 * No gRPC connection. The text is the same for a closed port, TLS, plain HTTP and dropped packets
 * (docs/reference/probes.md#grpc), so the log and the declared ports must tell.
 */
export function judgeGrpcConnect(failure: ProbeFailure): Diagnosis {
  const { container, port } = failure
  // Whether the port is open was seen, so that nothing has to be guessed from logs and names.
  if (replayedPort(failure) !== undefined) return judgeNoGrpcConnection(failure)
  const listeners = listenersOf(container)
  if (port !== undefined && loopbackListener(listeners, port) !== undefined)
    return judgeNoGrpcConnection(failure)
  const tls = refusalLine(container, 'plainGrpc')
  if (tls !== undefined) return grpcTls(failure, tls)
  const here = listeners.filter((listener) => listener.port === port)
  const other = here.find(({ protocol }) => protocol === 'http' || protocol === 'https')
  if (other?.protocol === 'https') return grpcTls(failure, other.evidence)
  if (other !== undefined) return notGrpc(failure, 'Likely', [other.evidence])
  if (here.length > 0) return unreachableThoughLogged(failure)
  const suspect = suspectOf(failure)
  if (suspect.type === 'Network') return judgeUnreachable(failure, suspect)
  const name = httpPortName(failure)
  if (name !== undefined) return notGrpc(failure, 'Possible', [name])
  const hint = tlsPortHint(failure)
  if (hint !== undefined) return grpcTls(failure, hint)
  if (isClosedWay(suspect)) return judgeUnreachable(failure, suspect)
  return judgeNoGrpcConnection(failure)
}

/** The name of the port, where it stands for plain HTTP. */
function httpPortName({ container, port }: ProbeFailure): Evidence | undefined {
  const ports = container.spec.ports ?? []
  const index = ports.findIndex(({ containerPort }) => containerPort === port)
  const name = ports[index]?.name
  return name !== undefined && /^(http|web|ui|metrics)/.test(name) && !/h2c|grpc/.test(name)
    ? specEvidence(container, `ports[${index}].name`, name)
    : undefined
}

const grpcTls = (failure: ProbeFailure, hint: Evidence): Diagnosis => ({
  code: 'scheme-mismatch',
  confidence: hint.source === 'Log' ? 'Likely' : 'Possible',
  settled: hint.source === 'Log',
  summary: `${failure.probe.type} probe speaks gRPC without TLS to port ${failure.port ?? '?'}, which seems to want TLS`,
  explanation:
    'A gRPC probe cannot speak TLS. Offer the health service on a port without TLS, or use exec with a client that ' +
    'speaks TLS, such as grpc_health_probe -tls.',
  evidence: [portEvidence(failure), hint],
  fixes: tcpInstead(failure),
})

/** The log says that the port is open, so that something else stops the packets. */
function unreachableThoughLogged(failure: ProbeFailure): Diagnosis {
  const { namespace = 'default' } = failure.container.podInfo.pod.metadata
  return {
    ...judgeUnreachable(failure),
    confidence: 'Possible',
    fixes: [
      inspectFix('See which network policies apply in the namespace', [
        ...['kubectl', 'get', 'networkpolicies', ...inNamespace(namespace)],
      ]),
      logsFix(failure.container, 'See whether the server speaks gRPC without TLS on that port'),
    ],
  }
}
