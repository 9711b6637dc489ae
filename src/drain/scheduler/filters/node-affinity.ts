import { type Filter, unresolvable } from '../filter.ts'
import { NODE_SELECTION_READS, wantsNode } from '../node-selector.ts'

const MISMATCH = unresolvable({ code: 'NodeAffinityMismatch' } as const)

/** docs/reference/scheduler.md#R4. */
export const nodeAffinity: Filter<{ readonly code: 'NodeAffinityMismatch' }> = {
  name: 'NodeAffinity',
  reads: NODE_SELECTION_READS,
  scope: 'Node',
  words: { NodeAffinityMismatch: "node(s) didn't match Pod's node affinity/selector" },
  filter: (_state, { spec }) => ({ check: (node) => (wantsNode(spec, node) ? undefined : MISMATCH) }),
}
