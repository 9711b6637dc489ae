import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { DrainCost, NodeCost, Seconds } from '../types/duration.ts'
import { succeeds } from '../verdict.ts'
import { longest, plus, startTime, stopTime, times, workloadOfPod } from './durations.ts'
import type { JudgedNode } from './nodes/judged-nodes.ts'

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
export function costOf(
  run: SimulationRun,
  judged: readonly JudgedNode[],
  waves: readonly (readonly string[])[],
): DrainCost {
  const nodes = judged.map(({ name, verdict }): NodeCost => {
    if (succeeds(verdict) === false) return { name, pods: 0 }
    const taken = takenFrom(run, name)
    return { name, pods: taken.length, ...timeOf(run, taken) }
  })
  const byName = new Map(nodes.map((node) => [node.name, node.seconds]))
  const total = (names: readonly string[]): { readonly seconds?: Seconds } => {
    const parts = names.map((name) => byName.get(name))
    if (parts.some((part) => part === undefined)) return {}
    return { seconds: parts.reduce<Seconds>((sum, part) => plus(sum, part as Seconds), { min: 0, max: 0 }) }
  }
  return {
    ...total(nodes.map(({ name }) => name)),
    nodes,
    waves: waves.map((names) => ({ nodes: names, ...total(names) })),
    assumptions: nodes.some(({ pods }) => pods > 0) ? ASSUMED : [],
  }
}

/** The pods that kubectl takes from a node, on the first course that gets there. */
export function takenFrom(run: SimulationRun, name: string): readonly SimPod[] {
  const index = run.nodes.indexOf(name)
  for (const { ends } of run.courses) {
    const end = ends[index]
    if (end?.type === 'Ended') return end.taken
  }
  return []
}

/** The pods of a list that take a disruption of a budget, by budget; those of none under undefined. */
export function byBudget(
  run: SimulationRun,
  pods: readonly SimPod[],
): ReadonlyMap<PodDisruptionBudget | undefined, readonly SimPod[]> {
  const groups = new Map<PodDisruptionBudget | undefined, SimPod[]>()
  for (const pod of pods) {
    const ready = (pod.ready && !pod.terminating) || run.start.ready.has(pod)
    const [budget] = ready ? trackedBudgets(run.start, pod) : []
    groups.set(budget, [...(groups.get(budget) ?? []), pod])
  }
  return groups
}

function timeOf(
  run: SimulationRun,
  taken: readonly SimPod[],
): { readonly seconds: Seconds; readonly longest?: string } {
  const { policy } = run
  const { burst, perSecond } = policy.rate
  const retry: Seconds = { min: 0, max: policy.retrySeconds }
  const sending = Math.max(0, taken.length - burst) / perSecond
  const groups = [...byBudget(run, taken)].map(([budget, pods]) => {
    const allowed = budget === undefined ? 0 : (run.start.budgetStatus.get(budget)?.disruptionsAllowed ?? 0)
    const stop = longest(pods.map((pod) => stopTime(pod, policy)))
    const free = budget === undefined || policy.removal === 'Delete'
    const rounds = free ? 1 : Math.ceil(pods.length / Math.max(1, allowed))
    const seconds = plus(times(plus(longest(pods.map((pod) => turn(run, pod))), retry), rounds - 1), stop)
    return { seconds, pod: pods[0] }
  })
  const slowest = [...groups].sort(
    (a, b) =>
      (b.seconds.max ?? Number.POSITIVE_INFINITY) - (a.seconds.max ?? Number.POSITIVE_INFINITY) ||
      b.seconds.min - a.seconds.min,
  )[0]?.pod
  return {
    seconds: plus(longest(groups.map(({ seconds }) => seconds)), { min: sending, max: sending }),
    ...(slowest === undefined ? {} : { longest: `${slowest.namespace}/${slowest.name}` }),
  }
}

/** How long a budget waits for one pod to be replaced: a StatefulSet makes the new one when the old one is gone. */
function turn(run: SimulationRun, pod: SimPod): Seconds {
  const start = startTime(run.start.simulated, pod)
  if (pod.owner?.kind !== 'StatefulSet') return start
  const wait = workloadOfPod(run.start.simulated, pod)?.minReadySeconds ?? 0
  return plus(plus(start, stopTime(pod, run.policy)), { min: 0, max: wait })
}
