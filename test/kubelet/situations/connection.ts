import { IMAGES } from '../harness/images.ts'
import { exec, grpc, http, probed, type Situation, server, shell, tcp } from './situation.ts'

/** Where a probe finds nobody, or not whom it looks for. */
export const CONNECTION: readonly Situation[] = [
  probed(
    'wrong-port',
    server('', { readinessProbe: http('/healthz', { port: 8081 }) }),
    { causes: ['port-closed'], probe: 'readiness' },
    { mended: true, ci: true },
  ),
  probed(
    'wrong-port-liveness',
    server('', { livenessProbe: http('/healthz', { port: 9090 }) }),
    { causes: ['port-closed'], probe: 'liveness' },
    { mended: true },
  ),
  probed(
    'wrong-tcp-port',
    server('', { livenessProbe: tcp(3306) }),
    { causes: ['port-closed'], probe: 'liveness' },
    { mended: true },
  ),
  probed(
    'loopback-only',
    server('--address 127.0.0.1', { readinessProbe: http() }),
    { causes: ['bound-to-localhost'], probe: 'readiness' },
    { ci: true },
  ),
  probed('loopback-only-liveness', server('--address 127.0.0.1', { livenessProbe: tcp() }), {
    causes: ['bound-to-localhost'],
    probe: 'liveness',
  }),
  probed(
    'port-name-unknown',
    server('', { readinessProbe: http('/healthz', { port: 'web' }) }),
    { causes: ['port-name-unknown'], probe: 'readiness' },
    { mended: true, ci: true },
  ),
  probed('listens-late', server('--start-delay 1h', { readinessProbe: tcp() }), {
    causes: ['port-closed'],
    probe: 'readiness',
  }),
  probed(
    'grpc-not-serving',
    server('--mode grpc --not-serving', { readinessProbe: grpc() }),
    { causes: ['grpc-not-serving'], probe: 'readiness' },
    { ci: true },
  ),
  probed('grpc-without-health', server('--mode grpc-without-health', { livenessProbe: grpc() }), {
    causes: ['grpc-unimplemented'],
    probe: 'liveness',
  }),
  probed(
    'grpc-wrong-service',
    server('--mode grpc --service shop.v1.Cart', { livenessProbe: grpc('shop.v1.Basket') }),
    {
      causes: ['grpc-service-unknown'],
      probe: 'liveness',
    },
  ),
  probed('http-probed-by-grpc', server('', { livenessProbe: grpc() }), {
    causes: ['not-grpc'],
    probe: 'liveness',
  }),
  probed('grpc-wrong-port', server('--mode grpc --port 9000', { readinessProbe: grpc() }), {
    causes: ['port-closed'],
    probe: 'readiness',
  }),
]

/** Probes that run a command. */
export const EXEC: readonly Situation[] = [
  probed(
    'exec-fails',
    shell('touch /tmp/ready; sleep 3600', { readinessProbe: exec(['cat', '/tmp/alive']) }),
    { causes: ['exec-exit-code'], probe: 'readiness' },
    { ci: true },
  ),
  probed(
    'exec-fails-later',
    shell('touch /tmp/alive; sleep 30; rm /tmp/alive; sleep 3600', {
      livenessProbe: exec(['cat', '/tmp/alive']),
    }),
    {
      causes: ['exec-exit-code'],
      // A shell that is the first process ignores SIGTERM.
      also: ['slow-stop'],
      probe: 'liveness',
    },
  ),
  probed(
    'exec-missing',
    server('', { livenessProbe: exec(['curl', '-f', 'http://localhost:8080/healthz']) }),
    {
      causes: ['exec-command-missing'],
      probe: 'liveness',
    },
  ),
  probed(
    'exec-without-shell',
    { name: 'app', image: IMAGES.distroless, readinessProbe: exec(['sh', '-c', 'test -f /tmp/ready']) },
    { causes: ['exec-command-missing'], probe: 'readiness' },
    { ci: true },
  ),
  probed('exec-tool-missing', server('', { livenessProbe: exec(['sh', '-c', 'pg_isready -U app']) }), {
    causes: ['exec-command-missing'],
    probe: 'liveness',
  }),
  probed('exec-interpreter-missing', server('', { readinessProbe: exec(['/bin/needs-bash']) }), {
    causes: ['exec-command-missing'],
    probe: 'readiness',
  }),
  probed('exec-not-executable', server('', { readinessProbe: exec(['/bin/not-executable']) }), {
    causes: ['exec-not-executable'],
    probe: 'readiness',
  }),
  probed('exec-for-another-processor', server('', { livenessProbe: exec(['/bin/foreign']) }), {
    causes: ['exec-not-executable'],
    probe: 'liveness',
  }),
  probed('exec-in-one-word', server('', { livenessProbe: exec(['cat /tmp/alive']) }), {
    causes: ['exec-command-missing'],
    probe: 'liveness',
  }),
  probed(
    'exec-too-slow',
    server('', { livenessProbe: exec(['sh', '-c', 'sleep 20; exit 0'], { timeoutSeconds: 1 }) }),
    { causes: ['exec-timeout'], probe: 'liveness' },
  ),
  probed(
    'database-refuses',
    { name: 'app', image: IMAGES.mysql, livenessProbe: exec(['mysqladmin', 'ping']) },
    { causes: ['exec-exit-code'], probe: 'liveness' },
  ),
]
