import type { Requirement } from '../model/kubernetes/selector.ts'
import type { Fix } from '../model/report/finding.ts'
import type { Gap, Snapshot } from '../model/snapshot/snapshot.ts'
import type { Verdict } from './verdict.ts'

/** The flags of `kubectl drain` that change its outcome, with its defaults in brackets. */
export interface DrainOptions {
  readonly force: boolean
  readonly ignoreDaemonsets: boolean
  readonly deleteEmptydirData: boolean
  readonly disableEviction: boolean
  /** Negative: the pod's own (-1). */
  readonly gracePeriodSeconds: number
  /** Per node; 0 is for ever (0). */
  readonly timeoutSeconds: number
  /** 0 is off (0). */
  readonly skipWaitForDeleteTimeoutSeconds: number
  readonly podSelector: readonly Requirement[]
}

/** How nodes are grouped into waves. */
export interface WaveOptions {
  /** Whether the nodes of a wave come back before the next one starts, or all are gone for good. */
  readonly mode: 'Rolling' | 'Removed'
  /** The most nodes of one wave. */
  readonly maxParallel?: number
  /** A node label: nodes with different values share no wave. */
  readonly by?: string
}

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

/** The numbers of a budget when the drain starts and when it ends. */
export interface PlannedBudget {
  readonly namespace: string
  readonly name: string
  readonly allowedBefore: number
  readonly allowedAfter: number
  readonly currentHealthyBefore: number
  readonly currentHealthyAfter: number
  readonly desiredHealthyBefore: number
  readonly desiredHealthyAfter: number
  readonly expectedPodsBefore: number
  readonly expectedPodsAfter: number
  /** Why it refuses, as the API server words it (spec/drain.md 3.3); absent where it refused nothing. */
  readonly refusal?: string
}

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

export type FixCode = (typeof PROVABLE_FIXES)[number] | 'find-finalizer' | 'mark-out-of-service'

export interface PlannedFix extends Fix {
  /** Its kind; kebab-case and stable. */
  readonly code: FixCode
  /** True where the plan was simulated again with the fix applied, and every node concerned drained. */
  readonly proven: boolean
  /** Why it is not proven; present exactly where it is not. */
  readonly unproven?: string
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
  /** Of the worst wave. */
  readonly verdict: 'Drains' | 'DrainsDegraded'
  /** True where the verdict is `Drains`. */
  readonly proven: boolean
  /** True where every smaller set of the changes that are known was simulated, and none was enough. */
  readonly smallest: boolean
}

/** A time in seconds; without `max` there is no upper limit that is known. */
export interface Seconds {
  readonly min: number
  readonly max?: number
}

export interface NodeCost {
  readonly name: string
  /** Pods that kubectl takes. */
  readonly pods: number
  /** Absent where the node does not drain. */
  readonly seconds?: Seconds
  /** `namespace/name` of the pod that the drain waits for longest. */
  readonly longest?: string
}

/** How long a drain takes, estimated. A sum is absent where a part of it does not end. */
export interface DrainCost {
  readonly seconds?: Seconds
  readonly nodes: readonly NodeCost[]
  readonly waves: readonly { readonly nodes: readonly string[]; readonly seconds?: Seconds }[]
  readonly assumptions: readonly string[]
}

/** The ready backends of a Service while one node drains. */
export interface ServiceDip {
  readonly namespace: string
  readonly name: string
  readonly node: string
  readonly readyBefore: number
  /** At worst; 0 is an outage. */
  readonly readyLowest: number
}

/** A workload of one replica that a drain interrupts without any budget objecting. */
export interface SinglePoint {
  readonly namespace: string
  readonly kind: string
  readonly name: string
  readonly pod: string
  readonly node: string
}

/** A replacement that finds no place. */
export interface Unplaced {
  /** `namespace/name` of the pod that it replaces. */
  readonly pod: string
  readonly node: string
  readonly why: string
}

/** Something that keeps nodes from draining, with all the nodes that it concerns. */
export interface Obstacle {
  /** As in {@link Reason}. */
  readonly code: string
  readonly message: string
  /** `namespace/name`. */
  readonly budgets: readonly string[]
  readonly nodes: readonly string[]
  /** How many pods it is about. */
  readonly pods: number
}

/** A budget that allows no disruption however healthy its pods are. */
export interface NeverAllowing {
  readonly namespace: string
  readonly name: string
  readonly why: string
  /** Of the nodes asked about, those with a pod of the budget. */
  readonly nodes: readonly string[]
}

/** A budget while one wave drains: before it, at its worst moment, and when the replacements are Ready. */
export interface WaveBudget {
  readonly namespace: string
  readonly name: string
  /** Disruptions that it allows when the wave starts. */
  readonly allowedBefore: number
  readonly healthyBefore: number
  /** The fewest healthy pods on any course that was followed. */
  readonly healthyLowest: number
  readonly healthyAfter: number
  readonly desiredHealthy: number
  readonly expectedPods: number
}

/** A controller whose evicted pods all come back, so that one can wait for it. */
export interface WaveWorkload {
  readonly namespace: string
  readonly kind: string
  readonly name: string
  readonly replicas: number
  /** Whether `kubectl rollout status` knows it. */
  readonly rollout: boolean
}

/** The ready backends of a Service when a wave starts, and at its worst moment; 0 is an outage. */
export type WaveService = Omit<ServiceDip, 'node'>

/** One group of {@link DrainPlan.waves}. */
export interface PlannedWave {
  readonly nodes: readonly string[]
  readonly verdict: 'Drains' | 'DrainsDegraded'
  /** Pods that are evicted or deleted. */
  readonly pods: number
  /** Of these, the pods that do not come back, or not yet (Pending). */
  readonly missing: number
  /** The budgets of these pods. */
  readonly budgets: readonly WaveBudget[]
  readonly workloads: readonly WaveWorkload[]
  /** Those with a ready backend on a node of the wave; absent where Services were not read. */
  readonly services?: readonly WaveService[]
}

/** What `kubectl drain NODE ...` would do (contract.md, kind DrainPlan). */
export interface DrainPlan {
  readonly apiVersion: 'rollout-safety/v1'
  readonly kind: 'DrainPlan'
  readonly now: string
  readonly source: Snapshot['source']
  readonly serverVersion?: string
  /** What the verdicts are about: one command for all nodes, or a command for each, from the same start. */
  readonly scope: 'OneCommand' | 'EachAlone'
  readonly nodes: readonly PlannedNode[]
  readonly waves: readonly (readonly string[])[]
  /** With `OneCommand` only: what the waves take for granted about the nodes of earlier ones. */
  readonly waveMode?: WaveOptions['mode']
  /** What happens in each of the waves, in their order; absent with `EachAlone`. */
  readonly waveDetails?: readonly PlannedWave[]
  /** With `EachAlone` only. */
  readonly obstacles?: readonly Obstacle[]
  /** With `EachAlone` only. */
  readonly neverAllow?: readonly NeverAllowing[]
  readonly budgets: readonly PlannedBudget[]
  /** With `OneCommand` only. */
  readonly cost?: DrainCost
  /** With `OneCommand` only, and only where Services were read. */
  readonly services?: readonly ServiceDip[]
  /** With `OneCommand` only: replacements that stay Pending, on every course or on some. */
  readonly unplaced?: readonly Unplaced[]
  readonly singlePoints: readonly SinglePoint[]
  readonly fixes: readonly PlannedFix[]
  /** With `OneCommand` only, and only where a node drains in no wave and changes that help are known. */
  readonly remedy?: Remedy
  readonly assumptions: readonly string[]
  readonly gaps: readonly Gap[]
}
