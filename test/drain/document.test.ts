import { expect, test } from '@jest/globals'
import { drainPlanDocument } from '../../src/drain/document.ts'
import { ABC, budget, daemonSet, deployment, planFor } from '../helpers/drain-builders.ts'

test('the JSON has reasons and warnings as they are documented, and nothing of what only a terminal needs', () => {
  const cluster = [
    ...ABC,
    ...deployment('w', { on: ['a'] }),
    ...daemonSet('ds', ['a']),
    budget('p', { maxUnavailable: 0 }),
  ]
  const [node] = drainPlanDocument(planFor(cluster, 'a', { ignoreDaemonsets: true })).nodes
  expect(node?.reasons).toEqual([
    {
      code: 'budget-refuses',
      message: 'The disruption budget p needs 1 healthy pods and has 1 currently',
      pods: ['ns/w-0'],
      budgets: ['ns/p'],
    },
  ])
  expect(node?.warnings).toEqual(['ignoring DaemonSet-managed Pods: ns/ds-a'])
})

test('what was taken for granted in reading comes first among what the plan takes for granted', () => {
  const plan = planFor([...ABC, ...deployment('w', { on: ['a'] })], 'a')
  expect(plan.assumptions.length).toBeGreaterThan(0)
  expect(drainPlanDocument(plan, ['The input is text.']).assumptions).toEqual([
    'The input is text.',
    ...plan.assumptions,
  ])
})
