import type { Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf, nameOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { millis } from '../../model/text/time.ts'
import type { PodPath } from '../cluster/pod-fields.ts'
import type { Deviation } from '../types/following.ts'
import type { Fate, PlannedPod, Replacement } from '../types/node.ts'
import type { DrainPlan } from '../types/plan.ts'
import { goes } from './deviations.ts'

/** What following a drain reads of the pods that are there later. */
export const FOLLOW_READS: readonly PodPath[] = [
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.ownerReferences',
  'spec.nodeName',
  'status.phase',
  'status.conditions[PodScheduled].status',
  'status.conditions[PodScheduled].reason',
  'status.conditions[PodScheduled].message',
]

/** Pods that owners of drained pods have made since, against where the plan lets them land. */
export function replacementDeviations(plan: DrainPlan, cluster: Cluster): readonly Deviation[] {
  const planned = millis(plan.now) ?? 0
  const drained = new Set(plan.nodes.map(({ name }) => name))
  const going = plan.nodes.flatMap(({ pods }) => pods.filter(goes))
  const byOwner = Map.groupBy(going, ({ namespace, owner }) => ownerName(namespace, owner))
  return cluster.objects.pods.flatMap((pod): readonly Deviation[] => {
    const owner = controllerOf(pod)
    const created = millis(pod.metadata.creationTimestamp)
    if (owner === undefined || created === undefined || created <= planned || pod.metadata.deletionTimestamp)
      return []
    const siblings = byOwner.get(ownerName(pod.metadata.namespace ?? '', owner)) ?? []
    const replacements = siblings.flatMap(({ replacement }) => replacement ?? [])
    return replacements.length === 0 ? [] : deviationsOf(pod, replacements, drained)
  })
}

const ownerName = (namespace: string, owner: PlannedPod['owner']): string =>
  `${namespace} ${owner?.kind} ${owner?.name}`

const LANDS: Readonly<Record<Fate, boolean>> = {
  Lands: true,
  Pending: false,
  None: false,
  Preempts: true,
  Either: true,
}

/** StatefulSets give each pod its own fate; elsewhere a new pod may be the replacement of any of its siblings. */
function deviationsOf(
  pod: Pod,
  replacements: readonly Replacement[],
  drained: ReadonlySet<string>,
): readonly Deviation[] {
  const node = pod.spec?.nodeName
  const landing = replacements.filter(({ fate }) => LANDS[fate])
  const deviation = (code: Deviation['code'], message: string) => [{ code, pod: nameOf(pod), message }]
  if (node === undefined) {
    const unschedulable = pod.status?.conditions?.find(
      ({ type, status, reason }) =>
        type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    )
    return unschedulable === undefined || landing.length < replacements.length
      ? []
      : deviation(
          'pending-against-plan',
          `stays Pending, although the plan has a place for it: ${unschedulable.message ?? ''}`,
        )
  }
  if (drained.has(node)) return []
  if (landing.length === 0)
    return deviation('landed-against-plan', `landed on ${node}, although the plan leaves it Pending`)
  return landing.some(({ nodes }) => nodes.includes(node))
    ? []
    : deviation('landed-elsewhere', `landed on ${node}, which is not among the nodes of the plan`)
}
