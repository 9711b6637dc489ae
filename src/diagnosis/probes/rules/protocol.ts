import { probeField } from '../../../model/kubernetes/probe.ts'
import type { Confidence, Evidence } from '../../../model/report/finding.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { logsFix } from '../../fixes/commands.ts'
import { swapHandlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ContainerInfo } from '../../pod-info.ts'
import type { ProbeFailure } from '../failure.ts'
import { handlerEvidence, handlerFix, portEvidence, seeAnswer } from './common.ts'

/** Signs that a port speaks TLS: its name, its number. */
export function tlsPortHint({ container, probe, port }: ProbeFailure): Evidence | undefined {
  if (probe.handler.kind === 'exec') return undefined
  const index = (container.spec.ports ?? []).findIndex(({ containerPort }) => containerPort === port)
  const name = container.spec.ports?.[index]?.name
  if (name !== undefined && /https|tls|ssl/.test(name))
    return specEvidence(container, `ports[${index}].name`, name)
  return port !== undefined && /^(443|[1-9]\d*443)$/.test(`${port}`)
    ? specEvidence(
        container,
        `${probeField(probe.type)}.${probe.handler.kind}.port`,
        `${port}, by custom a TLS port`,
      )
    : undefined
}

/** A Secret that is mounted where certificates are: the server may well speak TLS. */
export function certificateMount(container: ContainerInfo): Evidence | undefined {
  const secrets = (container.podInfo.pod.spec?.volumes ?? [])
    .filter(({ secret }) => secret != null)
    .map(({ name }) => name)
  const index = (container.spec.volumeMounts ?? []).findIndex(
    ({ name, mountPath }) => secrets.includes(name) && /tls|cert|ssl|pki/i.test(`${name} ${mountPath}`),
  )
  const mount = container.spec.volumeMounts?.[index]
  return mount === undefined
    ? undefined
    : specEvidence(container, `volumeMounts[${index}]`, `${mount.name} at ${mount.mountPath}`)
}

/** The server speaks TLS, the probe does not. */
export function wantsHttps(
  failure: ProbeFailure,
  confidence: Confidence,
  evidence: readonly Evidence[],
): Diagnosis {
  return {
    code: 'scheme-mismatch',
    confidence,
    settled: evidence.some(({ source }) => source === 'Log'),
    summary: `${failure.probe.type} probe speaks HTTP to port ${failure.port ?? '?'}, which wants HTTPS`,
    explanation:
      'The server on that port speaks TLS, and the probe sends plain HTTP. With scheme HTTPS the kubelet speaks TLS; ' +
      'it does not verify the certificate, so a self-signed one will do.',
    evidence: [handlerEvidence(failure, 'scheme', 'HTTP'), ...evidence],
    fixes: handlerFix(failure, 'Set scheme HTTPS', { scheme: 'HTTPS' }),
  }
}

/** The probe speaks TLS, the server plain HTTP. */
export function wantsHttp(failure: ProbeFailure): Diagnosis {
  if (schemeOf(failure) !== 'HTTPS') return redirectedToTls(failure)
  return {
    code: 'scheme-mismatch',
    confidence: 'Certain',
    summary: `${failure.probe.type} probe speaks HTTPS to port ${failure.port ?? '?'}, which wants HTTP`,
    explanation: 'The server answered in plain HTTP to a probe with scheme HTTPS.',
    evidence: [handlerEvidence(failure, 'scheme', schemeOf(failure))],
    fixes: handlerFix(failure, 'Set scheme HTTP', { scheme: 'HTTP' }),
  }
}

/**
 * The probe began with plain HTTP, so the server itself sent it on to https://
 * (docs/reference/probe-failures.md#F18).
 */
const redirectedToTls = (failure: ProbeFailure): Diagnosis => ({
  code: 'http-redirect',
  confidence: 'Likely',
  summary: `${failure.probe.type} probe is redirected to https:// on a port that does not speak TLS`,
  explanation:
    'The scheme of the probe is HTTP, and the server still got HTTPS: it redirects plain requests to https:// on the same ' +
    'host, which the kubelet follows, and nothing speaks TLS there. Let the probe ask a path that answers 200 itself, or ' +
    'send the header X-Forwarded-Proto: https in httpHeaders where the application looks at it.',
  evidence: [handlerEvidence(failure, 'scheme', schemeOf(failure))],
  fixes: seeAnswer(failure, 'See where the server redirects to'),
})

