import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import {
  ago,
  condition,
  container,
  containerStatus,
  deployment,
  event,
  node,
  pod,
} from '../helpers/builders.ts'
import { crashing, httpProbe, killing, podWith, unhealthy, unready } from '../helpers/probes.ts'

export type Objects = readonly KubeObject[]

export const failing = (readinessProbe: object, message: string): Objects => [
  unready({ readinessProbe }),
  unhealthy(`Readiness probe ${message}`, 100),
]
export const answer = (error: string) => `failed: Get "https://10.0.0.7:8080/healthz": ${error}`
export const waiting = (reason: string, message: string): Objects => [
  podWith(
    {},
    { ready: false, started: false, state: { waiting: { reason, message } } },
    { status: { phase: 'Pending' } },
  ),
]
export const before = (reason: string, message: string): Objects => [
  ...waiting('ContainerCreating', ''),
  event(reason, message, { involvedObject: { fieldPath: undefined } }),
]
export const pending = (text: string, reason = 'Unschedulable', spec: object = {}): Objects => [
  pod({
    spec: { nodeName: undefined, ...spec },
    status: {
      phase: 'Pending',
      startTime: undefined,
      containerStatuses: undefined,
      conditions: [condition('PodScheduled', { status: 'False', reason, message: text })],
    },
  }),
]
export const available = (clause: string) => pending(`0/3 nodes are available: 3 ${clause}.`)
export const ended = (reason: string, message = '', spec: object = {}): Objects => [
  pod({ spec, status: { phase: 'Failed', reason, message, conditions: [], containerStatuses: [] } }),
]
export const refused = (text: string): Objects => [
  ...deployment({ containers: [container()] } as never),
  event('FailedCreate', `Error creating: pods "x" is forbidden: ${text}`, {
    involvedObject: { kind: 'ReplicaSet', name: 'web-7d9', uid: 'uid-rs', fieldPath: undefined },
  }),
]
export const job = (reason: string): Objects => [
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: 'shop', name: 'migrate', uid: 'uid-job', creationTimestamp: ago(900) },
    spec: { backoffLimit: 1, template: { spec: { restartPolicy: 'Never', containers: [container()] } } },
    status: { conditions: [condition('Failed', { reason, message: 'it failed' })] },
  } as unknown as KubeObject,
]
export const init = (status: object): Objects => [
  pod({
    spec: { initContainers: [container({ name: 'migrate' })] },
    status: {
      phase: 'Pending',
      initContainerStatuses: [containerStatus({ name: 'migrate', ready: false, started: false, ...status })],
      containerStatuses: [
        containerStatus({ ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } }),
      ],
    },
  }),
]
export const initEnded = (exitCode: number): Objects =>
  init({
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode, finishedAt: ago(9), startedAt: ago(10) } },
  })
export const nodeWith = (...conditions: readonly object[]): Objects => [node({ status: { conditions } })]
export const rollout = (reason: string): Objects =>
  deployment({ containers: [container()] } as never, {
    status: { conditions: [condition('Progressing', { status: 'False', reason, message: 'timed out' })] },
  })
export const leaving = (seconds: number): Objects => [
  pod({ metadata: { deletionTimestamp: ago(seconds), finalizers: ['example.com/wait'] } }),
]
export const stopped = (exitCode: number): Objects => [
  crashing({ livenessProbe: httpProbe() }, 44, { exitCode }),
  unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
  killing('liveness', 50),
]
export const crashed = (exitCode: number, reason = 'Error'): Objects => [
  crashing({}, 3, { exitCode, reason }),
]
export const notFound = 'MountVolume.SetUp failed for volume "s" : secret "tls" not found'
