import { firstColumns } from './width.ts'

/** A message that is longer is printed once in a report. */
const LONG = 120
/** So much of it stands where it is referred to. */
const HEAD = 48

/** Gives a text as it is to be printed now: without what was printed before. */
export type SayOnce = (text: string) => string

/**
 * Remembers the long messages of one report. Errors wrap each other, `outer: inner: cause`, so that what repeats is the
 * end of a text: `Failed: Failed to pull image "x": failed to pull and unpack image… (as above)`.
 */
export function sayOnce(): SayOnce {
  const said = new Set<string>()
  return (text) => {
    const ends = endsOf(text)
    const repeated = ends.find((end) => said.has(end))
    for (const end of ends) said.add(end)
    if (repeated === undefined) return text
    const head = firstColumns(repeated, HEAD)
    return `${text.slice(0, text.length - repeated.length)}${head.slice(0, head.lastIndexOf(' ')).trimEnd()}… (as above)`
  }
}

/** The text and what follows each colon in it, as far as it is long; the longest first. */
function endsOf(text: string): readonly string[] {
  const ends: string[] = []
  for (let start = 0; text.length - start > LONG; ) {
    ends.push(text.slice(start))
    const colon = text.indexOf(': ', start)
    if (colon < 0) break
    start = colon + 2
  }
  return ends
}
