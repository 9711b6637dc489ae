import { parseProbeMessage } from '../../diagnosis/messages/probe.ts'
import type { Pod } from '../../model/kubernetes/objects.ts'
import { millis } from '../../model/text/time.ts'
import type { Fact } from './facts.ts'

/** A container that became Ready this long after its start, at most, was on its way up until then. */
const START_MS = 5 * 60_000

/**
 * Why the failure of a probe is nothing to act upon: it belongs to a start or to a stop, or is over. Undefined where
 * the event is about something else, or the state of the pod does not say so.
 */
export function probeNoise({ occurrence: { message }, object, gone, last }: Fact): string | undefined {
  if (parseProbeMessage(message) === undefined) return undefined
  if (gone) return 'The pod is gone since then.'
  if (object?.kind !== 'Pod') return undefined
  const { metadata, status } = object as Pod
  if (metadata.deletionTimestamp != null)
    return 'The pod is being deleted, and its probes fail while it stops: that is how every pod ends.'
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const since = millis(ready?.lastTransitionTime)
  if (ready?.status !== 'True' || since === undefined || last > since) return undefined
  const startedAt = Math.max(
    ...(status?.containerStatuses ?? []).map(({ state }) => millis(state?.running?.startedAt) ?? 0),
  )
  return since - startedAt <= START_MS
    ? 'It failed while the container started, and the pod is Ready since then.'
    : 'The pod recovered from it, and is Ready since then.'
}
