import { describe, expect, test } from '@jest/globals'
import { NEEDS } from '../src/commands/shared/needs.ts'
import { fieldProjection } from '../src/drain/field-projection.ts'
import { drainPlan } from '../src/drain/plan.ts'
import { explainEvents } from '../src/events/explain.ts'
import type { KubeObject } from '../src/model/kubernetes/objects.ts'
import { indexCluster } from '../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../src/model/snapshot/snapshot.ts'
import { probeCheck } from '../src/probes/check.ts'
import { EVERYTHING, NOW } from './helpers/builders.ts'
import { NO_FLAGS } from './helpers/drain-builders.ts'
import { readPiped } from './helpers/piped.ts'

const DRAIN_OPTIONS = {
  ...NO_FLAGS,
  force: true,
  ignoreDaemonsets: true,
  deleteEmptydirData: true,
  timeoutSeconds: 45,
}
const SELECTOR = {
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['front'] }],
}
const TERM = {
  topologyKey: 'zone',
  labelSelector: SELECTOR,
  namespaceSelector: SELECTOR,
  namespaces: ['shop'],
  matchLabelKeys: ['app'],
}
const NODE_TERMS = { nodeSelectorTerms: [{ matchExpressions: SELECTOR.matchExpressions }] }
const HTTP = {
  httpGet: { path: '/', port: 80, scheme: 'HTTP', httpHeaders: [{ name: 'a', value: 'b' }] },
  periodSeconds: 5,
  failureThreshold: 3,
}
const POD_SPEC = {
  nodeName: 'n1',
  nodeSelector: { disk: 'ssd' },
  restartPolicy: 'Always',
  priority: 5,
  schedulingGates: [{ name: 'wait' }],
  readinessGates: [{ conditionType: 'lb' }],
  tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: NODE_TERMS },
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [TERM] },
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [TERM] },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: SELECTOR },
  ],
  volumes: [
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'tmp', emptyDir: {} },
  ],
  initContainers: [{ name: 'init', image: 'init:1', command: ['sh', '-c', 'true'] }],
  containers: [
    {
      name: 'app',
      image: 'app:1',
      args: ['serve'],
      env: [{ name: 'A', value: 'b' }],
      ports: [{ name: 'http', containerPort: 80, hostPort: 8080 }],
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2' } },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
      livenessProbe: { exec: { command: ['cat', '/data/ok'] }, periodSeconds: 5 },
      readinessProbe: HTTP,
    },
  ],
}
const STATE = {
  terminated: { exitCode: 1, reason: 'Error', message: 'no', startedAt: NOW, finishedAt: NOW },
}
const OWNER = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u1', controller: true }]
const named = (name: string, more: object = {}) => ({
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels: { app: 'web' }, ...more },
})

