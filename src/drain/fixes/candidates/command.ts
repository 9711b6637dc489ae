import { shellCommand } from '../../../model/text/shell.ts'
import type { PlannedFix } from '../../types/fix.ts'

/** Commands that run one after the other as long as they succeed: as words, and as a person types them. */
export const commandLine = (
  ...commands: readonly (readonly string[])[]
): Required<Pick<PlannedFix, 'command' | 'commands'>> => ({
  command: commands.map(shellCommand).join(' && '),
  commands,
})
