import { type Command, CommandHelp, Help } from '@oclif/core'

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

  protected override examples(examples: readonly Command.Example[] | undefined | string): string {
    return (Array.isArray(examples) ? (examples as readonly Command.Example[]) : [])
      .map((example) =>
        typeof example === 'string' ? example : `# ${example.description}\n${example.command}`,
      )
      .join('\n\n')
  }
}

/** oclif's help with examples first. Instantiated by run.ts, so that a bundle needs no file look-up for it. */
export class KubectlHelp extends Help {
  protected override CommandHelpClass = ExamplesFirst

  /** Like every other output, so that a full disk is noticed: Bun's console loses such errors. */
  protected override log(...lines: string[]): void {
    process.stdout.write(`${lines.join(' ')}\n`)
  }
}
