import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { AUTOSCALING, CLUSTER_AUTOSCALER } from './reasons/autoscaling.ts'
import { JOBS } from './reasons/jobs.ts'
import { KARPENTER } from './reasons/karpenter.ts'
import { KUBELET_ADMISSION } from './reasons/kubelet-admission.ts'
import { KUBELET_CONTAINER } from './reasons/kubelet-container.ts'
import { KUBELET_POD } from './reasons/kubelet-pod.ts'
import { NODE } from './reasons/node.ts'
import { NODE_PROBLEMS } from './reasons/node-problems.ts'
import { SCHEDULER_REASONS } from './reasons/scheduler.ts'
import { SERVICES } from './reasons/services.ts'
import { VOLUMES } from './reasons/volumes.ts'
import { WORKLOADS } from './reasons/workloads.ts'
import type { ReasonRow } from './types.ts'

/** The catalogue by theme. The order is policy: of two rows that fit an event, the first one counts. */
export const REASON_THEMES: readonly { readonly title: string; readonly reasons: readonly ReasonRow[] }[] = [
  { title: 'Containers', reasons: KUBELET_CONTAINER },
  { title: 'Pods', reasons: KUBELET_POD },
  { title: 'Pods that the kubelet refuses', reasons: KUBELET_ADMISSION },
  { title: 'Nodes', reasons: NODE },
  { title: 'Nodes, from node-problem-detector', reasons: NODE_PROBLEMS },
  { title: 'karpenter', reasons: KARPENTER },
  { title: 'Scheduling', reasons: SCHEDULER_REASONS },
  { title: 'Workloads and disruption budgets', reasons: WORKLOADS },
  { title: 'Jobs and CronJobs', reasons: JOBS },
  { title: 'Volumes and snapshots', reasons: VOLUMES },
  { title: 'Services, load balancers and ingress', reasons: SERVICES },
  { title: 'Autoscaling', reasons: AUTOSCALING },
  { title: 'cluster-autoscaler', reasons: CLUSTER_AUTOSCALER },
]

/** Every row of the catalogue. */
export const REASONS: readonly ReasonRow[] = REASON_THEMES.flatMap(({ reasons }) => reasons)

const byReason = Map.groupBy(REASONS, ({ reason }) => reason)

/**
 * The row for an event: same reason, about such a kind, by such a component. Where no component is recorded, rows for
 * any component come before those that belong to one. Undefined for what the catalogue does not know.
 */
export function findReason({ reason, regarding, component }: Occurrence): ReasonRow | undefined {
  const named = byReason.get(reason) ?? REASONS.filter(({ fits }) => fits?.(reason))
  const fitting = named.filter(({ kinds }) => kinds.length === 0 || kinds.includes(regarding.kind))
  const exact = fitting.find(({ components }) => components.length === 0 || components.includes(component))
  return exact ?? (component === '' ? fitting[0] : undefined)
}
