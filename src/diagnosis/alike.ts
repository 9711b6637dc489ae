import type { Evidence, EvidenceSource } from '../model/report/finding.ts'
import { normaliseName } from './messages/normalise.ts'

/** What is seen of each pod by itself; what its template and its node say is the same by nature. */
const SEEN: ReadonlySet<EvidenceSource> = new Set(['Event', 'Log', 'Status'])

/**
 * Facts that differ only in pod, time, ids and addresses, told once: the first of them, with `alike` for all of them
 * together.
 * @param own in the order in which they are told
 * @param others only make those of `own` heavier
 */
export function mergeAlike(own: readonly Evidence[], others: readonly Evidence[] = []): readonly Evidence[] {
  // Several pods may rest on one and the same fact, e.g. of another pod or of their node.
  const facts = new Map([...own, ...others].map((one) => [JSON.stringify(one), one]))
  const groups = Map.groupBy(facts.values(), alikeKey)
  return [...new Set(own.map(alikeKey))].flatMap((key) => {
    const group = groups.get(key) ?? []
    const [first] = group
    return first === undefined ? [] : [withAlike(first, group)]
  })
}

/** Equal for facts that tell the same of different pods, or of one at different times. */
export function alikeKey({ source, object, path, text }: Evidence): string {
  const name = object.slice(object.lastIndexOf('/') + 1)
  const said = SEEN.has(source) ? normaliseName(text, name) : text
  return [source, SEEN.has(source) ? object.split(' ')[0] : object, path ?? '', said].join('\n')
}

function withAlike(first: Evidence, group: readonly Evidence[]): Evidence {
  const objects = new Set(group.map(({ object }) => object)).size
  if (group.length === 1) return first
  const counts = group.flatMap(({ count }) => count ?? [])
  const times = group.flatMap(({ time }) => time ?? []).sort()
  const [time] = times.slice(-1)
  return {
    ...first,
    alike: {
      objects,
      ...(counts.length === 0 ? {} : { count: counts.reduce((sum, count) => sum + count, 0) }),
      ...(group.some(({ countIsLowerBound }) => countIsLowerBound)
        ? { countIsLowerBound: true as const }
        : {}),
      ...(time === undefined ? {} : { time }),
    },
  }
}