const schemeOf = ({ probe: { handler } }: ProbeFailure): string =>
  handler.kind === 'httpGet' ? handler.scheme : ''

/** The server speaks HTTP/2 in clear text, hence nearly always gRPC. */
export function judgeH2c(failure: ProbeFailure): Diagnosis {
  const port = failure.port
  return {
    code: 'not-http',
    confidence: 'Certain',
    summary: `${failure.probe.type} probe speaks HTTP/1.1 to port ${port ?? '?'}, which speaks HTTP/2 without TLS, as gRPC does`,
    explanation:
      'The server began with an HTTP/2 settings frame. A gRPC server is probed with grpc, if it has the gRPC health ' +
      'service, else with tcpSocket.',
    evidence: [portEvidence(failure)],
    fixes: port === undefined ? [] : swapFixes(failure, port),
  }
}

const swapFixes = (failure: ProbeFailure, port: number) => [
  ...containerFix(
    failure.container,
    `Use grpc on port ${port} in the ${failure.probe.type} probe (the server must have the health service)`,
    swapHandlerPatch(failure.probe, 'grpc', { port }),
  ),
  ...containerFix(
    failure.container,
    `Only test the connection: tcpSocket on port ${port} in the ${failure.probe.type} probe`,
    swapHandlerPatch(failure.probe, 'tcpSocket', { port }),
  ),
]

export function judgeNotHttp(failure: ProbeFailure): Diagnosis {
  const port = failure.port
  return {
    code: 'not-http',
    confidence: failure.attempts.class === 'tls.notls' ? 'Likely' : 'Certain',
    summary: `${failure.probe.type} probe speaks HTTP to port ${port ?? '?'}, which speaks something else`,
    explanation: 'The server answered with something that is not HTTP. Databases and brokers do that.',
    evidence: [portEvidence(failure)],
    fixes:
      port === undefined
        ? []
        : containerFix(
            failure.container,
            `Only test the connection: tcpSocket on port ${port} in the ${failure.probe.type} probe`,
            swapHandlerPatch(failure.probe, 'tcpSocket', { port }),
          ),
  }
}

const TLS_WORDS = {
  clientCert: {
    code: 'tls-client-cert',
    summary: (port: string) => `is refused on port ${port}: the server wants a client certificate`,
    explanation:
      'The kubelet has no client certificate to present, so an HTTPS probe of this port can never pass. Probe a port ' +
      'without client certificates, or use exec with a client that has one.',
  },
  handshake: {
    code: 'tls-handshake',
    summary: (port: string) => `fails in the TLS handshake on port ${port}`,
    explanation:
      'The server ended the handshake. The kubelet sends no server name when it probes an IP address, and offers only ' +
      'present-day TLS versions.',
  },
} as const

/** The server ended the handshake, which it may also do for want of a client certificate. */
export const judgeTls = (failure: ProbeFailure): Diagnosis => tlsDiagnosis(failure, 'handshake', 'Likely')

/** The server wants a client certificate; some only end the handshake then. */
export const judgeClientCert = (failure: ProbeFailure): Diagnosis =>
  tlsDiagnosis(failure, 'clientCert', failure.attempts.class === 'tls.clientcert' ? 'Certain' : 'Likely')

function tlsDiagnosis(
  failure: ProbeFailure,
  reason: keyof typeof TLS_WORDS,
  confidence: Confidence,
): Diagnosis {
  const { code, summary, explanation } = TLS_WORDS[reason]
  return {
    code,
    confidence,
    summary: `${failure.probe.type} probe ${summary(`${failure.port ?? '?'}`)}`,
    explanation,
    evidence: [portEvidence(failure)],
    fixes: [logsFix(failure.container, 'See what the server says about the handshake')],
  }
}
