import { bare } from '../../model/kubernetes/fields.ts'
import type {
  LabelSelector,
  Node,
  OwnerReference,
  Pod,
  PodDisruptionBudget,
  PodSpec,
} from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { type Labels, matchesSelector } from '../../model/kubernetes/selector.ts'
import { minorVersion } from '../../model/kubernetes/version.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { isPodReady } from '../../model/snapshot/ready.ts'
import { sortedBy } from '../../model/text/sort.ts'
import {
  type AffinityTerm,
  type HostPort,
  hardSpread,
  hostPorts,
  type NamespacesMatching,
  requiredAffinity,
  requiredAntiAffinity,
  type SpreadConstraint,
} from './affinity-terms.ts'
import { isFinished } from './pod-state.ts'
import { type Amounts, type AmountsOf, amountsOfMany, occupied } from './resources.ts'
import { type Taint, UNSCHEDULABLE } from './taints.ts'

/** What a replacement of a pod will do once it is bound, judged by the pods of the same template (A1). */
export type Readiness = 'Ready' | 'Unready' | 'Pending'

/** A pod as the simulation sees it; never changes. Where it is and how it does is in {@link State}. */
export interface SimPod {
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly spec: PodSpec
  readonly priority: number
  readonly owner?: OwnerReference
  readonly requests: Amounts
  readonly ports: readonly HostPort[]
  readonly affinity: readonly AffinityTerm[]
  readonly antiAffinity: readonly AffinityTerm[]
  readonly spread: readonly SpreadConstraint[]
  /** The live pod: itself, or the one that this pod takes the place of. */
  readonly origin: Pod
  /** True for a pod that the simulation made. */
  readonly created: boolean
  /** True for a made pod whose predecessor is not Ready, so that it may not become so either. */
  readonly replacesFailing: boolean
  /** The first pod that was made like this one, in every respect: what is worked out for it holds for both. */
  readonly sameAs?: SimPod
  readonly finished: boolean
  /** Index of the node it is bound to in the snapshot; undefined for unscheduled and for made pods. */
  readonly boundTo?: number
  /** Phase Pending, although bound: image pull, init containers. */
  readonly starting: boolean
  readonly ready: boolean
  readonly terminating: boolean
}

export interface SimNode {
  readonly index: number
  readonly name: string
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly allocatable: Amounts
  /** False where the kubelet does not report: pods that are deleted there never go. */
  readonly alive: boolean
}

/** What is bound to a node. */
export interface Usage {
  readonly pods: number
  readonly requests: Amounts
}

/** Everything that does not change during a drain, indexed once. */
export interface SimulatedCluster {
  readonly cluster: Cluster
  readonly nodes: readonly SimNode[]
  readonly nodeIndex: ReadonlyMap<string, number>
  readonly pods: readonly SimPod[]
  readonly byNode: readonly (readonly SimPod[])[]
  readonly byNamespace: ReadonlyMap<string, readonly SimPod[]>
  readonly byOwner: ReadonlyMap<string, readonly SimPod[]>
  readonly byOrigin: ReadonlyMap<Pod, SimPod>
  /** The pods bound to a node, finished ones included. */
  readonly byNodeAll: (node: string) => readonly SimPod[]
  readonly usage: readonly Usage[]
  /** Pods that wait for the scheduler in the snapshot. */
  readonly waiting: readonly SimPod[]
  /** The lowest priority of a bound pod: nobody is preempted by a pod that has no more. */
  readonly lowestPriority: number
  readonly budgets: readonly PodDisruptionBudget[]
  /** Budgets whose stored status is out of date: the controller has counted again. */
  readonly resynced: ReadonlySet<PodDisruptionBudget>
  /** Bound pods with required anti-affinity, by term: the count per node. */
  readonly antiAffinity: ReadonlyMap<
    string,
    { readonly term: AffinityTerm; readonly nodes: Map<number, number> }
  >
  /** Where {@link cordoned} made this one: from which, and which nodes differ. */
  readonly cordon?: Cordon
  /** Counts that are asked for again and again: see `matchesByNode` in scheduler/pod-counts.ts. */
  readonly counts: Map<string, ReadonlyMap<number, number>>
  readonly namespacesMatching: NamespacesMatching
  /** Whether the API server's words depend on why a budget refuses (docs/reference/eviction.md#refusal). */
  readonly saysWhyRefused: boolean
}

