import Table from 'cli-table3'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { escapeText } from '../../model/text/escape.ts'
import { standIns } from './stand-ins.ts'
import type { Style } from './style.ts'
import { padColumns } from './width.ts'
import { hanging, SPACELESS } from './wrap.ts'

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

/** Blanks between columns, and where that is too much. */
const GAPS = [3, 2] as const
export const [COLUMN_GAP, NARROW_GAP] = GAPS
const MIN_WRAPPED = 16
/** A cell that is higher is read better in a block of its own. */
const MOST_LINES = 8
/** Lines that cli-table3 lays out at a time: it compares every cell with all above it, so that more cost the square. */
const CHUNK = 10

/**
 * A table as kubectl prints it: upper-case headings, no borders, three spaces between columns, nothing cut off.
 * Cells must be escaped (`cell`), which makes one line of them, before they are coloured. Where `style.width` is set
 * and the table is wider, columns that may wrap share what is left, and no word is broken. Where that is too narrow for
 * a word, or a cell would have more than eight lines, each row is a block: a line for each column. Ends without a line
 * feed; '' for no rows.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
  options: { readonly noHeaders?: boolean } = {},
): string {
  if (rows.length === 0) return ''
  const shown = [...(options.noHeaders ? [] : [columns.map(({ title }) => title)]), ...rows]
  const laidOut = style.width === undefined ? asTable(columns, shown, undefined, COLUMN_GAP) : undefined
  if (laidOut !== undefined) return laidOut
  for (const gap of GAPS) {
    const text = asTable(columns, shown, style.width, gap)
    if (text !== undefined) return text
  }
  return rows.map((row) => rowBlock(columns, row, style)).join('\n\n')
}

/** Undefined where it does not fit. */
function asTable(
  columns: readonly Column[],
  shown: readonly (readonly string[])[],
  width: number | undefined,
  gap: number,
): string | undefined {
  const cells = columns.map((_, index) => shown.map((row) => row[index] ?? ''))
  const natural = cells.map((texts) => widest(texts) + gap)
  const least = cells.map((texts, index) =>
    columns[index]?.wraps ? leastWidth(texts) + gap : (natural[index] ?? 0),
  )
  const widths = fitted(natural, least, width === undefined ? undefined : width + gap)
  if (widths === undefined) return undefined
  const rows = shown.map((row) => linesOf(row, widths === natural ? undefined : widths, gap))
  if (rows.some((lines) => lines.length > MOST_LINES)) return undefined
  const lines = rows.flat()
  const chunks: string[] = []
  for (let start = 0; start < lines.length; start += CHUNK)
    chunks.push(printed(lines.slice(start, start + CHUNK), widths, gap))
  return chunks.join('\n')
}

/** The least width at which texts can be wrapped and read: that of their longest word. */
export const leastWidth = (texts: readonly string[], readable = MIN_WRAPPED): number =>
  Math.max(
    Math.min(readable, widest(texts)),
    widest(texts.filter((text) => !SPACELESS.test(text)).flatMap((text) => text.split(/\s+/))),
  )

/** A line for each cell that says something; a value that is too wide for the line of its title has its own. */
function rowBlock(columns: readonly Column[], row: readonly string[], style: Style): string {
  const indent = widest(columns.map(({ title }) => title)) + COLUMN_GAP
  return columns
    .flatMap(({ title }, index) => {
      const text = row[index] ?? ''
      return text === '' || text === NONE ? [] : [hanging(padColumns(title, indent), text, style.width)]
    })
    .join('\n')
}

const NONE = '<none>'

/** Escapes one value for a cell; absent values show as kubectl's `<none>`. */
export const cell = (value: string | number | undefined): string =>
  value === undefined || value === '' ? NONE : escapeText(`${value}`)

/** The columns that the widest of some texts takes on a terminal. */
export const widest = (texts: Iterable<string>): number => {
  let width = 0
  for (const text of texts) width = Math.max(width, stringWidth(text))
  return width
}

/** Lines of the table, each with a text of one line for every column. */
function printed(lines: readonly (readonly string[])[], widths: readonly number[], gap: number): string {
  const { hide, show } = standIns()
  const laidOut = new Table({
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': gap },
    colWidths: [...widths],
  })
  for (const line of lines) laidOut.push(line.map(hide))
  return show(laidOut.toString())
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** A row as the lines that it takes; where no column is narrower than its texts, that is one. */
function linesOf(
  row: readonly string[],
  widths: readonly number[] | undefined,
  gap: number,
): readonly (readonly string[])[] {
  if (widths === undefined) return [row]
  const cells = row.map((text, index) =>
    wrapAnsi(text, (widths[index] ?? 0) - gap, { hard: true }).split('\n'),
  )
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''))
}

/** The widths of the columns with their gaps; `natural` itself where all of them fit, undefined where `least` do not. */
function fitted(
  natural: readonly number[],
  least: readonly number[],
  width: number | undefined,
): readonly number[] | undefined {
  const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0)
  if (width === undefined || sum(natural) <= width) return natural
  let room = width - sum(least)
  if (room < 0) return undefined
  const widths = [...least]
  const missing = (index: number) => (natural[index] ?? 0) - (least[index] ?? 0)
  const wrapping = natural.flatMap((_, index) => (missing(index) > 0 ? [index] : []))
  // Those that need little first, so that what they leave goes to the wide ones.
  const shares = wrapping.toSorted((a, b) => missing(a) - missing(b))
  shares.forEach((index, position) => {
    const more = Math.min(missing(index), Math.floor(room / (shares.length - position)))
    widths[index] = (widths[index] ?? 0) + more
    room -= more
  })
  return widths
}
