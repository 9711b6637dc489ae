import {
  barePod,
  deployment,
  exec,
  type Fields,
  http,
  job,
  object,
  type Situation,
  server,
  shell,
  workload,
} from './situation.ts'

const sleeping = shell('sleep 3600')
const init = (script: string, more: Fields = {}) => ({
  initContainers: [{ ...shell(script), name: 'prepare', ...more }],
})

/** What ends containers, or keeps pods from becoming ready or from going. */
export const RUNNING: readonly Situation[] = [
  {
    name: 'crash',
    objects: [
      deployment(
        server('--exit-after 5s --exit-code 1', {
          args: ['--exit-after', '5s', '--message', 'fatal: cannot reach database'],
        }),
      ),
    ],
    truth: { causes: ['crash'] },
    ci: true,
  },
  {
    name: 'crash-at-once',
    objects: [deployment(shell('echo "panic: no configuration" >&2; exit 3'))],
    truth: { causes: ['crash'] },
  },
  {
    name: 'killed-by-a-signal',
    objects: [deployment(shell('sleep 10; kill -SEGV $$'))],
    truth: { causes: ['crash'] },
  },
  {
    name: 'ends-well',
    objects: [deployment(shell('echo done; sleep 2'))],
    truth: { causes: ['completed-restart'] },
    ci: true,
  },
  {
    name: 'crash-with-probes',
    objects: [deployment(server('--exit-after 8s', { livenessProbe: http(), readinessProbe: http() }))],
    truth: { causes: ['crash'] },
  },
  {
    name: 'port-taken-by-a-sidecar',
    objects: [
      deployment(server('', { readinessProbe: http() }), {
        containers: [server('', { readinessProbe: http() }), { ...server(''), name: 'proxy', ports: [] }],
      }),
    ],
    truth: { causes: ['crash'] },
  },
  {
    name: 'out-of-memory',
    objects: [deployment(server('--memory 100', { resources: { limits: { memory: '48Mi' } } }))],
    truth: { causes: ['oom-killed'] },
    ci: true,
  },
  {
    name: 'out-of-memory-with-probe',
    objects: [
      deployment(
        server('--memory 100', { livenessProbe: http(), resources: { limits: { memory: '48Mi' } } }),
      ),
    ],
    truth: { causes: ['oom-killed'] },
  },
  {
    name: 'init-fails',
    objects: [deployment(sleeping, init('echo "migration failed" >&2; exit 2'))],
    truth: { causes: ['init-failed'] },
    ci: true,
  },
  {
    name: 'init-hangs',
    objects: [deployment(sleeping, init('echo waiting for db; while true; do sleep 1; done'))],
    truth: { causes: ['init-running'] },
  },
  {
    name: 'init-image-missing',
    objects: [deployment(sleeping, init('', { image: 'registry.test/missing:3.0' }))],
    truth: { causes: ['image-pull'] },
  },
  {
    name: 'sidecar-not-started',
    objects: [
      deployment(sleeping, {
        initContainers: [
          { ...server('', { startupProbe: http('/started') }), name: 'proxy', restartPolicy: 'Always' },
        ],
      }),
    ],
    truth: { causes: ['http-not-found'], probe: 'startup', also: ['init-running'] },
    replay: 'deployment/app',
  },
  {
    name: 'sidecar-crashes',
    objects: [
      deployment(sleeping, {
        initContainers: [{ ...shell('sleep 3; exit 4'), name: 'proxy', restartPolicy: 'Always' }],
      }),
    ],
    truth: { causes: ['crash', 'init-failed'] },
  },
  {
    name: 'poststart-fails',
    objects: [
      deployment(server('', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 1'] } } } })),
    ],
    truth: { causes: ['poststart-failed'] },
    ci: true,
  },
  {
    name: 'poststart-missing',
    objects: [deployment(server('', { lifecycle: { postStart: { exec: { command: ['/register'] } } } }))],
    truth: { causes: ['poststart-failed'] },
  },
  {
    name: 'poststart-hangs',
    objects: [deployment(server('', { lifecycle: { postStart: { exec: { command: ['sleep', '3600'] } } } }))],
    truth: { causes: ['not-started-unexplained', 'poststart-failed'] },
  },
  {
    name: 'prestop-fails',
    objects: [
      deployment(
        server('--fail-after 20s', {
          livenessProbe: http(),
          lifecycle: { preStop: { exec: { command: ['/deregister'] } } },
        }),
      ),
    ],
    truth: { causes: ['http-server-error'], probe: 'liveness', also: ['prestop-failed'] },
    replay: 'deployment/app',
  },
  {
    name: 'ignores-sigterm',
    objects: [deployment(server('--ignore-term --fail-after 20s', { livenessProbe: http() }))],
    truth: { causes: ['http-server-error'], probe: 'liveness', also: ['slow-stop'] },
    replay: 'deployment/app',
  },
  {
    name: 'kept-by-a-finalizer',
    objects: [barePod(server(''), {}, { finalizers: ['test.io/backup'] })],
    deleted: 'pod/app',
    truth: { causes: ['stuck-terminating'] },
  },
  {
    name: 'job-gives-up',
    objects: [job(shell('echo "cannot connect"; exit 5'), { backoffLimit: 1 })],
    truth: { causes: ['job-backoff'], also: ['crash'] },
    ci: true,
  },
  {
    name: 'job-too-slow',
    objects: [job(sleeping, { activeDeadlineSeconds: 20 })],
    truth: { causes: ['job-deadline'], also: ['slow-stop'] },
  },
  {
    name: 'job-by-policy',
    objects: [
      job(shell('exit 42'), {
        backoffLimit: 6,
        podFailurePolicy: {
          rules: [{ action: 'FailJob', onExitCodes: { containerName: 'app', operator: 'In', values: [42] } }],
        },
      }),
    ],
    truth: { causes: ['job-failed'], also: ['crash'] },
  },
  {
    name: 'pod-deadline',
    objects: [barePod(sleeping, { activeDeadlineSeconds: 15, restartPolicy: 'Never' })],
    truth: { causes: ['pod-deadline'], also: ['slow-stop'] },
  },
  {
    name: 'disk-limit',
    objects: [
      barePod(
        shell(
          'sleep 5; i=0; while [ $i -lt 30 ]; do echo x > /data/$i; cat /bin/server >> /data/$i; i=$((i+1)); done; sleep 3600',
          {
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ),
        { volumes: [{ name: 'data', emptyDir: { sizeLimit: '20Mi' } }], restartPolicy: 'Never' },
      ),
    ],
    truth: { causes: ['evicted'], also: ['slow-stop'] },
  },
  {
    name: 'statefulset-waits-for-the-first',
    objects: [
      { ...workload('StatefulSet', shell('sleep 3600', { readinessProbe: exec(['cat', '/ready']) })) },
      object('v1', 'Service', 'app', {
        spec: { clusterIP: 'None', selector: { app: 'app' }, ports: [{ port: 80 }] },
      }),
    ],
    truth: { causes: ['exec-exit-code'], probe: 'readiness' },
    replay: 'statefulset/app',
  },
]
