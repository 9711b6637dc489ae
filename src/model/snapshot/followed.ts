import type { Resource } from '../kubernetes/kinds.ts'
import type { KubeObject, Pod } from '../kubernetes/objects.ts'
import { scales } from '../kubernetes/reference.ts'
import { type Labels, matchesMap, matchesSelector } from '../kubernetes/selector.ts'
import type { Objects } from './snapshot.ts'
import type { Workload } from './workload.ts'

type Leads<R extends Resource> = (object: Objects[R][number], workload: Workload) => boolean

/** Whether some pod of the workload, or what its next pods are made from, has labels that are meant. */
const anyLabels = ({ pods, template }: Workload, matches: (labels: Labels | undefined) => boolean): boolean =>
  pods.some(({ metadata }) => matches(metadata.labels)) ||
  (template !== undefined && matches(template.metadata?.labels))

const claims = (spec: Pod['spec']): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])

/** Objects that lead to pods without owning them, and how. All are of the namespace of the workload. */
const FOLLOWED: { readonly [R in Resource]?: Leads<R> } = {
  horizontalpodautoscalers: scales,
  networkpolicies: ({ spec }, workload) =>
    anyLabels(workload, (labels) => matchesSelector(spec?.podSelector ?? {}, labels)),
  persistentvolumeclaims: ({ metadata }, { pods, template }) =>
    [template?.spec, ...pods.map(({ spec }) => spec)].some((spec) => claims(spec).includes(metadata.name)),
  poddisruptionbudgets: ({ spec }, workload) =>
    anyLabels(workload, (labels) => matchesSelector(spec?.selector, labels)),
  services: ({ spec }, workload) => anyLabels(workload, (labels) => matchesMap(spec?.selector, labels)),
}

/** Whether objects of this kind lead to pods that they do not own. */
export const isFollowed = (resource: Resource): boolean => FOLLOWED[resource] !== undefined

/** Whether the object leads to the workload: by its selector, its reference or the volume that it is. */
export function leadsTo(resource: Resource, object: KubeObject, workload: Workload): boolean {
  const leads = FOLLOWED[resource] as ((object: KubeObject, workload: Workload) => boolean) | undefined
  return object.metadata.namespace === workload.namespace && leads?.(object, workload) === true
}
