import { sortedBy } from '../../model/text/sort.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import { waveServices } from '../report/services.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { ReasonCode } from '../types/node.ts'
import type { PlannedWave, WaveBudget } from '../types/wave.ts'
import { waveWorkloads } from './workloads.ts'

/** Codes of reasons that name pods which do not come back, or not yet. */
const MISSING: readonly ReasonCode[] = ['replacement-pending', 'replacement-preempts', 'pod-lost']

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
