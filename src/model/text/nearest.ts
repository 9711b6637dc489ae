import { sortedBy } from './sort.ts'

/** Edit distance (insert, delete, replace, swap two neighbours), for "did you mean". */
export function editDistance(a: string, b: string): number {
  let [beforeLast, last]: readonly number[][] = [
    [],
    Array.from({ length: b.length + 1 }, (_, index) => index),
  ]
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const areSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = i > 1 && j > 1 && areSwapped ? (beforeLast?.[j - 2] ?? 0) + 1 : substitution
      current.push(Math.min((last?.[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution, swap))
    }
    ;[beforeLast, last] = [last, current]
  }
  return last?.[b.length] ?? 0
}

/**
 * The known word nearest to a misspelt one, if one is near enough to be what was meant. Undefined where two are as
 * near: a guess between them would be luck.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = sortedBy(
    [...new Set(known)].map((one) => ({ word: one, distance: editDistance(word, one) })),
    (one) => [one.distance, one.word],
  )
  const [best, second] = ranked
  if (best === undefined || best.distance > Math.max(1, Math.floor(word.length / 3))) return undefined
  return second?.distance === best.distance ? undefined : best.word
}
