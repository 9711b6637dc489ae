import type { Pod } from '../model/kubernetes/objects.ts'
import { controllerOf } from '../model/kubernetes/reference.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { groupBy, sortedBy } from '../model/text/sort.ts'
import { millis } from '../model/text/time.ts'
import { plural } from '../model/text/words.ts'
import type { PlannedNode, PlannedPod } from './types/node.ts'
import type { DrainPlan } from './types/plan.ts'

/** How far a real drain of one node has got. */
export interface FollowedNode {
  readonly name: string
  /** `Removed`: there is no such node any more. `Drained`: of the pods that go, none is left. */
  readonly state: 'NotStarted' | 'Cordoned' | 'Draining' | 'Drained' | 'Removed'
  /** Of the pods that the plan says go: those that went, and all of them. */
  readonly gone: number
  readonly of: number
}

/** One thing that is not as the plan says. */
export interface Deviation {
  readonly code:
    | 'not-cordoned'
    | 'new-pod'
    | 'gone-against-plan'
    | 'pending-against-plan'
    | 'landed-elsewhere'
    | 'landed-against-plan'
    | 'below-plan'
  readonly node?: string
  /** `namespace/name`. */
  readonly pod?: string
  readonly budget?: string
  readonly message: string
}

export interface Following {
  readonly nodes: readonly FollowedNode[]
  /** Sorted by node, pod and budget. */
  readonly deviations: readonly Deviation[]
}

/**
 * A real drain against the plan that was made before it. What merely takes longer than one looks is no deviation.
 * @param cluster read later than the one that the plan was made from
 */
export function followPlan(plan: DrainPlan, cluster: Cluster): Following {
  const bound = groupBy(
    cluster.objects.pods.filter(({ spec }) => spec?.nodeName !== undefined),
    ({ spec }) => spec?.nodeName ?? '',
  )
  const deviations = [
    ...plan.nodes.flatMap((node) => ofNode(node, cluster, bound.get(node.name) ?? [])),
    ...replacements(plan, cluster),
    ...budgets(plan, cluster),
  ]
  return {
    nodes: plan.nodes.map((node) => followedNode(node, cluster, bound.get(node.name) ?? [])),
    deviations: sortedBy(deviations, ({ node = '', pod = '', budget = '', code }) => [
      node,
      pod,
      budget,
      code,
    ]),
  }
}

/** Whether nothing is left to wait for. */
export const isDrained = ({ nodes }: Following): boolean =>
  nodes.every(({ state }) => state === 'Drained' || state === 'Removed')

/** What is different between two looks, in a line each; without an earlier one: how things stand. */
export function drainNews(before: Following | undefined, after: Following): readonly string[] {
  const [known, present] = [before, after].map((one) => (one === undefined ? [] : linesOf(one)))
  return (present ?? []).filter((line) => !known?.includes(line))
}

const linesOf = ({ nodes, deviations }: Following): readonly string[] => [
  ...nodes.map(
    ({ name, state, gone, of }) => `${name}: ${STATES[state]}; ${gone} of ${plural(of, 'pod')} gone`,
  ),
  ...deviations.map(
    ({ code, node, pod, budget, message }) =>
      `not as planned: ${[node, pod, budget && `budget ${budget}`].filter(Boolean).join(', ')}: ${message} (${code})`,
  ),
]

