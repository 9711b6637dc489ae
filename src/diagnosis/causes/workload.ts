import type { Deployment, KubeObject, ReplicaSet } from '../../model/kubernetes/objects.ts'
import { controllerOf, describeObject } from '../../model/kubernetes/reference.ts'
import type { Evidence } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { Cause } from '../cause.ts'
import type { Code } from '../codes/codes.ts'
import { eventEvidence } from '../evidence.ts'
import { inspectFix } from '../fixes.ts'
import { LIVE_SECONDS, secondsAgo } from '../pod-info.ts'

/** The ReplicaSets and Jobs of every workload, by the uid of their owner. */
export type Children = ReadonlyMap<string, readonly KubeObject[]>

export function childrenOf(cluster: Cluster): Children {
  const children = new Map<string, KubeObject[]>()
  for (const object of [...cluster.objects.replicasets, ...cluster.objects.jobs] as readonly KubeObject[]) {
    const owner = controllerOf(object)?.uid
    if (owner) children.set(owner, [...(children.get(owner) ?? []), object])
  }
  return children
}

export const ownChildren = (children: Children, { uid }: Workload): readonly KubeObject[] =>
  uid === undefined ? [] : (children.get(uid) ?? [])

/** A ReplicaSet of an earlier revision makes no pods any more. */
const makesPods = (object: KubeObject): boolean => (object as Partial<ReplicaSet>).spec?.replicas !== 0

/** Why pods are refused by the API server; the first match wins (spec/events.md B.5.1). */
const REFUSALS: readonly { readonly pattern: RegExp; readonly code: Code }[] = [
  { pattern: /exceeded quota|failed quota/, code: 'quota-exceeded' },
  { pattern: /violates PodSecurity/, code: 'pod-security' },
]

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export const conditionsOf = (object: KubeObject | undefined): readonly Condition[] =>
  (object as { status?: { conditions?: readonly Condition[] } } | undefined)?.status?.conditions ?? []

export function statusCondition(object: KubeObject | undefined, type: string): Evidence | undefined {
  const index = conditionsOf(object).findIndex(
    (condition) => condition.type === type && condition.status === 'True',
  )
  const condition = conditionsOf(object)[index]
  if (object === undefined || condition === undefined) return undefined
  return {
    source: 'Status',
    object: describeObject(object),
    path: `status.conditions[${index}]`,
    text: `${type}=True ${[condition.reason, condition.message].filter(Boolean).join(': ')}`,
    ...(condition.lastTransitionTime ? { time: condition.lastTransitionTime } : {}),
  }
}

/** Pods that could not even be created: only their controller tells. */
export function admissionCauses(cluster: Cluster, workload: Workload, children: Children): readonly Cause[] {
  const makers = [
    ...(workload.object === undefined ? [] : [workload.object]),
    ...ownChildren(children, workload).filter(makesPods),
  ]
  const condition = makers
    .map((maker) => statusCondition(maker, 'ReplicaFailure'))
    .find((one) => one !== undefined)
  const event = refusalEvents(cluster, workload, makers).at(-1)
  const live =
    event !== undefined && secondsAgo(cluster, event.lastSeen) <= LIVE_SECONDS && lacksPods(workload)
  const text = condition?.text ?? (live ? event.message : undefined)
  if (text === undefined) return []
  const code = REFUSALS.find(({ pattern }) => pattern.test(text))?.code ?? 'admission-denied'
  const reason = text.replace(/^.*(?:Error creating: |is forbidden: |FailedCreate: |failed error: )/s, '')
  return [
    {
      code,
      layer: 'admission',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      summary: `pods cannot be created: ${reason.slice(0, 200)}`,
      explanation: refusalWords(code, text),
      evidence: [
        ...(condition === undefined ? [] : [condition]),
        ...(event === undefined ? [] : [eventEvidence(event)]),
      ],
      fixes: refusalFixes(code, workload),
    },
  ]
}

function refusalEvents(
  cluster: Cluster,
  workload: Workload,
  makers: readonly KubeObject[],
): readonly Occurrence[] {
  const events = makers.flatMap(({ kind, metadata: { name, namespace, uid } }) =>
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
        /^(FailedCreate|ReplicaSetCreateError)$/.test(reason) && !/being terminated/.test(message),
    ),
    ({ lastSeen, message }) => [lastSeen, message],
  )
}

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

function refusalWords(code: Code, text: string): string {
  if (code === 'quota-exceeded')
    return /failed quota/.test(text)
      ? 'A ResourceQuota of the namespace limits a resource, so every container must say how much of it it wants, and these do not.'
      : 'A ResourceQuota of the namespace is used up. The controller tries again; as soon as there is room, the pods are made.'
  if (code === 'pod-security')
    return 'The namespace enforces a Pod Security Standard, and the pod template breaks it. The message lists each field to change.'
  if (/failed calling webhook/.test(text))
    return 'An admission webhook does not answer, so the API server refuses the pods. This concerns everything the webhook is asked about, not only this workload.'
  if (/service account/.test(text))
    return 'The ServiceAccount that the pods name does not exist in the namespace.'
  if (/(maximum|minimum) \S+ usage per|LimitRange/.test(text))
    return 'A LimitRange of the namespace does not allow these requests or limits.'
  return 'The API server refuses the pods, so no pod exists that could show anything. The message says which rule refuses them.'
}

function refusalFixes(code: Code, { kind, name, namespace }: Workload) {
  const quota = inspectFix('See the quotas and what uses them', [
    'kubectl',
    'describe',
    'resourcequota',
    '-n',
    namespace,
  ])
  const level = inspectFix('See which standard the namespace enforces', [
    'kubectl',
    'get',
    'namespace',
    namespace,
    '-o',
    'jsonpath={.metadata.labels}',
  ])
  const look = inspectFix('See the workload with its events', [
    'kubectl',
    'describe',
    kind.toLowerCase(),
    name,
    '-n',
    namespace,
  ])
  return [...(code === 'quota-exceeded' ? [quota] : code === 'pod-security' ? [level] : []), look]
}

/** The rollout ran out of time: what its pods suffer from is the cause, this only follows. */
export function progressCauses(workload: Workload): readonly Cause[] {
  if (workload.kind !== 'Deployment') return []
  const deployment = workload.object as Deployment | undefined
  const index = conditionsOf(deployment).findIndex(
    ({ type, status, reason }) =>
      type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded',
  )
  const condition = conditionsOf(deployment)[index]
  if (deployment === undefined || condition === undefined) return []
  const { name, namespace } = workload
  return [
    {
      code: 'progress-deadline',
      layer: 'rollout',
      severity: 'Info',
      confidence: 'Certain',
      effect: 'Unready',
      summary: `rollout did not finish within ${deployment.spec?.progressDeadlineSeconds ?? 600}s`,
      explanation:
        'The new pods did not become available in time. The Deployment goes on trying; nothing is rolled back by itself.',
      evidence: [
        {
          source: 'Status',
          object: describeObject(deployment),
          path: `status.conditions[${index}]`,
          text: `Progressing=False ${condition.reason}: ${condition.message ?? ''}`,
          ...(condition.lastTransitionTime ? { time: condition.lastTransitionTime } : {}),
        },
      ],
      fixes: [
        inspectFix('See the revisions; rollout undo goes back to the one before', [
          'kubectl',
          'rollout',
          'history',
          `deployment/${name}`,
          '-n',
          namespace,
        ]),
      ],
    },
  ]
}
