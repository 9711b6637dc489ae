import type { KubeObject, Node, Pod, PodDisruptionBudget } from '../../../src/model/kubernetes/objects.ts'
import { type Api, apiOf } from './api.ts'
import { CONTROL_PLANE, mustKubectl } from './kubectl.ts'
import { isReadyNode, isSettled } from './nodes.ts'
import { eventually, sleep } from './processes.ts'

/** A small cluster inside of the control plane: nodes of its own, and pods that can run on no others. */
export interface Scenario {
  /** Nodes a and b unless told; names are made unique. Zones za, zb, ... in their order. */
  readonly nodes?: readonly string[]
  /** Nodes that are open while the objects are made (a); the others are opened afterwards. */
  readonly placeOn?: readonly string[]
  /** Nodes that stay cordoned. */
  readonly closed?: readonly string[]
  /** Nodes that get a taint which nothing tolerates, before the drain begins. */
  readonly tainted?: readonly string[]
  readonly objects: (node: (letter: string) => string) => readonly object[]
  /** Made when the pods of the others run: of two budgets over one pod, the controller updates only one later. */
  readonly later?: readonly object[]
}

/** One copy of a scenario that was made; scenarios run beside each other. */
export interface Copy {
  readonly id: string
  readonly api: Api
  readonly node: (letter: string) => string
  readonly pods: () => Promise<readonly Pod[]>
  readonly budgets: () => Promise<readonly PodDisruptionBudget[]>
}

/** The label that keeps the pods of a copy on its own nodes. */
const CLUSTER = 'test-cluster'
/** The longest that a copy may take to come to rest, with others running beside it on two cores. */
const SECONDS = 60

let shared: Api | undefined
const apiServer = (): Api => {
  shared ??= apiOf(
    CONTROL_PLANE,
    mustKubectl(['config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}']),
  )
  return shared
}

/** Makes a copy of the scenario and waits until nothing moves in it any more. */
export async function makeCopy(scenario: Scenario, id: string): Promise<Copy> {
  const { nodes = ['a', 'b'], placeOn = ['a'], closed = [], tainted = [] } = scenario
  const api = apiServer()
  const copy: Copy = {
    id,
    api,
    node: (letter) => `${id}-${letter}`,
    pods: () => api.list<Pod>(`/api/v1/namespaces/${id}/pods`),
    budgets: () => api.list<PodDisruptionBudget>(`/apis/policy/v1/namespaces/${id}/poddisruptionbudgets`),
  }
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: id } })
  for (const [index, letter] of nodes.entries())
    await api.create(nodeObject(copy, letter, `z${'abcdef'[index]}`, !placeOn.includes(letter)))
  await eventually('the default service account', () =>
    api.get(`/api/v1/namespaces/${id}/serviceaccounts/default`),
  )
  await eventually('the nodes to be Ready', () => nodesSettled(copy), SECONDS)
  for (const object of scenario.objects(copy.node)) await api.create(kept(object as KubeObject, id))
  await atRest(copy)
  for (const object of scenario.later ?? []) await api.create(kept(object as KubeObject, id))
  if (scenario.later !== undefined) await atRest(copy)
  for (const letter of nodes.filter((one) => !placeOn.includes(one) && !closed.includes(one)))
    await api.patch(`/api/v1/nodes/${copy.node(letter)}`, { spec: { unschedulable: null } })
  await eventually('the nodes to open', () => nodesSettled(copy), SECONDS)
  for (const letter of tainted)
    await api.patch(`/api/v1/nodes/${copy.node(letter)}`, {
      spec: { taints: [{ key: 'dedicated', value: 'others', effect: 'NoSchedule' }] },
    })
  return copy
}

/** One more node with the labels of another one and a host name of its own, open and empty. */
export async function addTwin(copy: Copy, like: string): Promise<void> {
  const node = await copy.api.get<Node>(`/api/v1/nodes/${like}`)
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  await copy.api.create(nodeObject(copy, 'twin', zone, false))
}

const nodeObject = ({ id, node }: Copy, letter: string, zone: string, unschedulable: boolean): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node(letter),
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { [CLUSTER]: id, 'kubernetes.io/hostname': node(letter), 'topology.kubernetes.io/zone': zone },
    },
    spec: { unschedulable },
    status: {
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    },
  }) as unknown as KubeObject

interface PodSpecHolder {
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly template?: { readonly spec?: object }
}

