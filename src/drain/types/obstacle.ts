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