const STATES: Readonly<Record<FollowedNode['state'], string>> = {
  NotStarted: 'the drain has not started',
  Cordoned: 'cordoned',
  Draining: 'draining',
  Drained: 'drained',
  Removed: 'removed from the cluster',
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  `${namespace}/${name}`
const podName = ({ metadata }: Pod) => `${metadata.namespace ?? ''}/${metadata.name}`
const leaves = ({ action, outcome }: PlannedPod) =>
  (action === 'Evict' || action === 'Delete') && outcome !== 'Remains'

function followedNode(node: PlannedNode, cluster: Cluster, here: readonly Pod[]): FollowedNode {
  const { name } = node
  const present = new Set(here.map(podName))
  const going = node.pods.filter(leaves)
  const gone = going.filter((pod) => !present.has(nameOf(pod))).length
  const progress = { name, gone, of: going.length }
  const object = cluster.node(name)
  if (object === undefined) return { ...progress, state: 'Removed' }
  const cordoned = object.spec?.unschedulable === true
  if (gone === 0)
    return { ...progress, state: cordoned ? (going.length === 0 ? 'Drained' : 'Cordoned') : 'NotStarted' }
  return { ...progress, state: gone === going.length ? 'Drained' : 'Draining' }
}

/** What is on the node that should have gone, or is gone that should have stayed. */
function ofNode(node: PlannedNode, cluster: Cluster, here: readonly Pod[]): readonly Deviation[] {
  const object = cluster.node(node.name)
  if (object === undefined) return []
  const present = new Set(here.map(podName))
  const planned = new Set(node.pods.map(nameOf))
  const evicted = node.pods.filter((pod) => leaves(pod) && !present.has(nameOf(pod)))
  const cordoned = object.spec?.unschedulable === true
  const stayed = node.pods.filter(({ action, outcome }) => action !== 'Skip' && outcome === 'Remains')
  return [
    ...(evicted.length > 0 && !cordoned
      ? [
          {
            code: 'not-cordoned' as const,
            node: node.name,
            message: `${plural(evicted.length, 'pod')} left, but the node is not cordoned, so that pods may come back to it`,
          },
        ]
      : []),
    ...here
      .filter((pod) => !planned.has(podName(pod)) && controllerOf(pod)?.kind !== 'DaemonSet' && !isOver(pod))
      .map((pod) => ({
        code: 'new-pod' as const,
        node: node.name,
        pod: podName(pod),
        message: 'came to the node after the plan was made: kubectl drain evicts it, too, or waits for it',
      })),
    ...stayed
      .filter((pod) => !present.has(nameOf(pod)))
      .map((pod) => ({
        code: 'gone-against-plan' as const,
        node: node.name,
        pod: nameOf(pod),
        message: `went, although the plan says that it stays${pod.reason === undefined ? '' : ` (${pod.reason})`}`,
      })),
  ]
}

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'
const ownerKey = (namespace: string, owner: { readonly kind: string; readonly name: string }) =>
  `${namespace} ${owner.kind} ${owner.name}`

/** Pods that owners of drained pods have made since, and where the plan lets them land. */
function replacements(plan: DrainPlan, cluster: Cluster): readonly Deviation[] {
  const made = millis(plan.now) ?? 0
  const drained = new Set(plan.nodes.map(({ name }) => name))
  const expected = groupBy(
    plan.nodes.flatMap(({ pods }) => pods.filter((pod) => leaves(pod) && pod.owner !== undefined)),
    ({ namespace, owner }) => (owner === undefined ? '' : ownerKey(namespace, owner)),
  )
  return cluster.objects.pods.flatMap((pod): readonly Deviation[] => {
    const owner = controllerOf(pod)
    const created = millis(pod.metadata.creationTimestamp)
    if (owner === undefined || created === undefined || created <= made || pod.metadata.deletionTimestamp)
      return []
    const siblings = expected.get(ownerKey(pod.metadata.namespace ?? '', owner)) ?? []
    const found = siblings.flatMap(({ replacement }) => replacement ?? [])
    if (found.length === 0) return []
    return replaced(pod, found, drained)
  })
}

/** StatefulSets give each pod its own fate; elsewhere a new pod may be the replacement of any of its siblings. */
function replaced(
  pod: Pod,
  found: readonly NonNullable<PlannedPod['replacement']>[],
  drained: ReadonlySet<string>,
): readonly Deviation[] {
  const name = podName(pod)
  const on = pod.spec?.nodeName
  const lands = found.filter(
    ({ fate: outcome }) => outcome === 'Lands' || outcome === 'Preempts' || outcome === 'Either',
  )
  const says = (code: Deviation['code'], message: string) => [{ code, pod: name, message }]
  if (on === undefined) {
    const unschedulable = pod.status?.conditions?.find(
      ({ type, status, reason }) =>
        type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    )
    if (unschedulable === undefined || lands.length < found.length) return []
    return says(
      'pending-against-plan',
      `stays Pending, although the plan has a place for it: ${unschedulable.message ?? ''}`,
    )
  }
  if (drained.has(on)) return []
  if (lands.length === 0)
    return says('landed-against-plan', `landed on ${on}, although the plan leaves it Pending`)
  if (lands.some(({ nodes }) => nodes.includes(on))) return []
  return says('landed-elsewhere', `landed on ${on}, which is not among the nodes of the plan`)
}

/** Budgets whose pods are fewer than the drain alone explains. */
function budgets(plan: DrainPlan, cluster: Cluster): readonly Deviation[] {
  return plan.budgets.flatMap((planned): readonly Deviation[] => {
    const now = cluster.objects.poddisruptionbudgets.find(
      ({ metadata }) => metadata.namespace === planned.namespace && metadata.name === planned.name,
    )?.status
    if (now === undefined) return []
    const { currentHealthy = 0, desiredHealthy = 0 } = now
    // The drain never takes a budget below what it desires (spec/drain.md E5): something else did.
    if (currentHealthy >= desiredHealthy || currentHealthy >= planned.currentHealthyBefore) return []
    return [
      {
        code: 'below-plan',
        budget: nameOf(planned),
        message: `has ${currentHealthy} healthy pods and needs ${desiredHealthy}: more went than the drain may take`,
      },
    ]
  })
}
