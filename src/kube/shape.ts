import type { KubeObject } from '../model/kubernetes.ts'
import { TEMPLATE_PATHS } from '../model/workload.ts'

/** What a field has to be where it is there: enough for an analysis to walk it, not a whole schema. */
type Shape =
  | 'text'
  | 'number'
  | { readonly fields: { readonly [name: string]: Shape } }
  | { readonly items: Shape }

const ANY: Shape = { fields: {} }
const LIST: Shape = { items: ANY }
const TEXTS: Shape = { items: 'text' }

const METADATA: Shape = {
  fields: { labels: ANY, annotations: ANY, ownerReferences: LIST, namespace: 'text', uid: 'text' },
}
const PROBE: Shape = {
  fields: {
    exec: { fields: { command: TEXTS } },
    grpc: ANY,
    httpGet: { fields: { httpHeaders: LIST, path: 'text' } },
    tcpSocket: ANY,
    failureThreshold: 'number',
    initialDelaySeconds: 'number',
    periodSeconds: 'number',
    successThreshold: 'number',
    timeoutSeconds: 'number',
  },
}
const CONTAINER: Shape = {
  fields: {
    name: 'text',
    args: TEXTS,
    command: TEXTS,
    env: LIST,
    envFrom: LIST,
    lifecycle: { fields: { postStart: ANY, preStop: ANY } },
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
    ports: LIST,
    resources: { fields: { limits: ANY, requests: ANY } },
    volumeMounts: LIST,
  },
}
const CONTAINERS: Shape = { items: CONTAINER }
const POD_SPEC: Shape = {
  fields: {
    affinity: ANY,
    containers: CONTAINERS,
    ephemeralContainers: CONTAINERS,
    initContainers: CONTAINERS,
    nodeSelector: ANY,
    readinessGates: LIST,
    tolerations: LIST,
    topologySpreadConstraints: LIST,
    volumes: LIST,
    terminationGracePeriodSeconds: 'number',
  },
}
const STATUSES: Shape = { items: { fields: { name: 'text', state: ANY, lastState: ANY } } }
const STATUS: Shape = {
  fields: {
    conditions: LIST,
    containerStatuses: STATUSES,
    ephemeralContainerStatuses: STATUSES,
    initContainerStatuses: STATUSES,
  },
}
const OBJECT: Shape = { fields: { metadata: METADATA, spec: ANY, status: STATUS } }

/**
 * The first field of an object that is not of the form the API demands, as `spec.template.spec.containers must be a
 * list`; undefined for a sound object.
 */
export function shapeProblem(object: KubeObject): string | undefined {
  const template = TEMPLATE_PATHS[object.kind]
  return (
    problem(object, OBJECT, '') ?? (template === undefined ? undefined : templateProblem(object, template))
  )
}

function templateProblem(object: KubeObject, path: readonly string[]): string | undefined {
  const shape = [...path, 'spec'].reduceRight<Shape>(
    (inner, name) => ({ fields: { [name]: inner } }),
    POD_SPEC,
  )
  return problem(object, shape, '')
}

function problem(value: unknown, shape: Shape, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (shape === 'text') return typeof value === 'string' ? undefined : `${path} must be text`
  if (shape === 'number') return typeof value === 'number' ? undefined : `${path} must be a number`
  if ('items' in shape) {
    if (!Array.isArray(value)) return `${path} must be a list`
    return first(value.entries(), ([index, item]) => problem(item, shape.items, `${path}[${index}]`))
  }
  if (typeof value !== 'object' || Array.isArray(value)) return `${path} must be an object`
  return first(Object.entries(shape.fields), ([name, inner]) =>
    problem(
      (value as Readonly<Record<string, unknown>>)[name],
      inner,
      path === '' ? name : `${path}.${name}`,
    ),
  )
}

function first<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
