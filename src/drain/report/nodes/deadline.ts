import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { Seconds } from '../../types/duration.ts'
import { timeOf } from '../node-time.ts'

/** What keeps a drainer past the time that it takes for one node, although nothing stops it. */
export interface Lateness {
  /** True where even the shortest time that is known is too long. */
  readonly certain: boolean
  readonly deadlineSeconds: number
  /** How long the node takes. */
  readonly takes: Seconds
  /** The budget that lets its pods go in several rounds; absent where the end of a pod is what is waited for. */
  readonly rounds?: { readonly budget: PodDisruptionBudget; readonly count: number }
  /** The longest grace period of the pods that decide, in seconds. */
  readonly graceSeconds: number
}

/** Why a node may not be done in time, with the pods that decide. */
export interface LateNode {
  readonly lateness: Lateness
  readonly late: readonly SimPod[]
  /** Those of them whose eviction may not have been accepted by then. */
  readonly notEvicted: readonly SimPod[]
}

/**
 * Whether the drainer may give a node up before it is done (docs/reference/kubectl-drain.md#E9): every pod may take all
 * of its grace period, and a budget gives its disruptions back when replacements are Ready. Undefined where the time is
 * enough, and without a deadline.
 * @param taken the pods that the drainer takes from the node
 */
export function lateNode(run: SimulationRun, taken: readonly SimPod[]): LateNode | undefined {
  const { deadlineSeconds, graceSeconds } = run.policy
  if (deadlineSeconds === undefined || taken.length === 0) return undefined
  const { seconds, groups } = timeOf(run, taken)
  const isLate = ({ min, max = Number.POSITIVE_INFINITY }: Seconds) => Math.max(min, max) > deadlineSeconds
  const [slowest] = groups
  if (slowest === undefined || !isLate(seconds)) return undefined
  const { budget, rounds, pods } = slowest
  const late = groups.filter((group) => isLate(group.seconds))
  const deciding =
    rounds > 1
      ? pods
      : pods.filter(({ finished, spec }) => !finished && graceSeconds(spec) >= deadlineSeconds)
  return {
    lateness: {
      certain: seconds.min > deadlineSeconds,
      deadlineSeconds,
      takes: seconds,
      ...(budget !== undefined && rounds > 1 ? { rounds: { budget, count: rounds } } : {}),
      graceSeconds: Math.max(0, ...pods.map(({ spec }) => graceSeconds(spec))),
    },
    late: deciding.length > 0 ? deciding : pods,
    notEvicted: late.filter((group) => group.rounds > 1).flatMap((group) => group.pods),
  }
}
