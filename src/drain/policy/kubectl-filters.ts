import type { Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { millis } from '../../model/text/time.ts'
import type { PodPath } from '../cluster/pod-fields.ts'
import { isFinished, isMirror } from '../cluster/pod-state.ts'
import type { DrainOptions } from '../types/options.ts'
import { kubectlHas } from './kubectl-versions.ts'
import { type PodRule, type PodWarning, TAKE } from './policy.ts'

/** What kubectl's filters and its `--pod-selector` read of a pod. */
export const KUBECTL_READS: readonly PodPath[] = [
  'metadata.deletionTimestamp',
  'metadata.labels',
  'metadata.ownerReferences',
  "metadata.annotations['kubernetes.io/config.mirror']",
  'spec.volumes[*].emptyDir',
  'status.phase',
]

/** Makes one of kubectl's filters from the flags of the command and kubectl's minor version. */
type Filter = (options: DrainOptions, minor: number) => PodRule

const DAEMONSET_WARNING: PodWarning = {
  code: 'daemonset-pods-ignored',
  message: 'ignoring DaemonSet-managed Pods',
}
const DAEMONSET_REFUSAL = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'
const LOCAL_STORAGE_REFUSAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)'
const UNMANAGED_WARNING: PodWarning = {
  code: 'unmanaged-pods-deleted',
  message: 'deleting Pods that declare no controller',
}
const UNMANAGED_REFUSAL = 'cannot delete Pods that declare no controller (use --force to override)'

/** Whether a pod has been terminating for more than so many seconds (docs/reference/kubectl-drain.md#D7). */
function isLongTerminating(pod: Pod, seconds: number, now: number): boolean {
  const deletion = millis(pod.metadata.deletionTimestamp)
  return seconds > 0 && deletion !== undefined && Math.floor((now - deletion) / 1000) > seconds
}

const longTerminating: Filter =
  ({ skipWaitForDeleteTimeoutSeconds: seconds }) =>
  (pod, cluster) =>
    isLongTerminating(pod, seconds, cluster.now)
      ? {
          action: 'Skip',
          reason: `terminating for more than ${seconds}s (--skip-wait-for-delete-timeout)`,
        }
      : TAKE

const daemonSet: Filter =
  ({ force, ignoreDaemonsets }, minor) =>
  (pod, cluster) => {
    const controller = controllerOf(pod)
    if (controller?.kind !== 'DaemonSet' || isFinished(pod)) return TAKE
    if (controller.apiVersion !== 'apps/v1' && kubectlHas(minor, 'daemonset-of-apps')) return TAKE
    const found = cluster.find('daemonsets', pod.metadata.namespace, controller.name)
    if (found === undefined && !cluster.wasRead('daemonsets', pod.metadata.namespace))
      return {
        action: 'Unknown',
        reason: `DaemonSets were not read, so it is not known whether ${controller.name} still exists`,
      }
    if (found === undefined)
      return force
        ? TAKE
        : {
            action: 'Refuse',
            code: 'daemonset-missing',
            reason: `cannot delete daemonsets.apps "${controller.name}" not found`,
          }
    return ignoreDaemonsets
      ? { action: 'Skip', reason: 'managed by a DaemonSet', warning: DAEMONSET_WARNING }
      : { action: 'Refuse', code: 'daemonset-pods', reason: DAEMONSET_REFUSAL }
  }

const mirror: Filter = () => (pod) =>
  isMirror(pod)
    ? { action: 'Skip', reason: 'static pod: the kubelet runs it from a file, not the API server' }
    : TAKE

const localStorage: Filter =
  ({ deleteEmptydirData }) =>
  (pod) =>
    !deleteEmptydirData && !isFinished(pod) && pod.spec?.volumes?.some(({ emptyDir }) => emptyDir != null)
      ? { action: 'Refuse', code: 'local-storage', reason: LOCAL_STORAGE_REFUSAL }
      : TAKE

const unmanaged: Filter =
  ({ force }, minor) =>
  (pod) => {
    if (controllerOf(pod) !== undefined || isFinished(pod)) return TAKE
    return force
      ? { action: 'Take', warning: UNMANAGED_WARNING }
      : {
          action: 'Refuse',
          code: 'unmanaged-pods',
          reason: `${kubectlHas(minor, 'cannot-delete-once') ? '' : 'cannot delete '}${UNMANAGED_REFUSAL}`,
        }
  }

const FILTERS: readonly Filter[] = [longTerminating, daemonSet, mirror, localStorage, unmanaged]

/** The filters of this kubectl for these flags, in kubectl's order (docs/reference/kubectl-drain.md#D4). */
export const kubectlFilters = (options: DrainOptions, minor: number): readonly PodRule[] =>
  FILTERS.map((filter) => filter(options, minor))
