import type { DrainPolicy } from '../../policy/policy.ts'
import type { JudgedNode } from '../../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { FixCandidate } from '../candidate.ts'
import { budgetFixes } from './budgets.ts'
import { capacityFixes } from './capacity.ts'
import { admissionFixes } from './deciders/admission.ts'
import { operatorFixes } from './deciders/operators.ts'
import { flagFixes } from './flags.ts'
import { severalBudgetFixes } from './several-budgets.ts'
import { spreadFixes } from './spread.ts'
import { stuckPodFixes } from './stuck-pods.ts'

/**
 * All ways that are known to remove what is in the way of a run, by problem; those of one problem from the least to the
 * most disturbing.
 * @param policy the drainer as it was asked for; that of the run may have a deadline in addition
 */
export const fixCandidates = (
  run: SimulationRun,
  judged: readonly JudgedNode[],
  policy: DrainPolicy,
): readonly FixCandidate[] => [
  ...flagFixes(run, judged, policy),
  ...severalBudgetFixes(run),
  ...admissionFixes(judged, policy),
  ...operatorFixes(run),
  ...budgetFixes(run),
  ...stuckPodFixes(run, judged),
  ...spreadFixes(run, judged),
  ...capacityFixes(judged),
]
