import type { FieldCase } from '../../helpers/findings.ts'
import { get, grpcProbe, httpProbe, killed, neverReady } from '../../helpers/probes.ts'

const HTTPS = httpProbe({ scheme: 'HTTPS' })
const broken = (text: string) => get(`net/http: HTTP/1.x transport connection broken: ${text}`)
const CONNECT =
  'failed: timeout: failed to connect service "10.0.0.7:8080" within 1s: context deadline exceeded'
const GRPC_PORT = { ports: [{ containerPort: 8080, name: 'grpc' }] }

/** Probe and server speak different protocols: rows 17 to 19, 34 to 36. */
export const PROTOCOL_CASES: readonly FieldCase[] = [
  ...[
    broken('malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02P"'),
    get('malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02F"'),
    'Get http://10.0.0.7:8080/: net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
  ].map(
    (text): FieldCase => ({
      row: 17,
      when: text,
      given: neverReady(`failed: ${text}`),
      finds: ['Error scheme-mismatch/readiness Certain Unready'],
    }),
  ),
  ...[get('EOF'), get('read tcp 10.0.0.1:40958->10.0.0.7:8080: read: connection reset by peer')].map(
    (text): FieldCase => ({
      row: 17,
      when: `${text}, on a port named https`,
      given: neverReady(`failed: ${text}`, httpProbe(), { ports: [{ containerPort: 8080, name: 'https' }] }),
      finds: ['Error scheme-mismatch/readiness Likely Unready'],
    }),
  ),
  {
    row: 17,
    near: 'the answer is of a database',
    given: neverReady(`failed: ${broken('malformed HTTP status code "ERR"')}`),
    finds: ['Error not-http/readiness Certain Unready'],
  },
  {
    row: 17,
    near: 'EOF on a port that nothing says is TLS',
    given: neverReady(`failed: ${get('EOF')}`),
    finds: ['Error connection-closed/readiness Likely Unready'],
  },
  ...['"https://10.0.0.7:8080/healthz"', 'https://10.0.0.7:8080/healthz'].map(
    (url): FieldCase => ({
      row: 18,
      when: `HTTPS to a server that speaks HTTP, of ${url}`,
      given: killed(`failed: Get ${url}: http: server gave HTTP response to HTTPS client`, HTTPS),
      finds: ['Error scheme-mismatch/liveness Certain Restarting'],
    }),
  ),
  {
    row: 18,
    near: 'the scheme is HTTP: the server redirects to https',
    given: killed('failed: Get "https://10.0.0.7:8080/": http: server gave HTTP response to HTTPS client'),
    finds: ['Error http-redirect/liveness Likely Restarting'],
  },
  {
    row: 18,
    near: 'the server speaks neither TLS nor HTTP',
    given: neverReady(
      `failed: ${get('tls: first record does not look like a TLS handshake', 8080, 'https')}`,
      HTTPS,
    ),
    finds: ['Error not-http/readiness Likely Unready'],
  },
  ...['certificate required', 'bad certificate'].map(
    (text): FieldCase => ({
      row: 19,
      when: text,
      given: neverReady(`failed: ${get(`remote error: tls: ${text}`, 8080, 'https')}`, HTTPS),
      finds: ['Error tls-client-cert/readiness Certain Unready'],
    }),
  ),
  {
    row: 19,
    when: 'handshake failure, in the words of old kubelets',
    given: neverReady('failed: Get https://10.0.0.7:8080/login: remote error: tls: handshake failure', HTTPS),
    finds: ['Error tls-client-cert/readiness Likely Unready'],
  },
  ...['unrecognized name', 'protocol version not supported', 'internal error'].map(
    (text): FieldCase => ({
      row: 19,
      near: text,
      given: neverReady(`failed: ${get(`remote error: tls: ${text}`, 8080, 'https')}`, HTTPS),
      finds: ['Error tls-handshake/readiness Likely Unready'],
    }),
  ),
  ...['NOT_SERVING', 'UNKNOWN'].map(
    (answer): FieldCase => ({
      row: 34,
      when: `the health service answers ${answer}`,
      given: neverReady(`failed: service unhealthy (responded with "${answer}")`, grpcProbe()),
      finds: ['Error grpc-not-serving/readiness Certain Unready'],
    }),
  ),
  {
    row: 34,
    when: 'there is no health service',
    given: neverReady(
      'failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
      grpcProbe(),
    ),
    finds: ['Error grpc-unimplemented/readiness Certain Unready'],
  },
  ...[
    'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    'service unhealthy (responded with "SERVICE_UNKNOWN")',
  ].map(
    (text): FieldCase => ({
      row: 34,
      when: text,
      given: neverReady(`failed: ${text}`, grpcProbe({ service: 'shop.Cart' })),
      finds: ['Error grpc-service-unknown/readiness Certain Unready'],
      says: /shop\.Cart/,
    }),
  ),
  {
    row: 34,
    near: 'an HTTP/2 proxy answers in its place',
    given: neverReady(
      'failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unexpected HTTP status code received from server: 404 (Not Found); transport: received unexpected content-type "text/html"',
      grpcProbe(),
    ),
    finds: ['Error not-grpc/readiness Likely Unready'],
  },
  ...['Unauthenticated', 'PermissionDenied'].map(
    (code): FieldCase => ({
      row: 34,
      near: `an interceptor refuses: ${code}`,
      given: neverReady(
        `failed: error: health rpc probe failed: rpc error: code = ${code} desc = no token`,
        grpcProbe(),
      ),
      finds: ['Error grpc-unauthorized/readiness Certain Unready'],
    }),
  ),
  {
    row: 34,
    near: 'the health service is too slow',
    given: neverReady('failed: timeout: health rpc did not complete within 1s', grpcProbe()),
    finds: ['Error timeout-too-short/readiness Possible Unready'],
  },
  {
    row: 35,
    when: 'the port is not declared, and another is',
    given: neverReady(CONNECT.replace('8080', '9000'), grpcProbe({ port: 9000 }), GRPC_PORT),
    finds: ['Error port-closed/readiness Possible Unready'],
    says: /does not say why/,
  },
  {
    row: 35,
    when: 'permanent dial error',
    given: neverReady(
      'failed: error: failed to connect service at "10.0.0.7:9000": context deadline exceeded',
      grpcProbe({ port: 9000 }),
      GRPC_PORT,
    ),
    finds: ['Error port-closed/readiness Possible Unready'],
  },
  {
    row: 35,
    when: 'the server wants TLS, and its log says so',
    given: neverReady(CONNECT, grpcProbe(), GRPC_PORT),
    logs: 'http: TLS handshake error from 10.0.0.1:3: tls: first record does not look like a TLS handshake',
    finds: ['Error scheme-mismatch/readiness Likely Unready'],
  },
  {
    row: 35,
    when: 'the server speaks plain HTTP, and its log says so',
    given: neverReady(CONNECT, grpcProbe()),
    logs: 'http server listening on :8080',
    finds: ['Error not-grpc/readiness Likely Unready'],
  },
  {
    row: 35,
    near: 'nothing tells the port, TLS, HTTP and dropped packets apart',
    given: neverReady(CONNECT, grpcProbe(), GRPC_PORT),
    finds: ['Error bound-to-localhost/readiness Possible Unready'],
    says: /does not say why/,
  },
  {
    row: 35,
    near: 'the log says that gRPC is served on that port',
    given: neverReady(CONNECT, grpcProbe(), GRPC_PORT),
    logs: 'gRPC server listening on 0.0.0.0:8080',
    finds: ['Error unreachable/readiness Possible Unready'],
  },
  {
    row: 36,
    when: 'HTTP/1 to a gRPC server',
    given: neverReady(
      `failed: ${broken('malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"')}`,
    ),
    finds: ['Error not-http/readiness Certain Unready'],
    says: /gRPC/,
  },
  {
    row: 36,
    when: 'HTTP/1 to a gRPC server with other settings',
    given: neverReady(`failed: ${get('malformed HTTP response "\\x00\\x00\\x18\\x04\\x00\\x00"')}`),
    finds: ['Error not-http/readiness Certain Unready'],
    says: /gRPC/,
  },
  {
    row: 36,
    near: 'the port speaks TLS',
    given: neverReady(`failed: ${broken('malformed HTTP response "\\x15\\x03\\x03\\x00\\x02\\x02"')}`),
    finds: ['Error scheme-mismatch/readiness Certain Unready'],
  },
]
