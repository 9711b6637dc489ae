import stringWidth from 'string-width'
import { escapeText } from '../../model/text/escape.ts'
import { humanDuration } from '../../model/text/time.ts'
import type { Colour, Style } from './style.ts'
import { firstColumns, lastColumns, padColumns } from './width.ts'

/** One kind of thing that is drawn, with its line in the legend. Both glyphs are one column wide. */
export interface TimelineSymbol {
  readonly glyph: string
  /** Where the terminal has no UTF-8. */
  readonly ascii: string
  readonly meaning: string
  readonly colour?: Colour
}

/** Something that lasts. Times are milliseconds since the epoch, or any other number on the axis. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly symbol: TimelineSymbol
}

/** Something that happens at one moment. Marks are drawn over spans. */
export interface Mark {
  readonly at: number
  readonly symbol: TimelineSymbol
}

export interface Lane {
  /** Escaped and shortened by the drawing; what distinguishes lanes is best at its end. */
  readonly label: string
  readonly spans: readonly Span[]
  readonly marks: readonly Mark[]
}

export interface Timeline {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
  /** All symbols that lanes use. Where two meet in one column, the one that comes first here is seen. */
  readonly symbols: readonly TimelineSymbol[]
  /** What stands at a tick, given its distance from `to`; by default its age: `5m`, and `now` at the end. */
  readonly tick?: (beforeEnd: number) => string
}

/** Used where the output has no width of its own: a file reads well at it, and a ticket does not wrap it. */
const DEFAULT_WIDTH = 100
const LEAST_WIDTH = 40
const GAP = 2
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Distances between ticks that people count in. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY),
]

const age = (beforeEnd: number): string => (beforeEnd === 0 ? 'now' : humanDuration(beforeEnd / SECOND))

/**
 * Lanes over one time axis, the axis on top and the legend of what was drawn below; no line is longer than the style's
 * width. '' for no lanes. Ends without a line feed.
 */
export function timelineText(timeline: Timeline, style: Style): string {
  const { lanes, symbols } = timeline
  if (lanes.length === 0) return ''
  const width = Math.max(LEAST_WIDTH, style.width ?? DEFAULT_WIDTH)
  const labels = lanes.map(({ label }) => shortened(escapeText(label), Math.floor(width / 3), style))
  const indent = Math.max(...labels.map((label) => stringWidth(label))) + GAP
  const columns = width - indent
  const drawn = lanes.map((lane) => cells(lane, timeline, columns))
  const used = symbols.filter((symbol) => drawn.some((row) => row.includes(symbol)))
  return [
    ...axis(timeline, columns, style).map((line) => style.paint('dim', ' '.repeat(indent) + line)),
    ...drawn.map((row, index) =>
      `${padColumns(labels[index] ?? '', indent)}${painted(row, style)}`.trimEnd(),
    ),
    ...legend(used, width, style),
  ].join('\n')
}

/** The glyph of a symbol on this terminal. */
export const glyphOf = ({ glyph, ascii }: TimelineSymbol, style: Style): string =>
  style.ascii ? ascii : glyph

/** Keeps the end of a label: that is where the names of pods differ. */
function shortened(label: string, width: number, style: Style): string {
  if (stringWidth(label) <= width) return label
  const dots = style.ascii ? '..' : '…'
  const start = firstColumns(label, Math.floor((width - dots.length) / 3))
  return start + dots + lastColumns(label, width - dots.length - stringWidth(start))
}

type Row = readonly (TimelineSymbol | undefined)[]

function cells({ spans, marks }: Lane, { from, to, symbols }: Timeline, columns: number): Row {
  const scale = columns / Math.max(1, to - from)
  const row = new Array<TimelineSymbol | undefined>(columns).fill(undefined)
  const columnOf = (at: number) => Math.min(columns - 1, Math.floor((at - from) * scale))
  // What comes first in the table is drawn last.
  const inOrder = <Item extends { readonly symbol: TimelineSymbol }>(items: readonly Item[]) =>
    items.toSorted((a, b) => symbols.indexOf(b.symbol) - symbols.indexOf(a.symbol))
  for (const span of inOrder(spans)) {
    if (span.to < from || span.from > to) continue
    const last = Math.max(columnOf(span.from), Math.ceil((span.to - from) * scale) - 1)
    for (let column = Math.max(0, columnOf(span.from)); column <= Math.min(columns - 1, last); column++)
      row[column] = span.symbol
  }
  for (const { at, symbol } of inOrder(marks)) if (at >= from && at <= to) row[columnOf(at)] = symbol
  return row
}

function painted(row: Row, style: Style): string {
  let text = ''
  for (let start = 0; start < row.length; ) {
    const symbol = row[start]
    let end = start
    while (end < row.length && row[end] === symbol) end++
    const glyphs = (symbol === undefined ? ' ' : glyphOf(symbol, style)).repeat(end - start)
    text += symbol?.colour === undefined ? glyphs : style.paint(symbol.colour, glyphs)
    start = end
  }
  return text
}

/** The labels and, under them, the ruler. Ticks count back from the end, so that `now` is always one. */
function axis({ from, to, tick = age }: Timeline, columns: number, style: Style): readonly string[] {
  const span = Math.max(1, to - from)
  const fits = (step: number) => (step / span) * columns >= tick(step).length + 3
  const step = STEPS.find(fits) ?? span
  const [line, stroke] = style.ascii ? ['-', '+'] : ['─', '┴']
  const ruler = new Array<string>(columns).fill(line)
  let labels = ' '.repeat(columns)
  for (let beforeEnd = 0; beforeEnd <= span; beforeEnd += step) {
    const column = Math.min(columns - 1, Math.floor(((span - beforeEnd) / span) * columns))
    const text = tick(beforeEnd)
    const start = Math.min(columns - text.length, Math.max(0, column - Math.floor(text.length / 2)))
    ruler[column] = stroke
    // The last label may reach into one that was put closer to the end.
    if (labels.slice(start, start + text.length + 1).trim() === '')
      labels = labels.slice(0, start) + text + labels.slice(start + text.length)
  }
  return [labels.trimEnd(), ruler.join('')]
}

/** The meanings of what was drawn, as many on a line as fit. */
function legend(used: readonly TimelineSymbol[], width: number, style: Style): readonly string[] {
  const lines: { glyphs: string; length: number }[] = []
  for (const symbol of used) {
    const glyph = glyphOf(symbol, style)
    const item = `${symbol.colour === undefined ? glyph : style.paint(symbol.colour, glyph)} ${symbol.meaning}`
    const length = symbol.meaning.length + 2
    const last = lines.at(-1)
    if (last === undefined || last.length + 3 + length > width) lines.push({ glyphs: item, length })
    else lines.splice(-1, 1, { glyphs: `${last.glyphs}   ${item}`, length: last.length + 3 + length })
  }
  return lines.map(({ glyphs }) => glyphs)
}
