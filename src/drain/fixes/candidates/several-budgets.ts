import { inNamespace, nameWord } from '../../../model/command/command.ts'
import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { commandLine } from './command.ts'

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
  return {
    problem: { code: 'several-budgets', budgets: budgets.map(nameOf).sort() },
    fix: {
      code: 'keep-one-budget',
      key: fixKey('keep-one-budget', nameOf(kept)),
      title: `Keep budget ${nameOf(kept)} only: a pod with two budgets can't be evicted`,
      risk: 'Disruptive',
      ...commandLine([
        'kubectl',
        'delete',
        'pdb',
        ...others.map(({ metadata }) => nameWord('PodDisruptionBudget', metadata.name)),
        ...inNamespace(namespace),
      ]),
    },
    apply: ({ simulated, policy }) => ({
      simulated: { ...simulated, budgets: simulated.budgets.filter((one) => !removed.has(nameOf(one))) },
      policy,
    }),
  }
}
