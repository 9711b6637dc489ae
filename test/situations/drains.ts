import {
  ABC,
  apart,
  budget,
  daemonSet,
  deployment,
  node,
  pinnedTo,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'
import type { Situation } from './situation.ts'

const NODES = [node('node-1', { zone: 'a' }), node('node-2', { zone: 'b' }), node('node-3', { zone: 'c' })]
const shop = { namespace: 'shop' }
const service = (name: string, app = name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app }, ports: [{ port: 80 }] },
})
/** The parts of a workload, its first object changed. */
const changed = (parts: object[], change: (object: Record<string, unknown>) => object): object[] => {
  const [first, ...others] = parts
  return [change(first as Record<string, unknown>), ...others]
}
const withMetadata = (parts: object[], metadata: object): object[] =>
  changed(parts, (object) => ({ ...object, metadata: { ...(object['metadata'] as object), ...metadata } }))
const healthy = (expectedPods: number, desiredHealthy: number) => ({
  observedGeneration: 1,
  expectedPods,
  desiredHealthy,
  currentHealthy: expectedPods,
  disruptionsAllowed: Math.max(0, expectedPods - desiredHealthy),
})
const held = (app: string, spec: object, status: object) =>
  budget(app, spec, { app, namespace: 'shop', status })

export const DRAINS: readonly Situation[] = [
  {
    name: 'one-replica-that-must-stay',
    tells: 'The drain never ends, why, and the change with its way back.',
    command: ['drain-plan', 'node-1', '--ignore-daemonsets'],
    objects: [
      ...NODES,
      ...deployment('web', { ...shop, on: ['node-1'] }),
      held('web', { minAvailable: 1 }, healthy(1, 1)),
      service('web'),
      ...daemonSet('logs', ['node-1', 'node-2', 'node-3']),
    ],
  },
  {
    name: 'a-percentage-that-rounds-up',
    tells: '70% of 3 is 3: one line for the budget, and the least change.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('shop', { ...shop, on: ['node-1', 'node-2', 'node-3'] }),
      held('shop', { minAvailable: '70%' }, healthy(3, 3)),
    ],
  },
  {
    name: 'a-budget-that-was-not-counted-again',
    tells: 'The pods are Ready and the status is old: nothing has to be changed.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('web', { ...shop, on: ['node-1', 'node-2'] }),
      held('web', { minAvailable: 1 }, { ...healthy(2, 1), currentHealthy: 1, disruptionsAllowed: 0 }),
    ],
  },
  {
    name: 'a-timeout-shorter-than-the-grace-period',
    tells: 'A deadline that the grace period may outlast is no safe drain.',
    command: ['drain-plan', 'node-1', '--timeout=5m'],
    objects: [
      ...NODES,
      ...deployment('encoder', {
        ...shop,
        on: ['node-1', 'node-2'],
        spec: { terminationGracePeriodSeconds: 7200 },
      }),
    ],
  },
  {
    name: 'an-autoscaler-sets-the-number',
    tells: 'One replica more by the bounds of the autoscaler, not by kubectl scale.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('web', { ...shop, on: ['node-1'] }),
      held('web', { minAvailable: 1 }, healthy(1, 1)),
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          minReplicas: 1,
          maxReplicas: 5,
        },
      },
    ],
  },
  {
    name: 'recreate-with-a-claim-and-argo-cd',
    tells: 'No second replica for a volume of one node, and whose source the change belongs in.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...withMetadata(
        changed(
          deployment('registry', {
            ...shop,
            on: ['node-1'],
            spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
          }),
          (object) => ({ ...object, spec: { replicas: 1, strategy: { type: 'Recreate' } } }),
        ),
        { annotations: { 'argocd.argoproj.io/tracking-id': 'registry:apps/Deployment:shop/registry' } },
      ),
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: 'shop' },
        spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv-1' },
        status: { phase: 'Bound' },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'pv-1' },
        spec: { accessModes: ['ReadWriteOnce'], claimRef: { name: 'data', namespace: 'shop' } },
      },
      held('registry', { maxUnavailable: 0 }, healthy(1, 1)),
    ],
  },
  {
    name: 'pods-of-an-operator',
    tells: 'What the operator does with a primary, and that no plan can promise it.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...['node-1', 'node-2', 'node-3'].map((on, index) =>
        pod(`orders-${index + 1}`, {
          ...shop,
          on,
          labels: {
            'cnpg.io/cluster': 'orders',
            'cnpg.io/instanceRole': index === 0 ? 'primary' : 'replica',
            'cnpg.io/podRole': 'instance',
          },
          owner: { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', name: 'orders' },
        }),
      ),
      {
        ...budget(
          'orders-primary',
          { minAvailable: 1 },
          {
            selector: { matchLabels: { 'cnpg.io/cluster': 'orders', 'cnpg.io/instanceRole': 'primary' } },
            status: healthy(1, 1),
          },
        ),
        metadata: {
          name: 'orders-primary',
          namespace: 'shop',
          generation: 1,
          ownerReferences: [
            {
              apiVersion: 'postgresql.cnpg.io/v1',
              kind: 'Cluster',
              name: 'orders',
              uid: 'Cluster-orders',
              controller: true,
            },
          ],
        },
      },
    ],
  },
  {
    name: 'a-webhook-that-is-asked-about-evictions',
    tells: 'Who may refuse the evictions, and what kubectl does then.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('web', { ...shop, on: ['node-1', 'node-2'] }),
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'guard' },
        webhooks: [
          {
            name: 'evictions.guard.example',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            failurePolicy: 'Fail',
            clientConfig: { service: { namespace: 'guard', name: 'guard', path: '/evictions' } },
            rules: [
              { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] },
            ],
          },
        ],
      },
    ],
  },
  {
    name: 'a-service-without-backends-meanwhile',
    tells: 'It drains, and a Service has nobody who answers meanwhile: the first line says so.',
    command: ['drain-plan', 'node-1', '--fail-on=warning'],
    objects: [...NODES, ...deployment('lonely', { ...shop, on: ['node-1'] }), service('lonely')],
  },
  {
    name: 'a-replacement-that-stays-pending',
    tells: 'Until when the replacement waits.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('cache', { ...shop, on: ['node-1', 'node-2', 'node-3'], spec: apart('cache') }),
    ],
  },
  {
    name: 'a-pool-of-which-one-node-needs-a-change',
    tells: 'The answer in one sentence, the waves, and the one change.',
    command: ['drain-plan', '--selector=pool=blue', '--ignore-daemonsets'],
    objects: [
      ...['1', '2', '3', '4', '5', '6'].map((number, index) =>
        node(`blue-${number}`, { zone: 'abc'[index % 3] ?? 'a', labels: { pool: 'blue' } }),
      ),
      node('green-1', { zone: 'a' }),
      node('green-2', { zone: 'b' }),
      ...deployment('api', { ...shop, on: ['blue-1', 'blue-2', 'blue-3'] }),
      held('api', { maxUnavailable: 1 }, healthy(3, 2)),
      ...deployment('lonely', { ...shop, on: ['blue-5'] }),
      service('lonely'),
      ...statefulSet('ledger', { ...shop, on: ['blue-6'] }),
      held('ledger', { minAvailable: 1 }, healthy(1, 1)),
      ...daemonSet('logs', [
        'blue-1',
        'blue-2',
        'blue-3',
        'blue-4',
        'blue-5',
        'blue-6',
        'green-1',
        'green-2',
      ]),
    ],
  },
  {
    name: 'two-budgets-over-the-same-pods',
    tells: 'The eviction fails whatever they say; either one may go, not both.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('web', { ...shop, on: ['node-1', 'node-2'] }),
      held('web', { maxUnavailable: 1 }, healthy(2, 1)),
      budget('everything', { minAvailable: 1 }, { selector: {}, namespace: 'shop', status: healthy(2, 1) }),
    ],
  },
  {
    name: 'a-budget-that-guards-nothing',
    tells: 'The fault of a budget is named, also where the drain ends.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      ...deployment('web', { ...shop, on: ['node-1', 'node-2'] }),
      held('wbe', { minAvailable: 1 }, healthy(0, 1)),
    ],
  },
  {
    name: 'flags-are-missing',
    tells: 'What kubectl refuses, and the whole line that it takes.',
    command: ['drain-plan', 'node-1'],
    objects: [
      ...NODES,
      pod('debug', { ...shop, on: 'node-1' }),
      ...deployment('web', {
        ...shop,
        on: ['node-1', 'node-2'],
        spec: { volumes: [{ name: 'scratch', emptyDir: {} }] },
      }),
      ...daemonSet('logs', ['node-1', 'node-2', 'node-3']),
    ],
  },
  {
    name: 'every-node-one-at-a-time',
    tells: 'Which nodes drain alone and which do not; nothing about waves that nobody planned.',
    command: ['drain-plan', '--all-nodes', '-o', 'markdown'],
    objects: [
      ...ABC,
      ...deployment('web', { ...shop, on: ['a', 'b'] }),
      ...deployment('pinned', { ...shop, on: ['c'], spec: pinnedTo('c') }),
      held('pinned', { minAvailable: 1 }, healthy(1, 1)),
    ],
  },
]
