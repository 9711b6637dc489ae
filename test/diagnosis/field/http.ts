import { container, event, override, pod } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import { get, httpProbe, killed, neverReady, podWith, unhealthy, unready } from '../../helpers/probes.ts'

const status = (code: number) => `failed: HTTP probe failed with statuscode: ${code}`
const portNamed = (name: string) => ({ ports: [{ containerPort: 8080, name }] })

/** An application with a proxy of a mesh beside it, of which one fails. */
const inMesh = (failing: 'app' | 'istio-proxy', message: string) => {
  const proxyProbe = httpProbe({ port: 15021, path: '/healthz/ready' })
  const base = unready({ readinessProbe: httpProbe() })
  const statuses = ['app', 'istio-proxy'].map((name) => ({
    ...base.status?.containerStatuses?.[0],
    name,
    ready: name !== failing,
  }))
  return [
    override(base, {
      spec: {
        containers: [
          container({ ports: [{ containerPort: 8080, name: 'http' }], readinessProbe: httpProbe() }),
          container({ name: 'istio-proxy', readinessProbe: proxyProbe }),
        ],
      },
      status: { containerStatuses: statuses },
    }),
    override(unhealthy(`Readiness probe ${message}`), {
      involvedObject: { fieldPath: `spec.containers{${failing}}` },
    }),
  ]
}