/** The object in the namespace of the copy, with its pods on the nodes of the copy. */
function kept(object: KubeObject, id: string): KubeObject {
  const { spec } = object as { spec?: PodSpecHolder }
  const here = (pod: PodSpecHolder = {}) => ({ ...pod, nodeSelector: { ...pod.nodeSelector, [CLUSTER]: id } })
  const placed =
    spec?.template === undefined
      ? spec
      : { ...spec, template: { ...spec.template, spec: here(spec.template.spec) } }
  return {
    ...object,
    metadata: { ...object.metadata, namespace: id },
    spec: object.kind === 'Pod' ? here(spec) : placed,
  } as KubeObject
}

/** Ready, and with the taint of a cordon exactly where there is one: it comes and goes a moment later. */
async function nodesSettled({ id, api }: Copy): Promise<true | undefined> {
  const nodes = await api.list<Node>(`/api/v1/nodes?labelSelector=${CLUSTER}%3D${id}`)
  const settled = nodes.every(
    (node) =>
      isReadyNode(node) &&
      (node.spec?.unschedulable === true) ===
        (node.spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/unschedulable') &&
      !node.spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready'),
  )
  return settled ? true : undefined
}

interface Controller extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly parallelism?: number }
  readonly status?: Readonly<Record<string, unknown>>
}

/** Whether a controller has made all its pods, of the newest template. */
function isComplete({ kind, metadata, spec, status = {} }: Controller): boolean {
  if (kind === 'Job') return status['active'] === (spec?.parallelism ?? 1)
  if (status['observedGeneration'] !== metadata.generation) return false
  if (kind === 'DaemonSet') return status['currentNumberScheduled'] === status['desiredNumberScheduled']
  const wanted = spec?.replicas ?? 1
  const updated = kind === 'Deployment' ? status['updatedReplicas'] : wanted
  return (
    (status['replicas'] ?? 0) === wanted &&
    (updated ?? 0) === wanted &&
    (kind !== 'StatefulSet' || status['currentRevision'] === status['updateRevision'])
  )
}

const CONTROLLERS = [
  ['Deployment', '/apis/apps/v1', 'deployments'],
  ['ReplicaSet', '/apis/apps/v1', 'replicasets'],
  ['StatefulSet', '/apis/apps/v1', 'statefulsets'],
  ['DaemonSet', '/apis/apps/v1', 'daemonsets'],
  ['ReplicationController', '/api/v1', 'replicationcontrollers'],
  ['Job', '/apis/batch/v1', 'jobs'],
] as const

const isSynced = ({ metadata, status }: PodDisruptionBudget): boolean =>
  status?.observedGeneration === metadata.generation ||
  (status?.conditions?.some(({ reason }) => reason === 'SyncFailed') ?? false)

/** Waits until nodes, controllers, pods and budgets have done all that they have to, and stand still. */
export async function atRest(copy: Copy): Promise<void> {
  let last = ''
  await eventually(
    `${copy.id} to come to rest`,
    async () => {
      const before = await standing(copy)
      last = before ?? 'not complete'
      if (before === undefined) return undefined
      // The disruption controller counts pods a moment after they changed.
      await sleep(700)
      return (await standing(copy)) === before ? true : undefined
    },
    SECONDS,
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${last}`)
  })
}

/** What pods and budgets are like; undefined while something has still to come. */
async function standing(copy: Copy): Promise<string | undefined> {
  if ((await nodesSettled(copy)) === undefined) return undefined
  for (const [kind, root, plural] of CONTROLLERS) {
    const found = await copy.api.list<Controller>(`${root}/namespaces/${copy.id}/${plural}`)
    if (!found.every((one) => isComplete({ ...one, kind }))) return undefined
  }
  const pods = await copy.pods()
  const budgets = await copy.budgets()
  if (!pods.every(isSettled) || !budgets.every(isSynced)) return undefined
  return JSON.stringify([
    pods.map(({ metadata, spec, status }) => [metadata.uid, spec?.nodeName, status?.phase]),
    budgets.map(({ metadata, status }) => [metadata.name, status]),
  ])
}

/** Removes the copy without waiting for it. */
export async function removeCopy({ id, api }: Copy): Promise<void> {
  await api.remove(`/api/v1/namespaces/${id}`)
  await api.remove(`/api/v1/namespaces/${id}/pods`)
  for (const { metadata } of await api.list<Node>(`/api/v1/nodes?labelSelector=${CLUSTER}%3D${id}`))
    await api.remove(`/api/v1/nodes/${metadata.name}`)
}
