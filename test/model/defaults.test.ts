import { describe, expect, test } from '@jest/globals'
import { applyDefaults } from '../../src/model/kubernetes/defaults.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'

const object = (apiVersion: string, kind: string, spec: object, metadata: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name: 'web', ...metadata }, spec }) as unknown as KubeObject
const specOf = (manifest: KubeObject): Record<string, unknown> =>
  (applyDefaults(manifest) as unknown as { spec: Record<string, unknown> }).spec

const app = { name: 'app', image: 'registry.test/app:1.0' }
const template = (container: object = app) => ({ template: { spec: { containers: [container] } } })
const podSpec = (container: object = {}, more: object = {}) =>
  specOf(object('v1', 'Pod', { containers: [{ ...app, ...container }], ...more }))
const firstContainer = (spec: Record<string, unknown>) =>
  (spec['containers'] as readonly Record<string, unknown>[])[0] ?? {}

describe('pods', () => {
  test('a container gets what the API server stores', () => {
    expect(
      firstContainer(
        podSpec({
          ports: [{ containerPort: 80 }],
          livenessProbe: { httpGet: { port: 80 } },
          readinessProbe: { grpc: { port: 9000 }, periodSeconds: 0 },
          lifecycle: { preStop: { httpGet: { port: 80, path: '/stop' } } },
          env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        }),
      ),
    ).toEqual({
      ...app,
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      resources: {},
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      livenessProbe: {
        httpGet: { port: 80, path: '/', scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      readinessProbe: {
        grpc: { port: 9000, service: '' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      lifecycle: { preStop: { httpGet: { port: 80, path: '/stop', scheme: 'HTTP' } } },
      env: [{ name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
    })
  })

  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
    ['Not/Valid', 'IfNotPresent'],
  ])('the image %s is pulled %s', (image, policy) => {
    expect(firstContainer(podSpec({ image }))['imagePullPolicy']).toBe(policy)
  })

  test('a grace period of 0 is a choice, a null is none', () => {
    expect(podSpec({}, { terminationGracePeriodSeconds: 0 })['terminationGracePeriodSeconds']).toBe(0)
    expect(podSpec({}, { terminationGracePeriodSeconds: null })['terminationGracePeriodSeconds']).toBe(30)
    expect(firstContainer(podSpec({ livenessProbe: null }))).not.toHaveProperty('livenessProbe')
  })

  test('a volume without a source is an emptyDir, and files are 0644', () => {
    const volumes = [
      { name: 'a' },
      { name: 'b', configMap: { name: 'x' } },
      { name: 'c', hostPath: { path: '/' } },
    ]
    expect(podSpec({}, { volumes })['volumes']).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'x', defaultMode: 0o644 } },
      { name: 'c', hostPath: { path: '/', type: '' } },
    ])
  })

  test('limits make requests and the host network makes host ports in a Pod, not in a template', () => {
    const bounded = { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } }
    const container = { ...app, ...bounded, ports: [{ containerPort: 80 }] }
    const host = { hostNetwork: true, containers: [container] }
    expect(firstContainer(specOf(object('v1', 'Pod', host)))).toMatchObject({
      resources: { requests: { cpu: '500m', memory: '1Gi' } },
      ports: [{ hostPort: 80 }],
    })
    const deployed = specOf(object('apps/v1', 'Deployment', { template: { spec: host } })) as {
      template: { spec: Record<string, unknown> }
    }
    const templated = firstContainer(deployed.template.spec)
    expect(templated['resources']).toEqual(bounded.resources)
    expect(templated['ports']).toEqual([{ containerPort: 80, protocol: 'TCP' }])
  })
})

describe('controllers', () => {
  test.each([
    ['CronJob', 'batch/v1', { jobTemplate: { spec: template() } }],
    ['DaemonSet', 'apps/v1', template()],
    ['Deployment', 'apps/v1', template()],
    ['Job', 'batch/v1', template()],
    ['ReplicaSet', 'apps/v1', template()],
    ['ReplicationController', 'v1', template()],
    ['StatefulSet', 'apps/v1', template()],
  ])('the template of a %s has the defaults of a pod', (kind, apiVersion, spec) => {
    const text = JSON.stringify(specOf(object(apiVersion, kind, spec)))
    for (const part of [
      '"dnsPolicy":"ClusterFirst"',
      '"restartPolicy":"Always"',
      '"imagePullPolicy":"IfNotPresent"',
    ])
      expect(text).toContain(part)
  })

  test('a Deployment rolls a quarter at a time and gives up after ten minutes', () => {
    expect(specOf(object('apps/v1', 'Deployment', {}))).toEqual({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    })
    const recreate = { replicas: 0, strategy: { type: 'Recreate' } }
    expect(specOf(object('apps/v1', 'Deployment', recreate))).toMatchObject(recreate)
  })

  test('a StatefulSet of type RollingUpdate gets a partition only where the type was left out', () => {
    const strategyOf = (updateStrategy?: object) =>
      specOf(object('apps/v1', 'StatefulSet', updateStrategy ? { updateStrategy } : {}))['updateStrategy']
    expect(strategyOf()).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
    expect(strategyOf({ type: 'RollingUpdate' })).toEqual({ type: 'RollingUpdate' })
    expect(strategyOf({ type: 'OnDelete' })).toEqual({ type: 'OnDelete' })
  })

  test('a Job tries six times; one completion only where neither number is given', () => {
    expect(specOf(object('batch/v1', 'Job', {}))).toEqual({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      manualSelector: false,
    })
    expect(specOf(object('batch/v1', 'Job', { parallelism: 3 }))).not.toHaveProperty('completions')
  })
})

test('a Service sends each port to the port of the same number', () => {
  expect(
    specOf(object('v1', 'Service', { ports: [{ port: 80 }, { port: 443, targetPort: 'tls' }] })),
  ).toEqual({
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [
      { port: 80, targetPort: 80, protocol: 'TCP' },
      { port: 443, targetPort: 'tls', protocol: 'TCP' },
    ],
  })
})

test('what came from a server stays as it is', () => {
  const stored = object('apps/v1', 'Deployment', template(), { uid: 'u' })
  expect(applyDefaults(stored)).toBe(stored)
})

test('applying twice changes nothing, and the manifest itself is never changed', () => {
  const kinds = [
    object('apps/v1', 'StatefulSet', {
      ...template(),
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
    }),
    object('batch/v1', 'Job', template()),
    object('v1', 'ReplicationController', { template: { metadata: { labels: { app: 'web' } }, spec: {} } }),
    object('v1', 'Pod', { containers: [app], hostNetwork: true }),
  ]
  for (const manifest of kinds) {
    const before = JSON.stringify(manifest)
    const once = applyDefaults(manifest)
    expect(applyDefaults(once)).toEqual(once)
    expect(JSON.stringify(manifest)).toBe(before)
  }
})
