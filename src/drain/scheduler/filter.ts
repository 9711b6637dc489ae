import type { SimNode, SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from '../state/state.ts'

/** Why a node does not take a pod. `resolvable`: removing other pods could help (preemption). */
export interface FilterFailure {
  readonly reasons: readonly string[]
  readonly resolvable: boolean
}

/** What one plugin says about a pod; nothing where the pod does not concern it. */
export interface FilterAnswer {
  /** The pod fits nowhere, whatever the node. */
  readonly nowhere?: string
  readonly check?: (node: SimNode) => FilterFailure | undefined
  /** Something that this plugin needs was not read; it then lets every node pass. */
  readonly uncertain?: string
}

export type Filter = (state: State, pod: SimPod) => FilterAnswer | undefined
