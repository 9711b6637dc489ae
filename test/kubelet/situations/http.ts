import { IMAGES } from '../harness/images.ts'
import { http, probed, type Situation, server } from './situation.ts'

/** What is wrong with the answer to an HTTP probe. */
export const HTTP: readonly Situation[] = [
  probed(
    'readiness-404',
    server('', { readinessProbe: http('/ready') }),
    { causes: ['http-not-found'], probe: 'readiness' },
    { ci: true },
  ),
  probed('liveness-404', server('', { livenessProbe: http('/live') }), {
    causes: ['http-not-found'],
    probe: 'liveness',
  }),
  probed('startup-404', server('', { startupProbe: http('/started') }), {
    causes: ['http-not-found'],
    probe: 'startup',
  }),
  probed('liveness-401', server('--auth', { livenessProbe: http() }), {
    causes: ['http-unauthorized'],
    probe: 'liveness',
  }),
  probed('readiness-403', server('--status 403', { readinessProbe: http() }), {
    causes: ['http-status', 'http-unauthorized'],
    probe: 'readiness',
  }),
  probed('readiness-421', server('--host app.test', { readinessProbe: http() }), {
    causes: ['http-status'],
    probe: 'readiness',
  }),
  probed(
    'liveness-500-later',
    server('--fail-after 40s', { livenessProbe: http() }),
    { causes: ['http-server-error'], probe: 'liveness' },
    { ci: true },
  ),
  probed('readiness-503', server('--status 503', { readinessProbe: http() }), {
    causes: ['http-server-error'],
    probe: 'readiness',
  }),
  probed(
    'readiness-flaps',
    server('--flap 30s', { readinessProbe: http('/healthz', {}, { failureThreshold: 1 }) }),
    {
      causes: ['http-server-error'],
      probe: 'readiness',
    },
  ),
  probed(
    'https-wanted',
    server('--mode https', { readinessProbe: http() }),
    { causes: ['scheme-mismatch'], probe: 'readiness' },
    { mended: true, ci: true },
  ),
  probed(
    'http-wanted',
    server('', { livenessProbe: http('/healthz', { scheme: 'HTTPS' }) }),
    { causes: ['scheme-mismatch'], probe: 'liveness' },
    { mended: true },
  ),
  probed(
    'client-certificate-wanted',
    server('--mode https --client-certificate', { livenessProbe: http('/healthz', { scheme: 'HTTPS' }) }),
    { causes: ['tls-client-cert'], probe: 'liveness' },
  ),
  probed('redirect-circle', server('--redirect /healthz', { readinessProbe: http() }), {
    causes: ['http-redirect'],
    probe: 'readiness',
  }),
  probed(
    'redirect-elsewhere',
    server('--redirect http://login.test/', { readinessProbe: http() }),
    // It passes without a look at the application.
    { causes: [], also: ['http-redirect'] },
  ),
  probed('not-http', server('--mode garbage', { livenessProbe: http() }), {
    causes: ['not-http', 'connection-closed'],
    probe: 'liveness',
  }),
  probed('closes-connections', server('--mode close', { livenessProbe: http() }), {
    causes: ['connection-closed'],
    probe: 'liveness',
  }),
  probed('grpc-probed-by-http', server('--mode grpc', { readinessProbe: http() }), {
    causes: ['not-http'],
    probe: 'readiness',
  }),
  probed(
    'nginx-without-the-page',
    {
      name: 'app',
      image: IMAGES.nginx,
      ports: [{ containerPort: 80 }],
      readinessProbe: http('/health', { port: 80 }),
    },
    { causes: ['http-not-found'], probe: 'readiness' },
  ),
  probed('host-of-the-node', server('', { readinessProbe: http('/healthz', { host: '127.0.0.1' }) }), {
    causes: ['probe-host'],
    probe: 'readiness',
  }),
]
