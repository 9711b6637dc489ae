import stringWidth from 'string-width'

/** `padEnd` by what a terminal shows: columns, not code units. */
export const padColumns = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)))

/** The longest beginning of a text that is no wider than `width` columns; no character is cut in two. */
export function firstColumns(text: string, width: number): string {
  let [length, columns] = [0, 0]
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    columns += stringWidth(segment)
    if (columns > width) break
    length += segment.length
  }
  return text.slice(0, length)
}

/** The longest end of a text that is no wider than `width` columns. */
export function lastColumns(text: string, width: number): string {
  const segments = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
  let [start, columns] = [text.length, 0]
  for (const segment of segments.toReversed()) {
    columns += stringWidth(segment)
    if (columns > width) break
    start -= segment.length
  }
  return text.slice(start)
}
