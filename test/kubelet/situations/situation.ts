import type { Code } from '../../../src/diagnosis/codes/codes.ts'
import type { ProbeType } from '../../../src/model/kubernetes/probe.ts'
import { IMAGES } from '../harness/images.ts'

export type Fields = Readonly<Record<string, unknown>>

/** An object without its namespace. */
export interface Manifest extends Fields {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Fields } & Fields
}

/** What is really wrong, and what may be said of it. */
export interface Truth {
  /** Each of these is right; none where all is well. */
  readonly causes: readonly Code[]
  /** The probe that fails; any, or none, where absent. */
  readonly probe?: ProbeType
  /** Codes that are true besides: what follows from the cause, or would have been the next to fail. */
  readonly also?: readonly string[]
}

/** Something that can be wrong on a node, in a namespace of its own that has its name. */
export interface Situation {
  readonly name: string
  readonly objects: readonly Manifest[]
  readonly truth: Truth
  /** Pasting the first patch that probe-check prints makes the workload Ready. */
  readonly mended?: true
  /** Part of the run of at most ten minutes. */
  readonly ci?: true
  /** `TYPE/NAME` of what `--replay` is asked for; nothing where there is nothing to replay. */
  readonly replay?: string
  /** Deleted, without waiting, as soon as its pods run. */
  readonly deleted?: string
  /** Applied as soon as the first objects are available: the next revision. */
  readonly then?: readonly Manifest[]
  /** Labels of the namespace. */
  readonly labels?: Fields
}

/** Time enough for an answer on a machine that does a hundred things at once. */
export const PATIENT = { periodSeconds: 5, timeoutSeconds: 15 }

export const http = (path = '/healthz', more: Fields = {}, timing: Fields = {}): Fields => ({
  httpGet: { path, port: 8080, ...more },
  ...PATIENT,
  ...timing,
})
export const tcp = (port: number | string = 8080, timing: Fields = {}): Fields => ({
  tcpSocket: { port },
  ...PATIENT,
  ...timing,
})
export const grpc = (service?: string, timing: Fields = {}): Fields => ({
  grpc: { port: 8080, ...(service === undefined ? {} : { service }) },
  ...PATIENT,
  ...timing,
})
export const exec = (command: readonly string[], timing: Fields = {}): Fields => ({
  exec: { command },
  ...PATIENT,
  ...timing,
})

/** A container of the test server with these arguments. */
export const server = (args: string, more: Fields = {}): Fields => ({
  name: 'app',
  image: IMAGES.server,
  args: args === '' ? [] : args.split(' '),
  ports: [{ name: 'http', containerPort: 8080 }],
  ...more,
})

/** A container that runs a script. */
export const shell = (script: string, more: Fields = {}): Fields => ({
  name: 'app',
  image: IMAGES.server,
  command: ['sh', '-c', script],
  ...more,
})

const labels = { app: 'app' }

/** The pod template of workloads called `app`. */
export const template = (container: Fields, pod: Fields = {}): Fields => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 5, containers: [container], ...pod },
})

/** A Deployment `app` of one replica. */
export const deployment = (container: Fields, pod: Fields = {}, spec: Fields = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', labels },
  spec: { replicas: 1, selector: { matchLabels: labels }, template: template(container, pod), ...spec },
})

/** A StatefulSet, DaemonSet or ReplicaSet `app`. */
export const workload = (
  kind: 'StatefulSet' | 'DaemonSet' | 'ReplicaSet',
  container: Fields,
  pod: Fields = {},
): Manifest => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'app', labels },
  spec: {
    ...(kind === 'StatefulSet' ? { serviceName: 'app' } : {}),
    selector: { matchLabels: labels },
    template: template(container, pod),
  },
})

export const barePod = (container: Fields, pod: Fields = {}, metadata: Fields = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'app', labels, ...metadata },
  spec: { terminationGracePeriodSeconds: 5, containers: [container], ...pod },
})

export const job = (container: Fields, spec: Fields = {}): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'app', labels },
  spec: {
    template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [container] } },
    ...spec,
  },
})

export const object = (apiVersion: string, kind: string, name: string, rest: Fields): Manifest => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
})

/** A situation with probes of a Deployment. */
export const probed = (
  name: string,
  container: Fields,
  truth: Truth,
  more: Partial<Situation> = {},
): Situation => ({ name, objects: [deployment(container)], truth, replay: 'deployment/app', ...more })

/** A situation of a Deployment without probes. */
export const broken = (
  name: string,
  cause: Situation['truth']['causes'][number],
  container: Fields,
  pod: Fields = {},
): Situation => ({
  name,
  objects: [deployment(container, pod)],
  truth: { causes: [cause] },
})
