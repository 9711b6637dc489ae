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
