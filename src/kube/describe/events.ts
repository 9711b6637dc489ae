import type { Event } from '../../model/kubernetes/objects.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { kindOfWord } from './kinds.ts'
import { AGE, ageSeconds } from './lines.ts'

/** An event as kubectl prints it: with ages in place of times. */
export interface PrintedEvent {
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  readonly fieldPath?: string
  readonly component?: string
  readonly host?: string
  /** Seconds before the text was made; undefined where kubectl did not know. */
  readonly lastAge?: number
  readonly firstAge?: number
  /** Undefined where the table has no count. */
  readonly count?: number
}

const AGES = String.raw`(${AGE})(?: +\(x(\d+) over (${AGE})\))?`
const TYPE = '(Normal|Warning)'
const FIELD_PATH = /^((?:spec|status)\.\S*?\{[^}]+\}): ([\s\S]*)$/

/** Columns of describe. Source: kubectl pkg/describe DescribeEvents; older ones print `kubelet, node-1`. */
const DESCRIBE_ROW = new RegExp(String.raw`^${TYPE}\s+(\S+)\s+${AGES}\s+([^\s,]+(?:, \S+)?)\s+(\S[\s\S]*)$`)
/** The source stands in a column of its own, however far from the age the longest age puts it. */
const DESCRIBE_ROW_ALIGNED = new RegExp(
  String.raw`^${TYPE}\s+(\S+)\s+${AGES}\s{2,}([a-z][\w./-]*(?:, \S+)?)\s{2,}(\S[\s\S]*)$`,
)
/** The source is empty where a component names none. */
const DESCRIBE_ROW_WITHOUT_SOURCE = new RegExp(String.raw`^${TYPE}\s+(\S+)\s+${AGES}\s{10,}(\S[\s\S]*)$`)

/** `kubectl events` and `kubectl get events`: the first with counts. Source: kubectl pkg/cmd/events, printers.go. */
const TABLE_ROW = new RegExp(
  String.raw`^(?:(\S+)\s+)?${AGES}\s+${TYPE}\s+(\S+)\s+([A-Za-z0-9.-]+)(?:\/(\S*))?\s+(\S[\s\S]*)$`,
)
/** What `-o wide` adds before the message (subobject, source) and after it (first seen, count, name). */
const WIDE_END = new RegExp(String.raw`^([\s\S]*?)\s+(${AGE})\s+(\d+)\s+(\S+)$`)
const WIDE_START = /^(?:((?:spec|status)\.\S*\{[^}]+\})\s+)?([^\s,]+(?:, \S+)?)\s+(\S[\s\S]*)$/

/** How a line begins that is a row of its own, however much of it was broken off. */
const DESCRIBE_ROW_START = new RegExp(String.raw`^${TYPE}\s+[A-Za-z]\S*\s+${AGE}(?:\s|$)`)
const TABLE_ROW_START = new RegExp(String.raw`^(?:[a-z0-9][-a-z0-9]*\s+)?${AGES}\s+${TYPE}\s+\S+`)

/** Whether a line begins a row of the Events of a describe. */
export const startsDescribeRow = (text: string): boolean => DESCRIBE_ROW_START.test(text)
/** Whether a line begins a row of `kubectl get events` or `kubectl events`. */
export const startsTableRow = (text: string): boolean => TABLE_ROW_START.test(text)

/** The titles of the tables, and the rule that describe draws under its own. */
export const isHeading = (text: string): boolean =>
  /^(NAMESPACE\s+)?LAST SEEN\s+TYPE\s+REASON\b/.test(text) ||
  /^Type\s+Reason\s+Age\s+From\b/.test(text) ||
  /^(-{4,}\s*)+$/.test(text)

