import type { Pod } from '../../model/kubernetes/objects.ts'
import { millis } from '../../model/text/time.ts'
import type { Fact } from './facts.ts'

/** A container that became Ready this long after its start, at most, was on its way up until then. */
const START_MS = 5 * 60_000

/** Why the failure of a probe is nothing to act upon: it belongs to a start or to a stop, or is over. */
export type PastProbeFailure = 'PodGone' | 'PodStopping' | 'Starting' | 'Recovered'

/** Undefined where the event is about something else, or the state of the pod does not say so. */
export function pastProbeFailure({ parsed, object, gone, last }: Fact): PastProbeFailure | undefined {
  if (parsed.probe === undefined) return undefined
  if (gone) return 'PodGone'
  if (object?.kind !== 'Pod') return undefined
  const { metadata, status } = object as Pod
  if (metadata.deletionTimestamp != null) return 'PodStopping'
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const since = millis(ready?.lastTransitionTime)
  if (ready?.status !== 'True' || since === undefined || last > since) return undefined
  const startedAt = Math.max(
    ...(status?.containerStatuses ?? []).map(({ state }) => millis(state?.running?.startedAt) ?? 0),
  )
  return since - startedAt <= START_MS ? 'Starting' : 'Recovered'
}
