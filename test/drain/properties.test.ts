import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Search } from '../../src/drain/search.ts'
import { settle } from '../../src/drain/settle.ts'
import { drainPods } from '../../src/drain/simulate.ts'
import { initialState, relevantBudgets } from '../../src/drain/state.ts'
import { succeeds } from '../../src/drain/verdict.ts'
import { buildWorld, cordoned } from '../../src/drain/world.ts'
import { indexCluster } from '../../src/model/cluster.ts'
import type { KubeObject } from '../../src/model/kubernetes.ts'
import {
  apart,
  budget,
  deployment,
  NOW,
  node,
  nodeOf,
  pinnedTo,
  planFor,
  spread,
} from '../helpers/drain-builders.ts'
import { snapshotOf } from '../helpers/drains.ts'

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

describe('properties', () => {
  test('no eviction takes a budget below what it desires, on any path', () => {
    fc.assert(
      fc.property(
        cluster,
        fc.constantFrom('Burst' as const, 'Stepwise' as const, 'Single' as const),
        (objects, pace) => {
          const world = cordoned(
            buildWorld(indexCluster(snapshotOf(objects as KubeObject[], NOW, 'none'))),
            new Set(['a']),
          )
          const pods = world.byNodeAll('a')
          const search: Search = {
            choose: (options) => options,
            effort: 2000,
            complete: true,
            contended: false,
            rough: false,
            doubts: new Set(),
            crowd: pods,
            roomyFirst: false,
          }
          for (const start of settle([initialState(world, relevantBudgets(world, pods))], search))
            for (const { state } of drainPods(start, pods, pace, false, search))
              for (const [one, numbers] of state.numbers) {
                const before = start.numbers.get(one)
                expect(numbers.disruptionsAllowed).toBeGreaterThanOrEqual(0)
                expect(numbers.currentHealthy).toBeGreaterThanOrEqual(
                  Math.min(before?.currentHealthy ?? 0, numbers.desiredHealthy),
                )
              }
        },
      ),
      { numRuns: 150 },
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
      { numRuns: 60 },
    )
  })

  test('without budgets a drain never fails', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        expect(
          succeeds(
            nodeOf(
              planFor(
                objects.filter((object) => !isBudget(object)),
                'a',
              ),
            ).verdict,
          ),
        ).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('every pod that kubectl takes goes, stays, or may do either, and only a pod that goes is replaced', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        for (const { outcome, replacement, reason } of nodeOf(planFor(objects, 'a')).pods) {
          if (outcome === 'Remains') expect([replacement, reason]).toEqual([undefined, expect.any(String)])
          if (outcome === 'Gone') expect(replacement).toBeDefined()
        }
      }),
      { numRuns: 100 },
    )
  })
})
