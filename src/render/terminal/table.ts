import Table from 'cli-table3'
import { escapeText, type Style } from './style.ts'

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

const GAP = 3
const MIN_WRAPPED = 16

/**
 * A table as kubectl prints it: upper-case headings, no borders, three spaces between columns, nothing cut off.
 * Cells must be escaped (`cell`) before they are coloured. Where `style.width` is set and the table is wider,
 * columns that may wrap share what is left. Ends without a line feed; '' for no rows.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
  options: { readonly noHeaders?: boolean } = {},
): string {
  if (rows.length === 0) return ''
  const widths = columnWidths(columns, rows, style.width)
  const printed = new Table({
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': GAP },
    wordWrap: true,
    wrapOnWordBoundary: true,
    ...(widths === undefined ? {} : { colWidths: widths }),
    ...(options.noHeaders ? {} : { head: columns.map(({ title }) => title) }),
  })
  for (const row of rows) printed.push(row.map((text, index) => fitted(text, widths?.[index])))
  return printed
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Escapes one value for a cell; absent values show as kubectl's `<none>`. */
export const cell = (value: string | number | undefined): string =>
  value === undefined || value === '' ? '<none>' : escapeText(`${value}`)

/** cli-table3 cuts off what is longer than its column; in parts, all of a long word stays readable. */
const fitted = (text: string, width: number | undefined): string =>
  width === undefined || text.includes('\u001b')
    ? text
    : text.replace(/\S+/g, (word) => parts(word, width - GAP).join('\n'))

/** A word in parts that fit, broken behind the punctuation of a path or an address where there is some. */
function parts(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word]
  const breakAt = /^.*[/:,;=&?](?=.)/.exec(word.slice(0, width))?.[0].length ?? 0
  const end = breakAt > width / 3 ? breakAt : width
  return [word.slice(0, end), ...parts(word.slice(end), width)]
}

const visible = (text: string): number =>
  Math.max(
    ...text
      .replace(/\u001b\[[0-9;]*m/g, '')
      .split('\n')
      .map((line) => line.length),
  )

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): number[] | undefined {
  const natural = columns.map(
    ({ title }, index) => Math.max(visible(title), ...rows.map((row) => visible(row[index] ?? ''))) + GAP,
  )
  const total = natural.reduce((sum, column) => sum + column, 0)
  // The gap behind the last column is not printed.
  if (width === undefined || total <= width + GAP) return undefined
  const wrapping = columns.flatMap(({ wraps }, index) => (wraps ? [index] : []))
  let room =
    width + GAP - natural.reduce((sum, column, index) => sum + (columns[index]?.wraps ? 0 : column), 0)
  // Narrow columns first, so that what they do not need goes to the wide ones.
  const shares = [...wrapping].sort((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0))
  shares.forEach((index, position) => {
    const share = Math.floor(room / (shares.length - position))
    natural[index] = Math.min(natural[index] ?? 0, Math.max(MIN_WRAPPED, share))
    room -= natural[index]
  })
  return natural
}
