import { IMAGES } from '../harness/images.ts'
import {
  barePod,
  deployment,
  exec,
  type Fields,
  grpc,
  http,
  job,
  object,
  type Situation,
  server,
  shell,
  tcp,
  workload,
} from './situation.ts'

const healthy = (name: string, ...objects: Situation['objects']): Situation => ({
  name: `healthy-${name}`,
  objects,
  truth: { causes: [] },
  replay: `${objects[0]?.kind.toLowerCase()}/app`,
})
/** A node with a hundred failing pods starts things slowly. */
const all = (probe: Fields): Fields => ({
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: { ...probe, failureThreshold: 60 },
})

/** Workloads that are well: nothing may be said of them. */
export const HEALTHY: readonly Situation[] = [
  { ...healthy('http', deployment(server('', all(http())), {}, { replicas: 2 })), ci: true },
  healthy('https', deployment(server('--mode https', all(http('/healthz', { scheme: 'HTTPS' }))))),
  healthy('tcp', workload('StatefulSet', server('--mode tcp', all(tcp())))),
  healthy('grpc', deployment(server('--mode grpc', all(grpc())))),
  healthy(
    'exec',
    workload('DaemonSet', server('', all(exec(['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/healthz'])))),
  ),
  healthy('nginx', deployment({ name: 'app', image: IMAGES.nginx, ...all(http('/', { port: 80 })) })),
  healthy('port-name', deployment(server('', all(http('/healthz', { port: 'http' }))))),
  {
    ...healthy(
      'slow-start',
      deployment(
        server('--start-delay 30s', {
          startupProbe: http('/healthz', {}, { failureThreshold: 60 }),
          livenessProbe: http(),
        }),
      ),
    ),
    ci: true,
  },
  { ...healthy('job', job(shell('echo done'))), replay: undefined } as unknown as Situation,
  healthy(
    'init-and-sidecar',
    deployment(server('', { readinessProbe: http() }), {
      initContainers: [
        { ...shell('sleep 3'), name: 'prepare' },
        {
          ...server('--port 9001', { ports: [] }),
          name: 'proxy',
          restartPolicy: 'Always',
          startupProbe: http('/healthz', { port: 9001 }, { failureThreshold: 60 }),
        },
      ],
    }),
  ),
  healthy('pod', barePod(server('', all(http())))),
  healthy(
    'mounts',
    deployment(
      server('', {
        readinessProbe: http(),
        envFrom: [{ configMapRef: { name: 'settings' } }],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      }),
      { volumes: [{ name: 'data', configMap: { name: 'settings' } }] },
    ),
    object('v1', 'ConfigMap', 'settings', { data: { URL: 'x' } }),
  ),
]
