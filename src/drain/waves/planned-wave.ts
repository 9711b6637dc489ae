import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { controllerOf, nameOf } from '../../model/kubernetes/reference.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { refOf } from '../cluster/reference.ts'
import { controllersOf } from '../cluster/workload.ts'
import { waveServices } from '../report/interruptions.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { PlannedPod, ReasonCode } from '../types/node.ts'
import type { PlannedWave, WaveBudget, WaveWorkload } from '../types/wave.ts'

/** Codes of reasons that name pods which do not come back, or not yet. */
const MISSING: readonly ReasonCode[] = [
  'replacement-pending',
  'replacement-preempts',
  'pod-lost',
  'operator-decides',
]

/** What one wave does, from the run that found it and the verdicts of that run. */
export function plannedWave(run: SimulationRun, judged: readonly JudgedNode[]): PlannedWave {
  const taken = judged.flatMap(({ pods }) => pods).filter(({ action }) => action !== 'Skip')
  const reasons = judged.flatMap((node) => node.reasons)
  const missing = reasons.filter(({ code }) => MISSING.includes(code))
  const services = waveServices(run)
  return {
    nodes: run.nodes,
    verdict: judged.every(({ verdict }) => verdict === 'Drains') ? 'Drains' : 'DrainsDegraded',
    pods: taken.length,
    missing: new Set(missing.flatMap(({ pods }) => pods)).size,
    budgets: waveBudgets(run),
    workloads: waveWorkloads(run, taken),
    ...(services === undefined ? {} : { services }),
  }
}

/** The budgets of the pods that the wave takes, with the worst that any course of it does to them. */
function waveBudgets(run: SimulationRun): readonly WaveBudget[] {
  const changed = new Set(
    run.courses.flatMap(({ ends }) =>
      ends.flatMap((end) =>
        end.type === 'Ended' ? end.taken.flatMap((pod) => trackedBudgets(run.start, pod)) : [],
      ),
    ),
  )
  const found = [...changed].flatMap((budget): WaveBudget[] => {
    const before = run.start.budgetStatus.get(budget)
    const finals = run.courses.flatMap(({ final }) => final.budgetStatus.get(budget) ?? [])
    if (before === undefined || finals.length === 0) return []
    const after = Math.min(...finals.map(({ currentHealthy }) => currentHealthy))
    const lowest = run.start.lowestHealthy.get(budget) ?? after
    return [
      {
        namespace: budget.metadata.namespace ?? '',
        name: budget.metadata.name,
        allowedBefore: before.disruptionsAllowed,
        healthyBefore: before.currentHealthy,
        healthyLowest: Math.min(before.currentHealthy, after, lowest),
        healthyAfter: after,
        desiredHealthy: before.desiredHealthy,
        expectedPods: before.expectedPods,
      },
    ]
  })
  return sortedBy(found, ({ namespace, name }) => [namespace, name])
}

/** Fields that tell whether a workload is complete now, and how its pods are replaced. */
interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly updateStrategy?: { readonly type?: string } }
  readonly status?: { readonly readyReplicas?: number }
}

/** Kinds that one can wait for, and whether `kubectl rollout status` knows this one. */
const HAS_ROLLOUT: ReadonlyMap<string, (workload: Scalable) => boolean> = new Map<
  string,
  (workload: Scalable) => boolean
>([
  ['Deployment', () => true],
  ['ReplicaSet', () => false],
  ['ReplicationController', () => false],
  ['StatefulSet', ({ spec }) => spec?.updateStrategy?.type !== 'OnDelete'],
])

/**
 * Workloads that are complete now and will be again, because every pod that they lose is sure to land.
 * @param taken the pods that the drainer takes
 */
export const waveWorkloads = (run: SimulationRun, taken: readonly PlannedPod[]): readonly WaveWorkload[] =>
  workloadsOf(run, taken, (pods) => pods.every(({ replacement }) => replacement?.fate === 'Lands'))

/** Workloads with a pod on the nodes that are complete now, so that one can wait until they are complete again. */
export const completeWorkloads = (
  run: SimulationRun,
  judged: readonly JudgedNode[],
): readonly WaveWorkload[] =>
  workloadsOf(
    run,
    judged.flatMap(({ pods }) => pods),
    () => true,
  )

function workloadsOf(
  run: SimulationRun,
  taken: readonly PlannedPod[],
  counts: (pods: readonly PlannedPod[]) => boolean,
): readonly WaveWorkload[] {
  const { cluster } = run.start.simulated
  const decided = [...run.decided.values()].flat()
  const controllers = new Map(decided.map(({ pod }) => [nameOf(pod), controllerOf(pod)] as const))
  const owned = taken.filter(({ owner }) => owner !== undefined)
  const groups = Map.groupBy(owned, ({ namespace, owner }) => `${namespace}/${owner?.kind}/${owner?.name}`)
  const found = [...groups.values()].flatMap((pods): readonly WaveWorkload[] => {
    const [pod] = pods
    if (pod === undefined || !counts(pods)) return []
    const workload: Scalable | undefined = controllersOf(
      cluster,
      pod.namespace,
      controllers.get(refOf(pod)),
    )?.workload
    return workload === undefined ? [] : completeWorkload(pod.namespace, workload)
  })
  const distinct = new Map(found.map((one) => [`${one.kind} ${refOf(one)}`, one]))
  return sortedBy(distinct.values(), ({ namespace, kind, name }) => [namespace, kind, name])
}

function completeWorkload(namespace: string, workload: Scalable): readonly WaveWorkload[] {
  const { kind, metadata, spec, status } = workload
  const rollout = HAS_ROLLOUT.get(kind)?.(workload)
  const replicas = spec?.replicas ?? 1
  return rollout === undefined || status?.readyReplicas !== replicas
    ? []
    : [{ namespace, kind, name: metadata.name, replicas, rollout }]
}
