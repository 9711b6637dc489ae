/** Every handler, and every field of a probe that has a default, given and not given. */
const CONTAINERS = [
  {
    name: 'http',
    image: 'registry.test/app',
    ports: [{ containerPort: 8080 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }],
    livenessProbe: { httpGet: { port: 8080 } },
    readinessProbe: { httpGet: { path: '/ready', port: 'dns', scheme: 'HTTPS' }, periodSeconds: 3 },
    startupProbe: { tcpSocket: { port: 8080 }, failureThreshold: 30 },
    lifecycle: { preStop: { httpGet: { port: 8080 } }, postStart: { exec: { command: ['true'] } } },
  },
  {
    name: 'others',
    image: 'registry.test/app:1.2@sha256:0123456789012345678901234567890123456789012345678901234567890123',
    livenessProbe: { grpc: { port: 9090 }, timeoutSeconds: 7 },
    readinessProbe: { exec: { command: ['cat', '/ready'] }, successThreshold: 2, initialDelaySeconds: 4 },
    env: [
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'PLAIN', value: 'x' },
    ],
    resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '100m' } },
  },
  { name: 'latest', image: 'registry.test/app:latest', resources: { limits: { memory: '1Gi' } } },
]

const TEMPLATE = {
  metadata: { labels: { app: 'w' } },
  spec: {
    initContainers: [
      { name: 'init', image: 'registry.test/init:1' },
      {
        name: 'sidecar',
        image: 'registry.test/sidecar:1',
        restartPolicy: 'Always',
        startupProbe: { httpGet: { port: 1 } },
      },
    ],
    containers: CONTAINERS,
    volumes: [
      { name: 'empty', emptyDir: {} },
      { name: 'bare' },
      { name: 'secret', secret: { secretName: 's' } },
      { name: 'config', configMap: { name: 'c' } },
      { name: 'host', hostPath: { path: '/x' } },
      { name: 'info', downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'all', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      {
        name: 'scratch',
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
    ],
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
    ],
  },
}

const ONCE = { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } }
const selector = { matchLabels: { app: 'w' } }
const spec = (apiVersion: string, kind: string, name: string, fields: object, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, ...more },
  spec: fields,
})

/** Of each kind with defaults, with as little written as the API allows, and with some of what has a default given. */
export const MANIFESTS: readonly (readonly [title: string, manifest: object])[] = [
  ['a Pod', spec('v1', 'Pod', 'plain', TEMPLATE.spec)],
  [
    'a Pod on the network of its node',
    spec('v1', 'Pod', 'host', {
      hostNetwork: true,
      containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 8443 }] }],
    }),
  ],
  ['a Deployment', spec('apps/v1', 'Deployment', 'd', { selector, template: TEMPLATE })],
  [
    'a Deployment that recreates',
    spec('apps/v1', 'Deployment', 'recreate', {
      replicas: 0,
      strategy: { type: 'Recreate' },
      selector,
      template: TEMPLATE,
    }),
  ],
  [
    'a Deployment with half of its strategy',
    spec('apps/v1', 'Deployment', 'half', {
      strategy: { rollingUpdate: { maxSurge: 0 } },
      selector,
      template: TEMPLATE,
    }),
  ],
  ['a ReplicaSet', spec('apps/v1', 'ReplicaSet', 'rs', { selector, template: TEMPLATE })],
  ['a DaemonSet', spec('apps/v1', 'DaemonSet', 'ds', { selector, template: TEMPLATE })],
  [
    'a DaemonSet on delete',
    spec('apps/v1', 'DaemonSet', 'ds2', {
      updateStrategy: { type: 'OnDelete' },
      selector,
      template: TEMPLATE,
    }),
  ],
  [
    'a StatefulSet',
    spec('apps/v1', 'StatefulSet', 'sts', {
      serviceName: 'svc',
      selector,
      template: TEMPLATE,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    }),
  ],
  [
    'a StatefulSet with a partition',
    spec('apps/v1', 'StatefulSet', 'sts2', {
      serviceName: 'svc',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      podManagementPolicy: 'Parallel',
      selector,
      template: TEMPLATE,
    }),
  ],
  ['a ReplicationController', spec('v1', 'ReplicationController', 'rc', { template: TEMPLATE })],
  ['a Job', spec('batch/v1', 'Job', 'j', { template: ONCE })],
  [
    'a Job with an index',
    spec('batch/v1', 'Job', 'indexed', {
      completionMode: 'Indexed',
      completions: 3,
      backoffLimitPerIndex: 1,
      template: ONCE,
    }),
  ],
  [
    'a Job with a failure policy',
    spec('batch/v1', 'Job', 'policy', {
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }],
      },
      template: ONCE,
    }),
  ],
  [
    'a CronJob',
    spec('batch/v1', 'CronJob', 'cj', { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: ONCE } } }),
  ],
  ['a Service', spec('v1', 'Service', 's', { selector: { app: 'w' }, ports: [{ port: 80 }] })],
  [
    'a Service of a load balancer',
    spec('v1', 'Service', 'lb', {
      type: 'LoadBalancer',
      sessionAffinity: 'ClientIP',
      ports: [{ name: 'a', port: 80, targetPort: 'http' }],
    }),
  ],
  [
    'a Service by name only',
    spec('v1', 'Service', 'ext', { type: 'ExternalName', externalName: 'example.com' }),
  ],
  [
    'a PersistentVolumeClaim',
    spec('v1', 'PersistentVolumeClaim', 'pvc', {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    }),
  ],
]
