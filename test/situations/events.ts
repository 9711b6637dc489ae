import { ago, condition, container, event, node, override, pod } from '../helpers/builders.ts'
import { httpProbe } from '../helpers/probes.ts'
import type { Situation } from './situation.ts'

const about = (kind: string, name: string, more: object = {}) => ({
  involvedObject: {
    apiVersion: 'v1',
    kind,
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    fieldPath: undefined,
  },
  ...more,
})
const named = (name: string, reason: string, message: string, changes: object = {}) =>
  override(
    event(reason, message, { metadata: { name: `${name}.${reason}` }, ...about('Pod', name) }),
    changes,
  )

export const EVENTS: readonly Situation[] = [
  {
    name: 'a-node-is-gone',
    tells: 'The node is the cause of what happens to its pods.',
    command: ['explain-events', '--all-namespaces'],
    objects: [
      node({
        status: {
          conditions: [
            condition('Ready', {
              status: 'Unknown',
              reason: 'NodeStatusUnknown',
              message: 'Kubelet stopped posting node status.',
              lastTransitionTime: ago(240),
            }),
          ],
        },
      }),
      event('NodeNotReady', 'Node n1 status is now: NodeNotReady', {
        type: 'Normal',
        metadata: { name: 'n1.notready', namespace: 'default' },
        involvedObject: { kind: 'Node', namespace: undefined, name: 'n1', uid: 'n1', fieldPath: undefined },
        source: { component: 'node-controller', host: undefined },
        firstTimestamp: ago(240),
        lastTimestamp: ago(240),
      }),
      ...['web-1', 'web-2', 'web-3'].flatMap((name) => [
        pod({
          metadata: { name, uid: `uid-${name}` },
          status: {
            conditions: [condition('Ready', { status: 'False', lastTransitionTime: ago(239) })],
          },
        }),
        named(name, 'NodeNotReady', 'Node is not ready', {
          source: { component: 'node-controller', host: undefined },
          firstTimestamp: ago(239),
          lastTimestamp: ago(239),
        }),
      ]),
    ],
  },
  {
    name: 'it-was-wrong-and-is-over',
    tells: 'It is over: what it was, and how long ago.',
    command: ['explain-events', '--namespace=shop'],
    objects: [
      node(),
      pod({
        spec: { containers: [container({ readinessProbe: httpProbe() })] },
        status: {
          conditions: ['ContainersReady', 'Ready'].map((type) =>
            condition(type, { lastTransitionTime: ago(118) }),
          ),
        },
      }),
      named('web-1', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 500', {
        count: 6,
        firstTimestamp: ago(180),
        lastTimestamp: ago(120),
      }),
      named('web-1', 'Started', 'Started container app', {
        type: 'Normal',
        firstTimestamp: ago(598),
        lastTimestamp: ago(598),
      }),
    ],
  },
  {
    name: 'a-quota-is-full',
    tells: 'No pod comes, because the namespace may have no more.',
    command: ['explain-events', '--namespace=shop'],
    objects: [
      node(),
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { namespace: 'shop', name: 'web-7d9', uid: 'uid-web-7d9' },
        spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: {} },
        status: { replicas: 1 },
      },
      named(
        'web-7d9',
        'FailedCreate',
        'Error creating: pods "web-7d9-x2x4q" is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=2, limited: requests.cpu=2',
        {
          involvedObject: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
          source: { component: 'replicaset-controller', host: undefined },
          count: 15,
          firstTimestamp: ago(900),
          lastTimestamp: ago(30),
        },
      ),
    ],
  },
]
