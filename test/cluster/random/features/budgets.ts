import { apiVersionOf } from '../../../../src/model/kubernetes/kinds.ts'
import type { Draft, Feature, Fields } from '../draft.ts'
import type { Random } from '../random.ts'

function addBudget(
  draft: Draft,
  selector: Fields | null,
  random: Random,
  spec: Fields = limit(random),
): true {
  const policy = random.pick([undefined, undefined, 'IfHealthyBudget', 'AlwaysAllow', 'AlwaysAllow'])
  const budgets = draft.objects.filter(({ kind }) => kind === 'PodDisruptionBudget')
  draft.objects.push({
    apiVersion: apiVersionOf('poddisruptionbudgets'),
    kind: 'PodDisruptionBudget',
    metadata: { name: `p${budgets.length}`, namespace: draft.id },
    spec: {
      ...(selector === null ? {} : { selector }),
      ...spec,
      ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }),
    },
  } as Draft['objects'][number])
  return true
}

const limit = (random: Random): Fields =>
  random.pick<Fields>([
    { maxUnavailable: 1 },
    { maxUnavailable: 1 },
    { maxUnavailable: random.pick([0, 2, '25%', '34%', '50%']) },
    { minAvailable: 1 },
    { minAvailable: random.whole(1, 3) },
    { minAvailable: random.pick(['30%', '50%', '67%', '100%']) },
  ])

/**
 * Budgets of these kinds' pods never come to be counted with a percentage or maxUnavailable
 * (docs/reference/disruption-budgets.md#B4).
 */
const UNCOUNTED = ['Job', 'DaemonSet', 'PlainApp']

export const BUDGET_FEATURES: readonly Feature[] = [
  {
    name: 'budget of a workload',
    chance: 0.8,
    add: (draft, random) => {
      const chosen = random.some(draft.workloads, 0.6)
      for (const { name, kind } of chosen)
        addBudget(
          draft,
          { matchLabels: { app: name } },
          random,
          UNCOUNTED.includes(kind) && random.chance(0.9)
            ? { minAvailable: random.whole(0, 2) }
            : limit(random),
        )
      return chosen.length > 0
    },
  },
  {
    name: 'budget of a tier',
    chance: 0.3,
    add: (draft, random) =>
      addBudget(
        draft,
        random.pick<Fields>([
          { matchLabels: { tier: 'x' } },
          { matchExpressions: [{ key: 'tier', operator: 'In', values: ['x', 'y'] }] },
          { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['x'] }] },
        ]),
        random,
        draft.workloads.some(({ kind }) => UNCOUNTED.includes(kind))
          ? { minAvailable: random.whole(1, 3) }
          : limit(random),
      ),
  },
  {
    name: 'budget of nothing',
    chance: 0.1,
    add: (draft, random) =>
      addBudget(draft, random.pick<Fields | null>([null, { matchLabels: { app: 'nobody' } }]), random),
  },
  {
    name: 'budget of everything',
    chance: 0.06,
    add: (draft, random) => addBudget(draft, {}, random, { minAvailable: random.whole(0, 4) }),
  },
]
