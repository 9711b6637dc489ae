import { escapeText } from '../../../model/text/escape.ts'
import { shellCommand } from '../../../model/text/shell.ts'

/** What the user typed, as it goes into the commands of a runbook. */
export interface RunbookFlags {
  /** Flags of `kubectl drain`, e.g. `--ignore-daemonsets`. */
  readonly drain: readonly string[]
  /** Flags that say which cluster and as whom, e.g. `--context=prod`; never a token. */
  readonly cluster: readonly string[]
}

/** How long a check of a runbook waits before the runbook stops. */
export const PATIENCE = '--timeout=10m'

/** A comment of one line, whatever is in the text. */
export const comment = (text: string): string => `# ${escapeText(text)}`.trimEnd()

/** The commands of a runbook, with the user's flags. */
export interface RunbookCommands {
  readonly flags: RunbookFlags
  readonly run: (...argv: readonly string[]) => string
  readonly drain: (nodes: readonly string[]) => string
}

/** A command of kubectl with the flags for the cluster. */
export const kubectl = ({ cluster }: RunbookFlags, argv: readonly string[]): string =>
  shellCommand(['kubectl', ...cluster, ...argv])
