import { isHeading, startsDescribeRow, startsTableRow } from './events.ts'
import { joinWrapped, type Line, type TypedCommand } from './lines.ts'

/** A stretch of text: one described object with its events, or a table of events. */
export interface Section {
  /** What was typed before it. */
  readonly command: TypedCommand | undefined
  /** The describe without its events; empty where only these were copied. */
  readonly body: Line[]
  readonly rows: string[]
  /** The rows are those of a describe, or of a table of events. */
  readonly type: 'describe' | 'table'
  heading: string | undefined
}

const NAME = /^Name:\s+\S/
const EVENTS = /^Events:(\s|$)/
/** What describe prints at the left edge. */
const KEY = /^[A-Z][\w /-]*:(\s|$)/

/** Mutable, and private to one scan over the lines. */
interface Scan {
  readonly sections: Section[]
  command: TypedCommand | undefined
  open: Section | undefined
  /** The line that a broken one goes on from, and whether rows have begun. */
  last: Line | undefined
  inRows: boolean
}

/** Finds the outputs of kubectl in the text; what stands around them is left out. */
export function splitSections(lines: readonly Line[]): readonly Section[] {
  const scan: Scan = { sections: [], command: undefined, open: undefined, last: undefined, inRows: false }
  for (const line of lines) step(scan, line)
  return scan.sections
}

function step(scan: Scan, line: Line): void {
  const { text, command } = line
  if (command !== undefined) {
    Object.assign(scan, { command, open: undefined, last: undefined, inRows: false })
  } else if (text === '') scan.last = undefined
  else if (NAME.test(text) && isNewObject(scan, line)) {
    startSection(scan, 'describe')
    addToBody(scan, line)
  } else if (isHeading(text)) addHeading(scan, text)
  else if (startsTableRow(text)) addRow(scan, 'table', line)
  else if (startsDescribeRow(text)) addRow(scan, 'describe', line)
  else if (EVENTS.test(text) && !scan.inRows) {
    if (scan.open === undefined) startSection(scan, 'describe')
    scan.inRows = true
  } else if (scan.inRows) continueRow(scan, line)
  else if (scan.open !== undefined) addToBody(scan, line)
}

/** Volumes have names as well; they stand further to the right. */
const isNewObject = ({ open, inRows }: Scan, { indent }: Line): boolean =>
  open === undefined || inRows || indent <= (open.body[0]?.indent ?? 0)

function startSection(scan: Scan, type: Section['type']): Section {
  const section: Section = { command: scan.command, body: [], rows: [], type, heading: undefined }
  scan.sections.push(section)
  Object.assign(scan, { open: section, inRows: false, last: undefined })
  return section
}

function addToBody(scan: Scan, line: Line): void {
  const body = scan.open?.body
  const before = body?.at(-1)
  const isRest = scan.last?.mayBeWrapped && line.indent === 0 && before !== undefined && !KEY.test(line.text)
  if (isRest)
    body?.splice(-1, 1, { ...before, text: joinWrapped(scan.last ?? before, before.text, line, ' ') })
  else body?.push(line)
  scan.last = line
}

function addHeading(scan: Scan, text: string): void {
  if (text.startsWith('-')) return
  const type = text.startsWith('Type') ? 'describe' : 'table'
  const section = scan.open?.type === type && type === 'describe' ? scan.open : startSection(scan, type)
  section.heading = text
  scan.inRows = true
}

function addRow(scan: Scan, type: Section['type'], line: Line): void {
  const section = scan.open?.type === type ? scan.open : startSection(scan, type)
  section.rows.push(line.text)
  scan.inRows = true
  scan.last = line
}

/** The rest of a row that was broken, or whose message has several lines. */
function continueRow(scan: Scan, line: Line): void {
  const rows = scan.open?.rows
  const before = rows?.at(-1)
  if (scan.last === undefined || before === undefined) return
  // Tables cut a message at its first line feed, so that this can only be one of the ticket.
  const isText = scan.open?.type === 'describe'
  rows?.splice(-1, 1, joinWrapped(scan.last, before, line, isText ? '\n' : ' '))
  scan.last = line
}
