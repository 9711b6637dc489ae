import {
  barePod,
  deployment,
  exec,
  type Fields,
  grpc,
  http,
  type Manifest,
  probed,
  type Situation,
  server,
  tcp,
  workload,
} from './situation.ts'

const mended = (
  name: string,
  object: Manifest,
  cause: Situation['truth']['causes'][number],
  probe: 'liveness' | 'readiness' | 'startup',
): Situation => ({
  name: `mend-${name}`,
  objects: [object],
  truth: { causes: [cause], probe },
  replay: `${object.kind.toLowerCase()}/app`,
  mended: true,
})
const https: Fields = { scheme: 'HTTPS' }
const port = (number: number | string) => http('/healthz', { port: number })
const ports = (...numbers: readonly number[]) => ({
  ports: numbers.map((containerPort) => ({ containerPort })),
})

/** More situations whose first patch mends them: other kinds of workloads and of probes. */
export const MENDED: readonly Situation[] = [
  mended(
    'statefulset-port',
    workload('StatefulSet', server('', { livenessProbe: port(80) })),
    'port-closed',
    'liveness',
  ),
  mended(
    'daemonset-scheme',
    workload('DaemonSet', server('--mode https', { livenessProbe: http() })),
    'scheme-mismatch',
    'liveness',
  ),
  mended('pod-port', barePod(server('', { readinessProbe: port(8000) })), 'port-closed', 'readiness'),
  mended(
    'pod-scheme',
    barePod(server('--mode https', { livenessProbe: http() })),
    'scheme-mismatch',
    'liveness',
  ),
  mended(
    'pod-port-name',
    barePod(server('', { livenessProbe: port('web') })),
    'port-name-unknown',
    'liveness',
  ),
  mended(
    'daemonset-port',
    workload('DaemonSet', server('--port 9100', { ...ports(9100), readinessProbe: port(9101) })),
    'port-closed',
    'readiness',
  ),
  mended(
    'statefulset-port-name',
    workload('StatefulSet', server('', { livenessProbe: tcp('httpd') })),
    'port-name-unknown',
    'liveness',
  ),
  mended(
    'daemonset-start',
    workload(
      'DaemonSet',
      server('--start-delay 50s', {
        livenessProbe: http('/healthz', {}, { initialDelaySeconds: 5, failureThreshold: 2 }),
      }),
    ),
    'slow-start',
    'liveness',
  ),
  mended(
    'statefulset-start',
    workload(
      'StatefulSet',
      server('--start-delay 45s', { livenessProbe: http('/healthz', {}, { failureThreshold: 3 }) }),
    ),
    'slow-start',
    'liveness',
  ),
  mended(
    'daemonset-budget',
    workload(
      'DaemonSet',
      server('--start-delay 45s', {
        startupProbe: tcp(8080, { failureThreshold: 3 }),
        livenessProbe: http(),
      }),
    ),
    'startup-budget',
    'startup',
  ),
  probed(
    'mend-grpc-port',
    server('--mode grpc --port 9000', { ...ports(9000), readinessProbe: grpc() }),
    { causes: ['port-closed'], probe: 'readiness' },
    { mended: true },
  ),
  probed(
    'mend-startup-port',
    server('', { startupProbe: port(9999), livenessProbe: http() }),
    { causes: ['port-closed'], probe: 'startup' },
    { mended: true },
  ),
  probed(
    'mend-both-ports',
    server('', { livenessProbe: port(8888), readinessProbe: port(8888) }),
    { causes: ['port-closed'] },
    { mended: true },
  ),
  probed(
    'mend-all-schemes',
    server('--mode https', { livenessProbe: http(), readinessProbe: http() }),
    { causes: ['scheme-mismatch'] },
    { mended: true },
  ),
  probed(
    'mend-startup-scheme',
    server('', { startupProbe: http('/healthz', https), livenessProbe: http() }),
    { causes: ['scheme-mismatch'], probe: 'startup' },
    { mended: true },
  ),
  probed(
    'mend-slow-readiness',
    server('--delay 1500ms', { readinessProbe: http('/healthz', {}, { timeoutSeconds: 1 }) }),
    { causes: ['timeout-too-short'], probe: 'readiness' },
    { mended: true },
  ),
  probed(
    'mend-one-word',
    server('', { livenessProbe: exec(['test -d /tmp']) }),
    { causes: ['exec-command-missing'], probe: 'liveness' },
    { mended: true },
  ),
  mended(
    'one-word-in-a-daemonset',
    workload('DaemonSet', server('', { readinessProbe: exec(['ls /tmp']) })),
    'exec-command-missing',
    'readiness',
  ),
  mended(
    'replicas',
    deployment(server('', { readinessProbe: port(8088) }), {}, { replicas: 3 }),
    'port-closed',
    'readiness',
  ),
  mended(
    'second-container',
    deployment(server(''), {
      containers: [
        server(''),
        server('--port 9200', {
          name: 'metrics',
          ports: [{ name: 'metrics', containerPort: 9200 }],
          readinessProbe: port('metric'),
        }),
      ],
    }),
    'port-name-unknown',
    'readiness',
  ),
  mended(
    'sidecar',
    deployment(server('', { readinessProbe: http() }), {
      initContainers: [
        server('--port 9300', {
          name: 'proxy',
          ...ports(9300),
          restartPolicy: 'Always',
          startupProbe: port(9301),
        }),
      ],
    }),
    'port-closed',
    'startup',
  ),
]
