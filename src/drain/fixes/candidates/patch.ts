import { inNamespace, jsonWord, nameWord } from '../../../model/command/command.ts'
import type { Patch, PatchTarget } from '../../../model/kubernetes/patch.ts'
import type { ProposedFix } from '../candidate.ts'
import { commandLine } from './command.ts'

/**
 * A patch, and the command that applies it.
 * @param resource as kubectl takes it, e.g. `pdb`
 */
export const patched = (
  resource: string,
  target: PatchTarget,
  type: Patch['type'],
  value: unknown,
): Pick<ProposedFix, 'command' | 'commands' | 'patch'> => ({
  ...commandLine([
    'kubectl',
    'patch',
    resource,
    nameWord(target.kind, target.name),
    ...inNamespace(target.namespace),
    '--type',
    type,
    '-p',
    jsonWord(value),
  ]),
  patch: { target, type, value },
})
