import { inNamespace, jsonWord, nameWord, type Word } from '../../../model/command/command.ts'
import type { Patch, PatchTarget } from '../../../model/kubernetes/patch.ts'
import type { ProposedFix } from '../candidate.ts'
import { commandLine, undoLine } from './command.ts'

interface PatchWithUndo {
  readonly type: Patch['type']
  readonly value: unknown
  /** A patch of the same type that puts back what this one changes. */
  readonly undo: unknown
}

/**
 * A patch, the command that applies it, and the one that takes it back.
 * @param resource as kubectl takes it, e.g. `pdb`
 */
export function patched(
  resource: string,
  target: PatchTarget,
  { type, value, undo }: PatchWithUndo,
): Pick<ProposedFix, 'command' | 'commands' | 'patch' | 'undo' | 'undoSteps'> {
  const words = (change: unknown): readonly Word[] => [
    ...['kubectl', 'patch', resource, nameWord(target.kind, target.name), ...inNamespace(target.namespace)],
    ...['--type', type, '-p', jsonWord(change)],
  ]
  return {
    ...commandLine(words(value)),
    ...undoLine({ words: words(undo) }),
    patch: { target, type, value },
  }
}
