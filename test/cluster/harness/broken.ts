import type { Event, Pod } from '../../../src/model/kubernetes/objects.ts'
import { create, get } from './kubectl.ts'
import { eventually } from './processes.ts'

/** Stands in the environment of `web`, and nowhere in a recording. */
export const SECRET_VALUE = 'a-very-secret-value'

const template = (app: string, fields: object, annotations: object = {}) => ({
  metadata: { labels: { app }, annotations },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'app', image: 'registry.test/app:1', ...fields }],
  },
})

const deployment = (namespace: string, name: string, pod: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: pod },
})

/**
 * Two broken Deployments: `web`, whose readiness probe knocks at a closed port, and `big`, which fits on no node.
 * The kubelet's part of it (status and events) is played; the rest is the control plane's own doing.
 */
export async function createBroken(namespace: string): Promise<void> {
  const web = {
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [{ name: 'PASSWORD', value: SECRET_VALUE }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8081 }, periodSeconds: 5 },
  }
  create(
    deployment(namespace, 'web', template('web', web, { 'test/ready': 'false' })),
    deployment(namespace, 'big', template('big', { resources: { requests: { cpu: '100' } } })),
  )
  const pod = await eventually('the pod of web to run', () =>
    get<Pod>('pods', namespace).find(
      ({ metadata, status }) => metadata.labels?.['app'] === 'web' && status?.phase === 'Running',
    ),
  )
  create(
    unhealthy(pod, 'Get "http://10.1.0.1:8081/healthz": dial tcp 10.1.0.1:8081: connect: connection refused'),
  )
  await eventually('the scheduler to give up on big', () =>
    get<Event>('events', namespace).find(({ reason }) => reason === 'FailedScheduling'),
  )
}

/** The event that a kubelet writes about a failed readiness probe. */
export function unhealthy({ metadata, spec }: Pod, failure: string): object {
  const now = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${metadata.name}.unhealthy`, namespace: metadata.namespace },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
      fieldPath: 'spec.containers{app}',
    },
    reason: 'Unhealthy',
    message: `Readiness probe failed: ${failure}`,
    type: 'Warning',
    count: 5,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: 'kubelet', host: spec?.nodeName },
    reportingComponent: 'kubelet',
  }
}
