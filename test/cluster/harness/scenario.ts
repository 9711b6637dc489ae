import type { KubeObject, Node, Pod, PodDisruptionBudget } from '../../../src/model/kubernetes/objects.ts'
import { API } from './kubectl.ts'
import { nodeObject } from './objects.ts'
import { eventually, sleep } from './processes.ts'
import { isCounted, isReady, isSettled } from './stable.ts'

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

/** A scenario that was made; several of one scenario can be there at the same time. */
export interface ScenarioCluster {
  readonly id: string
  readonly node: (letter: string) => string
  readonly pods: () => Promise<readonly Pod[]>
  readonly budgets: () => Promise<readonly PodDisruptionBudget[]>
}

/** The label that keeps the pods of a scenario on its own nodes. */
const CLUSTER = 'test-cluster'
/** The longest that a scenario may take until nothing moves in it any more, with others running beside it on two cores. */
const SECONDS = 60

/** Makes a scenario, with `id` at the start of all names, and waits until nothing moves in it any more. */
export async function createScenario(scenario: Scenario, id: string): Promise<ScenarioCluster> {
  const { nodes = ['a', 'b'], placeOn = ['a'], closed = [], tainted = [] } = scenario
  const cluster: ScenarioCluster = {
    id,
    node: (letter) => `${id}-${letter}`,
    pods: () => API.list<Pod>(`/api/v1/namespaces/${id}/pods`),
    budgets: () => API.list<PodDisruptionBudget>(`/apis/policy/v1/namespaces/${id}/poddisruptionbudgets`),
  }
  await API.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: id } })
  for (const [index, letter] of nodes.entries())
    await API.create(nodeOf(id, letter, `z${'abcdef'[index]}`, !placeOn.includes(letter)))
  await eventually('the default service account', () =>
    API.get(`/api/v1/namespaces/${id}/serviceaccounts/default`),
  )
  await eventually('the nodes to be Ready', () => nodesSettled(cluster.id), SECONDS)
  for (const object of scenario.objects(cluster.node)) await API.create(placed(object as KubeObject, id))
  await waitUntilStable(cluster)
  for (const object of scenario.later ?? []) await API.create(placed(object as KubeObject, id))
  if (scenario.later !== undefined) await waitUntilStable(cluster)
  for (const letter of nodes.filter((one) => !placeOn.includes(one) && !closed.includes(one)))
    await API.patch(`/api/v1/nodes/${cluster.node(letter)}`, { spec: { unschedulable: null } })
  await eventually('the nodes to open', () => nodesSettled(cluster.id), SECONDS)
  for (const letter of tainted)
    await API.patch(`/api/v1/nodes/${cluster.node(letter)}`, {
      spec: { taints: [{ key: 'dedicated', value: 'others', effect: 'NoSchedule' }] },
    })
  return cluster
}

/** One more node with the labels of another one and a host name of its own, open and empty. */
export async function addNodeLike({ id }: ScenarioCluster, like: string): Promise<void> {
  const node = await API.get<Node>(`/api/v1/nodes/${like}`)
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  await API.create(nodeOf(id, 'new', zone, false))
}

const nodeOf = (id: string, letter: string, zone: string, unschedulable: boolean): KubeObject =>
  nodeObject(`${id}-${letter}`, {
    labels: { [CLUSTER]: id, 'topology.kubernetes.io/zone': zone },
    unschedulable,
  })

interface PodSpecHolder {
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly template?: { readonly spec?: object }
}

/** The object in the namespace of the scenario, with its pods on the nodes of the scenario. */
function placed(object: KubeObject, id: string): KubeObject {
  const { spec } = object as { spec?: PodSpecHolder }
  const here = (pod: PodSpecHolder = {}) => ({ ...pod, nodeSelector: { ...pod.nodeSelector, [CLUSTER]: id } })
  const workload =
    spec?.template === undefined
      ? spec
      : { ...spec, template: { ...spec.template, spec: here(spec.template.spec) } }
  return {
    ...object,
    metadata: { ...object.metadata, namespace: id },
    spec: object.kind === 'Pod' ? here(spec) : workload,
  } as KubeObject
}

/** Ready, and with the taint of a cordon exactly where there is one: it comes and goes a moment later. */
async function nodesSettled(id: string): Promise<true | undefined> {
  const nodes = await API.list<Node>(`/api/v1/nodes?labelSelector=${CLUSTER}%3D${id}`)
  const settled = nodes.every(
    (node) =>
      isReady(node) &&
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

/** Waits until nodes, controllers, pods and budgets have done all that they have to, and stand still. */
export async function waitUntilStable(cluster: ScenarioCluster): Promise<void> {
  let last = ''
  await eventually(
    `${cluster.id} to come to rest`,
    async () => {
      const before = await stateOf(cluster)
      last = before ?? 'not complete'
      if (before === undefined) return undefined
      // The disruption controller counts pods a moment after they changed.
      await sleep(700)
      return (await stateOf(cluster)) === before ? true : undefined
    },
    SECONDS,
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${last}`)
  })
}

/** What pods and budgets are like; undefined while something has still to come. */
async function stateOf(cluster: ScenarioCluster): Promise<string | undefined> {
  if ((await nodesSettled(cluster.id)) === undefined) return undefined
  for (const [kind, root, plural] of CONTROLLERS) {
    const found = await API.list<Controller>(`${root}/namespaces/${cluster.id}/${plural}`)
    if (!found.every((one) => isComplete({ ...one, kind }))) return undefined
  }
  const pods = await cluster.pods()
  const budgets = await cluster.budgets()
  if (!pods.every(isSettled) || !budgets.every(isCounted)) return undefined
  return JSON.stringify([
    pods.map(({ metadata, spec, status }) => [metadata.uid, spec?.nodeName, status?.phase]),
    budgets.map(({ metadata, status }) => [metadata.name, status]),
  ])
}

/** Removes it without waiting for it. */
export async function removeScenario({ id }: ScenarioCluster): Promise<void> {
  await API.remove(`/api/v1/namespaces/${id}`)
  await API.remove(`/api/v1/namespaces/${id}/pods`)
  for (const { metadata } of await API.list<Node>(`/api/v1/nodes?labelSelector=${CLUSTER}%3D${id}`))
    await API.remove(`/api/v1/nodes/${metadata.name}`)
}
