import type { Filter } from '../filter.ts'

/** docs/reference/scheduler.md#R10: a pod with gates does not come to the filters. */
export const schedulingGates: Filter<{
  readonly code: 'SchedulingGated'
  readonly gates: readonly string[]
}> = {
  name: 'SchedulingGates',
  reads: ['spec.schedulingGates'],
  scope: 'Node',
  words: { SchedulingGated: ({ gates }) => `waiting for scheduling gates: ${gates.join(', ')}` },
  filter: (_state, { spec }) => {
    const gates = (spec.schedulingGates ?? []).map(({ name }) => name)
    return gates.length === 0 ? undefined : { nowhere: { code: 'SchedulingGated', gates } }
  },
}
