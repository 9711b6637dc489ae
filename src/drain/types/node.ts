import type { Verdict } from '../verdict.ts'

export type Action = 'Evict' | 'Delete' | 'Skip' | 'Refuse'
export type PodOutcome = 'Gone' | 'Remains' | 'Either'
export type Fate = 'Lands' | 'Pending' | 'None' | 'Preempts' | 'Either'

/** Where the pod that takes the place of an evicted one ends up. */
export interface Replacement {
  readonly fate: Fate
  /** Candidate nodes, sorted; empty unless it can land. */
  readonly nodes: readonly string[]
  /** Why not, in the scheduler's or the controller's words. */
  readonly why?: string
  /** `namespace/name` of the pods that it preempts, sorted; of all nodes where the scheduler takes any of several. */
  readonly preempts?: readonly string[]
}

export interface PlannedPod {
  readonly namespace: string
  readonly name: string
  readonly owner?: { readonly kind: string; readonly name: string }
  readonly action: Action
  readonly outcome: PodOutcome
  /** Why it is skipped, refused or stays, in kubectl's or the API server's words. */
  readonly reason?: string
  /** `namespace/name` of the budgets that match it. */
  readonly budgets: readonly string[]
  readonly replacement?: Replacement
}

/** Why a node has its verdict. `code` is kebab-case and stable. */
export interface Reason {
  readonly code: string
  readonly message: string
  readonly pods: readonly string[]
  readonly budgets: readonly string[]
}

export interface PlannedNode {
  readonly name: string
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  /** kubectl's own warnings, as `Warning: ...` without the prefix. */
  readonly warnings: readonly string[]
  readonly pods: readonly PlannedPod[]
}
