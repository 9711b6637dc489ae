import type { Event, KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import type { ContainerLog, Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { container, logOf, override, ownedBy, pod, snapshotOf } from './builders.ts'
import { crashing, httpProbe, killing, unhealthy, unready } from './probes.ts'

type Fields = Readonly<Record<string, unknown>>

const PORTS = { ports: [{ containerPort: 8080, name: 'http' }] }
const labels = { app: 'web' }
const url = (port: number) => `Get "http://10.0.0.7:${port}/healthz"`
const refused = (port: number) => `${url(port)}: dial tcp 10.0.0.7:${port}: connect: connection refused`
const TIMEOUT = `${url(8080)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`

/** A workload of this kind whose pods have this spec; a CronJob comes with the Job in between. */
function workload(kind: string, spec: unknown, annotations: Fields = {}): readonly KubeObject[] {
  const template = { metadata: { labels, annotations }, spec }
  const metadata = { namespace: 'shop', name: 'web', uid: 'uid-top' }
  if (kind === 'CronJob') {
    const job = { template: override(template, { spec: { restartPolicy: 'OnFailure' } }) }
    const top = {
      apiVersion: 'batch/v1',
      kind,
      metadata,
      spec: { schedule: '0 * * * *', jobTemplate: { spec: job } },
    } as unknown as KubeObject
    return [
      top,
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { namespace: 'shop', name: 'web-1', uid: 'uid-job', ...ownedBy(top) },
        spec: job,
      } as unknown as KubeObject,
    ]
  }
  const own =
    kind === 'DaemonSet' ? {} : { replicas: 2, ...(kind === 'StatefulSet' ? { serviceName: 'web' } : {}) }
  const top = {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { ...own, selector: { matchLabels: labels }, template },
  }
  return [top as unknown as KubeObject]
}

interface Scene {
  readonly kind?: string
  readonly fields: Fields
  /** Containers besides, and init containers. */
  readonly spec?: Fields
  readonly annotations?: Fields
  /** The pod; not ready unless told. */
  readonly make?: (fields: Fields, more: Fields) => Pod
  readonly events: readonly Event[]
  readonly log?: string
  readonly more?: (top: KubeObject) => readonly KubeObject[]
}

function scene({
  kind = 'Deployment',
  fields,
  spec = {},
  annotations,
  make = unready,
  ...rest
}: Scene): Snapshot {
  const shape = { containers: [container({ ...PORTS, ...fields })], ...spec }
  const chain = workload(kind, shape, annotations)
  const [top] = chain as readonly [KubeObject]
  const metadata = { ...ownedBy(chain.at(-1) as KubeObject), labels, annotations: annotations ?? {} }
  const one = make({ ...PORTS, ...fields }, { metadata, spec })
  const logs: readonly ContainerLog[] = rest.log === undefined ? [] : [logOf(rest.log)]
  return snapshotOf([...chain, one, ...rest.events, ...(rest.more?.(top) ?? [])], { logs })
}

/** The ReplicaSet of an earlier revision with this probe, and its ready pod. */
const earlier = (fields: Fields) => (top: KubeObject) => {
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      namespace: 'shop',
      name: 'web-old',
      uid: 'uid-old',
      annotations: { 'deployment.kubernetes.io/revision': '3' },
      ...ownedBy(top),
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container({ ...PORTS, ...fields })] } },
    },
  } as unknown as KubeObject
  return [replicaSet, pod({ metadata: { name: 'web-old-1', uid: 'uid-old-1', ...ownedBy(replicaSet) } })]
}

const service = (targetPort: number | string) => () => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { selector: labels, ports: [{ port: 80, targetPort }] },
  } as unknown as KubeObject,
]

const killed = (life: number) => (fields: Fields, more: Fields) => override(crashing(fields, life), more)
const alone = (fields: Fields, log?: string, spec: Fields = {}) =>
  snapshotOf(
    [unready({ ...PORTS, ...fields }, { spec }), unhealthy(`Readiness probe failed: ${refused(8081)}`)],
    log === undefined ? {} : { logs: [logOf(log)] },
  )
const readiness = (httpGet: Fields = {}, numbers: Fields = {}) => ({
  readinessProbe: httpProbe(httpGet, numbers),
})
const liveness = (httpGet: Fields = {}, numbers: Fields = {}) => ({
  livenessProbe: httpProbe(httpGet, numbers),
})
const readinessFailed = (text: string) => [unhealthy(`Readiness probe failed: ${text}`)]
const livenessFailed = (text: string) => [unhealthy(`Liveness probe failed: ${text}`), killing('liveness')]

