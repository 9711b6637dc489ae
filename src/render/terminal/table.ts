import Table from 'cli-table3'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { escapeText } from '../../model/text/escape.ts'
import { standIns } from './stand-ins.ts'
import type { Style } from './style.ts'
import { firstColumns } from './width.ts'

export interface Column {
  readonly title: string
  /** At least one column of a table should be able to wrap on a narrow terminal. */
  readonly wraps?: boolean
}

const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const // prettier-ignore

/** Blanks between columns. */
export const COLUMN_GAP = 3
const MIN_WRAPPED = 16
/** Lines that cli-table3 lays out at a time: it compares every cell with all above it, so that more cost the square. */
const CHUNK = 10

/**
 * A table as kubectl prints it: upper-case headings, no borders, three spaces between columns, nothing cut off.
 * Cells must be escaped (`cell`), which makes one line of them, before they are coloured. Where `style.width` is set
 * and the table is wider, columns that may wrap share what is left. Ends without a line feed; '' for no rows.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
  options: { readonly noHeaders?: boolean } = {},
): string {
  if (rows.length === 0) return ''
  const shown = [...(options.noHeaders ? [] : [columns.map(({ title }) => title)]), ...rows]
  const natural = columns.map((_, index) => widest(shown.map((row) => row[index] ?? '')) + COLUMN_GAP)
  const widths = fitted(columns, natural, style.width)
  const lines = shown.flatMap((row) => linesOf(row, widths === natural ? undefined : widths))
  const chunks: string[] = []
  for (let start = 0; start < lines.length; start += CHUNK)
    chunks.push(laidOut(lines.slice(start, start + CHUNK), widths))
  return chunks.join('\n')
}

/** Escapes one value for a cell; absent values show as kubectl's `<none>`. */
export const cell = (value: string | number | undefined): string =>
  value === undefined || value === '' ? '<none>' : escapeText(`${value}`)

/** The columns that the widest of some texts takes on a terminal. */
export const widest = (texts: Iterable<string>): number => {
  let width = 0
  for (const text of texts) width = Math.max(width, stringWidth(text))
  return width
}

/** Lines of the table, each with a text of one line for every column. */
function laidOut(lines: readonly (readonly string[])[], widths: readonly number[]): string {
  const { hide, show } = standIns()
  const printed = new Table({
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': COLUMN_GAP },
    colWidths: [...widths],
  })
  for (const line of lines) printed.push(line.map(hide))
  return show(printed.toString())
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** A row as the lines that it takes; where no column is narrower than its texts, that is one. */
function linesOf(
  row: readonly string[],
  widths: readonly number[] | undefined,
): readonly (readonly string[])[] {
  if (widths === undefined) return [row]
  const cells = row.map((text, index) => wrapped(text, (widths[index] ?? 0) - COLUMN_GAP))
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''))
}

/** All of a long word stays readable: it goes on in the next line. */
function wrapped(text: string, width: number): readonly string[] {
  const isPainted = text.includes('\u001b')
  const broken = isPainted ? text : text.replace(/\S+/g, (word) => parts(word, width).join('\n'))
  return wrapAnsi(broken, width, { hard: true }).split('\n')
}

/** A word in parts that fit, broken behind the punctuation of a path or an address where there is some. */
function parts(word: string, width: number): readonly string[] {
  if (stringWidth(word) <= width) return [word]
  const start = firstColumns(word, width)
  const atMark = /^.*[/:,;=&?](?=.)/.exec(start)?.[0] ?? ''
  const part = stringWidth(atMark) > width / 3 ? atMark : start
  return part === '' ? [word] : [part, ...parts(word.slice(part.length), width)]
}

/** The widths of the columns with their gaps; `natural` itself where all of them fit. */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  width: number | undefined,
): readonly number[] {
  const total = natural.reduce((sum, column) => sum + column, 0)
  // The gap behind the last column is not printed.
  if (width === undefined || total <= width + COLUMN_GAP) return natural
  const widths = [...natural]
  const wrapping = columns.flatMap(({ wraps }, index) => (wraps ? [index] : []))
  let room =
    width + COLUMN_GAP - natural.reduce((sum, column, index) => sum + (columns[index]?.wraps ? 0 : column), 0)
  // Narrow columns first, so that what they do not need goes to the wide ones.
  const shares = wrapping.toSorted((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0))
  shares.forEach((index, position) => {
    const share = Math.floor(room / (shares.length - position))
    const own = Math.min(natural[index] ?? 0, Math.max(MIN_WRAPPED, share))
    widths[index] = own
    room -= own
  })
  return widths
}
