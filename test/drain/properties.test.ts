import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildSimulatedCluster, cordoned } from '../../src/drain/cluster/simulated-cluster.ts'
import { drainNode } from '../../src/drain/simulation/drain-node.ts'
import { reconcile } from '../../src/drain/simulation/reconcile.ts'
import type { Search } from '../../src/drain/simulation/search.ts'
import { initialState, relevantBudgets } from '../../src/drain/state/budget-tracking.ts'
import type { PlannedNode } from '../../src/drain/types/node.ts'
import { succeeds } from '../../src/drain/verdict.ts'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import {
  apart,
  budget,
  clusterOfParts,
  deployment,
  NO_FLAGS,
  node,
  pinnedTo,
  planFor,
  spread,
} from '../helpers/drain-builders.ts'
import { drainedNodes } from '../helpers/drained.ts'

const NODES = ['a', 'b', 'c']

const workload = (app: string) =>
  fc
    .record({
      on: fc.array(fc.constantFrom(...NODES), { minLength: 1, maxLength: 4 }),
      cpu: fc.constantFrom('100m', '1', '1500m'),
      unready: fc.constantFrom(0, 0, 0, 9),
      spec: fc.constantFrom({}, {}, apart(app), spread(app), pinnedTo('a')),
    })
    .map((fields) => deployment(app, fields))

const limits = fc.oneof(
  fc.record({ maxUnavailable: fc.constantFrom<number | string>(0, 1, 2, '50%') }),
  fc.record({ minAvailable: fc.constantFrom<number | string>(0, 1, 2, '50%', '100%') }),
)
const budgetFor = (name: string) =>
  fc
    .tuple(limits, fc.constantFrom('x', 'y'), fc.boolean())
    .map(([spec, app, always]) =>
      budget(name, { ...spec, ...(always ? { unhealthyPodEvictionPolicy: 'AlwaysAllow' } : {}) }, { app }),
    )

const cluster = fc
  .tuple(
    workload('x'),
    workload('y'),
    fc.array(budgetFor('p'), { maxLength: 1 }),
    fc.array(budgetFor('q'), { maxLength: 1 }),
  )
  .map(([x, y, p, q]) => [...NODES.map((name) => node(name)), ...x, ...y, ...p, ...q])

const isBudget = (object: object) => (object as KubeObject).kind === 'PodDisruptionBudget'

const clusterWithBudgets = cluster.filter((objects) => objects.some(isBudget))

const isSmall = (object: object) =>
  (object as Pod).kind !== 'Pod' ||
  (object as Pod).spec?.containers[0]?.resources?.requests?.['cpu'] === '100m'

const spreads = (object: object) =>
  (object as Pod).kind === 'Pod' && (object as Pod).spec?.topologySpreadConstraints !== undefined

const drainOfA = (objects: readonly object[]): PlannedNode => {
  const [a] = drainedNodes(clusterOfParts(objects), ['a'], NO_FLAGS)
  if (a === undefined) throw new Error('a was not drained')
  return a
}

/**
 * How good the drain of node a is. Where chance decides, the worst end counts: both ends of OrderDependent are
 * possible, and it may become a sure success or a sure failure of the same kind. Nothing here is Unknown, because
 * everything was read.
 */
const RANKS: Readonly<Record<string, number>> = {
  Drains: 0,
  DrainsDegraded: 1,
  OrderDependent: 2,
  Fails: 3,
  Blocks: 3,
}
const rankOf = (objects: readonly object[]): number => {
  const { verdict } = drainOfA(objects)
  const rank = RANKS[verdict]
  if (rank === undefined) throw new Error(`${verdict} was not expected`)
  return rank
}

describe('properties', () => {
  test('no eviction takes a budget below what it desires, on any path', () => {
    fc.assert(
      fc.property(
        cluster,
        fc.constantFrom('Burst' as const, 'Stepwise' as const, 'Single' as const),
        (objects, interleaving) => {
          const simulated = cordoned(buildSimulatedCluster(clusterOfParts(objects)), new Set(['a']))
          const pods = simulated.byNodeAll('a')
          const search: Search = {
            choose: (options) => options,
            effort: 2000,
            complete: true,
            contended: false,
            rough: false,
            doubts: new Set(),
            competingPods: pods,
            roomyFirst: false,
            schedulerComesLate: interleaving === 'Single',
          }
          for (const start of reconcile([initialState(simulated, relevantBudgets(simulated, pods))], search))
            for (const { state } of drainNode(start, pods, interleaving, { removal: 'Evict' }, search))
              for (const [one, numbers] of state.budgetStatus) {
                const before = start.budgetStatus.get(one)
                expect(numbers.disruptionsAllowed).toBeGreaterThanOrEqual(0)
                expect(numbers.currentHealthy).toBeGreaterThanOrEqual(
                  Math.min(before?.currentHealthy ?? 0, numbers.desiredHealthy),
                )
              }
        },
      ),
      { numRuns: 75 },
    )
  })

  test('the order of the input changes no byte of the plan', () => {
    fc.assert(
      fc.property(cluster, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (objects, keys) => {
        const shuffled = objects
          .map((object, index) => ({ object, key: keys[index % keys.length] ?? 0 }))
          .sort((one, other) => one.key - other.key)
          .map(({ object }) => object)
        expect(JSON.stringify(planFor(shuffled, ['a', 'b']))).toBe(
          JSON.stringify(planFor(objects, ['a', 'b'])),
        )
      }),
      { numRuns: 30 },
    )
  })

  // A budget also decides how many replacements look for room at the same moment. Where nodes are full, a pod of
  // another workload may have come first only because the budget held these back.
  test('taking a budget away makes no verdict worse, where there is room for all', () => {
    fc.assert(
      fc.property(clusterWithBudgets, fc.nat(), (objects, choice) => {
        fc.pre(objects.every(isSmall))
        const budgets = objects.filter(isBudget)
        const without = objects.filter((object) => object !== budgets[choice % budgets.length])
        expect(rankOf(without)).toBeLessThanOrEqual(rankOf(objects))
      }),
      { numRuns: 75 },
    )
  })

  // Where rules between pods count nodes, a new empty one can stand in the way: it is a domain with no pods, so that
  // the others of a spread constraint have too many. A budget can then lose the pod that would have come back.
  test('an empty node with room makes no verdict worse, where no spread constraint counts it', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        fc.pre(!objects.some(spreads))
        expect(rankOf([...objects, node('z')])).toBeLessThanOrEqual(rankOf(objects))
      }),
      { numRuns: 75 },
    )
  })

  test('without budgets a drain never fails', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const { verdict } = drainOfA(objects.filter((object) => !isBudget(object)))
        expect(succeeds(verdict)).toBe(true)
      }),
      { numRuns: 75 },
    )
  })

  test('every pod that kubectl takes goes, stays, or may do either, and only a pod that goes is replaced', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        for (const { outcome, replacement, reason } of drainOfA(objects).pods) {
          if (outcome === 'Remains') expect([replacement, reason]).toEqual([undefined, expect.any(String)])
          if (outcome === 'Gone') expect(replacement).toBeDefined()
        }
      }),
      { numRuns: 75 },
    )
  })
})
