import { buildSimulatedCluster } from '../../src/drain/cluster/simulated-cluster.ts'
import { followed, requireNode, requireReads } from '../../src/drain/plan.ts'
import { judgedRun } from '../../src/drain/report/nodes/judged-nodes.ts'
import { plannedNode } from '../../src/drain/report/nodes/planned-node.ts'
import type { PlannedNode } from '../../src/drain/types/node.ts'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import type { Cluster } from '../../src/model/snapshot/cluster.ts'

/**
 * The nodes of `drainPlan`, without looking for waves and fixes, which take nine tenths of its time: for tests that ask
 * for hundreds of verdicts.
 * @throws UserError as drainPlan
 */
export function drainedNodes(
  cluster: Cluster,
  nodes: readonly string[],
  options: DrainOptions,
): readonly PlannedNode[] {
  requireReads(cluster)
  for (const name of nodes) requireNode(cluster, name)
  const { policy } = followed(cluster, options)
  return judgedRun(buildSimulatedCluster(cluster), nodes, policy).judged.map(plannedNode)
}
