import { IMAGES } from '../harness/images.ts'
import { barePod, broken, deployment, object, type Situation, server, shell, template } from './situation.ts'

const image = (name: string) => ({ name: 'app', image: name })

/** What keeps containers from being made or started. */
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
    { volumes: [{ name: 'data', emptyDir: {} }] },
  ),
  {
    ...broken('for-another-processor', 'container-command-missing', image(IMAGES.foreign)),
    // It ends with an exit code of its own at once, and only its log, which may be gone, tells why.
    truth: { causes: ['container-command-missing'], also: ['crash'] },
  },
  broken('runs-as-root', 'run-as-root', server(''), { securityContext: { runAsNonRoot: true } }),
  broken('sandbox-sysctl', 'sandbox-failed', server(''), {
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
