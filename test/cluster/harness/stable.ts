import type { Node, Pod, PodDisruptionBudget } from '../../../src/model/kubernetes/objects.ts'

/** A pod or a node that is Ready. */
export const isReady = ({ status }: Pod | Node): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false

/** Started, ended, kept by a finalizer, or found not to fit anywhere: as it was meant to be, or as it will stay. */
export function isSettled({ metadata, spec, status }: Pod): boolean {
  if (metadata.deletionTimestamp) return (metadata.finalizers ?? []).length > 0
  if (spec?.nodeName === undefined)
    return status?.conditions?.some(({ reason }) => reason === 'Unschedulable') ?? false
  return status?.phase === (metadata.annotations?.['test/phase'] ?? 'Running')
}

/** Whether the disruption controller has looked at the budget as it is now. */
export const isCounted = ({ metadata, status }: PodDisruptionBudget): boolean =>
  status?.observedGeneration === metadata.generation ||
  (status?.conditions?.some(({ reason }) => reason === 'SyncFailed') ?? false)
