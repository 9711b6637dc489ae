import type { SimPod } from '../../cluster/simulated-cluster.ts'
import type { DecidedPod } from '../../policy/policy.ts'
import type { NodeEnd } from '../../simulation/course.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { Verdict } from '../../verdict.ts'
import type { LateNode } from './deadline.ts'
import type { NodeNames, ReplacementOutcome } from './replacement-outcomes.ts'
import type { ReviewedPods } from './reviewed.ts'
import type { UnreadList } from './unread-lists.ts'

/** One course of a run, as one node sees it. */
export interface NodeCourse {
  readonly end: NodeEnd
  readonly outcomes: ReadonlyMap<SimPod, ReplacementOutcome>
  readonly verdict: Verdict
}

/** One node of a run: what the drainer decides about its pods, and every course that the run followed. */
export interface NodeCourses {
  readonly run: SimulationRun
  readonly name: string
  readonly decided: readonly DecidedPod[]
  /**
   * `namespace/name` of the pods of this node, and of those before it, that would be evicted although nobody knows their
   * budgets.
   */
  readonly unread: readonly string[]
  /** Lists of the server that could decide about pods of the run, and that it did not give. */
  readonly lists: readonly UnreadList[]
  /** Webhooks and policies that may refuse evictions from this node. */
  readonly reviewed: readonly ReviewedPods[]
  /** The first node before this one where that is so: kubectl may not get past it. */
  readonly reviewedBefore: string | undefined
  readonly courses: readonly NodeCourse[]
  readonly nodeNames: NodeNames
  /** Where the drainer may give up before it is done; only of a node that drains. */
  readonly late?: LateNode
}
