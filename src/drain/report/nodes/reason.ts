import type { Resource } from '../../../model/kubernetes/kinds.ts'
import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import type { Reviewer } from '../../disruption/admission.ts'
import type { BudgetRefusal, EvictionError } from '../../disruption/eviction.ts'
import type { OperatorStand } from '../../disruption/operators.ts'
import type { RefusalCode } from '../../types/refusal.ts'
import type { Lateness } from './deadline.ts'
import type { RefusalFacts } from './refusal-line.ts'

/** What is the matter with a node, with what decides about it. Pods are `namespace/name`. */
type Problem =
  /** The drainer refuses the node; `refusal` is in its words. */
  | { readonly code: RefusalCode; readonly refusal: string }
  /** Something decides that was not read, or that nobody can know. */
  | { readonly code: 'not-read' | 'not-known'; readonly doubt: string }
  | { readonly code: 'budgets-not-read' }
  | { readonly code: 'list-not-read'; readonly resource: Resource }
  /** `last`: pods that must go last; empty where something else decides. */
  | { readonly code: 'order-dependent'; readonly last: readonly string[] }
  | { readonly code: 'eviction-fails'; readonly error: EvictionError }
  | {
      readonly code: 'budget-refuses'
      readonly budget: PodDisruptionBudget
      readonly refusal: BudgetRefusal
      readonly facts: RefusalFacts
    }
  /** The same where an operator may let the pods go all the same. */
  | {
      readonly code: 'operator-decides'
      readonly about: 'Eviction'
      readonly budget: PodDisruptionBudget
      readonly stand: OperatorStand
    }
  /** A webhook or a policy is asked about evictions, and may refuse them. */
  | { readonly code: 'admission-decides'; readonly reviewer: Reviewer }
  /** Whether an operator makes the pods again; `why` is a clause. */
  | {
      readonly code: 'operator-decides'
      readonly about: 'Replacement'
      readonly operator: string
      readonly why: string
    }
  /** The drainer waits for ever for the node `after` which this one comes. */
  | { readonly code: 'not-reached'; readonly after: string; readonly certain: boolean }
  | { readonly code: 'finalizer'; readonly finalizers: readonly string[] }
  | { readonly code: 'node-not-ready' }
  /** The drainer gives up before it is sure to be done. */
  | ({ readonly code: 'deadline' } & Lateness)
  /** `certain`: on every course. */
  | {
      readonly code: 'replacement-pending'
      readonly certain: boolean
      readonly why: string
      /** Nodes that would take all of them again once they are uncordoned; empty where none would. */
      readonly until: readonly string[]
    }
  | {
      readonly code: 'replacement-preempts'
      readonly certain: boolean
      /** Those of each course. */
      readonly victims: readonly (readonly string[])[]
    }
  | { readonly code: 'pod-lost'; readonly certain: boolean; readonly why: string }

/** Why a node has its verdict, before words are made of it. Pods and budgets are `namespace/name`, sorted. */
export type NodeReason = Problem & {
  readonly pods: readonly string[]
  readonly budgets: readonly string[]
}
