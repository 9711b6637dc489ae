/** One manifest for each kind and each probe handler, with as little written as the API allows. */

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: object
}

const selector = { matchLabels: { app: 'web' } }

const containers = [
  {
    name: 'app',
    image: 'registry.test/app:1.0',
    ports: [{ containerPort: 8080 }],
    startupProbe: { tcpSocket: { port: 8080 }, failureThreshold: 30 },
    readinessProbe: { httpGet: { port: 'http' } },
    livenessProbe: { exec: { command: ['true'] }, timeoutSeconds: 5 },
    lifecycle: { preStop: { httpGet: { port: 8080 } } },
  },
  {
    name: 'untagged',
    image: 'registry.test/app',
    resources: { limits: { cpu: '1', memory: '1Gi' } },
    readinessProbe: { grpc: { port: 9000 } },
    env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  },
]

const template = (more: object = {}) => ({
  metadata: { labels: { app: 'web' } },
  spec: {
    initContainers: [
      {
        name: 'proxy',
        image: 'registry.test/proxy:1',
        restartPolicy: 'Always',
        startupProbe: { httpGet: { port: 15021, path: '/ready' } },
      },
      { name: 'migrate', image: 'registry.test/migrate:latest' },
    ],
    containers,
    volumes: [
      { name: 'scratch', emptyDir: {} },
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'secret', secret: { secretName: 'secret' } },
      { name: 'host', hostPath: { path: '/var/log' } },
      {
        name: 'all',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token' } },
            { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
    ],
    ...more,
  },
})

export const MANIFESTS: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' }, spec: template().spec },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector, template: template() },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'recreate' },
    spec: { replicas: 0, selector, strategy: { type: 'Recreate' }, template: template() },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { selector, serviceName: 'db', template: template() },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector, template: template() },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'rs' },
    spec: { selector, template: template() },
  },
  {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'rc' },
    spec: { template: template() },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate' },
    spec: { template: template({ restartPolicy: 'Never' }) },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: template({ restartPolicy: 'OnFailure' }) } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { maxUnavailable: 1, selector },
  },
]