/** The server answers, and not with success: rows 14, 15, 20, 22 to 26, 38. */
export const HTTP_CASES: readonly FieldCase[] = [
  {
    row: 14,
    when: 'the path does not exist',
    given: neverReady(status(404)),
    finds: ['Error http-not-found/readiness Certain Unready'],
  },
  {
    row: 14,
    near: 'the path exists and does not take GET',
    given: neverReady(status(405)),
    finds: ['Error http-status/readiness Certain Unready'],
    says: /GET/,
  },
  {
    row: 15,
    when: 'it wants credentials: 401',
    given: neverReady(status(401)),
    finds: ['Error http-unauthorized/readiness Certain Unready'],
  },
  {
    row: 15,
    when: '403, and the log speaks of credentials',
    given: neverReady(status(403)),
    logs: 'Forbidden: User "system:anonymous" cannot get path "/healthz": authentication required',
    finds: ['Error http-unauthorized/readiness Likely Unready'],
  },
  {
    row: 15,
    near: '403 of a web server for a folder without an index',
    given: neverReady(status(403)),
    logs: 'directory index of "/usr/share/nginx/html/" is forbidden',
    finds: ['Error http-status/readiness Certain Unready'],
    saysNot: /wants credentials/,
  },
  {
    row: 20,
    when: '400, and the log refuses the host name',
    given: neverReady(status(400)),
    logs: "Invalid HTTP_HOST header: '10.0.0.7:8080'. You may need to add '10.0.0.7' to ALLOWED_HOSTS.",
    finds: ['Error http-status/readiness Likely Unready'],
    says: /Host/,
    saysNot: /Three causes/,
  },
  {
    row: 20,
    when: '421 says the same without a log',
    given: neverReady(status(421)),
    finds: ['Error http-status/readiness Certain Unready'],
    says: /httpHeaders as Host/,
  },
  {
    row: 20,
    near: '400 of which no log tells the reason',
    given: neverReady(status(400)),
    finds: ['Error http-status/readiness Possible Unready'],
    says: /Three causes/,
  },
  {
    row: 22,
    when: 'redirected to another host, which passes',
    given: [
      podWith({ readinessProbe: httpProbe() }),
      event(
        'ProbeWarning',
        'Readiness probe warning: Probe terminated redirects, Response body: Moved Permanently. Redirecting to https://localhost:2368/',
        { count: 30 },
      ),
    ],
    finds: ['Warning http-redirect/readiness Certain Inert'],
  },
  {
    row: 22,
    near: 'redirected within the host, to a path that answers 404',
    given: neverReady(status(404)),
    finds: ['Error http-not-found/readiness Certain Unready'],
  },
  {
    row: 23,
    when: 'redirected in a circle',
    given: neverReady('failed: Get "/healthz": stopped after 10 redirects'),
    finds: ['Error http-redirect/readiness Certain Unready'],
  },
  {
    row: 23,
    near: 'redirected to https on a port without TLS',
    given: neverReady(`failed: ${get('http: server gave HTTP response to HTTPS client', 8080, 'https')}`),
    finds: ['Error http-redirect/readiness Likely Unready'],
    says: /redirect/,
  },
  {
    row: 24,
    when: 'the liveness probe asks for a dependency',
    given: killed(status(503)),
    finds: ['Error http-server-error/liveness Certain Restarting'],
    says: /readiness probe/,
  },
  {
    row: 24,
    near: 'the liveness path does not exist',
    given: killed(status(404)),
    finds: ['Error http-not-found/liveness Certain Restarting'],
  },
  {
    row: 25,
    when: 'the application says that it is not ready',
    given: neverReady(status(503)),
    finds: ['Error http-server-error/readiness Certain Unready'],
    saysNot: /a restart cannot mend/,
  },
  {
    row: 25,
    when: 'OpenShift records the body of the answer beside it',
    given: [
      ...neverReady(status(500)),
      event(
        'ProbeError',
        'Readiness probe error: HTTP probe failed with statuscode: 500\nbody: {"db":"down"}',
        { count: 30 },
      ),
    ],
    finds: ['Error http-server-error/readiness Certain Unready'],
  },
  {
    row: 25,
    near: '503 only while it was starting, Ready now',
    given: [
      podWith({ readinessProbe: httpProbe() }),
      event('Unhealthy', `Readiness probe ${status(503)}`, {
        count: 2,
        lastTimestamp: '2026-11-21T11:50:10Z',
        firstTimestamp: '2026-11-21T11:50:05Z',
      }),
    ],
    finds: [],
  },
  {
    row: 26,
    when: 'a rate limit counts the probes',
    given: neverReady(status(429)),
    finds: ['Error http-status/readiness Certain Unready'],
    says: /rate limit/,
  },
  {
    row: 26,
    near: 'the application is overloaded and says 503 itself',
    given: neverReady(status(503)),
    finds: ['Error http-server-error/readiness Certain Unready'],
    saysNot: /rate limit/,
  },
  {
    row: 38,
    when: 'the proxy of the mesh is not ready',
    given: inMesh('istio-proxy', status(503)),
    finds: ['Error http-server-error/readiness Certain Unready'],
    says: /control plane of the mesh/,
  },
  {
    row: 38,
    when: 'the proxy of the mesh drops the plain requests of the kubelet',
    given: inMesh(
      'app',
      `failed: ${get('read tcp 10.0.0.1:40958->10.0.0.7:8080: read: connection reset by peer')}`,
    ),
    finds: ['Error connection-closed/readiness Likely Unready'],
    says: /mesh/,
  },
  {
    row: 38,
    near: 'the same without a mesh',
    given: neverReady(
      `failed: ${get('read tcp 10.0.0.1:40958->10.0.0.7:8080: read: connection reset by peer')}`,
    ),
    finds: ['Error connection-closed/readiness Likely Unready'],
    saysNot: /mesh/,
  },
  {
    row: 16,
    when: 'the port is named https, and the probe says HTTP',
    given: neverReady(status(400), httpProbe(), portNamed('https')),
    finds: ['Error scheme-mismatch/readiness Likely Unready'],
  },
  {
    row: 16,
    when: 'the log of the server says so',
    given: neverReady(status(400)),
    logs: 'http: TLS handshake error from 10.0.0.1:2: client sent an HTTP request to an HTTPS server',
    finds: ['Error scheme-mismatch/readiness Certain Unready'],
  },
  {
    row: 16,
    near: 'the scheme is HTTPS already',
    given: neverReady(status(400), httpProbe({ scheme: 'HTTPS' }), portNamed('https')),
    finds: ['Error http-status/readiness Likely Unready'],
  },
  {
    row: 37,
    when: 'a TCP probe leaves lines in the log of a TLS server, and passes',
    given: [
      podWith({ readinessProbe: { tcpSocket: { port: 8080 } } }),
      pod({ metadata: { name: 'web-2', uid: 'uid-web-2' } }),
    ],
    logs: 'http: TLS handshake error from 10.0.0.1:40958: EOF',
    finds: [],
  },
  {
    row: 37,
    near: 'an HTTP probe at that server, which does not pass',
    given: neverReady(`failed: ${get('EOF')}`),
    logs: 'http: TLS handshake error from 10.0.0.1:40958: EOF',
    finds: ['Error scheme-mismatch/readiness Likely Unready'],
  },
]
