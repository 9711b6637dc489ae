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

/** What the status of a budget says, in pods. */
export interface BudgetNumbers {
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly expectedPods: number
  readonly disruptionsAllowed: number
}

/**
 * A budget whose stored status is not what evictions will meet, because the disruption controller has yet to count it
 * again (docs/reference/disruption-budgets.md#B9).
 */
export interface StaleBudget {
  readonly namespace: string
  readonly name: string
  /** `not-observed`: its spec changed since, and evictions are refused until it is counted. */
  readonly why: 'not-observed' | 'miscounted'
  readonly stored: BudgetNumbers
  /** What the plan starts from in its place. */
  readonly counted: BudgetNumbers
}

/** Something about a budget that gets in the way of drains, now or later. */
export interface BudgetFault {
  readonly namespace: string
  readonly name: string
  readonly code: 'never-allows' | 'overlaps' | 'guards-unready' | 'selects-nothing'
  /** One sentence without its subject, which is the budget. */
  readonly why: string
  /** Of the nodes asked about, those with a pod that it concerns. */
  readonly nodes: readonly string[]
}