/** The first minor version whose eviction API says why a budget refuses. */
const SAYS_WHY_SINCE = 35

const COPIED_LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

/** The labels of a pod that is not bound yet: the API server copies a node's zone and region at binding. */
export const unboundLabels = (labels: Labels): Labels =>
  bare(Object.fromEntries(Object.entries(labels).filter(([key]) => !COPIED_LABELS.includes(key))))

/** The parts of a pod that scheduling depends on, for a live pod or for one that is made from it. */
export function schedulingFields(
  spec: PodSpec,
  namespace: string,
  labels: Labels,
  matching: NamespacesMatching,
): Pick<SimPod, 'spec' | 'priority' | 'ports' | 'affinity' | 'antiAffinity' | 'spread'> {
  return {
    spec,
    priority: spec.priority ?? 0,
    ports: hostPorts(spec),
    affinity: requiredAffinity(spec, namespace, matching),
    antiAffinity: requiredAntiAffinity(spec, namespace, matching),
    spread: hardSpread(spec, namespace, labels),
  }
}

/** Namespaces whose labels match; by their well-known name label where namespaces were not read. */
function namespacesMatching(cluster: Cluster): NamespacesMatching {
  const known = new Map(cluster.objects.namespaces.map(({ metadata }) => [metadata.name, metadata.labels]))
  for (const { metadata } of cluster.objects.pods)
    if (metadata.namespace !== undefined && !known.has(metadata.namespace))
      known.set(metadata.namespace, { 'kubernetes.io/metadata.name': metadata.namespace })
  return (selector: LabelSelector) =>
    new Set([...known].filter(([, labels]) => matchesSelector(selector, labels)).map(([name]) => name))
}

function simPod(
  pod: Pod,
  nodeIndex: ReadonlyMap<string, number>,
  matching: NamespacesMatching,
  read: AmountsOf,
): SimPod {
  const namespace = pod.metadata.namespace ?? ''
  const labels = bare(pod.metadata.labels)
  const spec = pod.spec ?? { containers: [] }
  const owner = controllerOf(pod)
  const node = spec.nodeName === undefined ? undefined : nodeIndex.get(spec.nodeName)
  return {
    ...schedulingFields(spec, namespace, labels, matching),
    namespace,
    name: pod.metadata.name,
    labels,
    ...(owner === undefined ? {} : { owner }),
    requests: occupied(pod, read),
    origin: pod,
    created: false,
    replacesFailing: false,
    finished: isFinished(pod),
    ...(node === undefined ? {} : { boundTo: node }),
    starting: pod.status?.phase === 'Pending',
    ready: isPodReady(pod),
    terminating: pod.metadata.deletionTimestamp != null,
  }
}

function simNode(node: Node, index: number, read: AmountsOf): SimNode {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
  return {
    index,
    name: node.metadata.name,
    labels: bare(node.metadata.labels),
    taints: node.spec?.taints ?? [],
    unschedulable: node.spec?.unschedulable === true,
    allocatable: read(node.status?.allocatable),
    alive: ready === undefined || ready.status === 'True',
  }
}

/** The key of {@link SimulatedCluster.byOwner}. */
export const ownerKey = (namespace: string, owner: OwnerReference): string =>
  owner.uid || `${namespace}/${owner.kind}/${owner.name}`

