import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Event, KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import type { Replay } from '../../src/model/snapshot/replay.ts'
import type { ContainerLog } from '../../src/model/snapshot/snapshot.ts'
import {
  ago,
  clusterOf,
  condition,
  container,
  containerStatus,
  event,
  logOf,
  override,
  pod,
} from './builders.ts'

type Fields = Readonly<Record<string, unknown>>

/** Everything that is found in a cluster of these objects. */
export function found(
  items: readonly KubeObject[],
  logs: readonly ContainerLog[] = [],
  replays?: readonly Replay[],
): readonly Finding[] {
  const cluster = clusterOf(items, { logs, ...(replays === undefined ? {} : { replays }) })
  return diagnose(cluster, cluster.workloads())
}

/** The loud root causes as `Severity code[/probe] Confidence`, which is what a user sees first. */
export const roots = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
    .map(
      ({ severity, code, subject, confidence }) =>
        `${severity} ${code}${subject.probe === undefined ? '' : `/${subject.probe}`} ${confidence}`,
    )

/** `GET /healthz` on port 8080 every 5 s. */
export const httpProbe = (httpGet: Fields = {}, numbers: Fields = {}) => ({
  httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP', ...httpGet },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
  ...numbers,
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

export const log = (text: string): readonly ContainerLog[] => [logOf(text)]
