/** One line of a unified diff, without its sign. */
interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** A hunk with the 1-based numbers of its first lines. */
export interface Hunk {
  readonly before: number
  readonly after: number
  readonly lines: readonly Line[]
}

/**
 * The changed parts of two texts with up to `context` unchanged lines around each, as `diff -u` has them. For texts
 * that differ in a few lines: what lies between the first and the last difference costs time and room squared.
 */
export function hunks(before: readonly string[], after: readonly string[], context = 3): readonly Hunk[] {
  const lines = compared(before, after)
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  )
  const found: { before: number; after: number; lines: Line[] }[] = []
  let [old, now] = [1, 1]
  for (const [index, line] of lines.entries()) {
    if (isNear[index] && !isNear[index - 1]) found.push({ before: old, after: now, lines: [] })
    if (isNear[index]) found.at(-1)?.lines.push(line)
    if (line.sign !== '+') old++
    if (line.sign !== '-') now++
  }
  return found
}

/** Both texts as one list; equal ends are set aside first. */
function compared(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const same = (texts: readonly string[]): Line[] => texts.map((text) => ({ sign: ' ', text }))
  return [
    ...same(before.slice(0, start)),
    ...changed(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ]
}

/** Along the longest common subsequence, what is removed before what is added. */
function changed(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1
  const longest = new Array<number>((before.length + 1) * width).fill(0)
  const at = (row: number, column: number) => longest[row * width + column] ?? 0
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--)
      longest[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
  const lines: Line[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]]
    if (old !== undefined && old === now) {
      lines.push({ sign: ' ', text: old })
      row++
      column++
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old })
      row++
    } else {
      lines.push({ sign: '+', text: now ?? '' })
      column++
    }
  }
  return lines
}
