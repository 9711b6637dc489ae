import type { Pod, PodSpec } from '../../model/kubernetes/objects.ts'
import { derived } from './derived.ts'
import { picker } from './pick.ts'
import type { SimPod } from './simulated-cluster.ts'

type Levels = readonly [1, 1, 1, 1]
type Fewer<Depth extends readonly unknown[]> = Depth extends readonly [unknown, ...infer Rest] ? Rest : []

/** The ways to the fields below a value: `name`, `name.below`, and of lists `name[*].below` or `name[Type].below`. */
type PathIn<Value, Depth extends readonly unknown[] = Levels> = Depth['length'] extends 0
  ? never
  : {
      [Name in keyof Value & string]: Name | `${Name}${Below<NonNullable<Value[Name]>, Fewer<Depth>>}`
    }[keyof Value & string]

type Below<Value, Depth extends readonly unknown[]> = Value extends readonly (infer Item)[]
  ? Item extends object
    ? `[${Item extends { type: string; status: string } ? string : '*'}].${PathIn<Item, Depth>}`
    : never
  : Value extends object
    ? string extends keyof Value
      ? `['${string}']`
      : `.${PathIn<Value, Depth>}`
    : never

/** Where a field of a pod is, as the API server sends it: `spec.containers[*].ports`. */
export type PodPath = PathIn<Pod>

type WorkedOutField = Exclude<keyof SimPod, 'spec' | 'origin' | 'sameAs'>

/**
 * A field of a pod that a rule reads: a field of {@link SimPod} by its name, one below `spec`, or one of the live pod
 * that it stands for below `origin`.
 */
export type PodField = WorkedOutField | `spec.${PathIn<PodSpec>}` | `origin.${PodPath}`

interface WorkedOut {
  /** What it is worked out from. */
  readonly from: readonly PodPath[]
  /** What tells two pods apart in it; without this, the value. */
  readonly value?: (pod: SimPod) => unknown
}

const REQUESTS = ['name', 'resources.requests', 'restartPolicy'] as const
const STATUSES = ['name', 'resources.requests', 'allocatedResources'] as const
const PORTS = ['ports', 'restartPolicy'] as const

/** The fields that the simulation has by a name of its own. */
const WORKED_OUT: Readonly<Record<WorkedOutField, WorkedOut>> = {
  namespace: { from: ['metadata.namespace'] },
  name: { from: ['metadata.name'] },
  labels: {
    from: ['metadata.labels'],
    value: ({ labels }) => Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
  },
  owner: {
    from: ['metadata.ownerReferences'],
    value: ({ owner }) => [owner?.apiVersion, owner?.kind, owner?.name, owner?.uid],
  },
  priority: { from: ['spec.priority'] },
  requests: {
    from: [
      ...REQUESTS.map((field) => `spec.containers[*].${field}` as const),
      ...REQUESTS.map((field) => `spec.initContainers[*].${field}` as const),
      'spec.resources.requests',
      'spec.overhead',
      ...STATUSES.map((field) => `status.containerStatuses[*].${field}` as const),
      ...STATUSES.map((field) => `status.initContainerStatuses[*].${field}` as const),
    ],
  },
  ports: {
    from: [
      ...PORTS.map((field) => `spec.containers[*].${field}` as const),
      ...PORTS.map((field) => `spec.initContainers[*].${field}` as const),
    ],
  },
  affinity: {
    from: ['metadata.namespace', 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution'],
    value: ({ affinity }) => affinity.map(({ key }) => key),
  },
  antiAffinity: {
    from: [
      'metadata.namespace',
      'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution',
    ],
    value: ({ antiAffinity }) => antiAffinity.map(({ key }) => key),
  },
  spread: { from: ['metadata.namespace', 'metadata.labels', 'spec.topologySpreadConstraints'] },
  created: { from: [] },
  replacesFailing: {
    from: ['status.conditions[Ready].status', 'status.phase', 'metadata.deletionTimestamp', 'spec.nodeName'],
  },
  finished: { from: ['status.phase'] },
  starting: { from: ['status.phase'] },
  ready: { from: ['status.conditions[Ready].status'] },
  terminating: { from: ['metadata.deletionTimestamp'] },
  // Which node it is, says the state.
  boundTo: { from: ['spec.nodeName'], value: ({ boundTo }) => boundTo !== undefined },
}

const isWorkedOut = (field: PodField): field is WorkedOutField => Object.hasOwn(WORKED_OUT, field)

/** Where the API server has what these fields are worked out from. */
export const pathsOf = (fields: Iterable<PodField>): readonly PodPath[] => [
  ...new Set(
    [...fields].flatMap((field): readonly PodPath[] => {
      if (isWorkedOut(field)) return WORKED_OUT[field].from
      return [(field.startsWith('origin.') ? field.slice('origin.'.length) : field) as PodPath]
    }),
  ),
]

/**
 * A key of pods that is equal exactly for pods that are equal in all of these fields, and in what `more` says,
 * whatever else they have. It is worked out once for each pod.
 */
export function podKey(
  fields: Iterable<PodField>,
  more: (pod: SimPod) => unknown = () => undefined,
): (pod: SimPod) => string {
  const distinct = [...new Set(fields)]
  const own = distinct
    .filter(isWorkedOut)
    .map((field) => WORKED_OUT[field].value ?? ((pod: SimPod) => pod[field]))
  const below = picker(distinct.filter((field) => !isWorkedOut(field)))
  const parts = [...own, below, more]
  const keyOf = derived((pod: SimPod) => JSON.stringify(parts.map((part) => part(pod))))
  return (pod) => keyOf(pod.sameAs ?? pod)
}