/** One object of each kind whose fields the analyses walk. */
const OBJECTS: Readonly<Record<string, object>> = {
  Pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    ...named('web-1', { ownerReferences: OWNER, finalizers: ['example.com/hold'] }),
    spec: POD_SPEC,
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'no' }],
      containerStatuses: [{ name: 'app', restartCount: 3, state: STATE, lastState: STATE }],
      initContainerStatuses: [{ name: 'init', state: STATE }],
    },
  },
  Deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    ...named('web'),
    spec: { replicas: 1, selector: SELECTOR, template: { metadata: {}, spec: POD_SPEC } },
  },
  CronJob: {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    ...named('night'),
    spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec: POD_SPEC } } } },
  },
  PodDisruptionBudget: {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    ...named('web'),
    spec: { minAvailable: 1, selector: SELECTOR },
  },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    ...named('web'),
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 2 },
  },
  ValidatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'guard' },
    webhooks: [
      {
        name: 'evictions.example.com',
        clientConfig: { service: { name: 'web', namespace: 'shop' } },
        failurePolicy: 'Fail',
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['pods/eviction'] }],
        namespaceSelector: SELECTOR,
        objectSelector: {},
      },
    ],
  },
  ValidatingAdmissionPolicy: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'guard' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['pods/eviction'] },
        ],
        excludeResourceRules: [],
      },
    },
  },
  Service: {
    apiVersion: 'v1',
    kind: 'Service',
    ...named('web'),
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  },
  Event: {
    apiVersion: 'v1',
    kind: 'Event',
    ...named('web-1.a'),
    involvedObject: { kind: 'Pod', name: 'web-1', namespace: 'shop', fieldPath: 'spec.containers{app}' },
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Liveness probe failed: cat: no',
    count: 3,
    firstTimestamp: NOW,
    lastTimestamp: NOW,
    source: { component: 'kubelet', host: 'n1' },
  },
  Node: {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n2', labels: { zone: 'a' } },
    spec: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
    status: { allocatable: { cpu: '4', pods: '10' }, conditions: [{ type: 'Ready', status: 'True' }] },
  },
  PersistentVolumeClaim: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    ...named('data'),
    spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv', storageClassName: 'fast' },
    status: { phase: 'Bound' },
  },
  PersistentVolume: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: { accessModes: ['ReadWriteOnce'], nodeAffinity: { required: NODE_TERMS } },
  },
}
const NODE = { ...OBJECTS['Node'], metadata: { name: 'n1', labels: { zone: 'a' } } }

type Path = readonly (string | number)[]

function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    yield [...path, key]
    yield* pathsOf(item, [...path, key])
  }
}

/** A copy in which something else stands at the path; undefined removes it. */
function replaced(object: object, path: Path, by: unknown): object {
  const copy = structuredClone(object)
  let at = copy as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>
  at[path.at(-1) ?? ''] = by
  return copy
}

/** The clusters of which a drain was planned, as far as a plan reads them (test/drain/reads.test.ts holds that). */
const planned = new Set<string>()

/** Plans a drain, unless one of a cluster was planned that is the same to a plan. */
function planOnce({ objects, ...snapshot }: Snapshot): void {
  const read = NEEDS['drain-plan'].map((resource) =>
    (objects[resource] as readonly KubeObject[]).map(fieldProjection()),
  )
  const seen = JSON.stringify(read)
  if (planned.has(seen)) return
  planned.add(seen)
  drainPlan(indexCluster({ ...snapshot, objects }), ['n1'], DRAIN_OPTIONS)
}

/** Reads and analyses; the message where the input is refused. Anything else that is thrown is a defect. */
async function tried(objects: readonly object[]): Promise<string | undefined> {
  const content = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  try {
    const snapshot = await readPiped(content)
    probeCheck(indexCluster(snapshot), EVERYTHING)
    explainEvents(indexCluster(snapshot), { ...EVERYTHING, all: true })
    planOnce(snapshot)
    return undefined
  } catch (error) {
    if ((error as Error).name === 'UserError') return (error as Error).message
    throw error
  }
}

const WRONG: readonly unknown[] = [7, 'text', {}, ['x'], [{}], undefined]

describe.each(Object.entries(OBJECTS))('a %s with a field of another type', (kind, object) => {
  const around = [...(kind === 'Pod' ? [] : [OBJECTS['Pod'] ?? {}]), NODE]

  test('is fine as it is', async () => {
    expect(await tried([object, ...around])).toBeUndefined()
  })

  test('is analysed, or refused in one sentence that names the place', async () => {
    for (const path of pathsOf(object)) {
      // Below, a template is what a Pod is.
      if (kind !== 'Pod' && path.length > 6) continue
      for (const by of WRONG) {
        const message = await tried([replaced(object, path, by), ...around]).catch((error: Error) => {
          throw new Error(`${path.join('.')} = ${JSON.stringify(by)}: ${error.stack}`)
        })
        if (message !== undefined) expect(message).toMatch(/^[^\n]+$/)
      }
    }
  })
})
