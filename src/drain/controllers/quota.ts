import { bare, own } from '../../model/kubernetes/fields.ts'
import type { Container, PodSpec, ResourceQuota } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { derived } from '../cluster/derived.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import { amounts, podRequests } from '../cluster/resources.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from '../state/state.ts'
import { staysTerminating } from '../state/terminating.ts'

/** What decides whether a quota counts a pod, and how much of it. */
export const QUOTA_READS: readonly PodField[] = [
  'namespace',
  'created',
  'finished',
  'terminating',
  'affinity',
  'antiAffinity',
  'spec.activeDeadlineSeconds',
  'spec.priorityClassName',
  'spec.containers[*].name',
  'spec.containers[*].resources',
  'spec.initContainers[*].name',
  'spec.initContainers[*].resources',
  'spec.initContainers[*].restartPolicy',
  'spec.resources',
  'spec.overhead',
]

/**
 * Why the quotas of its namespace refuse one more pod like this one, in the words of the API server; undefined where
 * they let it be made (docs/reference/controllers.md#R0, plugin/pkg/admission/resourcequota).
 */
export function quotaRefusal(state: State, pod: SimPod): string | undefined {
  for (const quota of quotasOver(state.simulated.cluster, pod)) {
    const hard = bare(quota.status?.hard)
    for (const resource of Object.keys(hard).sort()) {
      const wanted = chargeOf(pod.spec, resource)
      if (wanted === 0) continue
      const used =
        quantity(resource, bare(quota.status?.used)[resource]) + changeSince(state, quota, resource)
      if (used + wanted <= quantity(resource, hard[resource])) continue
      const shown = (amount: number) => `${resource}=${text(resource, amount)}`
      return (
        `exceeded quota: ${quota.metadata.name}, requested: ${shown(wanted)}, ` +
        `used: ${shown(used)}, limited: ${resource}=${hard[resource]}`
      )
    }
  }
  return undefined
}

/**
 * Why a quota may refuse a new pod like this one although there is room: it demands what the containers leave open.
 * Where a LimitRange has come meanwhile, it fills that in; LimitRanges are not read.
 */
export function quotaDoubt({ simulated: { cluster } }: State, pod: SimPod): string | undefined {
  for (const quota of quotasOver(cluster, pod)) {
    const unsaid = Object.keys(bare(quota.status?.hard)).flatMap((resource) => unsaidIn(pod.spec, resource))
    if (unsaid.length > 0)
      return `failed quota: ${quota.metadata.name}: must specify ${unsaid.sort().join('; ')}, unless a LimitRange does`
  }
  return undefined
}

const quotasByNamespace = derived((cluster: Cluster) =>
  Map.groupBy(cluster.objects.resourcequotas, ({ metadata }) => metadata.namespace ?? ''),
)

function quotasOver(cluster: Cluster, pod: SimPod): readonly ResourceQuota[] {
  return (quotasByNamespace(cluster).get(pod.namespace) ?? []).filter((quota) => counts(quota, pod))
}

/** What the quota counts more, or less, than in the snapshot. */
function changeSince(state: State, quota: ResourceQuota, resource: string): number {
  let change = 0
  const charged = (pod: SimPod) => (counts(quota, pod) ? chargeOf(pod.spec, resource) : 0)
  for (const made of state.createdByOwner.values())
    for (const pod of made)
      if (pod.namespace === quota.metadata.namespace && !state.deleted.has(pod)) change += charged(pod)
  // All pods that exist are counted, and of those that have ended, or will not, their number only.
  const objects = resource === 'count/pods'
  for (const pod of [...state.deleted, ...state.terminating]) {
    if (pod.created || pod.namespace !== quota.metadata.namespace) continue
    if (!objects && pod.finished) continue
    const ended = !objects && !pod.terminating && staysTerminating(state, pod)
    if (state.deleted.has(pod) || ended) change -= charged(pod)
  }
  return change
}

type Scoped = (spec: PodSpec, pod: SimPod) => boolean

const SCOPES: Readonly<Record<string, Scoped>> = {
  Terminating: ({ activeDeadlineSeconds }) => activeDeadlineSeconds != null,
  NotTerminating: ({ activeDeadlineSeconds }) => activeDeadlineSeconds == null,
  BestEffort: (spec) => isBestEffort(spec),
  NotBestEffort: (spec) => !isBestEffort(spec),
  PriorityClass: ({ priorityClassName }) => priorityClassName !== undefined,
  CrossNamespacePodAffinity: (_, { affinity, antiAffinity, namespace }) =>
    [...affinity, ...antiAffinity].some(
      ({ namespaces }) => namespaces === 'all' || [...namespaces].some((one) => one !== namespace),
    ),
}

/** Whether a pod is in all scopes of a quota. */
function counts({ spec }: ResourceQuota, pod: SimPod): boolean {
  const inScope = (name: string) => own(SCOPES, name)?.(pod.spec, pod) ?? false
  return (
    (spec?.scopes ?? []).every(inScope) &&
    (spec?.scopeSelector?.matchExpressions ?? []).every(({ scopeName, operator, values = [] }) => {
      if (scopeName !== 'PriorityClass' || operator === 'Exists') return inScope(scopeName)
      if (operator === 'DoesNotExist') return !inScope(scopeName)
      return values.includes(pod.spec.priorityClassName ?? '') === (operator === 'In')
    })
  )
}

const containersOf = ({ containers, initContainers = [] }: PodSpec): readonly Container[] => [
  ...containers,
  ...initContainers,
]

const isBestEffort = (spec: PodSpec): boolean =>
  containersOf(spec).every(({ resources }) =>
    [resources?.requests, resources?.limits].every((list) =>
      ['cpu', 'memory'].every((resource) => list?.[resource] === undefined),
    ),
  )

const requestsOf = derived((spec: PodSpec) => podRequests(spec))
const limitsOf = derived((spec: PodSpec) => podRequests(spec, amounts, 'limits'))

/** Containers that leave open what a quota makes them say, whatever it counts of them. */
function unsaidIn(spec: PodSpec, resource: string): readonly string[] {
  if (!/^((requests|limits)\.)?(cpu|memory)$/.test(resource)) return []
  const kind = resource.startsWith('limits.') ? 'limits' : 'requests'
  const unit = unitOf(resource)
  if (spec.resources?.[kind]?.[unit] !== undefined) return []
  const names = containersOf(spec)
    .filter(({ resources }) => resources?.[kind]?.[unit] === undefined)
    .map(({ name }) => name)
  return names.length === 0 ? [] : [`${resource} for: ${names.join(',')}`]
}

/** The kind of amount that a resource of a quota is about: `requests.cpu` and `cpu` are the same. */
const unitOf = (resource: string): string => resource.replace(/^(requests|limits)\./, '')

/** How much of a resource of a quota one pod takes; 0 of what is not about pods. */
function chargeOf(spec: PodSpec, resource: string): number {
  if (resource === 'pods' || resource === 'count/pods') return 1
  const unit = unitOf(resource)
  if (resource.startsWith('limits.')) return limitsOf(spec)[unit] ?? 0
  const plain = ['cpu', 'memory', 'ephemeral-storage'].includes(resource) || resource.startsWith('hugepages-')
  return plain || resource.startsWith('requests.') ? (requestsOf(spec)[unit] ?? 0) : 0
}

const quantity = (resource: string, value: string | undefined): number =>
  value === undefined ? 0 : (amounts({ [unitOf(resource)]: value })[unitOf(resource)] ?? 0)

const text = (resource: string, amount: number): string =>
  unitOf(resource) === 'cpu' ? `${amount}m` : `${amount}`
