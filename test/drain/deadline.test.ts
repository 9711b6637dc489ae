import { describe, expect, test } from '@jest/globals'
import { drainExitCode } from '../../src/drain/plan.ts'
import { ago } from '../helpers/builders.ts'
import { ABC, budget, deployment, nodeOf, planFor } from '../helpers/drain-builders.ts'

const grace = (seconds: number) => ({ spec: { terminationGracePeriodSeconds: seconds } })

/** Pods that each became Ready so many seconds after they were accepted. */
const startedIn = (seconds: number, objects: readonly object[]) =>
  objects.map((object) => {
    const { kind, status } = object as { kind: string; status?: object }
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: ago(7200 - seconds) }]
    const started = { ...status, startTime: ago(7200), conditions, containerStatuses: [] }
    return kind === 'Pod' ? { ...object, status: started } : object
  })

const slow = deployment('w', { on: ['a'], ...grace(7200) })
const five = deployment('w', { on: ['a', 'a', 'a', 'a', 'a', 'b'], ...grace(10) })
const one = budget('p', { maxUnavailable: 1 })

describe('--timeout is a deadline (docs/reference/kubectl-drain.md#E9)', () => {
  test('a pod that may take longer to end makes the end depend on it, and names its grace period', () => {
    const plan = planFor([...ABC, ...slow], 'a', { timeoutSeconds: 300 })
    expect(nodeOf(plan)).toMatchObject({
      verdict: 'Unknown',
      reasons: [
        { code: 'deadline', pods: ['ns/w-0'], message: expect.stringContaining('grace period is 2h') },
      ],
    })
    expect(nodeOf(plan).reasons[0]?.message).toContain('kubectl gives up after 5m')
    expect(drainExitCode(plan)).toBe(1)
    // Its eviction is accepted all the same.
    expect(nodeOf(plan).pods[0]).toMatchObject({ outcome: 'Gone', replacement: { fate: 'Lands' } })
  })

  test.each([
    ['a timeout above all grace periods', { timeoutSeconds: 7260 }],
    ['no timeout', {}],
    ['a grace period of its own', { timeoutSeconds: 300, gracePeriodSeconds: 20 }],
  ])('%s changes nothing', (_title, options) => {
    expect(nodeOf(planFor([...ABC, ...slow], 'a', options)).verdict).toBe('Drains')
  })

  test('rounds of a budget take as long as its pods start: too long for certain, perhaps, or not', () => {
    const cluster = [...ABC, ...startedIn(90, five), one]
    const verdicts = [300, 370, 600].map((timeoutSeconds) => {
      const { verdict, pods } = nodeOf(planFor(cluster, 'a', { timeoutSeconds }))
      return [verdict, new Set(pods.map(({ outcome }) => outcome)).values().next().value]
    })
    expect(verdicts).toEqual([
      ['Blocks', 'Either'],
      ['Unknown', 'Either'],
      ['Drains', 'Gone'],
    ])
  })

  test('where no start was observed, nobody knows how long rounds take; one round needs none', () => {
    expect(nodeOf(planFor([...ABC, ...five, one], 'a', { timeoutSeconds: 3600 }))).toMatchObject({
      verdict: 'Unknown',
      reasons: [{ code: 'deadline', budgets: ['ns/p'], message: expect.stringContaining('not known') }],
    })
    const all = budget('p', { minAvailable: 0 })
    expect(nodeOf(planFor([...ABC, ...five, all], 'a', { timeoutSeconds: 60 })).verdict).toBe('Drains')
  })

  test('a deletion asks no budget, and a refusal outlasts every deadline', () => {
    const cluster = [...ABC, ...five, budget('p', { maxUnavailable: 0 })]
    const verdict = (options: object) => nodeOf(planFor(cluster, 'a', options)).verdict
    expect(verdict({ timeoutSeconds: 60, disableEviction: true })).toBe('Drains')
    expect(verdict({ timeoutSeconds: 86_400 })).toBe('Blocks')
  })
})
