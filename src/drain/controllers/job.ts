import type { Job } from '../../model/kubernetes/objects.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { none, type ReplacementDecision } from '../state/replacement-decision.ts'
import { deletePod, type State, startTermination } from '../state/state.ts'
import { activePods } from './owned-pods.ts'

/** Kubernetes' default for `backoffLimit` (pkg/apis/batch/v1/defaults.go). */
const DEFAULT_BACKOFF_LIMIT = 6

/** A terminating pod counts as a failure of its Job (docs/reference/controllers.md#R0). */
export function jobDecision(state: State, pod: SimPod, job: Job | undefined): ReplacementDecision {
  if (pod.finished) return none({ code: 'finished' })
  if (job === undefined) return { type: 'WhenGone' }
  const { name } = job.metadata
  const limit = job.spec?.backoffLimit ?? DEFAULT_BACKOFF_LIMIT
  const over = job.status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  if (over !== undefined || job.spec?.suspend) return none({ code: 'job-over', name })
  const failed = (job.status?.failed ?? 0) + (state.jobFailures.get(job.metadata.uid ?? '') ?? 0)
  if (failed > limit) return none({ code: 'backoff-limit', name, limit }, true)
  const parallelism = job.spec?.parallelism ?? 1
  const remaining = (job.spec?.completions ?? Number.POSITIVE_INFINITY) - (job.status?.succeeded ?? 0)
  if (activePods(state, pod).length >= Math.min(parallelism, remaining))
    return none({ code: 'job-satisfied', name })
  return job.spec?.podReplacementPolicy === 'Failed' ? { type: 'WhenGone' } : { type: 'AtOnce' }
}

const ignoresDisruption = (job: Job): boolean =>
  job.spec?.podFailurePolicy?.rules.some(
    ({ action, onPodConditions }) =>
      (action === 'Ignore' || action === 'FailIndex') &&
      onPodConditions?.some(({ type }) => type === 'DisruptionTarget'),
  ) ?? false

/**
 * Whether the Job of a pod that is deleted waits before it makes another: for 10 s after a failure, then for longer.
 */
export function backsOff(state: State, pod: SimPod): boolean {
  if (pod.owner?.kind !== 'Job' || pod.finished) return false
  const job = state.simulated.cluster.owner(pod.namespace, pod.owner) as Job | undefined
  return job !== undefined && !ignoresDisruption(job)
}

/** Books the failure that the deletion of a running pod is to its Job; a Job that fails takes its pods along. */
export function bookJobFailure(state: State, pod: SimPod): void {
  if (pod.owner?.kind !== 'Job' || pod.finished) return
  const job = state.simulated.cluster.owner(pod.namespace, pod.owner) as Job | undefined
  if (job === undefined || ignoresDisruption(job)) return
  const key = job.metadata.uid ?? ''
  const failures = (state.jobFailures.get(key) ?? 0) + 1
  state.jobFailures.set(key, failures)
  if ((job.status?.failed ?? 0) + failures <= (job.spec?.backoffLimit ?? DEFAULT_BACKOFF_LIMIT)) return
  for (const other of activePods(state, pod)) {
    startTermination(state, other)
    deletePod(state, other)
  }
}
