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
  /**
   * Why it refuses, as the API server words it (docs/reference/eviction.md#refusal); absent where it refused nothing.
   */
  readonly refusal?: string
}

/** A budget that allows no disruption however healthy its pods are. */
export interface NeverAllowing {
  readonly namespace: string
  readonly name: string
  readonly why: string
  /** Of the nodes asked about, those with a pod of the budget. */
  readonly nodes: readonly string[]
}
