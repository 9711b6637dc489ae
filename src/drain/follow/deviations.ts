import { controllerOf, nameOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { plural } from '../../model/text/words.ts'
import { isFinished } from '../cluster/pod-state.ts'
import { refOf } from '../cluster/reference.ts'
import type { Deviation } from '../types/following.ts'
import type { PlannedNode, PlannedPod } from '../types/node.ts'
import type { DrainPlan } from '../types/plan.ts'

/** Whether the plan says that a pod goes, or may go. */
export const goes = ({ action, outcome }: PlannedPod): boolean =>
  (action === 'Evict' || action === 'Delete') && outcome !== 'Remains'

/** What is on the node that should have gone, or is gone that should have stayed. */
export function nodeDeviations({ name, pods }: PlannedNode, cluster: Cluster): readonly Deviation[] {
  const node = cluster.node(name)
  if (node === undefined) return []
  const here = cluster.podsOnNode(name)
  const present = new Set(here.map(nameOf))
  const planned = new Set(pods.map(refOf))
  const left = pods.filter((pod) => goes(pod) && !present.has(refOf(pod)))
  const keeping = pods.filter(({ action, outcome }) => action !== 'Skip' && outcome === 'Remains')
  const found: Deviation[] = []
  if (left.length > 0 && node.spec?.unschedulable !== true)
    found.push({
      code: 'not-cordoned',
      node: name,
      message: `${plural(left.length, 'pod')} left, but the node is not cordoned, so that pods may come back to it`,
    })
  for (const pod of here)
    if (!planned.has(nameOf(pod)) && controllerOf(pod)?.kind !== 'DaemonSet' && !isFinished(pod))
      found.push({
        code: 'new-pod',
        node: name,
        pod: nameOf(pod),
        message: 'came to the node after the plan was made: kubectl drain evicts it, too, or waits for it',
      })
  for (const pod of keeping)
    if (!present.has(refOf(pod)))
      found.push({
        code: 'gone-against-plan',
        node: name,
        pod: refOf(pod),
        message: `went, although the plan says that it stays${pod.reason === undefined ? '' : ` (${pod.reason})`}`,
      })
  return found
}

/** Budgets whose pods are fewer than the drain alone explains. */
export function budgetDeviations(plan: DrainPlan, cluster: Cluster): readonly Deviation[] {
  return plan.budgets.flatMap((planned): readonly Deviation[] => {
    const now = cluster.find('poddisruptionbudgets', planned.namespace, planned.name)?.status
    if (now === undefined) return []
    const { currentHealthy = 0, desiredHealthy = 0 } = now
    // The drain never takes a budget below what it desires (docs/reference/eviction.md#E5): something else did.
    if (currentHealthy >= desiredHealthy || currentHealthy >= planned.currentHealthyBefore) return []
    return [
      {
        code: 'below-plan',
        budget: refOf(planned),
        message: `has ${currentHealthy} healthy pods and needs ${desiredHealthy}: more went than the drain may take`,
      },
    ]
  })
}
