import { CommandHelp, Help } from '@oclif/core'

/** A command's help as kubectl's: what it is for, then examples, then the rest. */
class ExamplesFirst extends CommandHelp {
  protected override sections() {
    const order = ['DESCRIPTION', 'EXAMPLES', 'USAGE']
    const place = ({ header }: { header: string }) => {
      const index = order.indexOf(header)
      return index === -1 ? order.length : index
    }
    return super.sections().sort((a, b) => place(a) - place(b))
  }
}

/** oclif's help with examples first. Instantiated by main.ts, so that a bundle needs no file look-up for it. */
export class KubectlHelp extends Help {
  protected override CommandHelpClass = ExamplesFirst
}
