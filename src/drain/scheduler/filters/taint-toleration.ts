import { untolerated } from '../../cluster/taints.ts'
import { type Filter, unresolvable } from '../filter.ts'

const UNTOLERATED = unresolvable({ code: 'UntoleratedTaint' } as const)

/** docs/reference/scheduler.md#R3. */
export const taintToleration: Filter<{ readonly code: 'UntoleratedTaint' }> = {
  name: 'TaintToleration',
  reads: ['spec.tolerations'],
  scope: 'Node',
  words: { UntoleratedTaint: 'node(s) had untolerated taint(s)' },
  filter: (_state, { spec }) => ({
    check: ({ taints }) =>
      taints.length > 0 && untolerated(spec, taints) !== undefined ? UNTOLERATED : undefined,
  }),
}
