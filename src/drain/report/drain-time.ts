import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { refOf } from '../cluster/reference.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { DrainCost, NodeCost, Seconds } from '../types/duration.ts'
import { succeeds } from '../verdict.ts'
import { drainedPods, podsByBudget } from './drained-pods.ts'
import { replacementTime, stopTime } from './durations.ts'
import type { JudgedNode } from './nodes/judged-nodes.ts'
import { longestOf, sumOf, times } from './seconds.ts'

const ASSUMED = [
  'Times: a pod ends at once or takes its whole grace period; how long an application takes to stop is not in the cluster.',
  'Times: a replacement becomes Ready as fast as the pods of its workload did; a pod that never became Ready without a restart gives no upper limit.',
  'Times: what a budget refuses is tried again every 5 seconds, as soon as a replacement is Ready; minReadySeconds only holds up StatefulSets.',
  'Times: nodes are drained one after the other, as kubectl does it; the work on a node, its return and image pulls on a new node are not counted.',
]

/**
 * How long the drain takes, node by node, by wave and together. Nodes that do not drain have no time: kubectl would
 * wait for ever, or until `--timeout`.
 */
export function drainCost(
  run: SimulationRun,
  judged: readonly JudgedNode[],
  waves: readonly (readonly string[])[],
): DrainCost {
  const nodes = judged.map(({ name, verdict }): NodeCost => {
    if (succeeds(verdict) === false) return { name, pods: 0 }
    const drained = drainedPods(run, name)
    return { name, pods: drained.length, ...timeOf(run, drained) }
  })
  const byName = new Map(nodes.map((node) => [node.name, node.seconds]))
  const total = (names: readonly string[]): { readonly seconds?: Seconds } => {
    const parts = names.flatMap((name) => byName.get(name) ?? [])
    return parts.length < names.length ? {} : { seconds: sumOf(parts) }
  }
  return {
    ...total(nodes.map(({ name }) => name)),
    nodes,
    waves: waves.map((names) => ({ nodes: names, ...total(names) })),
    assumptions: nodes.some(({ pods }) => pods > 0) ? ASSUMED : [],
  }
}

/** How long one node takes: evictions under one budget go in rounds, those of different budgets side by side. */
function timeOf(
  run: SimulationRun,
  drained: readonly SimPod[],
): { readonly seconds: Seconds; readonly longest?: string } {
  const { burst, perSecond } = run.policy.rate
  const sending = Math.max(0, drained.length - burst) / perSecond
  const groups = [...podsByBudget(run, drained)].map(([budget, pods]) => ({
    seconds: timeOfBudget(run, budget, pods),
    pod: pods[0],
  }))
  const slowest = [...groups].sort(
    (a, b) =>
      (b.seconds.max ?? Number.POSITIVE_INFINITY) - (a.seconds.max ?? Number.POSITIVE_INFINITY) ||
      b.seconds.min - a.seconds.min,
  )[0]?.pod
  return {
    seconds: sumOf([longestOf(groups.map(({ seconds }) => seconds)), { min: sending, max: sending }]),
    ...(slowest === undefined ? {} : { longest: refOf(slowest) }),
  }
}

/** How long the pods of one budget take. Each round but the last waits until the budget has its disruptions back. */
function timeOfBudget(
  { start, policy }: SimulationRun,
  budget: PodDisruptionBudget | undefined,
  pods: readonly SimPod[],
): Seconds {
  const stop = longestOf(pods.map((pod) => stopTime(pod, policy)))
  if (budget === undefined || policy.removal === 'Delete') return stop
  const allowed = start.budgetStatus.get(budget)?.disruptionsAllowed ?? 0
  const rounds = Math.ceil(pods.length / Math.max(1, allowed))
  const replaced = longestOf(pods.map((pod) => replacementTime(start.simulated, pod, policy)))
  const retry: Seconds = { min: 0, max: policy.retrySeconds }
  return sumOf([times(sumOf([replaced, retry]), rounds - 1), stop])
}