/** One row of the Events of a describe, which are about the object that is described. */
export function parseDescribeRow(
  text: string,
  regarding: Pick<PrintedEvent, 'kind' | 'name' | 'namespace' | 'host'>,
): PrintedEvent | undefined {
  const bare = DESCRIBE_ROW_ALIGNED.test(text) ? null : DESCRIBE_ROW_WITHOUT_SOURCE.exec(text)
  const full = DESCRIBE_ROW_ALIGNED.exec(text) ?? DESCRIBE_ROW.exec(text)
  const [type = '', reason = '', last = '', count, first, source = '', rest = ''] =
    bare !== null ? [...bare.slice(1, 6), '', bare[6]] : full !== null ? full.slice(1) : []
  if (type === '') return undefined
  const [, fieldPath, own] = FIELD_PATH.exec(rest) ?? []
  const { host, ...object } = regarding
  const [component = '', node = component === 'kubelet' ? host : undefined] = source.split(', ')
  return {
    ...object,
    type,
    reason,
    message: own ?? rest,
    ...(fieldPath === undefined ? {} : { fieldPath }),
    ...sourceFields(component, node),
    ...agesOf(last, first),
    count: Number(count ?? 1),
  }
}

/** One row of `kubectl get events` or `kubectl events`. `wide`: the table has the columns of `-o wide`. */
export function parseTableRow(text: string, wide: boolean, counted: boolean): PrintedEvent | undefined {
  const row = TABLE_ROW.exec(text)
  if (row === null) return undefined
  const [, namespace, last = '', count, first, type = '', reason = '', kind = '', name = '', rest = ''] = row
  const event = {
    ...(namespace === undefined ? {} : { namespace }),
    type,
    reason,
    kind: kindOfWord(kind),
    name,
  }
  const end = wide ? WIDE_END.exec(rest) : null
  const start = end === null ? null : WIDE_START.exec(end[1] ?? '')
  if (end === null || start === null)
    return {
      ...event,
      message: rest,
      ...agesOf(last, first),
      ...(count === undefined && !counted ? {} : { count: Number(count ?? 1) }),
    }
  const [, fieldPath, source = '', message = ''] = start
  const [component = '', host] = source.split(', ')
  return {
    ...event,
    message,
    ...(fieldPath === undefined ? {} : { fieldPath }),
    ...sourceFields(component, host),
    ...agesOf(last, end[2]),
    count: Number(end[3]),
  }
}

/** Whether a row has the columns of `-o wide`: it ends in the name that a recorder gives to an event. */
export const isWideRow = (text: string): boolean =>
  new RegExp(String.raw`\s${AGE}\s+\d+\s+\S+\.[0-9a-f]{13,}$`).test(text)

const sourceFields = (component: string, host: string | undefined) => ({
  ...(component === '' ? {} : { component }),
  ...(host === undefined || host === '' ? {} : { host }),
})

function agesOf(last: string, first: string | undefined): Pick<PrintedEvent, 'lastAge' | 'firstAge'> {
  const [lastAge, firstAge] = [ageSeconds(last), first === undefined ? undefined : ageSeconds(first)]
  return {
    ...(lastAge === undefined ? {} : { lastAge }),
    ...(firstAge === undefined ? {} : { firstAge: Math.max(firstAge, lastAge ?? 0) }),
  }
}

/** The event as a cluster would store it; `now` in milliseconds. `ownNamespace` is that of an event that names none. */
export function toEvent(printed: PrintedEvent, now: number, ownNamespace: string, index: number): Event {
  const { type, reason, message, kind, name, fieldPath, component, host, lastAge, firstAge, count } = printed
  const namespace = kind === 'Node' ? undefined : (printed.namespace ?? ownNamespace)
  const at = (age: number) => rfc3339(now - age * 1000)
  const last = lastAge === undefined ? {} : { lastTimestamp: at(lastAge) }
  const times =
    count === undefined
      ? // A series of unknown length: more may have happened than this one.
        { ...last, ...(lastAge === undefined ? {} : { series: { count: 1, lastObservedTime: at(lastAge) } }) }
      : { ...last, count, ...(lastAge === undefined ? {} : { firstTimestamp: at(firstAge ?? lastAge) }) }
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: namespace ?? 'default', name: `${name}.${index}` },
    involvedObject: {
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    type,
    reason,
    message,
    ...times,
    source: { ...(component === undefined ? {} : { component }), ...(host === undefined ? {} : { host }) },
  } as unknown as Event
}
