import type { PodField } from '../cluster/pod-fields.ts'
import type { SimNode, SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from '../state/state.ts'

/** Why a filter keeps a pod away: a code of its own, and what the scheduler's words name. */
export interface CodedReason {
  readonly code: string
}

/** Why a node does not take a pod. `resolvable`: removing other pods could help (preemption). */
export interface FilterFailure<Reason extends CodedReason> {
  readonly reasons: readonly Reason[]
  readonly resolvable: boolean
}

/** What a filter says about one node; nothing where the node passes. */
export type NodeCheck<Reason extends CodedReason> = (node: SimNode) => FilterFailure<Reason> | undefined

/** What a filter says about a pod. */
export interface FilterAnswer<Reason extends CodedReason> {
  /** The pod fits nowhere, whatever the node. */
  readonly nowhere?: Reason
  readonly check?: NodeCheck<Reason>
  /** Something that this filter needs was not read; it then lets every node pass. */
  readonly uncertain?: string
}

/** The scheduler's words for each code: a text, or a function of what the reason names. */
type Words<Reason extends CodedReason> = {
  readonly [One in Reason as One['code']]: keyof One extends 'code' ? string : (reason: One) => string
}

/**
 * What can change a filter's answer about one node during a drain: nothing but the node itself, also what is bound to
 * it, or what is bound anywhere.
 */
type Scope =
  | { readonly scope: 'Node' | 'PodsOfNode' }
  | {
      readonly scope: 'Cluster'
      /** Whether pods on other nodes can decide about this pod: upstream, PreFilter skips the filter where not. */
      readonly concerns: (state: State, pod: SimPod) => boolean
    }

/** What a filter does, apart from its words. */
export type FilterRule<Reason extends CodedReason> = Scope & {
  /** As upstream names the plugin. */
  readonly name: string
  /**
   * All fields that it reads, of the pod and of others that are there. What tells pods apart, the keys of what is
   * worked out once, and what is kept of the pods of a large cluster are made from this.
   */
  readonly reads: readonly PodField[]
  /** What it says about a pod; nothing where the pod does not concern it. */
  readonly filter: (state: State, pod: SimPod) => FilterAnswer<Reason> | undefined
}

/** One plugin of kube-scheduler, as far as it can keep a pod off a node. */
export type Filter<Reason extends CodedReason> = FilterRule<Reason> & { readonly words: Words<Reason> }

const failure =
  (resolvable: boolean) =>
  <Reason extends CodedReason>(...reasons: readonly Reason[]): FilterFailure<Reason> => ({
    reasons,
    resolvable,
  })

/** A failure that the going of other pods can end. */
export const resolvable = failure(true)
/** A failure of the node itself, which stays whatever pods go. */
export const unresolvable = failure(false)
