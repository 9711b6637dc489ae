import type { Verdict } from '../verdict.ts'
import type { RefusalCode, WarningCode } from './refusal.ts'

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

/** Stable: scripts match on these. */
export type ReasonCode =
  | RefusalCode
  | 'not-read'
  | 'budgets-not-read'
  | 'list-not-read'
  | 'not-known'
  | 'order-dependent'
  | 'eviction-fails'
  | 'budget-refuses'
  | 'admission-decides'
  | 'operator-decides'
  | 'not-reached'
  | 'finalizer'
  | 'node-not-ready'
  | 'deadline'
  | 'replacement-pending'
  | 'replacement-preempts'
  | 'pod-lost'

/** Why a node has its verdict. */
export interface Reason {
  readonly code: ReasonCode
  readonly message: string
  /** `namespace/name`, as are the budgets; both sorted. */
  readonly pods: readonly string[]
  readonly budgets: readonly string[]
  /** Where something outside of Kubernetes decides: its name. */
  readonly decidedBy?: string
}

/** A reason, with what a terminal shows in place of its message. */
export interface PlannedReason extends Reason {
  /** The message, with budgets as `namespace/name`. */
  readonly text: string
  /** Those of the pods that the text does not name. */
  readonly unnamedPods: readonly string[]
}

/** A warning of kubectl, without the prefix `Warning: `. */
export interface PlannedWarning {
  readonly code: WarningCode
  readonly message: string
}

export interface PlannedNode {
  readonly name: string
  readonly verdict: Verdict
  readonly reasons: readonly PlannedReason[]
  readonly warnings: readonly PlannedWarning[]
  readonly pods: readonly PlannedPod[]
}
