import type { Event, KubeObject } from '../../model/kubernetes/objects.ts'
import { referenceKey } from '../../model/kubernetes/reference.ts'
import { millis, rfc3339 } from '../../model/text/time.ts'
import { type PrintedEvent, startsDescribeRow, startsTableRow, toEvent } from './events.ts'
import { splitLines } from './lines.ts'
import { withMessagesFromEvents } from './messages-from-events.ts'
import { type DescribedObject, parseObject } from './objects.ts'
import { type ParsedSection, parseSection, withNamespace } from './parsed-section.ts'
import { printTimeOf } from './print-time.ts'
import { splitSections } from './sections.ts'

/** What kubectl printed for people, as objects. Times are as exact as the ages. */
export interface KubectlText {
  readonly objects: readonly KubeObject[]
  readonly events: readonly Event[]
  /** RFC 3339: when kubectl printed it; where that is not known, when the newest of its events was seen. */
  readonly takenAt: string
  /** What the text leaves open, one sentence each. */
  readonly notes: readonly string[]
}

interface KubectlTextOptions {
  /** RFC 3339, where it is known when the text was printed. */
  readonly now?: string
  /** The real time, where nothing in the text says when it was printed. */
  readonly clock: string
  /** Of objects that name none. */
  readonly namespace?: string
}

/** A describe begins with these two, or with the name and what its kind has next. */
const DESCRIBE =
  /^\s*(?:>\s?)*\s*Name:\s+\S.*\n(?:.*\n){0,3}?\s*(?:>\s?)*\s*(?:Namespace|Roles|Labels|Annotations):/m

/** As much of a text as shows what it is. */
const ENOUGH = 1024 * 1024

/** Whether this is the output of `kubectl describe`, `kubectl events` or `kubectl get events`. */
export function looksLikeKubectlText(text: string): boolean {
  const beginning = text.slice(0, ENOUGH)
  if (/^apiVersion:/m.test(beginning)) return false
  return (
    DESCRIBE.test(beginning.replaceAll('\r', '')) ||
    splitLines(beginning).some((line) => startsTableRow(line.text) || startsDescribeRow(line.text))
  )
}

/**
 * Reads what kubectl printed for people: `describe` of any objects, their Events alone, `kubectl get events` and
 * `kubectl events` with whatever columns, in any order and with the text of a ticket around it. An object that is
 * described twice counts once, as it was last.
 */
export function parseKubectlText(text: string, { now, clock, namespace }: KubectlTextOptions): KubectlText {
  const sections = splitSections(splitLines(text)).map(parseSection)
  const named = new Set(
    sections.flatMap(({ subject, events }) => [subject, ...events].flatMap((one) => one?.namespace ?? [])),
  )
  const ownNamespace = namespace ?? (named.size === 1 ? [...named][0] : undefined)
  const described = new Map(
    sections.flatMap((section) =>
      section.subject === undefined ? [] : [[keyOf(section.subject), section] as const],
    ),
  )
  const printTime = printTimeOf([...described.values()])
  const at = millis(now) ?? printTime ?? millis(clock) ?? 0
  const events = withoutRepeats(
    sections.filter(
      (section) => section.subject === undefined || described.get(keyOf(section.subject)) === section,
    ),
  )
  const isUndated = now === undefined && printTime === undefined
  const youngest = Math.min(...events.flatMap(({ lastAge }) => lastAge ?? []))
  const hasAges = Number.isFinite(youngest)
  const takenAt = rfc3339(isUndated && hasAges ? at - youngest * 1000 : at)
  return {
    objects: [...described.values()].flatMap(({ subject, tree, events: own }) => {
      const object =
        subject === undefined || tree.length === 0
          ? undefined
          : parseObject(withNamespace(subject, ownNamespace), tree, at)
      return object === undefined ? [] : withMessagesFromEvents(object, own)
    }),
    events: events.map((event, index) => toEvent(event, at, ownNamespace ?? 'default', index)),
    takenAt,
    notes: notesOn(events, {
      undated: isUndated ? { takenAt, hasAges } : undefined,
      namespace: ownNamespace,
      described: described.size,
    }),
  }
}

function notesOn(
  events: readonly PrintedEvent[],
  text: {
    /** Where it does not say when it was printed: what counts as now (RFC 3339), and whether an event has an age. */
    readonly undated: { readonly takenAt: string; readonly hasAges: boolean } | undefined
    readonly namespace: string | undefined
    /** How many objects are described. */
    readonly described: number
  },
): readonly string[] {
  const lacksNamespace = events.some(({ namespace, kind }) => namespace === undefined && kind !== 'Node')
  return [
    'The input is text that was printed for people: what it does not show is unknown, and times are as exact as its ages.',
    ...(text.undated === undefined
      ? []
      : [
          text.undated.hasAges
            ? `The text does not say when it was printed: its newest event counts as now, ${text.undated.takenAt} (--now says when it was printed).`
            : `The text does not say when it was printed: now is ${text.undated.takenAt} (--now changes that).`,
        ]),
    ...(lacksNamespace && text.namespace === undefined
      ? ['The text names no namespace: "default" is taken for it (-n names another).']
      : []),
    ...(text.described > 1 && events.length === 0
      ? ['kubectl describe leaves the events out where it shows several objects: add --show-events.']
      : []),
    ...(events.some(({ count }) => count === undefined)
      ? ['The table of events has no counts: each may have happened more often than once.']
      : []),
  ]
}

const keyOf = ({ kind, namespace, name }: DescribedObject): string => referenceKey(kind, namespace, name)

/** An event that stands in a describe and in a table as well is taken from the describe, which has more of it. */
function withoutRepeats(sections: readonly ParsedSection[]): readonly PrintedEvent[] {
  const key = ({ kind, name, type, reason, message }: PrintedEvent) =>
    JSON.stringify([kind, name, type, reason, message.trim()])
  const inDescribe = Map.groupBy(
    sections.filter(({ type }) => type === 'describe').flatMap(({ events }) => events),
    key,
  )
  return sections.flatMap(({ type, events }) =>
    type === 'describe' ? events : events.filter((event) => !inDescribe.has(key(event))),
  )
}
