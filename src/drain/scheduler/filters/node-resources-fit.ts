import { usageOn } from '../../state/state.ts'
import type { Filter } from '../filter.ts'

type Reason =
  | { readonly code: 'TooManyPods' }
  | { readonly code: 'InsufficientResource'; readonly resource: string }

/** docs/reference/scheduler.md#R6. */
export const nodeResourcesFit: Filter<Reason> = {
  name: 'NodeResourcesFit',
  reads: ['requests'],
  scope: 'PodsOfNode',
  words: {
    TooManyPods: 'Too many pods',
    InsufficientResource: ({ resource }) => `Insufficient ${resource}`,
  },
  filter: (state, { requests }) => {
    const wanted = Object.entries(requests).filter(([, amount]) => amount > 0)
    return {
      check: (node) => {
        const usage = usageOn(state, node.index)
        const reasons: Reason[] = []
        let possible = true
        if (usage.pods + 1 > (node.allocatable['pods'] ?? 0)) reasons.push({ code: 'TooManyPods' })
        for (const [resource, amount] of wanted) {
          const all = node.allocatable[resource] ?? 0
          if (amount <= all - (usage.requests[resource] ?? 0)) continue
          reasons.push({ code: 'InsufficientResource', resource })
          if (amount > all) possible = false
        }
        return reasons.length === 0 ? undefined : { reasons, resolvable: possible }
      },
    }
  },
}
