import type { Fields } from '../../model/kubernetes/fields.ts'
import { own } from '../../model/kubernetes/fields.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { parseConditions } from './conditions.ts'
import { podFields } from './pods.ts'
import { type Branch, branch, field, pairsOf, timeOf, valueAt } from './tree.ts'
import { jobFields, workloadFields } from './workloads.ts'

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
    : [{ apiVersion: own(OWNERS, kind) ?? 'v1', kind, name, uid: '', controller: true }]
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

/** Of each kind: apiVersion, and what its describe has of spec and status. `now` in milliseconds. */
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

/** The object as far as describe shows it; undefined for kinds of which only the events are of use. */
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
