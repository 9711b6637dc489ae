import { nameOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { refOf } from '../cluster/reference.ts'
import type { FollowedNode, Following } from '../types/following.ts'
import type { PlannedNode } from '../types/node.ts'
import type { DrainPlan } from '../types/plan.ts'
import { budgetDeviations, goes, nodeDeviations } from './deviations.ts'
import { replacementDeviations } from './replacements.ts'

/**
 * A real drain against the plan that was made before it. What merely takes longer than one looks is no deviation.
 * @param cluster read later than the one that the plan was made from
 */
export function followPlan(plan: DrainPlan, cluster: Cluster): Following {
  const deviations = [
    ...plan.nodes.flatMap((node) => nodeDeviations(node, cluster)),
    ...replacementDeviations(plan, cluster),
    ...budgetDeviations(plan, cluster),
  ]
  return {
    nodes: plan.nodes.map((node) => followedNode(node, cluster)),
    deviations: sortedBy(deviations, ({ node = '', pod = '', budget = '', code }) => [
      node,
      pod,
      budget,
      code,
    ]),
  }
}

/** Whether nothing is left to wait for. */
export const isDrained = ({ nodes }: Following): boolean =>
  nodes.every(({ state }) => state === 'Drained' || state === 'Removed')

function followedNode({ name, pods }: PlannedNode, cluster: Cluster): FollowedNode {
  const present = new Set(cluster.podsOnNode(name).map(nameOf))
  const going = pods.filter(goes)
  const gone = going.filter((pod) => !present.has(refOf(pod))).length
  return { name, gone, of: going.length, state: stateOf(cluster, name, gone, going.length) }
}

function stateOf(cluster: Cluster, name: string, gone: number, of: number): FollowedNode['state'] {
  const node = cluster.node(name)
  if (node === undefined) return 'Removed'
  if (gone > 0) return gone === of ? 'Drained' : 'Draining'
  if (node.spec?.unschedulable !== true) return 'NotStarted'
  return of === 0 ? 'Drained' : 'Cordoned'
}
