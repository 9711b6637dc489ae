import type { Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { meets } from '../../model/kubernetes/selector.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { millis } from '../../model/text/time.ts'
import type { DrainOptions } from '../types.ts'

/** What kubectl decides about one pod before it evicts anything. */
export type Filtered =
  | { readonly action: 'Take'; readonly warning?: string }
  | { readonly action: 'Skip'; readonly reason: string; readonly warning?: string }
  | { readonly action: 'Refuse'; readonly reason: string }
  | { readonly action: 'Unknown'; readonly reason: string }

type Filter = (pod: Pod, options: DrainOptions, cluster: Cluster) => Filtered

const TAKE: Filtered = { action: 'Take' }

export const DAEMONSET_WARNING = 'ignoring DaemonSet-managed Pods'
const DAEMONSET_REFUSAL = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'
const LOCAL_STORAGE_REFUSAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)'
const UNMANAGED_WARNING = 'deleting Pods that declare no controller'
const UNMANAGED_REFUSAL = 'cannot delete Pods that declare no controller (use --force to override)'

/** Succeeded or Failed: its containers will never run again. */
export const isFinished = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

export const isMirror = (pod: Pod): boolean =>
  Object.hasOwn(pod.metadata.annotations ?? {}, 'kubernetes.io/config.mirror')

/** Whether kubectl stops waiting for a pod that has been terminating for too long (spec/drain.md D7). */
export function isLongTerminating(pod: Pod, options: DrainOptions, now: number): boolean {
  const deletion = millis(pod.metadata.deletionTimestamp)
  const limit = options.skipWaitForDeleteTimeoutSeconds
  return limit > 0 && deletion !== undefined && Math.floor((now - deletion) / 1000) > limit
}

const longTerminating: Filter = (pod, options, cluster) =>
  isLongTerminating(pod, options, cluster.now)
    ? {
        action: 'Skip',
        reason: `terminating for more than ${options.skipWaitForDeleteTimeoutSeconds}s (--skip-wait-for-delete-timeout)`,
      }
    : TAKE

const daemonSet: Filter = (pod, options, cluster) => {
  const controller = controllerOf(pod)
  if (controller?.kind !== 'DaemonSet' || controller.apiVersion !== 'apps/v1' || isFinished(pod)) return TAKE
  const found = cluster.find('daemonsets', pod.metadata.namespace, controller.name)
  if (found === undefined && !cluster.wasRead('daemonsets', pod.metadata.namespace))
    return {
      action: 'Unknown',
      reason: `DaemonSets were not read, so it is not known whether ${controller.name} still exists`,
    }
  if (found === undefined)
    return options.force
      ? TAKE
      : { action: 'Refuse', reason: `cannot delete daemonsets.apps "${controller.name}" not found` }
  return options.ignoreDaemonsets
    ? { action: 'Skip', reason: 'managed by a DaemonSet', warning: DAEMONSET_WARNING }
    : { action: 'Refuse', reason: DAEMONSET_REFUSAL }
}

const mirror: Filter = (pod) =>
  isMirror(pod)
    ? { action: 'Skip', reason: 'static pod: the kubelet runs it from a file, not the API server' }
    : TAKE

const localStorage: Filter = (pod, options) =>
  !options.deleteEmptydirData &&
  !isFinished(pod) &&
  pod.spec?.volumes?.some(({ emptyDir }) => emptyDir != null)
    ? { action: 'Refuse', reason: LOCAL_STORAGE_REFUSAL }
    : TAKE

const unmanaged: Filter = (pod, options) => {
  if (controllerOf(pod) !== undefined || isFinished(pod)) return TAKE
  return options.force
    ? { action: 'Take', warning: UNMANAGED_WARNING }
    : { action: 'Refuse', reason: UNMANAGED_REFUSAL }
}

/** kubectl's filters. The order is kubectl's: the first that does not take the pod decides (spec/drain.md D4). */
const FILTERS: readonly Filter[] = [longTerminating, daemonSet, mirror, localStorage, unmanaged]

/** What kubectl does with a pod of the node. The last filter's warning wins, as in kubectl (D6). */
export function filterPod(pod: Pod, options: DrainOptions, cluster: Cluster): Filtered {
  let last: Filtered = TAKE
  for (const filter of FILTERS) {
    last = filter(pod, options, cluster)
    if (last.action !== 'Take') return last
  }
  return last
}

export interface FilteredPod {
  readonly pod: Pod
  readonly result: Filtered
}

/** The pods that a drain of the node sees, each with kubectl's decision, by namespace and name (D3). */
export const filterPods = (cluster: Cluster, node: string, options: DrainOptions): readonly FilteredPod[] =>
  sortedBy(
    cluster
      .podsOnNode(node)
      .filter((pod) =>
        options.podSelector.every((requirement) => meets(pod.metadata.labels ?? {}, requirement)),
      ),
    ({ metadata }) => [metadata.namespace ?? '', metadata.name],
  ).map((pod) => ({ pod, result: filterPod(pod, options, cluster) }))

const podRef = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`

export interface MessageGroup {
  readonly message: string
  readonly pods: readonly string[]
}

const grouped = (entries: readonly { readonly message: string; readonly pod: Pod }[]): MessageGroup[] =>
  sortedBy(
    [...groupBy(entries, ({ message }) => message)].map(([message, group]) => ({
      message,
      pods: group.map(({ pod }) => podRef(pod)),
    })),
    ({ message }) => [message],
  )

/** Why the node is refused: kubectl's messages, each with its pods (D5). Empty where it is not. */
export const refusals = (pods: readonly FilteredPod[]): readonly MessageGroup[] =>
  grouped(
    pods.flatMap(({ pod, result }) => (result.action === 'Refuse' ? [{ message: result.reason, pod }] : [])),
  )

/** kubectl's warnings, each with its pods (D6). */
export const warnings = (pods: readonly FilteredPod[]): readonly MessageGroup[] =>
  grouped(
    pods.flatMap(({ pod, result }) =>
      (result.action === 'Skip' || result.action === 'Take') && result.warning !== undefined
        ? [{ message: result.warning, pod }]
        : [],
    ),
  )
