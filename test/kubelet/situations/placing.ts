import { broken, deployment, http, object, type Situation, server } from './situation.ts'

/** Pods that are refused, or that no node takes. */
export const PLACING: readonly Situation[] = [
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
]
