import { own } from './fields.ts'
import type { KubeObject, PodSpec, PodTemplateSpec } from './objects.ts'

/** What the pods of a controller are made from. */
export interface PodTemplate {
  readonly metadata?: PodTemplateSpec['metadata']
  readonly spec: PodSpec
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
export function templateOf(object: KubeObject): PodTemplate | undefined {
  const path = own(TEMPLATE_PATHS, object.kind)
  if (path === undefined) return undefined
  let value: unknown = object
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
  const template = value as Partial<PodTemplate> | undefined
  return template?.spec === undefined ? undefined : (template as PodTemplate)
}
