import { LIVE_SECONDS } from '../../diagnosis/pod-info.ts'
import type { KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { millis } from '../../model/text/time.ts'
import { type Classification, classify } from './classify.ts'
import { closingEvents } from './closing.ts'
import { type ParsedMessage, parseMessage } from './message.ts'
import { type Resolution, resolutionOf } from './resolution.ts'
import { locator, type SubjectReference, subjectKey } from './subject.ts'

/** One event with everything that the analysis asks of it. */
export interface Fact {
  readonly occurrence: Occurrence
  readonly classification: Classification
  readonly parsed: ParsedMessage
  readonly subject: SubjectReference
  readonly subjectKey: string
  readonly object?: KubeObject
  readonly gone: boolean
  /** The container it is about; absent where a combined event mixes several. */
  readonly container?: string
  /** The node that it happened on, as far as event or pod tell. */
  readonly node?: string
  readonly resolution: Resolution['resolution']
  /** When it was over, in milliseconds, where that is known. */
  readonly closedAt?: number
  /** Of what is not known to be over: the reason of a later event that may have ended it. */
  readonly mayBeEndedBy?: string
  /** Seen within the time in which a writer may be late (docs/reference/events.md#A3). */
  readonly recent: boolean
  /** When it was first and last seen, in milliseconds; 0 where the event has no time. */
  readonly first: number
  readonly last: number
}

/** All events, oldest first. */
export function factsOf(cluster: Cluster): readonly Fact[] {
  const locate = locator(cluster)
  const told = cluster.occurrences().map((occurrence) => {
    const parsed = parseMessage(occurrence.message)
    const located = locate(occurrence.regarding)
    const container = containerOf(occurrence, parsed, located.object)
    return { occurrence, parsed, located, ...(container === undefined ? {} : { container }) }
  })
  const context = { cluster, closing: closingEvents(told) }
  return told.map(({ located, ...one }) => {
    const { occurrence, parsed } = one
    const classification = classify(occurrence, parsed)
    const node = nodeOf(occurrence, located.object)
    const last = millis(occurrence.lastSeen) ?? 0
    return {
      ...one,
      classification,
      ...located,
      subjectKey: subjectKey(located.subject),
      ...resolutionOf(one, classification, located, context),
      recent: last > 0 && cluster.now - last <= LIVE_SECONDS * 1000,
      first: millis(occurrence.firstSeen) ?? last,
      last,
      ...(node === undefined ? {} : { node }),
    }
  })
}

/**
 * The text is right where it names the container; `fieldPath` of a combined event may not be
 * (docs/reference/events.md#A3).
 */
function containerOf(
  { container, combined, regarding }: Occurrence,
  parsed: ParsedMessage,
  object: KubeObject | undefined,
): string | undefined {
  if (regarding.kind !== 'Pod') return undefined
  if (parsed.container !== undefined) return parsed.container
  if (!combined) return container
  const spec = (object as Pod | undefined)?.spec
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  return all.length === 1 ? all[0]?.name : undefined
}

function nodeOf(
  { regarding, host, component }: Occurrence,
  object: KubeObject | undefined,
): string | undefined {
  if (regarding.kind === 'Node') return regarding.name
  if (object?.kind === 'Pod') return (object as Pod).spec?.nodeName ?? undefined
  return component === 'kubelet' && regarding.kind === 'Pod' ? host : undefined
}
