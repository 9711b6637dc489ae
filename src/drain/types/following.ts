/** How far a real drain of one node has got. */
export interface FollowedNode {
  readonly name: string
  /** `Removed`: there is no such node any more. `Drained`: of the pods that go, none is left. */
  readonly state: 'NotStarted' | 'Cordoned' | 'Draining' | 'Drained' | 'Removed'
  /** Of the pods that the plan says go: those that went, and all of them. */
  readonly gone: number
  readonly of: number
}

/** One thing that is not as the plan says. */
export interface Deviation {
  readonly code:
    | 'not-cordoned'
    | 'new-pod'
    | 'gone-against-plan'
    | 'pending-against-plan'
    | 'landed-elsewhere'
    | 'landed-against-plan'
    | 'below-plan'
  readonly node?: string
  /** `namespace/name`, as is the budget. */
  readonly pod?: string
  readonly budget?: string
  readonly message: string
}

/** How far a real drain has got, and where it is not as the plan says. */
export interface Following {
  readonly nodes: readonly FollowedNode[]
  /** Sorted by node, pod and budget. */
  readonly deviations: readonly Deviation[]
}
