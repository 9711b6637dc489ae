import { describe, expect, test } from '@jest/globals'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import { drainExitCode } from '../../src/drain/plan.ts'
import {
  ABC,
  apart,
  budget,
  clusterOfParts,
  deployment,
  job,
  NO_FLAGS,
  pinnedTo,
  planFor,
  pod,
} from '../helpers/drain-builders.ts'

const eachFor = (parts: readonly (object | readonly object[])[], nodes = ['c', 'b', 'a']) =>
  eachNodePlan(clusterOfParts(parts), nodes, NO_FLAGS)
const verdicts = (plan: ReturnType<typeof eachFor>) =>
  plan.nodes.map(({ name, verdict }) => `${name} ${verdict}`)

describe('every node alone', () => {
  test('each node starts from the snapshot, so that a budget of one pays for every node', () => {
    const cluster = [
      ...ABC,
      ...deployment('w', { on: ['a', 'b'], spec: apart('w') }),
      budget('p', { minAvailable: 1 }),
    ]
    expect(verdicts(eachFor(cluster))).toEqual(['a Drains', 'b Drains', 'c Drains'])
    expect(
      planFor(cluster, ['a', 'b', 'c'], { timeoutSeconds: 60 }).nodes.map(({ verdict }) => verdict),
    ).not.toEqual(['Drains', 'Drains', 'Drains'])
  })

  test('one node that does not drain is enough for exit code 1', () => {
    const plan = eachFor([...ABC, pod('bare', { on: 'b' })])
    expect(verdicts(plan)).toEqual(['a Drains', 'b Refused', 'c Drains'])
    expect(drainExitCode(plan)).toBe(1)
    expect(drainExitCode(eachFor([...ABC]))).toBe(0)
  })

  test('an obstacle of several nodes is told once, with its nodes, the most common first', () => {
    const plan = eachFor([
      ...ABC,
      ...deployment('w', { on: ['a', 'b', 'c'] }),
      budget('p', { maxUnavailable: 0 }),
      pod('bare', { on: 'b' }),
      pod('other', { on: 'b' }),
    ])
    expect(plan.obstacles).toEqual([
      {
        code: 'budget-refuses',
        message: 'The disruption budget p needs 3 healthy pods and has 3 currently',
        budgets: ['ns/p'],
        nodes: ['a', 'c'],
        pods: 2,
      },
      {
        code: 'unmanaged-pods',
        message: 'cannot delete Pods that declare no controller (use --force to override)',
        budgets: [],
        nodes: ['b'],
        pods: 2,
      },
    ])
    expect(plan.budgets.map(({ name }) => name)).toEqual(['p'])
  })

  test('pods without a problem are left out', () => {
    const [a] = eachFor([
      ...ABC,
      ...deployment('free', { on: ['a'] }),
      ...deployment('w', { on: ['a'], spec: pinnedTo('a') }),
    ]).nodes
    expect(a).toMatchObject({ verdict: 'DrainsDegraded', pods: [{ name: 'w-0' }] })
  })
})

describe('budgets that never allow a disruption', () => {
  const never = (...parts: (object | readonly object[])[]) =>
    eachFor([...ABC, ...parts]).neverAllow?.map(({ name, why }) => `${name}: ${why}`)
  const w = deployment('w', { on: ['a', 'b', 'c'] })

  test.each([
    ['maxUnavailable 0', w, { maxUnavailable: 0 }, 'maxUnavailable 0 wants 3 healthy'],
    ['minAvailable as many as the replicas', w, { minAvailable: 3 }, 'minAvailable 3 wants 3 healthy'],
    [
      'minAvailable that rounds up to all (P04)',
      w,
      { minAvailable: '67%' },
      'minAvailable 67% wants 3 healthy',
    ],
    ['neither field (P17)', w, {}, 'it has neither'],
    [
      'pods whose owner has no scale (P22)',
      job('w', { on: ['a'] }),
      { maxUnavailable: 1 },
      "can't work it out",
    ],
    [
      'bare pods only (P20)',
      [pod('w', { on: 'a', labels: { app: 'w' } })],
      { maxUnavailable: 1 },
      'counts no pods',
    ],
  ])('%s', (_title, pods, spec, why) => {
    expect(never(pods, budget('p', spec))).toEqual([expect.stringContaining(why)])
  })

  test('a budget that is only short of healthy pods now is not one of them', () => {
    expect(
      never(deployment('w', { on: ['a', 'b', 'c'], unready: 1 }), budget('p', { maxUnavailable: 1 })),
    ).toEqual([])
  })

  test('a whole number above the pods that are there, but not above the replicas', () => {
    expect(never(deployment('w', { on: ['a', 'b'], replicas: 4 }), budget('p', { minAvailable: 3 }))).toEqual(
      [],
    )
  })

  test('a budget without pods keeps nobody', () => {
    expect(never(budget('p', { maxUnavailable: 0 }))).toEqual([])
  })
})
