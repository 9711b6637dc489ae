import { IMAGES } from '../harness/images.ts'
import {
  barePod,
  deployment,
  type Fields,
  http,
  object,
  type Situation,
  server,
  shell,
  template,
} from './situation.ts'

const broken = (
  name: string,
  cause: Situation['truth']['causes'][number],
  container: Fields,
  pod: Fields = {},
): Situation => ({
  name,
  objects: [deployment(container, pod)],
  truth: { causes: [cause] },
})
const image = (name: string) => ({ name: 'app', image: name })
const mount = (volume: Fields) => ({ volumes: [{ name: 'data', ...volume }] })
const mounting = server('', { volumeMounts: [{ name: 'data', mountPath: '/data' }] })

/** What keeps containers from starting. */
export const STARTING: readonly Situation[] = [
  { ...broken('image-not-found', 'image-pull', image('registry.test/missing:1.0')), ci: true },
  broken('image-unauthorized', 'image-pull', image('private.test/team/app:1.0')),
  broken('image-forbidden', 'image-pull', image('forbidden.test/team/app:1.0')),
  broken('registry-down', 'image-pull', image('down.test/app:1.0')),
  broken('registry-busy', 'image-pull', image('busy.test/app:1.0')),
  broken('registry-broken', 'image-pull', image('broken.test/app:1.0')),
  broken('registry-without-address', 'image-pull', image('registry.invalid/app:1.0')),
  broken('image-name', 'image-name', image('registry.test/App:latest')),
  broken('image-never', 'image-never', { ...image('registry.test/absent:1.0'), imagePullPolicy: 'Never' }),
  {
    ...broken(
      'configmap-missing',
      'config-missing',
      server('', { envFrom: [{ configMapRef: { name: 'settings' } }] }),
    ),
    ci: true,
  },
  broken(
    'secret-missing',
    'config-missing',
    server('', { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }] }),
  ),
  {
    name: 'key-missing',
    objects: [
      object('v1', 'ConfigMap', 'settings', { data: { url: 'x' } }),
      deployment(
        server('', {
          env: [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'URL' } } }],
        }),
      ),
    ],
    truth: { causes: ['config-missing'] },
  },
  broken('command-missing', 'container-command-missing', { ...server(''), command: ['/usr/bin/app'] }),
  {
    ...broken('command-forbidden', 'container-command-missing', {
      ...server(''),
      command: ['/bin/not-executable'],
    }),
    ci: true,
  },
  broken('working-directory', 'container-create-failed', {
    ...server(''),
    workingDir: '/etc/passwd',
  }),
  broken(
    'subpath-of-a-file',
    'container-create-failed',
    shell('sleep 3600', {
      volumeMounts: [{ name: 'data', mountPath: '/etc/passwd/inner' }],
    }),
    mount({ emptyDir: {} }),
  ),
  broken('for-another-processor', 'container-command-missing', image(IMAGES.foreign)),
  broken('runs-as-root', 'run-as-root', server(''), { securityContext: { runAsNonRoot: true } }),
  {
    ...broken('mount-configmap-missing', 'mount-missing', mounting, mount({ configMap: { name: 'files' } })),
    ci: true,
  },
  broken('mount-secret-missing', 'mount-missing', mounting, mount({ secret: { secretName: 'files' } })),
  broken(
    'mount-path-missing',
    'mount-missing',
    mounting,
    mount({ hostPath: { path: '/srv/not-there', type: 'Directory' } }),
  ),
  broken(
    'mount-path-is-a-folder',
    'mount-missing',
    mounting,
    mount({ hostPath: { path: '/etc', type: 'File' } }),
  ),
  broken('claim-missing', 'pvc-unbound', mounting, mount({ persistentVolumeClaim: { claimName: 'data' } })),
  {
    name: 'claim-unbound',
    objects: [
      object('v1', 'PersistentVolumeClaim', 'data', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          storageClassName: 'fast',
        },
      }),
      deployment(mounting, mount({ persistentVolumeClaim: { claimName: 'data' } })),
    ],
    truth: { causes: ['pvc-unbound'] },
  },
  broken('runtime-class-missing', 'sandbox-failed', server(''), {
    securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: 'no' }] },
  }),
  {
    name: 'sysctl-forbidden',
    objects: [
      barePod(server(''), { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] } }),
    ],
    truth: { causes: ['kubelet-rejected'] },
  },
  {
    name: 'no-cpu-anywhere',
    objects: [deployment(server('', { resources: { requests: { cpu: '64' } } }))],
    truth: { causes: ['unschedulable-resources'] },
    ci: true,
  },
  broken('no-such-node', 'unschedulable-affinity', server(''), { nodeSelector: { disk: 'nvme' } }),
  broken('affinity-to-nobody', 'unschedulable-affinity', server(''), {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    },
  }),
  {
    name: 'host-port-taken',
    objects: [
      deployment(
        server('--port 18080', { ports: [{ containerPort: 18080, hostPort: 18080 }] }),
        {},
        { replicas: 2 },
      ),
    ],
    truth: { causes: ['unschedulable-ports'] },
  },
  broken('scheduling-gate', 'scheduling-gated', server(''), { schedulingGates: [{ name: 'test.io/quota' }] }),
  {
    name: 'spread-impossible',
    objects: [
      deployment(server(''), {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { app: 'app' } },
          },
        ],
      }),
    ],
    truth: { causes: ['unschedulable-spread', 'unschedulable-affinity', 'unschedulable'] },
  },
  {
    name: 'readiness-gate',
    objects: [
      deployment(server('', { readinessProbe: http() }), {
        readinessGates: [{ conditionType: 'test.io/registered' }],
      }),
    ],
    truth: { causes: ['readiness-gate'] },
  },
  {
    name: 'account-missing',
    objects: [deployment(server(''), { serviceAccountName: 'robot' })],
    truth: { causes: ['admission-denied'] },
  },
  {
    name: 'quota-full',
    objects: [
      object('v1', 'ResourceQuota', 'pods', { spec: { hard: { pods: '1' } } }),
      deployment(server(''), {}, { replicas: 3 }),
    ],
    truth: { causes: ['quota-exceeded'] },
    ci: true,
  },
  {
    name: 'limit-range',
    objects: [
      object('v1', 'LimitRange', 'memory', {
        spec: { limits: [{ type: 'Container', max: { memory: '32Mi' } }] },
      }),
      deployment(server('', { resources: { limits: { memory: '1Gi' } } })),
    ],
    truth: { causes: ['admission-denied'] },
  },
  {
    name: 'not-restricted-enough',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    objects: [deployment(server(''))],
    truth: { causes: ['pod-security'] },
  },
  {
    name: 'rollout-stuck',
    objects: [deployment(image('registry.test/missing:2.0'), {}, { progressDeadlineSeconds: 30 })],
    truth: { causes: ['image-pull'], also: ['progress-deadline'] },
  },
  {
    name: 'daemonset-command-missing',
    objects: [
      {
        ...deployment(server('')),
        kind: 'DaemonSet',
        spec: {
          selector: { matchLabels: { app: 'app' } },
          template: template({ ...server(''), command: ['/agent'] }),
        },
      },
    ],
    truth: { causes: ['container-command-missing'] },
  },
]
