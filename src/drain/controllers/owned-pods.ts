import { ownerKey, type SimPod } from '../cluster/simulated-cluster.ts'
import { isTerminating, type State } from '../state/state.ts'

/** The pods of a controller that exist now, made ones included. */
export const podsOfOwner = (state: State, pod: SimPod): readonly SimPod[] => {
  if (pod.owner === undefined) return []
  const key = ownerKey(pod.namespace, pod.owner)
  return [...(state.simulated.byOwner.get(key) ?? []), ...(state.createdByOwner.get(key) ?? [])].filter(
    (one) => !state.deleted.has(one),
  )
}

/** Those of them that count as its replicas. */
export const activePods = (state: State, pod: SimPod): readonly SimPod[] =>
  podsOfOwner(state, pod).filter((one) => !one.finished && !isTerminating(state, one))
