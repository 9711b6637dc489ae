import type { Event } from '../kubernetes/objects.ts'

/** The object that an event is about. */
export interface Regarding {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid?: string
  readonly fieldPath?: string
}

/**
 * An event in one shape, whichever of the two API groups and recorders wrote it (docs/reference/events.md#A1 to #A4).
 */
export interface Occurrence {
  readonly event: Event
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  /** Without the aggregation prefix; see `combined`. */
  readonly message: string
  readonly regarding: Regarding
  /** Who wrote it: `kubelet`, `default-scheduler`. */
  readonly component: string
  readonly host?: string
  /** Container name and list out of `spec.containers{NAME}`. On combined events it may contradict the message. */
  readonly container?: string
  readonly count: number
  /** True where more happened than was counted, or may have. */
  readonly countIsLowerBound: boolean
  /** RFC 3339; '' where the event has no time at all. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** Folded from several messages by the recorder (docs/reference/events.md#A3). */
  readonly combined: boolean
}

const COMBINED = '(combined from similar events): '

/** What the events.k8s.io/v1 shape adds to, or names differently from, the core one. */
interface EventsV1Fields {
  readonly regarding?: Event['involvedObject']
  readonly note?: string
  readonly deprecatedSource?: Event['source']
  readonly deprecatedFirstTimestamp?: string | null
  readonly deprecatedLastTimestamp?: string | null
  readonly deprecatedCount?: number
  readonly reportingController?: string
}

/** Normalises one stored event of either shape. Never throws: what is missing becomes ''. */
export function occurrence(event: Event): Occurrence {
  const other = event as Event & EventsV1Fields
  const about = event.involvedObject ?? other.regarding ?? {}
  const source = event.source ?? other.deprecatedSource
  const text = event.message ?? other.note ?? ''
  const combined = text.startsWith(COMBINED)
  const created = event.metadata.creationTimestamp ?? ''
  const storedCount = event.count ?? other.deprecatedCount ?? 0
  const series = event.series ?? undefined
  const container = /^spec\.(?:initContainers|ephemeralContainers|containers)\{(.+)\}$/.exec(
    about.fieldPath ?? '',
  )?.[1]
  return {
    event,
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    message: combined ? text.slice(COMBINED.length) : text,
    regarding: {
      kind: about.kind ?? '',
      name: about.name ?? '',
      ...(about.namespace ? { namespace: about.namespace } : {}),
      ...(about.uid ? { uid: about.uid } : {}),
      ...(about.fieldPath ? { fieldPath: about.fieldPath } : {}),
    },
    component: source?.component || event.reportingComponent || other.reportingController || '',
    ...(source?.host ? { host: source.host } : {}),
    ...(container === undefined ? {} : { container }),
    count: series?.count ?? (storedCount > 0 ? storedCount : 1),
    // A combined event starts again at 1; a series is written every 30 minutes only (A.3, A.4).
    countIsLowerBound: combined || series !== undefined,
    firstSeen: event.eventTime ?? event.firstTimestamp ?? other.deprecatedFirstTimestamp ?? created,
    lastSeen:
      series?.lastObservedTime ??
      event.lastTimestamp ??
      other.deprecatedLastTimestamp ??
      event.eventTime ??
      created,
    combined,
  }
}
