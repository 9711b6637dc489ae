import { RESOURCES } from '../../model/kubernetes/kinds.ts'
import type { Event, KubeObject } from '../../model/kubernetes/objects.ts'
import type { Objects } from '../../model/snapshot/snapshot.ts'
import { millis } from '../../model/text/time.ts'

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** The latest of some RFC 3339 times, as it was written; undefined where there is none. */
export function latestTime(times: Iterable<unknown>): string | undefined {
  let [latest, latestAt]: [string | undefined, number] = [undefined, 0]
  for (const time of times) {
    if (typeof time !== 'string' || !RFC3339.test(time)) continue
    const at = millis(time) ?? 0
    if (at > latestAt || (at === latestAt && latest !== undefined && time < latest))
      [latest, latestAt] = [time, at]
  }
  return latest
}

/**
 * The newest time the objects contain: creation, status, events. `deletionTimestamp` is left out because it lies in
 * the future by the grace period.
 */
export const newestTimestamp = (objects: Objects): string | undefined =>
  latestTime(
    (function* () {
      for (const resource of RESOURCES) for (const object of objects[resource]) yield* timesOf(object)
    })(),
  )

function* timesOf(object: KubeObject): Generator<unknown> {
  yield object.metadata.creationTimestamp
  yield* texts((object as { status?: unknown }).status)
  if (object.kind !== 'Event') return
  // The second pair is what `events.k8s.io/v1` calls the first.
  const { firstTimestamp, lastTimestamp, eventTime, series, ...rest } = object as Event
  const { deprecatedFirstTimestamp, deprecatedLastTimestamp } = rest as Readonly<Record<string, unknown>>
  yield* [firstTimestamp, lastTimestamp, eventTime, series?.lastObservedTime]
  yield* [deprecatedFirstTimestamp, deprecatedLastTimestamp]
}

function* texts(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* texts(item)
}
