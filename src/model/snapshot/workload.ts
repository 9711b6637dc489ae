import type { KubeObject, Pod } from '../kubernetes/objects.ts'
import type { PodTemplate } from '../kubernetes/pod-template.ts'

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
  readonly template?: PodTemplate
  /** `spec.replicas` of the object, 1 for a bare pod, undefined where the kind has none or it is not known. */
  readonly replicas?: number
  /** Sorted by name. Empty for a manifest that was not applied. */
  readonly pods: readonly Pod[]
}
