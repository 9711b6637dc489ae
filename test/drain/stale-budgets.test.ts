import { describe, expect, test } from '@jest/globals'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import { ago } from '../helpers/builders.ts'
import {
  ABC,
  budget,
  clusterOfParts,
  deployment,
  job,
  NO_FLAGS,
  nodeOf,
  planFor,
} from '../helpers/drain-builders.ts'

/** What the controller wrote when both pods of w were Ready, under minAvailable 1. */
const SYNCED = {
  observedGeneration: 1,
  currentHealthy: 2,
  desiredHealthy: 1,
  expectedPods: 2,
  disruptionsAllowed: 1,
}
const pair = (unready = 0) => deployment('w', { on: ['a', 'b'], unready })
const least = (minAvailable: number, status: object) => budget('p', { minAvailable }, { status })

describe('a status that lags behind (docs/reference/disruption-budgets.md#B9)', () => {
  test('a pod is Ready again, and the budget does not say so: nothing is in the way, and no fix is offered', () => {
    const plan = planFor(
      [...ABC, ...pair(), least(1, { ...SYNCED, currentHealthy: 1, disruptionsAllowed: 0 })],
      'a',
    )
    expect([nodeOf(plan).verdict, plan.fixes, plan.remedy]).toEqual(['Drains', [], undefined])
    expect(plan.staleBudgets).toMatchObject([
      { name: 'p', why: 'miscounted', stored: { currentHealthy: 1 }, counted: { currentHealthy: 2 } },
    ])
    expect(plan.assumptions).toContainEqual(expect.stringContaining('The status of ns/p is out of date'))
  })

  test('P35: the generation was not observed: the eviction is refused until it is, and then it goes', () => {
    const plan = planFor([...ABC, ...pair(), least(1, { ...SYNCED, observedGeneration: 0 })], 'a')
    expect([nodeOf(plan).verdict, plan.fixes]).toEqual(['Drains', []])
    expect(plan.staleBudgets).toMatchObject([{ name: 'p', why: 'not-observed' }])
  })

  test('a generation that was not observed is no promise: the new count may refuse', () => {
    const plan = planFor([...ABC, ...pair(), least(2, { ...SYNCED, observedGeneration: 0 })], 'a')
    expect(nodeOf(plan)).toMatchObject({
      verdict: 'Blocks',
      reasons: [{ message: 'The disruption budget p needs 2 healthy pods and has 2 currently' }],
    })
    expect(plan.fixes.filter(({ proven }) => proven)).not.toEqual([])
  })

  test('a count that is too high is no permission', () => {
    const plan = planFor([...ABC, ...pair(1), least(1, SYNCED)], 'b')
    expect(nodeOf(plan).verdict).toBe('Blocks')
    expect(plan.staleBudgets).toMatchObject([{ name: 'p', why: 'miscounted' }])
  })

  test('a budget that cannot be counted does not catch up', () => {
    const never = budget('p', { maxUnavailable: 1 }, { status: { observedGeneration: 0 } })
    const plan = planFor([...ABC, ...job('w', { on: ['a'] }), never], 'a')
    expect(nodeOf(plan).verdict).toBe('Blocks')
    expect(plan.staleBudgets).toEqual([])
  })

  test('a pod that was let go a moment ago is not a wrong count', () => {
    const claimed = { ...SYNCED, currentHealthy: 1, disruptionsAllowed: 0, disruptedPods: { 'w-1': ago(30) } }
    expect(planFor([...ABC, ...pair(), least(1, claimed)], 'a').staleBudgets).toEqual([])
  })

  test('what is current, and what was never applied, is not named', () => {
    expect(planFor([...ABC, ...pair(), least(1, SYNCED)], 'a').staleBudgets).toEqual([])
    expect(planFor([...ABC, ...pair(), budget('p', { minAvailable: 1 })], 'a').staleBudgets).toEqual([])
  })

  test('it is named for every node alone, too, and where budgets are not asked it does not matter', () => {
    const parts = [...ABC, ...pair(), least(1, { ...SYNCED, observedGeneration: 0 })]
    const each = eachNodePlan(clusterOfParts(parts), ['a', 'b', 'c'], NO_FLAGS)
    expect(each.staleBudgets).toMatchObject([{ name: 'p' }])
    expect(planFor(parts, 'a', { disableEviction: true }).staleBudgets).toEqual([])
  })
})
