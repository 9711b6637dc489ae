import { escapeJson, escapeText } from '../../model/text/escape.ts'
import { type Style, styleFor } from '../../render/terminal/style.ts'
import { wrap } from '../../render/terminal/wrap.ts'

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
  /** `TYPE/NAME` or `namespace`-less names, one per line, for `-o name`. */
  readonly names: () => readonly string[]
  /** What the report could not look at, for standard error. */
  readonly notes: () => readonly string[]
  /** The formats that only this command has, by the names it gave to `commonFlags`. */
  readonly formats?: Readonly<Record<string, (options: TextOptions) => string | Promise<string>>>
}

type Printer = (printable: Printable, options: Omit<TextOptions, 'wide'>) => string | Promise<string>

/**
 * The output formats of every command: the one place to add another. JSON and YAML carry their notes in the report
 * itself.
 */
const PRINTERS = {
  json: ({ report }) => `${escapeJson(JSON.stringify(report, null, 4))}\n`,
  name: ({ names }) =>
    names()
      .map((name) => `${escapeText(name)}\n`)
      .join(''),
  wide: ({ text }, options) => text({ ...options, wide: true }),
  yaml: async ({ report }) => {
    const { yamlText } = await import('./yaml.ts')
    return yamlText(report)
  },
} as const satisfies Readonly<Record<string, Printer>>

const table: Printer = ({ text }, options) => text({ ...options, wide: false })

/** What `-o` takes with every command. Without it, the report is a table for people. */
export const OUTPUT_FORMATS: readonly string[] = Object.keys(PRINTERS)

/** Prints the report on standard output, and its notes on standard error where the report does not hold them. */
export async function print(
  printable: Printable,
  format: string | undefined,
  noHeaders: boolean,
): Promise<void> {
  const printer = printerOf(printable, format)
  const style = styleFor(process.stdout, process.stdout.columns, process.env)
  const text = await printer(printable, { style, noHeaders })
  process.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`)
  if (format === 'json' || format === 'yaml') return
  const { width } = styleFor(process.stderr, process.stderr.columns)
  for (const note of printable.notes()) process.stderr.write(`${wrap(note, width)}\n`)
}

function printerOf({ formats = {} }: Printable, format: string | undefined): Printer {
  if (format === undefined) return table
  const own = formats[format]
  if (own !== undefined) return (_, options) => own({ ...options, wide: false })
  return PRINTERS[format as keyof typeof PRINTERS]
}
