/** Compares by code unit: the same everywhere, unlike localeCompare. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Compares by several keys in turn; numbers numerically, texts by code unit. */
export function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let index = 0; index < a.length; index++) {
    const [left, right] = [a[index], b[index]]
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : compareText(`${left}`, `${right}`)
    if (order !== 0) return order
  }
  return 0
}

/** A sorted copy, by the keys that `keys` gives for each item. */
export const sortedBy = <T>(items: Iterable<T>, keys: (item: T) => readonly (string | number)[]): T[] =>
  [...items]
    .map((item) => ({ item, keys: keys(item) }))
    .sort((a, b) => compareKeys(a.keys, b.keys))
    .map(({ item }) => item)

/** Items by key, keys in order of first appearance. */
export function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const own = key(item)
    const group = groups.get(own)
    if (group === undefined) groups.set(own, [item])
    else group.push(item)
  }
  return groups
}

/** `1 pod`, `2 pods`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[], word = 'and'): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${word} ${items[items.length - 1]}`

/** Edit distance (insert, delete, replace), for "did you mean". */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

/**
 * The candidate nearest to a misspelt word, if one is near enough to be what was meant. Undefined where two are as
 * near: a guess between them would be luck.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = sortedBy(
    [...new Set(candidates)].map((candidate) => ({ candidate, distance: editDistance(word, candidate) })),
    ({ candidate, distance }) => [distance, candidate],
  )
  const [best, second] = ranked
  if (best === undefined || best.distance > Math.max(1, Math.floor(word.length / 3))) return undefined
  return second?.distance === best.distance ? undefined : best.candidate
}

/** One argument of a POSIX shell, quoted only where it must be. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command line that a POSIX shell splits into exactly these arguments. */
export const shellCommand = (argv: readonly string[]): string => argv.map(shellWord).join(' ')
