import { scaledValue } from '../../model/kubernetes/intstr.ts'
import { resourceOf } from '../../model/kubernetes/kinds.ts'
import type { OwnerReference, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { matchesSelector } from '../../model/kubernetes/selector.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { ownerKey, type SimPod } from '../cluster/simulated-cluster.ts'

/** The numbers of a budget's status, with what the API server looks at when it judges an eviction. */
export interface BudgetStatus {
  readonly expectedPods: number
  readonly desiredHealthy: number
  readonly currentHealthy: number
  readonly disruptionsAllowed: number
  /** False while the controller has not seen the present spec (`observedGeneration` < `generation`). */
  readonly observed: boolean
  /** The condition DisruptionAllowed, where it is False. */
  readonly condition?: { readonly reason: string; readonly message: string }
  readonly disruptedPods: number
}

/** What one controller adds to the expected pods (docs/reference/disruption-budgets.md#B4). */
export type Scale =
  | { readonly type: 'Scale'; readonly key: string; readonly replicas: number }
  | { readonly type: 'Unmanaged' }
  | { readonly type: 'Error'; readonly message: string }
  /** The controller, or its kind, was not read: its replicas are not known. */
  | { readonly type: 'Unread'; readonly key: string }

/** Counts over the pods that a budget matches, kept up to date pod by pod. */
export interface Tally {
  readonly pods: number
  readonly healthy: number
  /** Pods per controller and per error, so that the last pod of a controller takes its replicas along. */
  readonly scales: ReadonlyMap<string, { readonly scale: Scale; readonly pods: number }>
}

export const EMPTY_TALLY: Tally = { pods: 0, healthy: 0, scales: new Map() }

const scaleKey = (scale: Scale): string => {
  if (scale.type === 'Error') return `error/${scale.message}`
  return scale.type === 'Unmanaged' ? 'unmanaged' : scale.key
}

/** The tally after a pod appeared or went (`pods`), or became or ceased to be healthy (`healthy`). */
export function tallied(
  tally: Tally,
  scale: Scale,
  change: { readonly pods: number; readonly healthy: number },
): Tally {
  const healthy = tally.healthy + change.healthy
  if (change.pods === 0) return { ...tally, healthy }
  const key = scaleKey(scale)
  const count = (tally.scales.get(key)?.pods ?? 0) + change.pods
  const scales = new Map(tally.scales)
  if (count > 0) scales.set(key, { scale, pods: count })
  else scales.delete(key)
  return { pods: tally.pods + change.pods, healthy, scales }
}

/**
 * Resolves the controller of a pod to its scale, in the disruption controller's order
 * (docs/reference/disruption-budgets.md#B4).
 */
export function scaleOf(cluster: Cluster, pod: SimPod): Scale {
  const { owner, namespace } = pod
  if (owner === undefined) return { type: 'Unmanaged' }
  const key = ownerKey(namespace, owner)
  const resource = resourceOf(owner.apiVersion, owner.kind)
  const none: Scale = { type: 'Error', message: `found no controllers for pod "${pod.name}"` }
  switch (resource) {
    case 'replicationcontrollers':
    case 'statefulsets':
    case 'replicasets': {
      const object = cluster.owner(namespace, owner)
      if (object === undefined) return cluster.wasRead(resource, namespace) ? none : { type: 'Unread', key }
      if (resource === 'replicasets') {
        const above = controllerOf(object)
        if (above?.kind === 'Deployment') return deploymentScale(cluster, namespace, above, object, key)
      }
      return { type: 'Scale', key, replicas: replicasOf(object) }
    }
    case 'jobs':
    case 'daemonsets':
    case 'cronjobs':
      return {
        type: 'Error',
        message: `${resource}.${groupPart(owner.apiVersion)} does not implement the scale subresource`,
      }
    case 'nodes':
      return { type: 'Error', message: 'nodes does not implement the scale subresource' }
    default:
      return { type: 'Unread', key }
  }
}

const groupPart = (apiVersion: string): string => apiVersion.split('/')[0] ?? ''

const replicasOf = (object: object): number =>
  (object as { spec?: { replicas?: number } }).spec?.replicas ?? 1

function deploymentScale(
  cluster: Cluster,
  namespace: string,
  above: OwnerReference,
  replicaSet: object,
  key: string,
): Scale {
  const deployment = cluster.owner(namespace, above)
  if (deployment !== undefined)
    return { type: 'Scale', key: ownerKey(namespace, above), replicas: replicasOf(deployment) }
  return cluster.wasRead('deployments', namespace)
    ? { type: 'Scale', key, replicas: replicasOf(replicaSet) }
    : { type: 'Unread', key: ownerKey(namespace, above) }
}

/**
 * `expectedPods` and `desiredHealthy`, or why the controller can't work them out
 * (docs/reference/disruption-budgets.md#B2, #B4).
 */
function expectations(
  budget: PodDisruptionBudget,
  tally: Tally,
  stored: BudgetStatus | undefined,
): { readonly expected: number; readonly desired: number } | { readonly failure: string } {
  const { minAvailable, maxUnavailable } = budget.spec ?? {}
  if (maxUnavailable === undefined && typeof minAvailable === 'number')
    return { expected: tally.pods, desired: minAvailable }
  if (maxUnavailable === undefined && minAvailable === undefined) return { expected: 0, desired: 0 }
  const scales = [...tally.scales.values()].map(({ scale }) => scale)
  const failures = scales.flatMap((scale) => (scale.type === 'Error' ? [scale.message] : [])).sort()
  const [failure] = failures
  // Which of several pods fails the sync is chance; what the status says is as good.
  const before = stored?.condition?.message ?? ''
  if (failure !== undefined) return { failure: failures.includes(before) ? before : failure }
  let expected = 0
  // Where a controller was not read, the disruption controller has: its last count stands in.
  if (scales.some(({ type }) => type === 'Unread')) {
    if (stored?.condition?.reason === 'SyncFailed') return { failure: stored.condition.message }
    expected = stored?.expectedPods ?? tally.pods
  } else for (const scale of scales) if (scale.type === 'Scale') expected += scale.replicas
  if (maxUnavailable !== undefined) {
    const value = scaledValue(maxUnavailable as number | string, expected)
    if (value === undefined) return { failure: `invalid value for IntOrString: ${maxUnavailable}` }
    return { expected, desired: Math.max(0, expected - value) }
  }
  const value = scaledValue(minAvailable as number | string, expected)
  return value === undefined
    ? { failure: `invalid value for IntOrString: ${minAvailable}` }
    : { expected, desired: value }
}

/**
 * The status that the disruption controller writes for these pods (docs/reference/disruption-budgets.md#B2 to #B8). A
 * failed sync only takes `disruptionsAllowed` to 0 and sets the condition.
 */
export function syncedStatus(
  budget: PodDisruptionBudget,
  tally: Tally,
  stored: BudgetStatus | undefined,
): BudgetStatus {
  const result = expectations(budget, tally, stored)
  if ('failure' in result)
    return {
      ...(stored ?? {
        expectedPods: 0,
        desiredHealthy: 0,
        currentHealthy: 0,
        observed: false,
        disruptedPods: 0,
      }),
      disruptionsAllowed: 0,
      condition: { reason: 'SyncFailed', message: result.failure },
    }
  const { expected, desired } = result
  const allowed = expected <= 0 ? 0 : Math.max(0, tally.healthy - desired)
  return {
    expectedPods: expected,
    desiredHealthy: desired,
    currentHealthy: tally.healthy,
    disruptionsAllowed: allowed,
    observed: true,
    disruptedPods: 0,
    ...(allowed > 0 ? {} : { condition: { reason: 'InsufficientPods', message: '' } }),
  }
}

/** The status as it is stored; undefined for a budget that has none at all (a manifest that was not applied). */
export function storedStatus(budget: PodDisruptionBudget): BudgetStatus | undefined {
  const { status, metadata } = budget
  if (status === undefined || Object.keys(status).length === 0) return undefined
  const condition = status.conditions?.find(
    ({ type, status: value }) => type === 'DisruptionAllowed' && value === 'False',
  )
  return {
    expectedPods: status.expectedPods ?? 0,
    desiredHealthy: status.desiredHealthy ?? 0,
    currentHealthy: status.currentHealthy ?? 0,
    disruptionsAllowed: status.disruptionsAllowed ?? 0,
    observed: (status.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    disruptedPods: Object.keys(status.disruptedPods ?? {}).length,
    ...(condition === undefined
      ? {}
      : { condition: { reason: condition.reason, message: condition.message } }),
  }
}

export const budgetMatches = (budget: PodDisruptionBudget, pod: SimPod): boolean =>
  budget.metadata.namespace === pod.namespace && matchesSelector(budget.spec?.selector, pod.labels)
