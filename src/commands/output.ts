import type { Snapshot } from '../model/snapshot.ts'
import { type Style, styleFor } from '../render/style.ts'
import type { OutputFormat } from './flags.ts'

/** How a renderer is to print: what the flags and the terminal say. */
export interface TextOptions {
  readonly style: Style
  readonly wide: boolean
  readonly noHeaders: boolean
}

/** The report of one command and its renderers for people. */
export interface Printable {
  readonly report: object
  readonly text: (options: TextOptions) => string
  readonly names: () => readonly string[]
}

/** Prints a report on standard output in the format asked for. The machine formats are the report itself. */
export async function print(
  { report, text, names }: Printable,
  format: OutputFormat | undefined,
  noHeaders: boolean,
): Promise<void> {
  const out = process.stdout
  const style = styleFor(out, out.columns)
  switch (format) {
    case 'json':
      out.write(`${JSON.stringify(report, null, 4)}\n`)
      return
    case 'yaml': {
      const { stringify } = await import('yaml')
      // JSON first: the report then has no shared parts, which YAML would print as anchors.
      out.write(stringify(JSON.parse(JSON.stringify(report)), { lineWidth: 0 }))
      return
    }
    case 'name':
      out.write(
        names()
          .map((name) => `${name}\n`)
          .join(''),
      )
      return
    case 'wide':
      out.write(withLineFeed(text({ style, wide: true, noHeaders })))
      return
    case 'table':
    case undefined:
      out.write(withLineFeed(text({ style, wide: false, noHeaders })))
  }
}

const withLineFeed = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** Says on standard error what a report for people rests on; the machine formats carry it themselves. */
export function printNotes(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`)
}

/** Where the clock of a recording came from, if that is not obvious. */
export const clockNote = ({ now, nowFrom }: Snapshot): readonly string[] =>
  nowFrom === 'newest timestamp'
    ? [`note: ages are counted from ${now}, the newest time in the input; --now overrides it`]
    : []
