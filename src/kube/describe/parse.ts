import type { Event, KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import { UNNAMED } from '../../model/kubernetes/reference.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { millis, rfc3339 } from '../../model/text/time.ts'
import { withToldMessages } from './event-messages.ts'
import {
  describedEvent,
  eventOf,
  isDescribedRow,
  isListedRow,
  listedEvent,
  looksWide,
  type PastedEvent,
} from './events.ts'
import { kindNamed, kindOfKeys } from './kinds.ts'
import { linesOf } from './lines.ts'
import { type Described, objectOf } from './objects.ts'
import { type Section, sectionsOf } from './sections.ts'
import { type Branch, treeOf, valueAt } from './tree.ts'

/** What somebody copied out of a terminal, as objects. Times are as exact as the ages. */
export interface Pasted {
  readonly objects: readonly KubeObject[]
  readonly events: readonly Event[]
  /** RFC 3339: when kubectl printed it, as far as that can be told. */
  readonly takenAt: string
  /** What the text leaves open, one sentence each. */
  readonly notes: readonly string[]
}

interface PastedOptions {
  /** RFC 3339, where it is known when the text was printed. */
  readonly now?: string
  /** The real time, where nothing in the text says when it was printed. */
  readonly clock: string
  /** Of objects that name none. */
  readonly namespace?: string
}

/** One section, read. */
interface Part {
  readonly about: Described | undefined
  readonly tree: readonly Branch[]
  readonly events: readonly PastedEvent[]
  readonly type: Section['type']
}

/** A describe begins with these two, or with the name and what its kind has next. */
const DESCRIBE =
  /^\s*(?:>\s?)*\s*Name:\s+\S.*\n(?:.*\n){0,3}?\s*(?:>\s?)*\s*(?:Namespace|Roles|Labels|Annotations):/m

/** As much of a text as shows what it is. */
const ENOUGH = 1024 * 1024

/** Whether this is the output of `kubectl describe`, `kubectl events` or `kubectl get events`. */
export function looksPasted(text: string): boolean {
  const beginning = text.slice(0, ENOUGH)
  if (/^apiVersion:/m.test(beginning)) return false
  return (
    DESCRIBE.test(beginning.replaceAll('\r', '')) ||
    linesOf(beginning).some((line) => isListedRow(line.text) || isDescribedRow(line.text))
  )
}

/**
 * Reads what kubectl printed for people: `describe` of any objects, their Events alone, `kubectl get events` and
 * `kubectl events` with whatever columns, in any order and with the text of a ticket around it. An object that is
 * described twice counts once, as it was last.
 */
export function readPasted(text: string, { now, clock, namespace }: PastedOptions): Pasted {
  const parts = sectionsOf(linesOf(text)).map(partOf)
  const known = [
    ...new Set(
      parts.flatMap(({ about, events }) => [about, ...events].flatMap((one) => one?.namespace ?? [])),
    ),
  ]
  const place = namespace ?? (known.length === 1 ? known[0] : undefined)
  const described = new Map(
    parts.flatMap((part) => (part.about === undefined ? [] : [[keyOf(part.about), part] as const])),
  )
  const anchors = sortedBy([...described.values()].flatMap(anchorsOf), ([at, age]) => [age, -at])
  const anchor = anchors[0]?.[0]
  const takenAt = now ?? (anchor === undefined ? clock : rfc3339(anchor))
  const at = millis(takenAt) ?? 0
  const events = withoutRepeats(
    parts.filter((part) => part.about === undefined || described.get(keyOf(part.about)) === part),
  )
  return {
    objects: [...described.values()].flatMap(({ about, tree, events: own }) => {
      const object =
        about === undefined || tree.length === 0 ? undefined : objectOf(placed(about, place), tree, at)
      return object === undefined ? [] : withToldMessages(object, own)
    }),
    events: events.map((event, index) => eventOf(event, at, place ?? 'default', index)),
    takenAt,
    notes: notesOf(events, {
      isGiven: now !== undefined,
      isAnchored: anchor !== undefined,
      takenAt,
      place,
      described: described.size,
    }),
  }
}

function notesOf(
  events: readonly PastedEvent[],
  time: {
    isGiven: boolean
    isAnchored: boolean
    takenAt: string
    place: string | undefined
    described: number
  },
): readonly string[] {
  const isUnplaced = events.some(({ namespace, kind }) => namespace === undefined && kind !== 'Node')
  return [
    'The input is text that was printed for people: what it does not show is unknown, and times are as exact as its ages.',
    ...(time.isGiven || time.isAnchored
      ? []
      : [
          `The text does not say when it was printed: its ages are counted from now, ${time.takenAt} (--now changes that).`,
        ]),
    ...(isUnplaced && time.place === undefined
      ? ['The text names no namespace: "default" is taken for it (-n names another).']
      : []),
    ...(time.described > 1 && events.length === 0
      ? ['kubectl describe leaves the events out where it shows several objects: add --show-events.']
      : []),
    ...(events.some(({ count }) => count === undefined)
      ? ['The table of events has no counts: each may have happened more often than once.']
      : []),
  ]
}

function partOf(section: Section): Part {
  const { command, body, rows, type, heading } = section
  const tree = treeOf(body)
  if (type === 'listed') {
    const wide = heading === undefined ? rows.some(looksWide) : /\bSUBOBJECT\b/.test(heading)
    // Only `kubectl events` says how often: one of its rows without a count is one event.
    const counted = rows.some((text) => / \(x\d+ over /.test(text))
    const events = rows.flatMap((text) => listedEvent(text, wide, counted) ?? [])
    const place = command?.namespace
    return { about: undefined, tree, type, events: events.map((event) => placed(event, place)) }
  }
  const about = aboutOf(section, tree)
  const host = about.kind === 'Pod' ? valueAt(tree, 'Node')?.split('/')[0] : undefined
  const whom = host === undefined ? about : { ...about, host }
  return { about, tree, type, events: rows.flatMap((text) => describedEvent(text, whom) ?? []) }
}

const placed = <T extends { readonly kind: string; readonly namespace?: string }>(
  one: T,
  namespace: string | undefined,
): T =>
  one.namespace !== undefined || one.kind === 'Node' || namespace === undefined ? one : { ...one, namespace }

/** What a describe is about: its own words, else the command, else what the events say. */
function aboutOf({ command, rows }: Section, tree: readonly Branch[]): Described {
  const namespace = valueAt(tree, 'Namespace') ?? command?.namespace
  const own = {
    name: valueAt(tree, 'Name'),
    kind: valueAt(tree, 'Kind') ?? kindOfKeys(tree.map(({ key }) => key)),
  }
  const typed = {
    name: command?.name,
    kind: command?.type === undefined ? undefined : kindNamed(command.type),
  }
  const said = subjectOfEvents(rows)
  return {
    kind: own.kind ?? typed.kind ?? said.kind ?? '',
    name: own.name ?? typed.name ?? said.name ?? UNNAMED,
    ...(namespace === undefined
      ? said.namespace === undefined
        ? {}
        : { namespace: said.namespace }
      : { namespace }),
  }
}

/** What the kubelet writes about its node and not about a pod. */
const NODE_REASONS =
  /^\w+\s+(?:Starting|Node[A-Z]\w+|InvalidDiskCapacity|ImageGCFailed|ContainerGCFailed|FreeDiskSpaceFailed|EvictionThresholdMet|SystemOOM|OOMKilling|Shutdown|KubeletSetupFailed)\s/

/** Messages that name the object they are about, where only the events of a describe were copied. */
const NAMING: readonly (readonly [
  kind: string,
  pattern: RegExp,
  order: readonly ('name' | 'namespace')[],
])[] = [
  ['Pod', /Successfully assigned ([^\s/]+)\/(\S+) to /, ['namespace', 'name']],
  ['Pod', /restarting failed container \S+ in pod ([^\s_]+)_([^\s(]+)\(/, ['name', 'namespace']],
  ['Node', /Node (\S+) (?:status is now|has been rebooted)/, ['name']],
  ['Deployment', /Scaled (?:up|down) replica set (\S+)-[a-z0-9]+ (?:from|to) /, ['name']],
  ['ReplicaSet', /\sreplicaset-controller\s.*(?:Created|Deleted) pod: (\S+)-[a-z0-9]{5}$/, ['name']],
  ['Job', /\sjob-controller\s.*(?:Created|Deleted) pod: (\S+)-[a-z0-9]{5}$/, ['name']],
  ['CronJob', /\scronjob-controller\s.*(?:Created|Deleted) job (\S+)-\d+$/, ['name']],
  ['StatefulSet', /in StatefulSet (\S+) /, ['name']],
  ['Node', NODE_REASONS, []],
  ['Pod', /\s(?:kubelet|default-scheduler)[\s,]|spec\.(?:containers|initContainers)\{/, []],
]

function subjectOfEvents(rows: readonly string[]): Partial<Described> {
  for (const [kind, pattern, order] of NAMING) {
    const match = rows.map((text) => pattern.exec(text)).find((found) => found !== null)
    if (match)
      return { kind, ...Object.fromEntries(order.map((word, index) => [word, match[index + 1] ?? ''])) }
  }
  return {}
}

const keyOf = ({ kind, namespace, name }: Described): string => `${kind}/${namespace ?? ''}/${name}`

/**
 * When the text was printed, and how old what tells it is: things that stand in it as a time and, in an event, as an age.
 * An age is rounded down, the more so the older it is.
 */
function anchorsOf({ about, tree, events }: Part): readonly (readonly [at: number, age: number])[] {
  if (about?.kind !== 'Pod') return []
  const { status } = objectOf(about, tree, 0) as Pod
  const age = (reason: string, container?: string) =>
    events.findLast(
      (event) =>
        event.reason === reason &&
        (container === undefined || event.fieldPath === `spec.containers{${container}}`),
    )?.lastAge
  const pairs: readonly (readonly [string | null | undefined, number | undefined])[] = [
    [status?.startTime, age('Scheduled')],
    ...(status?.containerStatuses ?? []).map(
      ({ name, state, lastState }) =>
        [state?.running?.startedAt ?? lastState?.terminated?.startedAt, age('Started', name)] as const,
    ),
  ]
  return pairs.flatMap(([time, seconds]) => {
    const at = millis(time)
    return at === undefined || seconds === undefined ? [] : [[at + seconds * 1000, seconds] as const]
  })
}

/** An event that a describe tells of stands in a table as well: the describe says more. */
function withoutRepeats(parts: readonly Part[]): readonly PastedEvent[] {
  const key = ({ kind, name, type, reason, message }: PastedEvent) =>
    JSON.stringify([kind, name, type, reason, message.trim()])
  const told = groupBy(
    parts.filter(({ type }) => type === 'described').flatMap(({ events }) => events),
    key,
  )
  return parts.flatMap(({ type, events }) =>
    type === 'described' ? events : events.filter((event) => !told.has(key(event))),
  )
}
