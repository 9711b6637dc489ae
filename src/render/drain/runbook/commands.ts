import { argvOf, nameWord, type Word } from '../../../model/command/command.ts'
import { escapeText } from '../../../model/text/escape.ts'
import { shellCommand } from '../../../model/text/shell.ts'

/** What the user typed, as it goes into the commands of a runbook. */
export interface RunbookFlags {
  /** Flags of `kubectl drain`, e.g. `--ignore-daemonsets`. */
  readonly drain: readonly string[]
  /** Flags that say which cluster and as whom, e.g. `--context=prod`; never a token. */
  readonly cluster: readonly string[]
}

/** The name of a node as an argument. */
export const nodeWord = (node: string): Word => nameWord('Node', node)

/** How long a check of a runbook waits before the runbook stops. */
export const PATIENCE = '--timeout=10m'

/** A comment, whatever is in the text: each of its lines is one. */
export const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => `# ${escapeText(line)}`.trimEnd())
    .join('\n')

/** The commands of a runbook, with the user's flags. */
export interface RunbookCommands {
  readonly flags: RunbookFlags
  readonly run: (...words: readonly Word[]) => string
  readonly drain: (nodes: readonly string[]) => string
  /** A new plan that has to agree before the nodes are drained. */
  readonly check: (nodes: readonly string[]) => readonly string[]
}

/** A line of the script; one that fails, and so ends the script, where the command could not be run safely. */
export function scriptLine(words: readonly Word[]): string {
  const argv = argvOf(words)
  return argv === undefined
    ? 'false # a command is left out here: a name or a flag in it is none that an API server accepts'
    : shellCommand(argv)
}

/** A command of kubectl with the flags for the cluster. */
export const kubectl = ({ cluster }: RunbookFlags, words: readonly Word[]): string =>
  scriptLine(['kubectl', ...cluster, ...words])
