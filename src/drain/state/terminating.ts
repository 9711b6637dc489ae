import type { PodField } from '../cluster/pod-fields.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { nodeOf, type State } from './state.ts'

/** What decides whether a pod that is deleted goes. */
export const TERMINATION_READS: readonly PodField[] = ['created', 'boundTo', 'origin.metadata.finalizers']

/**
 * Whether a deleted pod's object ever goes: a dead kubelet or somebody's finalizer keeps it
 * (docs/reference/kubectl-drain.md#E4).
 */
export const staysTerminating = (state: State, pod: SimPod): boolean =>
  !kubeletEnds(state, pod) || foreignFinalizers(pod).length > 0

/** Whether a kubelet ends the pod once it is deleted, also where a finalizer keeps its object. */
export function kubeletEnds(state: State, pod: SimPod): boolean {
  const node = nodeOf(state, pod)
  return node === undefined || state.simulated.nodes[node]?.alive !== false
}

/** Finalizers that no controller of Kubernetes takes away by itself. */
export const foreignFinalizers = (pod: SimPod): readonly string[] =>
  (pod.created ? [] : (pod.origin.metadata.finalizers ?? [])).filter(
    (name) => !['batch.kubernetes.io/job-tracking', 'foregroundDeletion', 'orphan'].includes(name),
  )
