import type { DrainPolicy } from '../../../policy/policy.ts'
import type { JudgedNode } from '../../../report/nodes/judged-nodes.ts'
import { reviewerName } from '../../../report/nodes/reviewer-words.ts'
import { type FixCandidate, fixKey } from '../../candidate.ts'
import { commandLine } from '../command.ts'

/** How to ask those that may refuse evictions before anything is evicted (docs/reference/eviction.md#admission). */
export function admissionFixes(
  judged: readonly JudgedNode[],
  { rehearsal }: Pick<DrainPolicy, 'rehearsal'>,
): readonly FixCandidate[] {
  const concerned = judged.flatMap(({ name, reasons }) => {
    const asked = reasons.flatMap((reason) =>
      reason.code === 'admission-decides' ? [reviewerName(reason.reviewer)] : [],
    )
    return asked.length === 0 ? [] : [{ name, asked }]
  })
  const nodes = concerned.map(({ name }) => name)
  if (rehearsal === undefined || nodes.length === 0) return []
  const names = [...new Set(concerned.flatMap(({ asked }) => asked))]
  return [
    {
      problem: { code: 'admission', reviewers: names },
      untried: 'what it answers is not simulated',
      fix: {
        code: 'rehearse',
        key: fixKey('rehearse', ...nodes),
        title: `Ask ${names.length === 1 ? names[0] : 'them'} first: a dry run on the server evicts nothing, and prints what is refused`,
        risk: 'Inspect',
        ...commandLine(rehearsal(nodes)),
      },
    },
  ]
}
