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
