import type { KubeObject, Pod, PodSpec, PodTemplateSpec } from '../kubernetes/objects.ts'

/** The thing a user edits: the outermost controller of pods, or a pod without one. */
export interface Workload {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  /** Absent where only its pods were read (not recorded, no permission, unknown kind). */
  readonly object?: KubeObject
  /** What new pods are made from. For a bare Pod its own spec; absent where `object` is. */
  readonly template?: { readonly metadata?: PodTemplateSpec['metadata']; readonly spec: PodSpec }
  /** `spec.replicas` of the object, 1 for a bare pod, undefined where the kind has none or it is not known. */
  readonly replicas?: number
  /** Sorted by name. Empty for a manifest that was not applied. */
  readonly pods: readonly Pod[]
}

/** Where a pod template sits in each kind that has one, as the path of a patch. */
export const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  Pod: [],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
}

/** The pod template of an object of any kind in {@link TEMPLATE_PATHS}; a Pod is its own. */
export function templateOf(object: KubeObject): Workload['template'] {
  const path = TEMPLATE_PATHS[object.kind]
  if (path === undefined) return undefined
  let value: unknown = object
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
  const template = value as { metadata?: PodTemplateSpec['metadata']; spec?: PodSpec } | undefined
  return template?.spec === undefined ? undefined : (template as Workload['template'])
}