/** Failures whose fixes are patches, one of each way to come by the right value, over all kinds of owners. */
export const PATCH_CASES: Readonly<Record<string, Snapshot>> = {
  'port of the revision before': scene({
    fields: readiness({ port: 8081, scheme: 'HTTPS' }),
    events: readinessFailed(refused(8081)),
    more: earlier(readiness({ port: 'http' })),
  }),
  'handler of the revision before': scene({
    fields: readiness({ path: '/new' }),
    events: readinessFailed('HTTP probe failed with statuscode: 404'),
    more: earlier({ readinessProbe: { exec: { command: ['/bin/check', '-q'] } } }),
  }),
  'header of the revision before': scene({
    fields: readiness(),
    events: readinessFailed('HTTP probe failed with statuscode: 421'),
    more: earlier(readiness({ httpHeaders: [{ name: 'Host', value: 'shop.example' }] })),
  }),
  'timeout of the revision before': scene({
    fields: readiness(),
    events: readinessFailed(TIMEOUT),
    more: earlier(readiness({}, { timeoutSeconds: 7 })),
  }),
  'port of the Service': scene({
    fields: {
      ports: [...PORTS.ports, { containerPort: 9090, name: 'metrics' }],
      ...readiness({ port: 8081 }),
    },
    events: readinessFailed(refused(8081)),
    more: service('http'),
  }),
  'port of the log, in a DaemonSet': scene({
    kind: 'DaemonSet',
    fields: readiness({ port: 8081 }),
    events: readinessFailed(refused(8081)),
    log: 'listening on 0.0.0.0:8080',
  }),
  'nearest port name, in a CronJob': scene({
    kind: 'CronJob',
    fields: readiness({ port: 'htpp' }),
    events: [
      unhealthy(
        'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "htpp": invalid syntax',
      ),
    ],
  }),
  'timeout of the log, in a StatefulSet': scene({
    kind: 'StatefulSet',
    fields: readiness(),
    events: readinessFailed(TIMEOUT),
    log: 'GET /healthz 200 2.4s',
  }),
  'startup probe for a slow start': scene({
    fields: liveness(),
    make: killed(13),
    events: livenessFailed(refused(8080)),
  }),
  'startup probe of the revision before': scene({
    fields: liveness(),
    make: killed(13),
    events: livenessFailed(refused(8080)),
    more: earlier({ ...liveness(), startupProbe: httpProbe({}, { failureThreshold: 60 }) }),
  }),
  'liveness leaves the question to readiness': scene({
    fields: { ...liveness(), ...readiness() },
    make: killed(400),
    events: livenessFailed('HTTP probe failed with statuscode: 503'),
  }),
  'liveness becomes readiness': scene({
    fields: liveness(),
    make: killed(400),
    events: livenessFailed('HTTP probe failed with statuscode: 503'),
  }),
  'probes through a mesh': scene({
    fields: readiness(),
    spec: { containers: [container({ ...PORTS, ...readiness() }), container({ name: 'istio-proxy' })] },
    annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
    events: readinessFailed(
      `${url(8080)}: read tcp 10.0.0.1:1->10.0.0.7:8080: read: connection reset by peer`,
    ),
  }),
  'host goes': scene({
    fields: { ...liveness({ host: 'localhost' }), ...readiness({ host: 'localhost' }) },
    events: readinessFailed(
      'Get "http://localhost:8080/healthz": dial tcp 127.0.0.1:8080: connect: connection refused',
    ),
  }),
  'grpc in place of httpGet': scene({
    fields: readiness(),
    events: readinessFailed(
      `${url(8080)}: net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00"`,
    ),
  }),
  'the server as a whole in place of a service': scene({
    fields: { readinessProbe: { grpc: { port: 8080, service: 'shop.Cart' } } },
    events: readinessFailed(
      'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    ),
  }),
  'words of a command': scene({
    fields: { readinessProbe: { exec: { command: ['/bin/check -q'] } } },
    events: [
      unhealthy(
        'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "184850d48d723924f62e815706ee39ce8ff8b1d36abbb78552cfe634ccbc1276": OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/check -q": stat /bin/check -q: no such file or directory: unknown',
      ),
    ],
  }),
  'CPU limit': scene({
    fields: { ...readiness(), resources: { requests: { cpu: '20m' }, limits: { cpu: '50m' } } },
    events: readinessFailed(TIMEOUT),
  }),
  'memory limit': scene({
    fields: { ...liveness(), resources: { limits: { memory: '64Mi' } } },
    make: (fields, more) => override(crashing(fields, 5, { exitCode: 137, reason: 'OOMKilled' }), more),
    events: [],
  }),
  'a Pod of its own': alone(readiness({ port: 8081 }), 'listening on 0.0.0.0:8080'),
}