/** Indexes a cluster for simulations. Linear in its pods. */
export function buildSimulatedCluster(cluster: Cluster): SimulatedCluster {
  const read = amountsOfMany()
  const nodes = sortedBy(cluster.objects.nodes, ({ metadata }) => [metadata.name]).map((node, index) =>
    simNode(node, index, read),
  )
  const nodeIndex = new Map(nodes.map(({ name, index }) => [name, index]))
  const matching = namespacesMatching(cluster)
  const pods = sortedBy(cluster.objects.pods, ({ metadata }) => [
    metadata.namespace ?? '',
    metadata.name,
  ]).map((pod) => simPod(pod, nodeIndex, matching, read))
  const byNode: SimPod[][] = nodes.map(() => [])
  const antiAffinity = new Map<string, { term: AffinityTerm; nodes: Map<number, number> }>()
  for (const pod of pods) {
    if (pod.boundTo === undefined || pod.finished) continue
    byNode[pod.boundTo]?.push(pod)
    for (const term of pod.antiAffinity) {
      const entry = antiAffinity.get(term.key) ?? { term, nodes: new Map<number, number>() }
      entry.nodes.set(pod.boundTo, (entry.nodes.get(pod.boundTo) ?? 0) + 1)
      antiAffinity.set(term.key, entry)
    }
  }
  const byOrigin = new Map(pods.map((pod) => [pod.origin, pod]))
  return {
    cluster,
    nodes,
    nodeIndex,
    pods,
    byNode,
    byNamespace: Map.groupBy(pods, ({ namespace }) => namespace),
    byOwner: Map.groupBy(
      pods.filter(({ owner }) => owner !== undefined),
      ({ namespace, owner }) => (owner === undefined ? '' : ownerKey(namespace, owner)),
    ),
    byOrigin,
    byNodeAll: (node) => cluster.podsOnNode(node).flatMap((pod) => byOrigin.get(pod) ?? []),
    usage: byNode.map((bound) => usageOf(bound)),
    waiting: pods.filter(
      (pod) => pod.origin.spec?.nodeName === undefined && !pod.finished && !pod.terminating,
    ),
    lowestPriority: byNode.flat().reduce((lowest, { priority }) => Math.min(lowest, priority), Infinity),
    budgets: sortedBy(cluster.objects.poddisruptionbudgets, ({ metadata }) => [
      metadata.namespace ?? '',
      metadata.name,
    ]),
    resynced: new Set(),
    antiAffinity,
    counts: new Map(),
    namespacesMatching: matching,
    saysWhyRefused: (minorVersion(cluster.snapshot.serverVersion) ?? SAYS_WHY_SINCE) >= SAYS_WHY_SINCE,
  }
}

function usageOf(pods: readonly SimPod[]): Usage {
  const total: Record<string, number> = {}
  for (const { requests } of pods)
    for (const [resource, value] of Object.entries(requests)) total[resource] = (total[resource] ?? 0) + value
  return { pods: pods.length, requests: total }
}

interface Cordon {
  readonly before: SimulatedCluster
  /** Indexes of the nodes that differ. */
  readonly nodes: readonly number[]
}

/**
 * A node as `kubectl cordon` leaves it, with the taint that follows (docs/reference/kubectl-drain.md#D2,
 * docs/reference/scheduler.md#R2).
 */
export function cordon(node: SimNode): SimNode {
  const tainted = node.taints.some(({ key }) => key === UNSCHEDULABLE.key)
  if (node.unschedulable && tainted) return node
  return { ...node, unschedulable: true, taints: tainted ? node.taints : [...node.taints, UNSCHEDULABLE] }
}

/**
 * The same simulated cluster with these nodes closed to new pods; a cordon that was set before has its taint by now.
 */
export function cordoned(
  simulated: SimulatedCluster,
  names: ReadonlySet<string>,
  close: (node: SimNode) => SimNode = cordon,
): SimulatedCluster {
  const changed: number[] = []
  const nodes = simulated.nodes.map((node) => {
    const closed = names.has(node.name) ? close(node) : node.unschedulable ? cordon(node) : node
    if (closed !== node) changed.push(node.index)
    return closed
  })
  return { ...simulated, nodes, cordon: { before: simulated, nodes: changed } }
}
