import { argvOf, type Word } from '../../../model/command/command.ts'
import { shellCommand } from '../../../model/text/shell.ts'
import type { PlannedFix } from '../../types/fix.ts'

/**
 * Commands that run one after the other as long as they succeed: as words, and as a person types them. None at all where
 * one of them could not be pasted safely.
 */
export function commandLine(
  ...commands: readonly (readonly Word[])[]
): Pick<PlannedFix, 'command' | 'commands'> {
  const argvs = commands.map(argvOf)
  return argvs.every((argv) => argv !== undefined)
    ? { command: argvs.map(shellCommand).join(' && '), commands: argvs }
    : {}
}
