import { argvOf, type Word } from '../../../model/command/command.ts'
import { type ShellStep, shellCommand, shellStep } from '../../../model/text/shell.ts'
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

/** A command of an undo, and what it reads from standard input: words of ours only. */
interface UndoStep {
  readonly words: readonly Word[]
  readonly input?: string
}

/** The same for what puts a change back. */
export function undoLine(...steps: readonly UndoStep[]): Pick<PlannedFix, 'undo' | 'undoSteps'> {
  const undoSteps = steps.flatMap(({ words, input }): ShellStep[] => {
    const argv = argvOf(words)
    return argv === undefined ? [] : [{ argv, ...(input === undefined ? {} : { input }) }]
  })
  return undoSteps.length === steps.length ? { undo: undoSteps.map(shellStep).join(' && '), undoSteps } : {}
}
