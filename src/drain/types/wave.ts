import type { ServiceBackends } from './loss.ts'

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
export type WaveService = Omit<ServiceBackends, 'node'>

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
