import type { Resource } from '../../model/kubernetes/kinds.ts'
import type { Gap, Subresource } from '../../model/snapshot/snapshot.ts'
import { groupBy } from '../../model/text/sort.ts'
import { listed } from '../../model/text/words.ts'
import { escapeText } from '../terminal/style.ts'

/** What can't be known without a kind; the others need no more than their name. */
const CONSEQUENCES: Readonly<Partial<Record<Resource | Subresource, string>>> = {
  events: 'findings rest on status only',
  nodes: 'the state and the room of nodes are unknown',
  'pods/exec': 'probes that run a command were not run',
  'pods/log': 'no log line is quoted as evidence',
  'pods/portforward': 'probes that ask a port were not run',
  poddisruptionbudgets: 'it is unknown which evictions a budget refuses',
  pods: 'it is unknown which pods there are',
}

/**
 * What the reading took for granted and what was not read, one line each, for standard error: `could not read events in
 * namespace "shop": events is forbidden: ...; findings rest on status only`. Kinds that a recording does not contain
 * share one line.
 */
export function gapLines(gaps: readonly Gap[], notes: readonly string[] = []): readonly string[] {
  const unrecorded = gaps.filter(({ reason }) => reason === 'NotRecorded')
  const others = gaps.filter(({ reason }) => reason !== 'NotRecorded')
  return [...notes, ...others.map(gapLine), ...unrecordedLines(unrecorded)].map((line) => escapeText(line))
}

function gapLine({ resource, namespace, message }: Gap): string {
  const place = namespace === undefined ? '' : ` in namespace "${namespace}"`
  const words = resource === 'pods/log' ? 'logs' : resource
  const consequence = CONSEQUENCES[resource]
  const verb = /exec|portforward/.test(resource) ? 'use' : 'read'
  return `could not ${verb} ${words}${place}: ${message}${consequence === undefined ? '' : `; ${consequence}`}`
}

/** So many kinds are named one by one; of more, those alone without which something can't be known. */
const NAMED_KINDS = 6

function kindNames(group: readonly Gap[]): readonly string[] {
  const word = ({ resource }: Gap) => (resource === 'pods/log' ? 'logs' : resource)
  if (group.length <= NAMED_KINDS) return group.map(word)
  const named = group.filter(({ resource }) => CONSEQUENCES[resource] !== undefined)
  return [...named.map(word), `${group.length - named.length} ${named.length === 0 ? '' : 'other '}kinds`]
}

const unrecordedLines = (gaps: readonly Gap[]): readonly string[] =>
  [...groupBy(gaps, ({ namespace }) => namespace ?? '')].map(([namespace, group]) => {
    const names = listed(kindNames(group), 'or')
    const place = namespace === '' ? '' : ` of namespace "${namespace}"`
    const consequences = group.flatMap(({ resource }) => CONSEQUENCES[resource] ?? [])
    return [`the input does not contain ${names}${place}`, ...consequences].join('; ')
  })
