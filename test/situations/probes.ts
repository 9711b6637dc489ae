import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { ago, deployment, event, log, node, override, ownedBy, podNamed } from '../helpers/builders.ts'
import {
  crashing,
  get,
  httpProbe,
  killing,
  podWith,
  refused,
  unhealthy,
  unready,
  young,
} from '../helpers/probes.ts'
import type { Situation } from './situation.ts'

const PORT = { ports: [{ containerPort: 8080, name: 'http' }] }
const PROBED = { ...PORT, readinessProbe: httpProbe() }
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
} as unknown as KubeObject

/** A Deployment `shop/web` of pods that are alike, with their events. */
function replicas(
  names: readonly string[],
  parts: readonly KubeObject[],
  top: object = {},
): readonly KubeObject[] {
  const [one] = parts.filter(({ kind }) => kind === 'Pod')
  const [object, set] = deployment((one as unknown as { spec: never }).spec, {
    ...top,
    spec: { replicas: names.length },
  })
  return [
    object,
    set,
    ...names.flatMap((name) =>
      podNamed(name, parts).map((part) =>
        part.kind === 'Pod' ? override(part, { metadata: ownedBy(set) }) : part,
      ),
    ),
  ]
}

/** Another workload, of one pod, in place of `web`. */
const renamed = (objects: readonly KubeObject[], name: string): readonly KubeObject[] =>
  objects.map(
    (object) =>
      JSON.parse(
        JSON.stringify(object)
          .replaceAll('web', name)
          .replaceAll(/uid-(rs|deploy)/g, `$&-${name}`),
      ) as KubeObject,
  )

const passing = podWith(PROBED)
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: app
          image: registry.example/app:1.4
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /healthz
              port: htpp
          livenessProbe:
            httpGet:
              path: /healthz
              port: 8080
            timeoutSeconds: 20
`

export const PROBES: readonly Situation[] = [
  {
    name: 'nobody-listens-on-the-port',
    tells:
      'The Service has no backend, and another port alone would not help: the application listens on loopback.',
    command: ['probe-check', '--namespace=shop'],
    objects: [
      node(),
      service,
      ...replicas(
        ['web-1', 'web-2', 'web-3'],
        [unready(PROBED), unhealthy(`Readiness probe failed: ${refused()}`)],
      ),
    ],
    logs: log('listening on 127.0.0.1:3000\n'),
  },
  {
    name: 'many-troubles-at-once',
    tells: 'What users feel comes first: an outage, then restarts, then warnings.',
    command: ['probe-check', '--namespace=shop'],
    objects: [
      node(),
      service,
      ...replicas(
        ['web-1', 'web-2'],
        [
          unready(PROBED),
          unhealthy(
            `Readiness probe failed: ${get('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')}`,
          ),
        ],
      ),
      ...renamed(
        replicas(
          ['web-1'],
          [
            crashing({ ...PORT, livenessProbe: httpProbe({ path: '/alive' }) }, 45),
            unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 404'),
            killing('liveness'),
          ],
        ),
        'worker',
      ),
      ...renamed(replicas(['web-1'], [podWith(PROBED, { restartCount: 1 })]), 'admin'),
    ],
  },
  {
    name: 'nothing-is-wrong-with-most',
    tells: 'The one that fails, and how many pass.',
    command: ['probe-check', '--namespace=shop'],
    objects: [
      node(),
      ...Array.from({ length: 30 }, (_, index) =>
        renamed(replicas(['web-1'], [passing]), `svc${index}`),
      ).flat(),
      ...renamed(
        replicas(
          ['web-1'],
          [unready(PROBED), unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503')],
        ),
        'broken',
      ),
    ],
  },
  {
    name: 'a-bare-pod',
    tells: 'The pod has to be replaced, without a kilobyte of JSON.',
    command: ['probe-check', 'pod/web-1', '--namespace=shop'],
    objects: [
      node(),
      unready(PROBED),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
    ],
  },
  {
    name: 'a-workload-of-flux',
    tells: 'The fix belongs in the source.',
    command: ['probe-check', '--namespace=shop'],
    objects: [
      node(),
      ...replicas(
        ['web-1'],
        [
          unready({ ...PROBED, readinessProbe: httpProbe({ port: 9090 }) }),
          unhealthy(`Readiness probe failed: ${refused(9090)}`),
        ],
        {
          metadata: {
            labels: {
              'kustomize.toolkit.fluxcd.io/name': 'shop',
              'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
            },
          },
        },
      ),
    ],
    logs: log('INFO listening on 0.0.0.0:8080\n'),
  },
  {
    name: 'it-is-only-starting',
    tells: 'No alarm yet, and from when on it is one.',
    command: ['probe-check', '--namespace=shop'],
    objects: [
      node(),
      ...replicas(
        ['web-1'],
        [
          young(PROBED),
          event('Unhealthy', `Readiness probe failed: ${refused()}`, { count: 4, firstTimestamp: ago(25) }),
        ],
      ),
    ],
  },
  {
    name: 'manifests-with-slips',
    tells: 'Where in which file, and the line as it has to be.',
    command: ['probe-check'],
    files: { 'web.yaml': manifest },
  },
  {
    name: 'a-folder-of-charts-and-kustomizations',
    tells: 'What was passed over, and what is wrong with the rest.',
    command: ['probe-check', '-R'],
    files: {
      'base/web.yaml': manifest.replace('port: htpp', 'port: http'),
      'base/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\n',
      'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'chart/templates/web.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n',
      'broken.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n',
    },
  },
]
