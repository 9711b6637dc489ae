import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import { waveServices } from '../report/services.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { PlannedPod } from '../types/node.ts'
import type { PlannedWave, WaveBudget, WaveWorkload } from '../types/wave.ts'

/** What one wave does, from the run that found it and the verdicts of that run. */
export function plannedWave(run: SimulationRun, judged: readonly JudgedNode[]): PlannedWave {
  const taken = judged.flatMap(({ pods }) => pods).filter(({ action }) => action !== 'Skip')
  const services = waveServices(run)
  return {
    nodes: run.nodes,
    verdict: judged.every(({ verdict }) => verdict === 'Drains') ? 'Drains' : 'DrainsDegraded',
    pods: taken.length,
    missing: new Set(
      judged.flatMap(({ reasons }) =>
        reasons.flatMap(({ code, pods }) => (MISSING.includes(code) ? pods : [])),
      ),
    ).size,
    budgets: waveBudgets(run),
    workloads: waveWorkloads(run, taken),
    ...(services === undefined ? {} : { services }),
  }
}

/** Codes of reasons that name pods which do not come back, or not yet. */
const MISSING: readonly string[] = ['replacement-pending', 'replacement-preempts', 'pod-lost']

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

/** Fields that tell whether a controller is complete now, and how its pods are replaced. */
interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly updateStrategy?: { readonly type?: string } }
  readonly status?: { readonly readyReplicas?: number }
}

const WAITED_FOR = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** Controllers that are complete now and will be again, because every pod that they lose is sure to land. */
function waveWorkloads(run: SimulationRun, taken: readonly PlannedPod[]): readonly WaveWorkload[] {
  const { cluster } = run.start.simulated
  const byName = new Map(
    [...run.decided.values()]
      .flat()
      .map(({ pod }) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod] as const),
  )
  const owned = taken.filter(({ owner }) => owner !== undefined)
  const groups = groupBy(owned, ({ namespace, owner }) => `${namespace}/${owner?.kind}/${owner?.name}`)
  const found = [...groups.values()].flatMap((pods): WaveWorkload[] => {
    const [first] = pods
    if (first === undefined || pods.some(({ replacement }) => replacement?.fate !== 'Lands')) return []
    const pod = byName.get(`${first.namespace}/${first.name}`)
    const direct = pod === undefined ? undefined : cluster.owner(first.namespace, controllerOf(pod))
    const top =
      direct === undefined ? undefined : (cluster.owner(first.namespace, controllerOf(direct)) ?? direct)
    const { kind = '', metadata, spec, status } = (top ?? {}) as Partial<Scalable>
    const replicas = spec?.replicas ?? 1
    if (metadata === undefined || !WAITED_FOR.includes(kind) || status?.readyReplicas !== replicas) return []
    const rollout =
      kind === 'Deployment' || (kind === 'StatefulSet' && spec?.updateStrategy?.type !== 'OnDelete')
    return [{ namespace: first.namespace, kind, name: metadata.name, replicas, rollout }]
  })
  const distinct = new Map(found.map((one) => [`${one.namespace}/${one.kind}/${one.name}`, one]))
  return sortedBy(distinct.values(), ({ namespace, kind, name }) => [namespace, kind, name])
}
