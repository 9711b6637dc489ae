import type { Gap } from '../../model/snapshot/snapshot.ts'
import { escapeText } from '../../model/text/escape.ts'
import { listed } from '../../model/text/words.ts'

const NO_REVIEWER = 'none is taken to refuse an eviction'

type Consequences = Readonly<Partial<Record<Gap['resource'], string>>>

/** What can't be known without a kind; the others need no more than their name. */
const CONSEQUENCES: Consequences = {
  events: 'findings rest on status only',
  mutatingwebhookconfigurations: NO_REVIEWER,
  nodes: 'the state and the room of nodes are unknown',
  'pods/exec': 'probes that run a command were not run',
  'pods/log': 'no log line is quoted as evidence',
  'pods/portforward': 'probes that ask a port were not run',
  pods: 'it is unknown which pods there are',
  validatingadmissionpolicies: NO_REVIEWER,
  validatingadmissionpolicybindings: NO_REVIEWER,
  validatingwebhookconfigurations: NO_REVIEWER,
}

/** What can't be known of a drain. */
export const DRAIN_CONSEQUENCES: Consequences = {
  poddisruptionbudgets: 'it is unknown which evictions a PDB refuses',
}

/** Where the name of the resource is not the word that people have for it. */
const NAMES: Readonly<Partial<Record<Gap['resource'], string>>> = { 'pods/log': 'logs' }

/** What could not be done with it; `read`, where nothing else is said. */
const VERBS: Readonly<Partial<Record<Gap['resource'], string>>> = {
  'pods/exec': 'use',
  'pods/portforward': 'use',
}

const nameOf = ({ resource }: Gap): string => NAMES[resource] ?? resource

/**
 * What the reading took for granted and what was not read, one line each, for standard error: `could not read events in
 * namespace "shop": events is forbidden: ...; findings rest on status only`. Kinds that a recording does not contain
 * share one line.
 * @param more what else can't be known, of the command that read
 */
export function gapLines(
  gaps: readonly Gap[],
  notes: readonly string[] = [],
  more: Consequences = {},
): readonly string[] {
  const known = { ...CONSEQUENCES, ...more }
  const unrecorded = gaps.filter(({ reason }) => reason === 'NotRecorded')
  const others = gaps.filter(({ reason }) => reason !== 'NotRecorded')
  return [...notes, ...others.map((gap) => gapLine(gap, known)), ...unrecordedLines(unrecorded, known)].map(
    (line) => escapeText(line),
  )
}

function gapLine(gap: Gap, known: Consequences): string {
  const { resource, namespace, reason, message } = gap
  if (reason === 'OutOfTime') return `${message}; findings that need one say so`
  const place = namespace === undefined ? '' : ` in namespace "${namespace}"`
  const problem = `could not ${VERBS[resource] ?? 'read'} ${nameOf(gap)}${place}: ${message}`
  return [problem, ...consequencesOf([gap], known)].join('; ')
}

const consequencesOf = (gaps: readonly Gap[], known: Consequences): readonly string[] => [
  ...new Set(gaps.flatMap(({ resource }) => known[resource] ?? [])),
]

/** So many kinds are named one by one; of more, those alone without which something can't be known. */
const NAMED_KINDS = 6

function kindNames(group: readonly Gap[], known: Consequences): readonly string[] {
  if (group.length <= NAMED_KINDS) return group.map(nameOf)
  const named = group.filter(({ resource }) => known[resource] !== undefined)
  return [...named.map(nameOf), `${group.length - named.length} ${named.length === 0 ? '' : 'other '}kinds`]
}

const unrecordedLines = (gaps: readonly Gap[], known: Consequences): readonly string[] =>
  [...Map.groupBy(gaps, ({ namespace }) => namespace ?? '')].map(([namespace, group]) => {
    const names = listed(kindNames(group, known), 'or')
    const place = namespace === '' ? '' : ` of namespace "${namespace}"`
    return [`the input does not contain ${names}${place}`, ...consequencesOf(group, known)].join('; ')
  })
