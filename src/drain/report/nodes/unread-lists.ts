import type { Resource } from '../../../model/kubernetes/kinds.ts'
import type { Pod } from '../../../model/kubernetes/objects.ts'
import { controllerOf, nameOf } from '../../../model/kubernetes/reference.ts'
import type { Gap } from '../../../model/snapshot/snapshot.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'

/** A list without which it is not known what becomes of these pods (`namespace/name`, sorted). */
export interface UnreadList {
  readonly resource: Resource
  readonly pods: readonly string[]
}

/** Whether a pod that is taken could fare differently if the list were known. */
type Matters = (pod: Pod) => boolean

const isReplaced: Matters = (pod) => controllerOf(pod) !== undefined
const hasClaims: Matters = (pod) =>
  isReplaced(pod) && (pod.spec?.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim)

/** Budgets and DaemonSets have rules of their own; of a Service, no verdict depends. */
const MATTERS: Readonly<Partial<Record<Resource, Matters>>> = {
  csidrivers: hasClaims,
  csinodes: hasClaims,
  deployments: isReplaced,
  jobs: isReplaced,
  namespaces: isReplaced,
  persistentvolumeclaims: hasClaims,
  persistentvolumes: hasClaims,
  replicasets: isReplaced,
  replicationcontrollers: isReplaced,
  resourcequotas: isReplaced,
  statefulsets: isReplaced,
  storageclasses: hasClaims,
  volumeattachments: hasClaims,
}

/**
 * Who may refuse any eviction. In most clusters few may list these, and few clusters have any: without the right, none
 * is taken to refuse, and an assumption of the plan says so.
 */
const REVIEWERS: readonly Resource[] = [
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'validatingwebhookconfigurations',
]

/** Who makes pods again from these; what may not be read matters to their pods alone. */
const OWNERS: Readonly<Partial<Record<Resource, string>>> = {
  deployments: 'ReplicaSet',
  jobs: 'Job',
  replicasets: 'ReplicaSet',
  replicationcontrollers: 'ReplicationController',
  statefulsets: 'StatefulSet',
}

/**
 * The lists that a server answered with something else, or with objects that cannot be used, or that the user may not
 * read, and that could decide about a pod that is taken from any node of the run: then no verdict is better than
 * `Unknown`. One that a recording does not hold is an assumption of the plan instead
 * (docs/drain-plan.md#what-cant-be-read).
 */
export function unreadLists(run: SimulationRun): readonly UnreadList[] {
  const unreadable = run.start.simulated.cluster.gaps.filter(
    ({ reason }) => reason === 'Unreadable' || reason === 'Forbidden',
  )
  if (unreadable.length === 0) return []
  const taken = [...run.decided.values()]
    .flat()
    .flatMap(({ pod, decision }) => (decision.action === 'Take' ? [pod] : []))
  return unreadable.flatMap(({ resource, namespace, reason }: Gap): UnreadList[] => {
    const reviews = REVIEWERS.includes(resource as Resource)
    if (reviews && (reason !== 'Unreadable' || run.policy.removal === 'Delete')) return []
    const matters = reviews ? () => true : MATTERS[resource as Resource]
    if (matters === undefined) return []
    const pods = taken.filter(
      (pod) =>
        matters(pod) &&
        (reason === 'Unreadable' || isOwnedBy(pod, OWNERS[resource as Resource])) &&
        (namespace === undefined || namespace === pod.metadata.namespace),
    )
    return pods.length === 0 ? [] : [{ resource: resource as Resource, pods: pods.map(nameOf).sort() }]
  })
}

const isOwnedBy = (pod: Pod, kind: string | undefined): boolean =>
  kind === undefined || controllerOf(pod)?.kind === kind
