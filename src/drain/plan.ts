import { UserError } from '../model/errors.ts'
import { minorVersion } from '../model/kubernetes/version.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { notFound } from '../model/snapshot/not-found.ts'
import { buildSimulatedCluster } from './cluster/simulated-cluster.ts'
import { provenFixes } from './fixes/proven-fixes.ts'
import { remedyFor } from './fixes/remedy.ts'
import { kubectlPolicy } from './policy/kubectl.ts'
import { followedKubectl } from './policy/kubectl-versions.ts'
import type { DrainPolicy } from './policy/policy.ts'
import { assumptionsOf, sharingBudgets } from './report/assumptions.ts'
import { budgetFaults } from './report/budget-faults.ts'
import { plannedBudgets } from './report/budgets.ts'
import { drainCost } from './report/drain-time.ts'
import { serviceBackends, singlePoints } from './report/interruptions.ts'
import { type JudgedNode, judgedRun } from './report/nodes/judged-nodes.ts'
import { plannedNode } from './report/nodes/planned-node.ts'
import { outagesOf } from './report/outages.ts'
import { staleBudgets } from './report/stale-budgets.ts'
import type { Unplaced } from './types/loss.ts'
import type { DrainOptions, WaveOptions } from './types/options.ts'
import type { DrainPlan, FollowedKubectl } from './types/plan.ts'
import { completeWorkloads } from './waves/planned-wave.ts'
import { wavesOf } from './waves/waves.ts'

/**
 * What `kubectl drain NODE ...` with these flags would do to the cluster (docs/reference/commands.md#drain-plan).
 * `nodes` in the order of the command; a node that is named twice counts once.
 * @throws UserError for an unknown node, and where nodes or pods were not read
 */
export function drainPlan(
  cluster: Cluster,
  nodes: readonly string[],
  options: DrainOptions,
  waveOptions: WaveOptions = { mode: 'Rolling' },
): DrainPlan {
  requireReads(cluster)
  const names = [...new Set(nodes)]
  for (const name of names) requireNode(cluster, name)
  const simulated = buildSimulatedCluster(cluster)
  const { kubectl, policy } = followed(cluster, options)
  const { run, judged } = judgedRun(simulated, names, policy)
  const waves = wavesOf(simulated, run, judged, waveOptions)
  const groups = waves.details.map(({ nodes: group }) => group)
  const services = serviceBackends(run)
  // Where other nodes drain as things are, in waves, a change is for those that don't, and cordons no others.
  const isPart = waveOptions.mode === 'Rolling' && waves.details.length > 0 && waves.without.length > 0
  const concerned = isPart ? judgedRun(simulated, waves.without, policy) : { run, judged }
  const fixes = provenFixes(simulated, concerned.run, concerned.judged)
  const remedy = remedyFor({
    ...{ simulated, nodes: names, policy: run.policy, waveOptions, waves },
    fixes: isPart ? [] : fixes,
  })
  return {
    ...header(cluster, kubectl),
    scope: 'OneCommand',
    nodes: judged.map(plannedNode),
    waves: groups,
    waveMode: waveOptions.mode,
    ...(waveOptions.onePerZone && names.length > 1 ? { onePerZone: true as const } : {}),
    waveDetails: waves.details,
    ...(names.length > 1
      ? { stuck: waves.stuck.map(plannedNode).map(({ pods: _pods, warnings: _warnings, ...node }) => node) }
      : {}),
    budgets: plannedBudgets(run),
    staleBudgets: staleBudgets(run),
    budgetFaults: budgetFaults(simulated, names),
    cost: drainCost(run, judged, groups),
    ...(services === undefined ? {} : { services }),
    outages: outagesOf(services ?? [], waves.details),
    unplaced: unplacedIn(judged),
    singlePoints: singlePoints(run),
    fixes,
    workloads: completeWorkloads(run, judged),
    ...(remedy === undefined ? {} : { remedy }),
    assumptions: [
      ...assumptionsOf(run, sharingBudgets(simulated)),
      ...waves.assumptions,
      ...(services === undefined
        ? ['Services were not read: whether one loses its backends is not known.']
        : []),
    ],
    gaps: cluster.gaps,
  }
}

const unplacedIn = (nodes: readonly JudgedNode[]): readonly Unplaced[] =>
  nodes.flatMap(({ name: node, pods }) =>
    pods.flatMap(({ namespace, name, replacement }) =>
      replacement?.fate === 'Pending' || (replacement?.fate === 'Either' && replacement.why !== undefined)
        ? [{ pod: `${namespace}/${name}`, node, why: replacement.why ?? '' }]
        : [],
    ),
  )

/** The fields of every plan that say what it is and what it was made from. */
export const header = (
  { snapshot: { now, source, serverVersion } }: Cluster,
  kubectl: FollowedKubectl,
): Pick<DrainPlan, 'apiVersion' | 'kind' | 'now' | 'source' | 'serverVersion' | 'kubectl'> => ({
  apiVersion: 'rollout-safety/v1',
  kind: 'DrainPlan',
  now,
  source,
  ...(serverVersion === undefined ? {} : { serverVersion }),
  kubectl,
})

/** The kubectl that drains, as it is named in the plan and as the simulation asks it. */
export function followed(
  { snapshot }: Cluster,
  options: DrainOptions,
): { readonly kubectl: FollowedKubectl; readonly policy: DrainPolicy } {
  const kubectl = followedKubectl(options.kubectlMinor, snapshot.serverVersion)
  return { kubectl, policy: kubectlPolicy(options, minorVersion(kubectl.version)) }
}

/**
 * 0 where kubectl drain would exit 0, else 1; a drain that leaves pods without a place, or a Service without a ready
 * backend, passes only where losses are allowed. Without them, Services that may not be read are no good news.
 */
export function drainExitCode(
  plan: Pick<DrainPlan, 'nodes'> & Partial<Pick<DrainPlan, 'outages' | 'gaps'>>,
  { allowLosses = false }: { readonly allowLosses?: boolean } = {},
): 0 | 1 {
  if (allowLosses)
    return plan.nodes.every(({ verdict }) => verdict === 'Drains' || verdict === 'DrainsDegraded') ? 0 : 1
  const unread = (plan.gaps ?? []).some(
    ({ resource, reason }) => resource === 'services' && (reason === 'Forbidden' || reason === 'Unreadable'),
  )
  const passes = plan.nodes.every(({ verdict }) => verdict === 'Drains') && (plan.outages ?? []).length === 0
  return passes && !unread ? 0 : 1
}

/** @throws UserError where nodes or pods were not read */
export function requireReads(cluster: Cluster): void {
  for (const resource of ['nodes', 'pods'] as const) {
    const gap = cluster.gaps.find((one) => one.resource === resource)
    if (gap === undefined) continue
    throw new UserError(
      `${resource} could not be read: ${gap.message}`,
      gap.reason === 'Unreadable'
        ? `A drain is planned from all nodes and pods: try again, or see what the server gives with: kubectl get ${resource} -A`
        : `A drain is planned from nodes and pods of all namespaces; check with: kubectl auth can-i list ${resource} -A`,
    )
  }
}

/** @throws UserError for an unknown node */
export function requireNode(cluster: Cluster, name: string): void {
  if (cluster.node(name) !== undefined) return
  throw notFound(cluster, { resource: 'nodes', name }, undefined)
}
