/** An object of JSON whose fields are looked at one by one. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether a value is an object: neither null nor a list. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a table has for a word of the cluster; nothing for `constructor` and what else every object has. */
export const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined

/** The fields without a prototype, so that looking one up by a word of the cluster finds nothing else. */
export const bare = <T>(fields: Readonly<Record<string, T>> | null | undefined): Record<string, T> =>
  Object.assign(Object.create(null), fields)

/** The API server reads a null as an absent field; templates of charts leave many. Itself where it holds none. */
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null).map(withoutNulls)
    return items.length === value.length && items.every((item, index) => item === value[index])
      ? value
      : items
  }
  let copy: Record<string, unknown> | undefined
  for (const [key, item] of Object.entries(value)) {
    const kept = withoutNulls(item)
    if (kept === item && item !== null) continue
    copy ??= { ...value }
    if (item === null) delete copy[key]
    else copy[key] = kept
  }
  return copy ?? value
}
