import { expect, test } from '@jest/globals'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import { ABC, budget, clusterOfParts, deployment, NO_FLAGS, planFor } from '../helpers/drain-builders.ts'

const faults = (...parts: (object | readonly object[])[]) =>
  planFor([...ABC, ...parts], 'a').budgetFaults.map(({ name, code, nodes }) => [name, code, nodes.join()])
const w = deployment('w', { on: ['a', 'b'] })

test('a budget that selects no pod, in a namespace of pods of the node', () => {
  expect(faults(w, budget('p', { minAvailable: 1 }, { app: 'wbe' }))).toEqual([['p', 'selects-nothing', '']])
  expect(faults(w, budget('p', { minAvailable: 1 }, { selector: null }))).toEqual([
    ['p', 'selects-nothing', ''],
  ])
  expect(faults(w, budget('p', { minAvailable: 1 }, { app: 'wbe', namespace: 'other' }))).toEqual([])
})

test('a budget of a workload that has no pods now means something', () => {
  const asleep = deployment('asleep', { on: [] }).map((object) =>
    (object as { kind: string }).kind === 'Deployment'
      ? {
          ...object,
          spec: {
            replicas: 0,
            template: { metadata: { labels: { app: 'asleep' } }, spec: { containers: [] } },
          },
        }
      : object,
  )
  expect(faults(w, asleep, budget('p', { minAvailable: 1 }, { app: 'asleep' }))).toEqual([])
})

test('budgets that never allow an eviction, and those that share pods', () => {
  expect(faults(w, budget('p', { minAvailable: '100%' }))).toEqual([['p', 'never-allows', 'a']])
  expect(faults(w, budget('p', { maxUnavailable: 1 }), budget('q', { maxUnavailable: 1 }))).toEqual([
    ['p', 'overlaps', 'a'],
    ['q', 'overlaps', 'a'],
  ])
})

test('a budget that protects pods that are not Ready, unless it always lets them go', () => {
  const broken = deployment('w', { on: ['a', 'b'], unready: 1 })
  const lax = { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }
  expect(faults(broken, budget('p', { maxUnavailable: 1 }))).toEqual([['p', 'guards-unready', 'a']])
  expect(faults(broken, budget('p', lax))).toEqual([])
  expect(faults(w, budget('p', { maxUnavailable: 1 }))).toEqual([])
})

test('every node alone names them, too', () => {
  const parts = [...ABC, ...w, budget('p', { minAvailable: 1 }, { app: 'wbe' })]
  expect(eachNodePlan(clusterOfParts(parts), ['a', 'b'], NO_FLAGS).budgetFaults).toMatchObject([
    { name: 'p', code: 'selects-nothing' },
  ])
})
