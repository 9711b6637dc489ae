/** `name`, `name[*]`, `name[Type]` or `name['key']`, and what comes after it. */
const SEGMENT = /^([^.[]+)(?:\['([^']+)'\]|\[([^\]]+)\])?\.?(.*)$/

interface Step {
  readonly name: string
  /** A key of a map. */
  readonly key?: string
  /** Items of a list: `*` for all of them, else those of this `type`. */
  readonly items?: string
  readonly rest: string
}

function stepOf(path: string): Step {
  const [, name = path, key, items, rest = ''] = SEGMENT.exec(path) ?? []
  return { name, rest, ...(key === undefined ? {} : { key }), ...(items === undefined ? {} : { items }) }
}

type Fields = Readonly<Record<string, unknown>>
/** Undefined where nothing of the value is picked. */
type Pick = (value: unknown) => unknown

/**
 * A function that takes from an object the fields of these paths, as far as they are there: `spec.tolerations` with all
 * that is below it, `spec.containers[*].ports` of each item of a list, `status.conditions[Ready].status` of the items of
 * this type, `metadata.annotations['a.b/c']` of a map. An object that becomes empty by that is left out.
 */
export function picker(paths: Iterable<string>): Pick {
  const steps = [...new Set(paths)].map(stepOf)
  const parts = [...Map.groupBy(steps, ({ name }) => name)].map(([name, own]) => ({
    name,
    pick: partOf(own),
  }))
  return (value) => {
    let kept: Record<string, unknown> | undefined
    for (const { name, pick } of parts) {
      const field = (value as Fields | undefined)?.[name]
      const part = field == null ? undefined : pick(field)
      if (part === undefined) continue
      kept ??= {}
      kept[name] = part
    }
    return kept
  }
}

const WHOLE: Pick = (value) => value

/** All steps into one field together. */
function partOf(steps: readonly Step[]): Pick {
  const [first] = steps
  const isWhole = ({ rest, key, items }: Step) => rest === '' && key === undefined && items === undefined
  if (first === undefined || steps.some(isWhole)) return WHOLE
  if (first.key !== undefined) return entriesOf(new Set(steps.map(({ key = '' }) => key)))
  return first.items === undefined ? picker(steps.map(({ rest }) => rest)) : itemsOf(steps)
}

const entriesOf =
  (keys: ReadonlySet<string>): Pick =>
  (value) => {
    const kept = Object.entries(value as Fields).filter(([key]) => keys.has(key))
    return kept.length === 0 ? undefined : Object.fromEntries(kept)
  }

function itemsOf(steps: readonly Step[]): Pick {
  const ofAll = steps.filter(({ items }) => items === '*').map(({ rest }) => rest)
  const ofEach = picker(ofAll)
  const ofType = new Map(
    [...Map.groupBy(steps, ({ items = '*' }) => items)].map(([type, own]) => [
      type,
      picker(['type', ...ofAll, ...own.map(({ rest }) => rest)]),
    ]),
  )
  return (value) => {
    const list = value as readonly Fields[]
    const kept: unknown[] = []
    for (const item of list) {
      const part = (ofType.get(item['type'] as string) ?? ofEach)(item)
      if (part !== undefined) kept.push(part)
    }
    return kept
  }
}
