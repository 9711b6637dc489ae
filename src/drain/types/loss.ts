/** The ready backends of a Service while one node drains. */
export interface ServiceBackends {
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

/** A Service that has no ready backend at some moment of a drain, and had one before. */
export interface Outage {
  /** `namespace/name`. */
  readonly service: string
  /** The waves in which it happens, from 1. */
  readonly waves: readonly number[]
  /** The nodes during whose drain it happens, of one command for all nodes or each alone. */
  readonly nodes: readonly string[]
}
