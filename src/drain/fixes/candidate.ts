import type { Fix } from '../../model/report/finding.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import type { FixCode, PlannedFix } from '../types/fix.ts'

/** What a simulation starts from. */
export interface Scenario {
  readonly simulated: SimulatedCluster
  readonly policy: DrainPolicy
}

/** What is in the way of a drain. Of the fixes of one problem, one is enough. Names are `namespace/name`. */
export type Problem =
  | { readonly code: 'refused' }
  | { readonly code: 'several-budgets'; readonly budgets: readonly string[] }
  | { readonly code: 'budget-refuses'; readonly budget: string }
  | { readonly code: 'admission'; readonly reviewers: readonly string[] }
  | { readonly code: 'operator'; readonly operator: string; readonly pod: string }
  | { readonly code: 'finalizer'; readonly pod: string }
  | { readonly code: 'node-not-ready'; readonly node: string }
  | { readonly code: 'spread'; readonly kind: string; readonly workload: string }
  | { readonly code: 'no-room' }

/** Equal for the same problem. */
export const problemKey = (problem: Problem): string => JSON.stringify(problem)

/** A fix, before it is known whether it helps. */
export type ProposedFix = Fix &
  Pick<PlannedFix, 'code' | 'key' | 'commands' | 'flags' | 'undo' | 'undoSteps' | 'assumes'>

interface Proposal {
  readonly problem: Problem
  /**
   * Of changes of one code to one thing that differ in how far they go: how far. Only the least that is enough is
   * advice.
   */
  readonly reach?: number
  readonly fix: ProposedFix
}

/** A fix that can be simulated. */
export interface ProvableFix extends Proposal {
  /** What a simulation starts from once the fix is applied. */
  readonly apply: (scenario: Scenario) => Scenario
}

/** A fix that can't be simulated, with the reason, as the second half of `not proven: ...`. */
export interface UnprovableFix extends Proposal {
  readonly untried: string
}

/** A fix that is tried, where that is possible. */
export type FixCandidate = ProvableFix | UnprovableFix

export const isProvable = (candidate: FixCandidate): candidate is ProvableFix => 'apply' in candidate

/** Equal for fixes that change the same thing to the same: what `changed` names. */
export const fixKey = (code: FixCode, ...changed: readonly (string | number)[]): string =>
  [code, ...changed].join(' ')

/** Equal for changes that differ only in how far they go. */
export const thingChanged = ({ problem, fix, reach }: FixCandidate): string =>
  reach === undefined ? fix.key : `${fix.code} ${problemKey(problem)}`
