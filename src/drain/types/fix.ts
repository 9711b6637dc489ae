import type { Fix } from '../../model/report/finding.ts'
import type { ShellStep } from '../../model/text/shell.ts'
import type { PlannedWave } from './wave.ts'

/** Kinds of fixes that a simulation can prove. */
export const PROVABLE_FIXES = [
  'more-flags',
  'keep-one-budget',
  'allow-unhealthy-evictions',
  'whole-number-budget',
  'scale-up',
  'widen-budget',
  'honor-node-taints',
  'add-node',
] as const

export type FixCode =
  | (typeof PROVABLE_FIXES)[number]
  | 'ask-operator'
  | 'rehearse'
  | 'find-finalizer'
  | 'mark-out-of-service'

export interface PlannedFix extends Fix {
  /** Its kind; kebab-case and stable. */
  readonly code: FixCode
  /** Equal for fixes that change the same thing to the same. Not in the JSON. */
  readonly key: string
  /** The words of each command of `command`, which run one after the other. Not in the JSON. */
  readonly commands?: readonly (readonly string[])[]
  /**
   * What puts back what the fix has changed, once the nodes take pods again, as a person types it; absent where nothing
   * is changed, and where it can't be put back.
   */
  readonly undo?: string
  /** The steps of `undo`. Not in the JSON. */
  readonly undoSteps?: readonly ShellStep[]
  /** What is taken for granted, and who may undo it; sentences. Absent where there is nothing to say. */
  readonly assumes?: readonly string[]
  /** True where the plan was simulated again with the fix applied, and every node concerned drained. */
  readonly proven: boolean
  /** Why it is not proven; present exactly where it is not. */
  readonly unproven?: string
  /** True where it was simulated and the drain ends with it, but not every pod comes back; never where it is proven. */
  readonly degraded?: true
  /** True where only all fixes that have it, applied in their order, make the nodes drain. */
  readonly together?: true
  /** For a fix that is another way to call kubectl drain: the flags that it needs in addition. */
  readonly flags?: readonly string[]
}

/** The fewest changes that together let all nodes drain, where no order of waves does as things are. */
export interface Remedy {
  /** In the order in which they are to be made; each is `proven` as all of them together are. */
  readonly fixes: readonly PlannedFix[]
  /** The waves with all changes made. */
  readonly waves: readonly (readonly string[])[]
  /** What happens in each of these waves; absent where all nodes go at once with a single change. Not in the JSON. */
  readonly waveDetails?: readonly PlannedWave[]
  /** Of the worst wave. */
  readonly verdict: 'Drains' | 'DrainsDegraded'
  /** True where the verdict is `Drains`. */
  readonly proven: boolean
  /** True where every smaller set of the changes that are known was simulated, and none was enough. */
  readonly smallest: boolean
}
