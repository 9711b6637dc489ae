import type { Fields } from '../../model/kubernetes/fields.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { parseContainer, parseContainerStatus } from './containers.ts'
import { ageSeconds } from './lines.ts'
import { type Branch, branch, field, numberOf, pairsOf, timeOf, valueAt } from './tree.ts'

/** What an object of a describe is called. */
export interface DescribedObject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

const OWNERS: Readonly<Record<string, string>> = {
  CronJob: 'batch/v1',
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  Job: 'batch/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
}

/** `ReplicaSet/web-7d9`. */
function parseOwners(text: string | undefined) {
  const [kind = '', name] = text?.split('/') ?? []
  return name === undefined
    ? undefined
    : [{ apiVersion: OWNERS[kind] ?? 'v1', kind, name, uid: '', controller: true }]
}

function podFields(tree: readonly Branch[], now: number): Fields {
  const status = valueAt(tree, 'Status') ?? ''
  const leaving = /^Terminating(?: \(lasts (\S+)\))?/.exec(status)
  const containers = branch(tree, 'Containers')?.children ?? []
  const initContainers = branch(tree, 'Init Containers')?.children ?? []
  const node = valueAt(tree, 'Node')?.split('/')[0]
  const running = containers.some((one) => parseContainerStatus(one)?.state?.running !== undefined)
  return {
    ...(leaving === null
      ? {}
      : { deletionTimestamp: rfc3339(now - (ageSeconds(leaving[1] ?? '0s') ?? 0) * 1000) }),
    spec: {
      ...podSpec(tree),
      ...field('nodeName', node),
      ...field('readinessGates', parseReadinessGates(branch(tree, 'Readiness Gates'))),
    },
    status: {
      phase: leaving === null ? status : running ? 'Running' : 'Pending',
      ...field('reason', valueAt(tree, 'Reason')),
      ...field('message', valueAt(tree, 'Message')),
      ...field('podIP', valueAt(tree, 'IP')),
      ...field('startTime', timeOf(valueAt(tree, 'Start Time'))),
      conditions: parseConditions(branch(tree, 'Conditions')),
      containerStatuses: containers.flatMap((one) => parseContainerStatus(one) ?? []),
      initContainerStatuses: initContainers.flatMap((one) => parseContainerStatus(one) ?? []),
    },
  }
}

/** What a pod and a template have in common. */
const podSpec = (tree: readonly Branch[]): Fields => ({
  ...field(
    'initContainers',
    branch(tree, 'Init Containers')?.children.map((one) => parseContainer(one)),
  ),
  containers: (branch(tree, 'Containers')?.children ?? []).map((one) => parseContainer(one)),
  volumes: (branch(tree, 'Volumes')?.children ?? []).map(parseVolume),
  ...field('priorityClassName', valueAt(tree, 'Priority Class Name')),
})

function parseVolume({ key: name, children }: Branch): Fields {
  const type = valueAt(children, 'Type')?.split(' ')[0]
  const optional = valueAt(children, 'Optional') === 'true' ? { optional: true } : {}
  switch (type) {
    case 'PersistentVolumeClaim':
      return { name, persistentVolumeClaim: { claimName: valueAt(children, 'ClaimName') ?? '' } }
    case 'ConfigMap':
      return { name, configMap: { name: valueAt(children, 'Name') ?? '', ...optional } }
    case 'Secret':
      return { name, secret: { secretName: valueAt(children, 'SecretName') ?? '', ...optional } }
    case 'EmptyDir':
      return { name, emptyDir: {} }
    default:
      return { name }
  }
}

const parseReadinessGates = (gates: Branch | undefined) =>
  gates?.children.slice(1).map(({ text }) => ({ conditionType: text.split(/\s+/)[0] ?? '' }))

/** Rows of `Type Status [LastProbeTime|LastHeartbeatTime LastTransitionTime] [Reason [Message]]`. */
function parseConditions(conditions: Branch | undefined): readonly Fields[] {
  // Rows of a PersistentVolumeClaim stand deeper than their heading.
  const own = conditions?.children ?? []
  const rows: readonly Branch[] = own.flatMap((row) => [row, ...row.children])
  return rows.map(({ text }) => parseCondition(text)).filter((one) => one !== undefined)
}

const TIME = String.raw`\w{3}, \d\d \w{3} \d{4} [\d:]{8} \S+`
const CONDITION = new RegExp(
  String.raw`^(\S+)\s+(True|False|Unknown)(?:\s+(?:${TIME})\s+(${TIME}))?(?:\s+(\S+)(?:\s+(\S.*))?)?$`,
)

function parseCondition(text: string): Fields | undefined {
  const match = CONDITION.exec(text)
  if (match === null) return undefined
  const [, type, status, changed, reason, message] = match
  return {
    type,
    status,
    ...field('lastTransitionTime', timeOf(changed)),
    ...field('reason', reason),
    ...field('message', message),
  }
}

