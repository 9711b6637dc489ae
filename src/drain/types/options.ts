import type { Requirement } from '../../model/kubernetes/selector.ts'

/** The flags of `kubectl drain` that change its outcome, with its defaults in brackets, and its version. */
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
  /** The minor number of the kubectl that will drain; without it, that of the server is taken. */
  readonly kubectlMinor?: number
}

/** How nodes are grouped into waves. */
export interface WaveOptions {
  /** Whether the nodes of a wave come back before the next one starts, or all are gone for good. */
  readonly mode: 'Rolling' | 'Removed'
  /** The most nodes of one wave. */
  readonly maxParallel?: number
  /** No two nodes of one zone in a wave; nodes without a zone are of one zone. */
  readonly onePerZone?: boolean
  /** A node label: nodes with different values share no wave. */
  readonly by?: string
}
