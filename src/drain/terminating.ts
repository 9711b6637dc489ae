import { nodeOf, type State } from './state.ts'
import type { SimPod } from './world.ts'

/** Whether a deleted pod's object ever goes: a dead kubelet or somebody's finalizer keeps it (spec/drain.md E4). */
export function staysTerminating(state: State, pod: SimPod): boolean {
  const node = nodeOf(state, pod)
  const alive = node === undefined || state.world.nodes[node]?.alive !== false
  return !alive || foreignFinalizers(pod).length > 0
}

/** Finalizers that no controller of Kubernetes takes away by itself. */
export const foreignFinalizers = (pod: SimPod): readonly string[] =>
  (pod.made ? [] : (pod.origin.metadata.finalizers ?? [])).filter(
    (name) => !['batch.kubernetes.io/job-tracking', 'foregroundDeletion', 'orphan'].includes(name),
  )
