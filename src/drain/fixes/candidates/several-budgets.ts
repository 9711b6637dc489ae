import { inNamespace, jsonWord, nameWord } from '../../../model/command/command.ts'
import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { afterChange } from './changed-object.ts'
import { commandLine, undoLine } from './command.ts'

/** A pod may have one budget only: taking the others away mends it, whichever is kept. */
export function severalBudgetFixes({ courses }: SimulationRun): readonly FixCandidate[] {
  const groups = new Map<string, readonly PodDisruptionBudget[]>()
  for (const { ends } of courses)
    for (const end of ends)
      for (const { why, budgets } of end.type === 'Ended' ? end.remaining : [])
        if (why === 'Fatal' && budgets.length > 1) groups.set(budgets.map(nameOf).sort().join(), budgets)
  return sortedBy(groups, ([names]) => [names]).flatMap(([, budgets]) =>
    budgets.map((kept) => keepOnly(kept, budgets)),
  )
}

function keepOnly(kept: PodDisruptionBudget, budgets: readonly PodDisruptionBudget[]): FixCandidate {
  const others = budgets.filter((budget) => budget !== kept)
  const removed = new Set(others.map(nameOf))
  const { namespace = '' } = kept.metadata
  const { assumes, untried } = afterChange(...others)
  const proposal = {
    problem: { code: 'several-budgets' as const, budgets: budgets.map(nameOf).sort() },
    fix: {
      code: 'keep-one-budget' as const,
      key: fixKey('keep-one-budget', nameOf(kept)),
      title: `Keep PDB ${nameOf(kept)} only: a pod with two PDBs can't be evicted`,
      risk: 'Disruptive' as const,
      ...commandLine([
        'kubectl',
        'delete',
        'pdb',
        ...others.map(({ metadata }) => nameWord('PodDisruptionBudget', metadata.name)),
        ...inNamespace(namespace),
        '--ignore-not-found',
      ]),
      ...undoLine({
        words: ['kubectl', 'apply', '-f', '-'],
        input: jsonWord({ apiVersion: 'v1', kind: 'List', items: others.map(asWritten) }),
      }),
      ...(assumes.length === 0 ? {} : { assumes }),
    },
  }
  return untried === undefined
    ? {
        ...proposal,
        apply: ({ simulated, policy }) => ({
          simulated: { ...simulated, budgets: simulated.budgets.filter((one) => !removed.has(nameOf(one))) },
          policy,
        }),
      }
    : { ...proposal, untried }
}

/** The budget as somebody would write it: without what the API server has put into it. */
const asWritten = ({ apiVersion, kind, metadata, spec }: PodDisruptionBudget): object => ({
  apiVersion,
  kind,
  metadata: {
    name: metadata.name,
    namespace: metadata.namespace,
    labels: metadata.labels,
    annotations: metadata.annotations,
    ownerReferences: metadata.ownerReferences,
  },
  spec,
})
