import type { Word } from '../command/command.ts'
import type { OwnerReference } from '../kubernetes/objects.ts'
import type { Labels } from '../kubernetes/selector.ts'
import type { Risk } from '../report/finding.ts'
import type { ReviewerCode } from './reviewers.ts'

/** A pod as the catalogue sees it. */
export interface OperatedPod {
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly owner?: OwnerReference
}

/** What its documentation has a person do, or look at. */
export interface OperatorAdvice {
  readonly title: string
  readonly risk: Risk
  readonly words?: readonly Word[]
}

/** What an operator does about a pod of its that a PDB keeps from being evicted from a cordoned node. */
export interface RefusedPodRule {
  /** Whether the rule is about this pod of the operator. */
  readonly about: (labels: Labels) => boolean
  /** A label whose value the pods of one cluster share: the rule needs another pod with it, or that there is none. */
  readonly peers?: { readonly label: string; readonly expected: 'Some' | 'None' }
  /** Only of budgets that the operator itself made. */
  readonly ownBudget?: true
  /** Only of budgets that want every pod. */
  readonly wantsAll?: true
  /** Only where this reviewer of evictions is asked (reviewers.ts). */
  readonly reviewer?: ReviewerCode
  /** `Lifts`: it may let the pod go by itself. `Waits`: nothing happens until a person acts. */
  readonly outcome: 'Lifts' | 'Waits'
  /** What it does, as the second half of a sentence whose subject is the operator. */
  readonly does: string
  readonly advice: (pod: OperatedPod) => OperatorAdvice
}

export interface KnownOperator {
  readonly name: string
  /** API groups of the objects that own its pods. */
  readonly groups: readonly string[]
  /** Labels of its pods, where other controllers stand between. */
  readonly labels?: Labels
  /**
   * Whether a pod that it owns directly is made again, with the same name and claims, when it is gone. Else why that is
   * not known, as the second half of a sentence.
   */
  readonly makesAgain: true | string
  /** The first that fits counts; none: it does nothing about it. */
  readonly refused: readonly RefusedPodRule[]
}
