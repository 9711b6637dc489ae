import { tolerates, UNSCHEDULABLE } from '../../cluster/taints.ts'
import { type Filter, unresolvable } from '../filter.ts'

const CORDONED = unresolvable({ code: 'NodeUnschedulable' } as const)

/** docs/reference/scheduler.md#R2. */
export const nodeUnschedulable: Filter<{ readonly code: 'NodeUnschedulable' }> = {
  name: 'NodeUnschedulable',
  reads: ['spec.tolerations'],
  scope: 'Node',
  words: { NodeUnschedulable: 'node(s) were unschedulable' },
  filter: (_state, { spec }) =>
    tolerates(spec, UNSCHEDULABLE)
      ? undefined
      : { check: ({ unschedulable }) => (unschedulable ? CORDONED : undefined) },
}
