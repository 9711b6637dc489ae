import { type Command, CommandHelp, Help } from '@oclif/core'
import { widest } from '../../render/terminal/table.ts'
import { padColumns } from '../../render/terminal/width.ts'
import { wrap } from '../../render/terminal/wrap.ts'

/** Where texts begin below their labels. */
const STACKED_INDENT = 10

const FIRST = ['EXAMPLES', 'USAGE', 'DESCRIPTION']

/** A command's help: examples first, written as kubectl writes them, on lines that can be copied whole. */
class ExamplesFirst extends CommandHelp {
  protected override sections() {
    const place = ({ header }: { header: string }) => {
      const index = FIRST.indexOf(header)
      return index === -1 ? FIRST.length : index
    }
    return super.sections().sort((a, b) => place(a) - place(b))
  }

  /** Each flag has its text once. */
  protected override flagsDescriptions(): string | undefined {
    return undefined
  }

  /** Flags and what they are for, never cut within a word. */
  override renderList(input: (string | undefined)[][]): string {
    const width = this.opts.maxWidth - this.indentSpacing
    const indent = width < TWO_COLUMNS ? STACKED_INDENT : LONGEST_LABEL + 2
    return input
      .map(([label = '', text = '']) => {
        const fits = indent > STACKED_INDENT && widest([label]) <= LONGEST_LABEL
        const body = wrap(text.trim(), width, ' '.repeat(indent))
        return fits ? `${padColumns(label, indent)}${body.trimStart()}` : `${label}\n${body}`
      })
      .join('\n')
  }

  override wrap(body: string, spacing = this.indentSpacing): string {
    return body
      .split('\n')
      .map((line) => wrap(line, this.opts.maxWidth - spacing))
      .join('\n')
  }

  protected override examples(examples: readonly Command.Example[] | undefined | string): string {
    return (Array.isArray(examples) ? (examples as readonly Command.Example[]) : [])
      .map((example) =>
        typeof example === 'string' ? example : `# ${example.description}\n${example.command}`,
      )
      .join('\n\n')
  }
}

/** Labels longer than this stand on a line of their own, so that they do not push all texts to the right. */
const LONGEST_LABEL = 30

/** Narrower than this, all of them do. */
const TWO_COLUMNS = 76

/** oclif's help with examples first. Instantiated by run.ts, so that a bundle needs no file look-up for it. */
export class KubectlHelp extends Help {
  protected override CommandHelpClass = ExamplesFirst

  /** Like every other output, so that a full disk is noticed: Bun's console loses such errors. */
  protected override log(...lines: string[]): void {
    const text = lines.join(' ')
    // The summary comes as one line.
    process.stdout.write(`${text.trimEnd().includes('\n') ? text : wrap(text, this.opts.maxWidth)}\n`)
  }
}
