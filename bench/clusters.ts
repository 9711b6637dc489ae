/** Clusters of any size with the same mix of health and trouble: deterministic, so that sizes can be compared. */
import type { KubeObject } from '../src/model/kubernetes/objects.ts'

const CREATED = '2026-11-21T02:00:00Z'
export const NOW = '2026-11-21T03:00:00Z'

const meta = (namespace: string | undefined, name: string, uid: string, more: object = {}) => ({
  name,
  uid,
  creationTimestamp: CREATED,
  resourceVersion: '1',
  ...(namespace === undefined ? {} : { namespace }),
  ...more,
})

function node(index: number): KubeObject {
  const name = `node-${index}`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(undefined, name, `node-${index}`, {
      labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${index % 3}` },
    }),
    spec: {},
    status: {
      allocatable: { cpu: '16', memory: '64Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: CREATED, reason: 'KubeletReady' }],
    },
  } as KubeObject
}

const PROBE = {
  httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
}

const selected = (app: string, topologyKey: string) => ({
  labelSelector: { matchLabels: { app } },
  topologyKey,
})

/** What the scheduler has to mind: every seventh keeps its pods apart, every fifth spreads them over the zones. */
const rules = (index: number, app: string) => ({
  ...(index % 7 === 3
    ? {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [selected(app, 'kubernetes.io/hostname')],
          },
        },
      }
    : {}),
  ...(index % 5 === 2
    ? {
        topologySpreadConstraints: [
          {
            ...selected(app, 'topology.kubernetes.io/zone'),
            maxSkew: 2,
            whenUnsatisfiable: 'DoNotSchedule',
          },
        ],
      }
    : {}),
})

/** One Deployment with its ReplicaSet, budget and pods; every tenth fails its readiness probe with a 404. */
function application(
  index: number,
  replicas: number,
  { nodes, eventsPerPod, cpu = '100m', brokenEvery = 10 }: Size,
): KubeObject[] {
  const [namespace, name] = [`team-${index % 50}`, `app-${index}`]
  const labels = { app: name }
  const broken = index % brokenEvery === 0
  const container = {
    name: 'app',
    image: 'registry.test/app:1.0',
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    readinessProbe: PROBE,
    livenessProbe: PROBE,
    resources: { requests: { cpu, memory: '128Mi' } },
  }
  const template = {
    metadata: { labels },
    spec: { containers: [container], terminationGracePeriodSeconds: 30, ...rules(index, name) },
  }
  const owner = (kind: string, uid: string, ownerName: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: ownerName, uid, controller: true }],
  })
  const ready = broken ? 0 : replicas
  const objects: object[] = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(namespace, name, `d-${index}`),
      spec: { replicas, selector: { matchLabels: labels }, template },
      status: { replicas, readyReplicas: ready, observedGeneration: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta(namespace, `${name}-a`, `r-${index}`, {
        labels,
        ...owner('Deployment', `d-${index}`, name),
      }),
      spec: { replicas, selector: { matchLabels: labels }, template },
      status: { replicas, readyReplicas: ready },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: meta(namespace, name, `b-${index}`, { generation: 1 }),
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
      status: {
        observedGeneration: 1,
        currentHealthy: ready,
        desiredHealthy: replicas - 1,
        expectedPods: replicas,
        disruptionsAllowed: broken ? 0 : 1,
        conditions: [{ type: 'DisruptionAllowed', status: broken ? 'False' : 'True' }],
      },
    },
  ]
  for (let replica = 0; replica < replicas; replica++) {
    const pod = `${name}-a-${replica}`
    const status = broken ? 'False' : 'True'
    objects.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(namespace, pod, `p-${pod}`, {
        labels,
        ...owner('ReplicaSet', `r-${index}`, `${name}-a`),
      }),
      spec: { ...template.spec, nodeName: `node-${(index * 7 + replica) % nodes}`, restartPolicy: 'Always' },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        conditions: ['Ready', 'ContainersReady'].map((type) => ({
          type,
          status,
          lastTransitionTime: CREATED,
        })),
        containerStatuses: [
          {
            name: 'app',
            ready: !broken,
            started: true,
            restartCount: 0,
            state: { running: { startedAt: CREATED } },
            lastState: {},
          },
        ],
      },
    })
    for (let event = 0; event < eventsPerPod; event++) objects.push(podEvent(namespace, pod, event, broken))
  }
  return objects as KubeObject[]
}

function podEvent(namespace: string, pod: string, index: number, broken: boolean): object {
  const failing = broken && index % 2 === 0
  const seconds = `${index % 60}`.padStart(2, '0')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: meta(namespace, `${pod}.${index}`, `e-${pod}-${index}`),
    involvedObject: { kind: 'Pod', namespace, name: pod, uid: `p-${pod}`, fieldPath: 'spec.containers{app}' },
    reason: failing ? 'Unhealthy' : 'Pulled',
    type: failing ? 'Warning' : 'Normal',
    message: failing
      ? 'Readiness probe failed: HTTP probe failed with statuscode: 404'
      : 'Container image present',
    source: { component: 'kubelet', host: 'node-0' },
    firstTimestamp: CREATED,
    lastTimestamp: `2026-11-21T02:59:${seconds}Z`,
    count: 10,
  }
}

export interface Size {
  readonly nodes: number
  readonly pods: number
  readonly eventsPerPod: number
  /** What each pod asks for; a node has 16. */
  readonly cpu?: string
  /** Every how many applications one fails its readiness probe: 10 unless told. */
  readonly brokenEvery?: number
}

/** A whole cluster. `pods` is rounded to full applications of 10 replicas. */
export function cluster(size: Size): readonly KubeObject[] {
  const applications = Math.max(1, Math.floor(size.pods / 10))
  return [
    ...Array.from({ length: size.nodes }, (_, index) => node(index)),
    ...Array.from({ length: applications }, (_, index) => application(index, 10, size)).flat(),
  ]
}
