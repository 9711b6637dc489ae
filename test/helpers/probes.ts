import type {
  Container,
  ContainerStatus,
  Event,
  KubeObject,
  Pod,
} from '../../src/model/kubernetes/objects.ts'
import { ago, condition, container, containerStatus, event, override, pod } from './builders.ts'

type Fields = Readonly<Record<string, unknown>>

/** `GET /healthz` on port 8080 every 5 s. */
export const httpProbe = (httpGet: Fields = {}, numbers: Fields = {}) => ({
  httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP', ...httpGet },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
  ...numbers,
})

export const execProbe = (...command: readonly string[]) => ({
  exec: { command },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
})

export const grpcProbe = (grpc: Fields = {}) => ({
  grpc: { port: 8080, service: '', ...grpc },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
})

/** A pod whose container `app` declares port 8080 and has these other fields. */
export const podWith = (fields: Fields, status: Fields = {}, more: Fields = {}): Pod =>
  override(
    pod({
      spec: { containers: [container({ ports: [{ containerPort: 8080, name: 'http' }], ...fields })] },
      status: { containerStatuses: [containerStatus(status)] },
    }),
    more,
  )

/** Running for `age` seconds and not Ready since. */
export const young = (fields: Fields, age = 30, status: Fields = {}, more: Fields = {}): Pod => {
  const state = { running: { startedAt: ago(age) } }
  const notReady = { status: 'False', reason: 'ContainersNotReady', lastTransitionTime: ago(age + 2) }
  const base = override(podWith(fields, { ready: false, state, ...status }), {
    metadata: { creationTimestamp: ago(age + 2) },
    status: {
      startTime: ago(age + 2),
      conditions: [condition('ContainersReady', notReady), condition('Ready', notReady)],
    },
  })
  return override(base, more)
}

/** An `Unhealthy` event about container `app`, again and again for `from` seconds. */
export const sinceStart = (message: string, count = 5, from = 28, last = 3): Event =>
  event('Unhealthy', message, { count, firstTimestamp: ago(from), lastTimestamp: ago(last) })

/** Running for ten minutes and never Ready. */
export const unready = (fields: Fields, more: Fields = {}): Pod => {
  const base = podWith(fields, { ready: false }, more)
  const conditions = [
    condition('PodScheduled'),
    condition('ContainersReady', { status: 'False', reason: 'ContainersNotReady' }),
    condition('Ready', { status: 'False', reason: 'ContainersNotReady' }),
  ]
  return { ...base, status: { ...base.status, conditions } } as Pod
}

/** In CrashLoopBackOff since `since` seconds after a run of `life` seconds. */
export const crashing = (fields: Fields, life: number, terminated: Fields = {}, since = 20): Pod =>
  podWith(fields, {
    ready: false,
    started: false,
    restartCount: 4,
    state: {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container=app' },
    },
    lastState: {
      terminated: {
        exitCode: 143,
        reason: 'Error',
        startedAt: ago(since + life),
        finishedAt: ago(since),
        ...terminated,
      },
    },
  })

/** A running, ready pod `shop/NAME` of one container `app`, an hour old, which owns its own events. */
export function runningPod(
  container: Partial<Container>,
  status: Partial<ContainerStatus> = {},
  { name = 'web-1', ...more }: { readonly name?: string; readonly [part: string]: unknown } = {},
): Pod {
  const running = containerStatus({ state: { running: { startedAt: ago(3600) } } })
  return override(
    pod({
      metadata: { name, uid: `uid-${name}` },
      spec: { containers: [{ name: 'app', ...container }] },
      status: {
        conditions: [condition('Ready', status.ready === false ? { status: 'False' } : {})],
        containerStatuses: [{ ...running, ...status }],
      },
    }),
    more,
  )
}

/** The answer of an application that is asked on this port. */
export const get = (rest: string, port = 8080, scheme = 'http'): string =>
  `Get "${scheme}://10.0.0.7:${port}/healthz": ${rest}`

export const refused = (port = 8080): string =>
  get(`dial tcp 10.0.0.7:${port}: connect: connection refused`, port)

/** An `Unhealthy` event about container `app`, from nine minutes ago to `last` seconds ago. */
export const unhealthy = (message: string, count = 30, last = 5): Event =>
  event('Unhealthy', message, { count, firstTimestamp: ago(540), lastTimestamp: ago(last) })

/** The kubelet kills container `app` because of this probe, for the fourth time, `last` seconds ago. */
export const killing = (probe: 'liveness' | 'startup', last = 20): Event =>
  event('Killing', `Container app failed ${probe} probe, will be restarted`, {
    type: 'Normal',
    count: 4,
    firstTimestamp: ago(540),
    lastTimestamp: ago(last),
  })

/** An `Unhealthy` event of the kubelet about a container of a pod, last seen some seconds ago. */
export const unhealthyOf = (
  { metadata: { name, uid } }: Pod,
  message: string,
  { secondsAgo = 5, count = 3, container = 'app' } = {},
): Event =>
  event('Unhealthy', message, {
    metadata: { name: `${name}.${message.length}.${secondsAgo}` },
    involvedObject: { name, uid, fieldPath: `spec.containers{${container}}` },
    count,
    firstTimestamp: ago(secondsAgo + 60),
    lastTimestamp: ago(secondsAgo),
  })

/** Never Ready, with this event again and again about its readiness probe. */
export const neverReady = (
  message: string,
  readinessProbe: object = httpProbe(),
  fields: Fields = {},
  more: Fields = {},
): readonly KubeObject[] => [
  unready({ readinessProbe, ...fields }, more),
  unhealthy(`Readiness probe ${message}`, 108),
]

/** Restarted by its liveness probe again and again, with the life of a container that never answered. */
export const killed = (
  message: string,
  livenessProbe: object = httpProbe(),
  fields: Fields = {},
  terminated: Fields = {},
): readonly KubeObject[] => [
  crashing({ livenessProbe, ...fields }, 13, terminated),
  unhealthy(`Liveness probe ${message}`, 12, 21),
  killing('liveness'),
]

/** Restarted by its startup probe again and again. */
export const neverStarted = (
  message: string,
  startupProbe: object = httpProbe(),
  fields: Fields = {},
): readonly KubeObject[] => [
  crashing({ startupProbe, ...fields }, 13),
  unhealthy(`Startup probe ${message}`, 12, 21),
  killing('startup'),
]

/** Ready and never restarted, with this event again and again about its liveness probe. */
export const aliveWith = (
  message: string,
  livenessProbe: object = httpProbe(),
  count = 40,
  fields: Fields = {},
): readonly KubeObject[] => [
  podWith({ livenessProbe, ...fields }),
  unhealthy(`Liveness probe ${message}`, count),
]