function nodeFields(tree: readonly Branch[]): Fields {
  const taints = branch(tree, 'Taints')
  const amounts = (key: string) => {
    const children = branch(tree, key)?.children
    return children === undefined
      ? undefined
      : Object.fromEntries(children.map((one) => [one.key, one.value]))
  }
  return {
    spec: {
      taints: (taints === undefined
        ? []
        : [taints.value, ...taints.children.map(({ text }) => text)]
      ).flatMap(parseTaint),
      ...(valueAt(tree, 'Unschedulable') === 'true' ? { unschedulable: true } : {}),
    },
    status: {
      conditions: parseConditions(branch(tree, 'Conditions')),
      ...field('capacity', amounts('Capacity')),
      ...field('allocatable', amounts('Allocatable')),
    },
  }
}

/** `key=value:NoSchedule`, `key:NoExecute`. */
function parseTaint(text: string) {
  const [, key, value, effect] = /^([^=:\s]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? []
  return key === undefined ? [] : [{ key, ...field('value', value), effect }]
}

const claimFields = (tree: readonly Branch[]): Fields => {
  const status = valueAt(tree, 'Status') ?? ''
  const volumeName = valueAt(tree, 'Volume')
  return {
    spec: {
      ...field('storageClassName', valueAt(tree, 'StorageClass')),
      ...field('volumeName', volumeName),
    },
    status: {
      phase: status.startsWith('Terminating') ? (volumeName === undefined ? 'Pending' : 'Bound') : status,
      conditions: parseConditions(branch(tree, 'Conditions')),
    },
  }
}

/** `Replicas: 3 desired | 1 updated | 3 total | 2 available | 1 unavailable`, or `2 current / 3 desired`. */
function workloadFields(tree: readonly Branch[]): Fields {
  const counts = valueAt(tree, 'Replicas') ?? ''
  const count = (word: string) => numberOf(new RegExp(String.raw`(\d+) ${word}`).exec(counts)?.[1])
  const daemons = (key: string) => numberOf(branch(tree, key)?.value)
  return {
    spec: {
      ...field('replicas', count('desired')),
      template: parsePodTemplate(branch(tree, 'Pod Template')),
    },
    status: {
      ...field('replicas', count('total') ?? count('current')),
      ...field('updatedReplicas', count('updated')),
      ...field('availableReplicas', count('available')),
      ...field('unavailableReplicas', count('unavailable')),
      ...field('desiredNumberScheduled', daemons('Desired Number of Nodes Scheduled')),
      ...field('currentNumberScheduled', daemons('Current Number of Nodes Scheduled')),
      ...field('numberAvailable', daemons('Number of Nodes Scheduled with Available Pods')),
      conditions: parseConditions(branch(tree, 'Conditions')),
    },
  }
}

function jobFields(tree: readonly Branch[]): Fields {
  const counts = /(\d+) Active.*\/ (\d+) Succeeded \/ (\d+) Failed/.exec(valueAt(tree, 'Pods Statuses') ?? '')
  return {
    spec: {
      ...field('parallelism', numberOf(valueAt(tree, 'Parallelism'))),
      ...field('completions', numberOf(valueAt(tree, 'Completions'))),
      ...field('backoffLimit', numberOf(valueAt(tree, 'Backoff Limit'))),
      ...field('activeDeadlineSeconds', numberOf(valueAt(tree, 'Active Deadline Seconds'))),
      template: parsePodTemplate(branch(tree, 'Pod Template')),
    },
    status: {
      ...field('startTime', timeOf(valueAt(tree, 'Start Time'))),
      ...field('completionTime', timeOf(valueAt(tree, 'Completed At'))),
      ...field('active', numberOf(counts?.[1])),
      ...field('succeeded', numberOf(counts?.[2])),
      ...field('failed', numberOf(counts?.[3])),
    },
  }
}

const parsePodTemplate = (template: Branch | undefined): Fields => {
  const children = template?.children ?? []
  return { metadata: { labels: pairsOf(children, 'Labels') }, spec: podSpec(children) }
}

/** Of each kind: apiVersion, and what its describe tells of spec and status. `now` in milliseconds. */
const READERS: Readonly<Record<string, readonly [string, (tree: readonly Branch[], now: number) => Fields]>> =
  {
    Pod: ['v1', podFields],
    Node: ['v1', nodeFields],
    PersistentVolumeClaim: ['v1', claimFields],
    Deployment: ['apps/v1', workloadFields],
    ReplicaSet: ['apps/v1', workloadFields],
    StatefulSet: ['apps/v1', workloadFields],
    DaemonSet: ['apps/v1', workloadFields],
    Job: ['batch/v1', jobFields],
  }

/** The object as far as describe tells of it; undefined for kinds of which only the events are of use. */
export function parseObject(
  { kind, name, namespace }: DescribedObject,
  tree: readonly Branch[],
  now: number,
) {
  const reader = READERS[kind]
  if (reader === undefined) return undefined
  const [apiVersion, read] = reader
  const { deletionTimestamp, ...fields } = read(tree, now)
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: pairsOf(tree, 'Labels'),
      ...field('creationTimestamp', timeOf(valueAt(tree, 'CreationTimestamp'))),
      ...field('deletionTimestamp', deletionTimestamp),
      ...field('ownerReferences', parseOwners(valueAt(tree, 'Controlled By'))),
    },
    ...fields,
  } as unknown as KubeObject
}
