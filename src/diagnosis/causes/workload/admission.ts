import { inNamespace, nameWord, typeWord } from '../../../model/command/command.ts'
import type { KubeObject, ReplicaSet } from '../../../model/kubernetes/objects.ts'
import type { Fix } from '../../../model/report/finding.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import type { Occurrence } from '../../../model/snapshot/occurrence.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { Cause } from '../../cause.ts'
import type { Code } from '../../codes/codes.ts'
import { eventEvidence } from '../../evidence.ts'
import { inspectFix } from '../../fixes/commands.ts'
import { type PodRefusalReason, parsePodRefusal } from '../../messages/pod-refusal.ts'
import { LIVE_SECONDS, secondsAgo } from '../../pod-info.ts'
import { conditionWith, workloadConditionEvidence } from './conditions.ts'
import { type OwnedObjects, ownedBy } from './owned.ts'

/** A ReplicaSet of an earlier revision makes no pods any more. */
const makesPods = (object: KubeObject): boolean => (object as Partial<ReplicaSet>).spec?.replicas !== 0

/** Pods that could not even be created: only their controller tells. */
export function admissionCauses(cluster: Cluster, workload: Workload, owned: OwnedObjects): readonly Cause[] {
  const creators = [
    ...(workload.object === undefined ? [] : [workload.object]),
    ...ownedBy(owned, workload).filter(makesPods),
  ]
  const [failing] = creators.flatMap((object) => {
    const condition = conditionWith(object, 'ReplicaFailure', 'True')
    return condition === undefined ? [] : [{ object, condition }]
  })
  const event = refusalEvents(cluster, workload, creators).at(-1)
  const live =
    event !== undefined && secondsAgo(cluster, event.lastSeen) <= LIVE_SECONDS && lacksPods(workload)
  const stated = failing && (failing.condition.message ?? failing.condition.reason ?? '')
  const message = stated ?? (live ? event.message : undefined)
  if (message === undefined) return []
  const { reason, text } = parsePodRefusal(message)
  return [
    {
      code: REFUSAL_CODES[reason] ?? 'admission-denied',
      layer: 'admission',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      summary: `pods cannot be created: ${text.slice(0, 200)}`,
      explanation: REFUSAL_WORDS[reason],
      evidence: [
        ...(failing === undefined ? [] : [workloadConditionEvidence(failing.object, failing.condition)]),
        ...(event === undefined ? [] : [eventEvidence(event)]),
      ],
      fixes: refusalFixes(reason, workload),
    },
  ]
}

function refusalEvents(
  cluster: Cluster,
  workload: Workload,
  creators: readonly KubeObject[],
): readonly Occurrence[] {
  const events = creators.flatMap(({ kind, metadata: { name, namespace, uid } }) =>
    cluster.eventsAbout({ kind, name, ...(namespace ? { namespace } : {}), ...(uid ? { uid } : {}) }),
  )
  const own =
    workload.kind !== 'Deployment' || cluster.wasRead('replicasets', workload.namespace)
      ? events
      : // Without recorded ReplicaSets their names must do: the Deployment's and a hash.
        cluster
          .occurrences()
          .filter(
            ({ regarding: { kind, namespace, name } }) =>
              kind === 'ReplicaSet' &&
              namespace === workload.namespace &&
              name.replace(/-[a-z0-9]+$/, '') === workload.name,
          )
  return sortedBy(
    own.filter(
      ({ reason, message }) =>
        REFUSAL_EVENTS.includes(reason) && parsePodRefusal(message).reason !== 'NamespaceTerminating',
    ),
    ({ lastSeen, message }) => [lastSeen, message],
  )
}

const REFUSAL_EVENTS: readonly string[] = ['FailedCreate', 'ReplicaSetCreateError']

/** Whether the workload has fewer pods than it wants, as far as that can be told. */
function lacksPods({ object, replicas, pods, kind }: Workload): boolean {
  const status = (
    object as { status?: { desiredNumberScheduled?: number; currentNumberScheduled?: number } } | undefined
  )?.status
  if (kind === 'DaemonSet')
    return (status?.currentNumberScheduled ?? 0) < (status?.desiredNumberScheduled ?? 1)
  const alive = pods.filter(({ status: pod }) => pod?.phase !== 'Failed' && pod?.phase !== 'Succeeded').length
  return replicas === undefined || alive < replicas
}

/** What has a code of its own; all else is `admission-denied`. */
const REFUSAL_CODES: Readonly<Partial<Record<PodRefusalReason, Code>>> = {
  QuotaExceeded: 'quota-exceeded',
  QuotaNeedsValue: 'quota-exceeded',
  PodSecurity: 'pod-security',
}

const UNKNOWN_RULE =
  'The API server refuses the pods, so no pod exists that could show anything. The message says which rule refuses them.'

const REFUSAL_WORDS: Readonly<Record<PodRefusalReason, string>> = {
  QuotaNeedsValue:
    'A ResourceQuota of the namespace limits a resource, so every container must say how much of it it wants, and these do not.',
  QuotaExceeded:
    'A ResourceQuota of the namespace is used up. The controller tries again; as soon as there is room, the pods are made.',
  PodSecurity:
    'The namespace enforces a Pod Security Standard, and the pod template breaks it. The message lists each field to change.',
  WebhookFailed:
    'An admission webhook does not answer, so the API server refuses the pods. This concerns everything the webhook is asked about, not only this workload.',
  ServiceAccountMissing: 'The ServiceAccount that the pods name does not exist in the namespace.',
  LimitRange: 'A LimitRange of the namespace does not allow these requests or limits.',
  NamespaceTerminating: UNKNOWN_RULE,
  Other: UNKNOWN_RULE,
}

function refusalFixes(reason: PodRefusalReason, { kind, name, namespace }: Workload): readonly Fix[] {
  const quotas = inspectFix('See the quotas and what uses them', [
    'kubectl',
    'describe',
    'resourcequota',
    ...inNamespace(namespace),
  ])
  const standard = inspectFix('See which standard the namespace enforces', [
    'kubectl',
    'get',
    'namespace',
    nameWord('Namespace', namespace),
    '-o',
    'jsonpath={.metadata.labels}',
  ])
  const rulesOf: Readonly<Partial<Record<PodRefusalReason, Fix>>> = {
    QuotaExceeded: quotas,
    QuotaNeedsValue: quotas,
    PodSecurity: standard,
  }
  const rules = rulesOf[reason]
  return [
    ...(rules === undefined ? [] : [rules]),
    inspectFix('See the workload with its events', [
      'kubectl',
      'describe',
      typeWord(kind),
      nameWord(kind, name),
      ...inNamespace(namespace),
    ]),
  ]
}
