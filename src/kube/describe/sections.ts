import { isDescribedRow, isHeading, isListedRow } from './events.ts'
import { type Command, joined, type Line } from './lines.ts'

/** A stretch of text: one described object with its events, or a table of events. */
export interface Section {
  /** What was typed before it. */
  readonly command: Command | undefined
  /** The describe without its events; empty where only these were copied. */
  readonly body: Line[]
  readonly rows: string[]
  /** The rows are those of a describe, or of a table of events. */
  readonly type: 'described' | 'listed'
  heading: string | undefined
}

const NAME = /^Name:\s+\S/
const EVENTS = /^Events:(\s|$)/
/** What describe prints at the left edge. */
const KEY = /^[A-Z][\w /-]*:(\s|$)/

/** Mutable, and private to one walk over the lines. */
interface Walk {
  readonly sections: Section[]
  command: Command | undefined
  open: Section | undefined
  /** The line that a broken one goes on from, and whether rows have begun. */
  last: Line | undefined
  inRows: boolean
}

/** Finds the outputs of kubectl in the text; what stands around them is left out. */
export function sectionsOf(lines: readonly Line[]): readonly Section[] {
  const walk: Walk = { sections: [], command: undefined, open: undefined, last: undefined, inRows: false }
  for (const line of lines) step(walk, line)
  return walk.sections
}

function step(walk: Walk, line: Line): void {
  const { text, command } = line
  if (command !== undefined) {
    Object.assign(walk, { command, open: undefined, last: undefined, inRows: false })
  } else if (text === '') walk.last = undefined
  else if (NAME.test(text) && isNewObject(walk, line)) {
    start(walk, 'described')
    addToBody(walk, line)
  } else if (isHeading(text)) heading(walk, text)
  else if (isListedRow(text)) row(walk, 'listed', line)
  else if (isDescribedRow(text)) row(walk, 'described', line)
  else if (EVENTS.test(text) && !walk.inRows) {
    if (walk.open === undefined) start(walk, 'described')
    walk.inRows = true
  } else if (walk.inRows) goOn(walk, line)
  else if (walk.open !== undefined) addToBody(walk, line)
}

/** Volumes have names as well; they stand further to the right. */
const isNewObject = ({ open, inRows }: Walk, { indent }: Line): boolean =>
  open === undefined || inRows || indent <= (open.body[0]?.indent ?? 0)

function start(walk: Walk, type: Section['type']): Section {
  const section: Section = { command: walk.command, body: [], rows: [], type, heading: undefined }
  walk.sections.push(section)
  Object.assign(walk, { open: section, inRows: false, last: undefined })
  return section
}

function addToBody(walk: Walk, line: Line): void {
  const body = walk.open?.body
  const before = body?.at(-1)
  const isRest = walk.last?.full && line.indent === 0 && before !== undefined && !KEY.test(line.text)
  if (isRest) body?.splice(-1, 1, { ...before, text: joined(walk.last ?? before, before.text, line, ' ') })
  else body?.push(line)
  walk.last = line
}

function heading(walk: Walk, text: string): void {
  if (text.startsWith('-')) return
  const type = text.startsWith('Type') ? 'described' : 'listed'
  const section = walk.open?.type === type && type === 'described' ? walk.open : start(walk, type)
  section.heading = text
  walk.inRows = true
}

function row(walk: Walk, type: Section['type'], line: Line): void {
  const section = walk.open?.type === type ? walk.open : start(walk, type)
  section.rows.push(line.text)
  walk.inRows = true
  walk.last = line
}

/** The rest of a row that was broken, or whose message has several lines. */
function goOn(walk: Walk, line: Line): void {
  const rows = walk.open?.rows
  const before = rows?.at(-1)
  if (walk.last === undefined || before === undefined) return
  // Tables cut a message at its first line feed, so that this can only be one of the ticket.
  const isText = walk.open?.type === 'described'
  rows?.splice(-1, 1, joined(walk.last, before, line, isText ? '\n' : ' '))
  walk.last = line
}
