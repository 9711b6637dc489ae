import { controllerOf } from '../../../model/kubernetes/reference.ts'
import { listed } from '../../../model/text/words.ts'
import { type DrainPolicy, refusals } from '../../policy/policy.ts'
import type { JudgedNode } from '../../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { RefusalCode } from '../../types/refusal.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { commandLine } from './command.ts'

/** All flags that the refused nodes need, in one command: a flag can bring the next refusal to light. */
export function flagFixes(
  run: SimulationRun,
  judged: readonly JudgedNode[],
  policy: DrainPolicy,
): readonly FixCandidate[] {
  const refused = new Set(judged.flatMap(({ name, verdict }) => (verdict === 'Refused' ? [name] : [])))
  const shown = [...run.decided].flatMap(([node, pods]) => (refused.has(node) ? refusals(pods) : []))
  const codes = withHidden(run, new Set(shown.map(({ code }) => code)))
  const other = policy.without(codes)
  if (other === undefined) return []
  const { flags, costs, risk, command } = other
  return [
    {
      problem: { code: 'refused' },
      fix: {
        code: 'more-flags',
        key: fixKey('more-flags', ...[...codes].sort()),
        title: `Drain with ${listed(flags)}: ${costs.join('; ')}`,
        risk,
        ...commandLine(command(run.nodes)),
        flags,
      },
      apply: ({ simulated, policy: before }) => ({
        simulated,
        policy: before.without(codes)?.policy ?? before,
      }),
    },
  ]
}

/**
 * Pods without a controller that an earlier filter refuses for their local storage
 * (docs/reference/kubectl-drain.md#D5).
 */
function withHidden(run: SimulationRun, codes: ReadonlySet<RefusalCode>): ReadonlySet<RefusalCode> {
  if (!codes.has('local-storage')) return codes
  const bare = [...run.decided.values()]
    .flat()
    .some(({ pod, decision }) => decision.action === 'Refuse' && controllerOf(pod) === undefined)
  return bare ? new Set<RefusalCode>([...codes, 'unmanaged-pods']) : codes
}
