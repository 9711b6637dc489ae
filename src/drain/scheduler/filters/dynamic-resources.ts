import type { Filter } from '../filter.ts'

/** docs/reference/scheduler.md#R12: what resource claims need is not simulated. */
export const dynamicResources: Filter<never> = {
  name: 'DynamicResources',
  reads: ['spec.resourceClaims'],
  scope: 'Node',
  words: {},
  filter: (_state, { spec }) =>
    (spec.resourceClaims ?? []).length === 0
      ? undefined
      : { uncertain: 'it needs resource claims (dynamic resource allocation), which are not simulated' },
}
