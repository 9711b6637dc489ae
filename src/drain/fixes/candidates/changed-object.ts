import type { KubeObject } from '../../../model/kubernetes/objects.ts'
import { managerSentence, operatorObject } from '../../../model/managers/managers.ts'
import type { UnprovableFix } from '../candidate.ts'

/**
 * What has to be said of a change of these objects: the tools that may undo it, and, where an operator is sure to, that
 * it is no change to make here.
 */
export function afterChange(...objects: readonly KubeObject[]): {
  readonly assumes: readonly string[]
  readonly untried: UnprovableFix['untried'] | undefined
} {
  const owner = objects.map(operatorObject).find((one) => one !== undefined)
  return {
    assumes: objects.flatMap((object) => managerSentence(object) ?? []),
    untried:
      owner === undefined
        ? undefined
        : `it is made by ${owner}, whose operator undoes the change: make it there`,
  }
}
