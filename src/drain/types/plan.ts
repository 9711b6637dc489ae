import type { Gap, Snapshot } from '../../model/snapshot/snapshot.ts'
import type { BudgetFault, NeverAllowing, PlannedBudget, StaleBudget } from './budget.ts'
import type { DrainCost } from './duration.ts'
import type { PlannedFix, Remedy } from './fix.ts'
import type { Outage, ServiceBackends, SinglePoint, Unplaced } from './loss.ts'
import type { PlannedNode } from './node.ts'
import type { Obstacle } from './obstacle.ts'
import type { WaveOptions } from './options.ts'
import type { PlannedWave, WaveWorkload } from './wave.ts'

/** The kubectl whose drain a plan plays, and why that one (docs/reference/kubectl-drain.md#versions). */
export interface FollowedKubectl {
  /** As `1.36`. */
  readonly version: string
  /** `OldestKnown`, `NewestKnown`: the server is older or newer than that. `ServerUnknown`: the newest that is known. */
  readonly basis: 'Flag' | 'Server' | 'OldestKnown' | 'NewestKnown' | 'ServerUnknown'
}

/** What `kubectl drain NODE ...` would do (docs/reference/commands.md#drain-plan). */
export interface DrainPlan {
  readonly apiVersion: 'rollout-safety/v1'
  readonly kind: 'DrainPlan'
  readonly now: string
  readonly source: Snapshot['source']
  readonly serverVersion?: string
  readonly kubectl: FollowedKubectl
  /** What the verdicts are about: one command for all nodes, or a command for each, from the same start. */
  readonly scope: 'OneCommand' | 'EachAlone'
  readonly nodes: readonly PlannedNode[]
  readonly waves: readonly (readonly string[])[]
  /** With `OneCommand` only: what the waves take for granted about the nodes of earlier ones. */
  readonly waveMode?: WaveOptions['mode']
  /** Present where waves have at most one node of a zone. */
  readonly onePerZone?: true
  /** What happens in each of the waves, in their order; absent with `EachAlone`. */
  readonly waveDetails?: readonly PlannedWave[]
  /** Nodes that drain in no wave, as they fare alone after the waves; with `OneCommand` and several nodes only. */
  readonly stuck?: readonly Pick<PlannedNode, 'name' | 'verdict' | 'reasons'>[]
  /** With `EachAlone` only. */
  readonly obstacles?: readonly Obstacle[]
  /** With `EachAlone` only. */
  readonly neverAllow?: readonly NeverAllowing[]
  readonly budgets: readonly PlannedBudget[]
  /** Budgets that the plan counted anew. */
  readonly staleBudgets: readonly StaleBudget[]
  readonly budgetFaults: readonly BudgetFault[]
  /** With `OneCommand` only. */
  readonly cost?: DrainCost
  /** Only where Services were read; with `EachAlone` those that lose all of their backends. */
  readonly services?: readonly ServiceBackends[]
  readonly outages: readonly Outage[]
  /** With `OneCommand` only: replacements that stay Pending, on every course or on some. */
  readonly unplaced?: readonly Unplaced[]
  readonly singlePoints: readonly SinglePoint[]
  readonly fixes: readonly PlannedFix[]
  /** With `OneCommand` only, and only where a node drains in no wave and changes that help are known. */
  readonly remedy?: Remedy
  /** With `OneCommand`, not in the JSON: the workloads with a pod on the nodes that are complete now. */
  readonly workloads?: readonly WaveWorkload[]
  readonly assumptions: readonly string[]
  readonly gaps: readonly Gap[]
}
