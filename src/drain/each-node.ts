import type { Cluster } from '../model/snapshot/cluster.ts'
import { sortedBy } from '../model/text/sort.ts'
import { refOf } from './cluster/reference.ts'
import { buildSimulatedCluster } from './cluster/simulated-cluster.ts'
import { followed, header, requireNode, requireReads } from './plan.ts'
import { assumptionsOf, sharingBudgets } from './report/assumptions.ts'
import { budgetFaults } from './report/budget-faults.ts'
import { plannedBudgets } from './report/budgets.ts'
import { serviceBackends, singlePoints } from './report/interruptions.ts'
import { neverAllowing } from './report/never-allowing.ts'
import { type JudgedNode, judgedRun } from './report/nodes/judged-nodes.ts'
import { plannedNode } from './report/nodes/planned-node.ts'
import { obstaclesOf } from './report/obstacles.ts'
import { isOutage, outagesOf } from './report/outages.ts'
import { staleBudgets } from './report/stale-budgets.ts'
import type { PlannedBudget, StaleBudget } from './types/budget.ts'
import type { ServiceBackends, SinglePoint } from './types/loss.ts'
import type { DrainOptions } from './types/options.ts'
import type { DrainPlan } from './types/plan.ts'

/**
 * Whether each of these nodes could be drained by itself, the others staying as they are: every node starts from the
 * snapshot again. Nodes by name, each with the pods that its reasons name. There are no waves, and no fixes: a plan of the node alone has them.
 * @throws UserError as drainPlan
 */
export function eachNodePlan(cluster: Cluster, nodes: readonly string[], options: DrainOptions): DrainPlan {
  requireReads(cluster)
  const names = sortedBy(new Set(nodes), (name) => [name])
  for (const name of names) requireNode(cluster, name)
  const simulated = buildSimulatedCluster(cluster)
  const { kubectl, policy } = followed(cluster, options)
  const judged: JudgedNode[] = []
  const single: SinglePoint[] = []
  const services: (readonly ServiceBackends[] | undefined)[] = []
  const refusing = new Map<string, PlannedBudget>()
  const stale = new Map<string, StaleBudget>()
  const assumptions = new Set<string>()
  const sharing = sharingBudgets(simulated)
  for (const name of names) {
    const { run, judged: nodes } = judgedRun(simulated, [name], policy)
    judged.push(...nodes.map(withoutHarmlessPods))
    for (const budget of plannedBudgets(run)) keepWorse(refusing, budget)
    for (const budget of staleBudgets(run)) stale.set(refOf(budget), budget)
    single.push(...singlePoints(run))
    services.push(serviceBackends(run))
    for (const line of assumptionsOf(run, sharing)) assumptions.add(line)
  }
  const lost = services.flatMap((found) => found ?? []).filter(isOutage)
  return {
    ...header(cluster, kubectl),
    scope: 'EachAlone',
    nodes: judged.map(plannedNode),
    waves: [],
    obstacles: obstaclesOf(judged),
    neverAllow: neverAllowing(simulated, names),
    budgets: sortedBy(refusing.values(), ({ namespace, name }) => [namespace, name]),
    staleBudgets: sortedBy(stale.values(), ({ namespace, name }) => [namespace, name]),
    ...(services.includes(undefined) ? {} : { services: lost }),
    outages: outagesOf(lost),
    budgetFaults: budgetFaults(simulated, names),
    singlePoints: single,
    fixes: [],
    assumptions: [...assumptions],
    gaps: cluster.gaps,
  }
}

/** In a large cluster the pods of all nodes would be most of the report, so that only those with a problem, or a doubt, stay. */
function withoutHarmlessPods(node: JudgedNode): JudgedNode {
  const named = new Set(node.reasons.flatMap(({ pods }) => pods))
  return {
    ...node,
    pods: node.pods.filter((pod) => named.has(refOf(pod)) || pod.replacement?.fate === 'Either'),
  }
}

/** Of the budgets that refuse something, the course that leaves the least. */
function keepWorse(found: Map<string, PlannedBudget>, budget: PlannedBudget): void {
  if (budget.refusal === undefined) return
  const key = refOf(budget)
  const known = found.get(key)
  if (known === undefined || budget.currentHealthyAfter < known.currentHealthyAfter) found.set(key, budget)
}
