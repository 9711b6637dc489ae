import { describe, expect, test } from '@jest/globals'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import { parseSelector } from '../../src/model/kubernetes/selector.ts'
import {
  ABC,
  apart,
  budget,
  deployment,
  node,
  planFor,
  pod,
  spread,
  statefulSet,
} from '../helpers/drain-builders.ts'

const proven = ({ fixes }: DrainPlan) => fixes.filter((fix) => fix.proven).map(({ code }) => code)
const reasons = ({ fixes }: DrainPlan) =>
  Object.fromEntries(
    fixes.flatMap(({ code, unproven }) => (unproven === undefined ? [] : [[code, unproven]])),
  )
/** The object of a workload with more in its spec, and its pods. */
const withSpec = ([first, ...others]: readonly object[], extra: object): readonly object[] => {
  const { spec = {}, ...rest } = first as { spec?: object }
  return [{ ...rest, spec: { ...spec, ...extra } }, ...others]
}

describe('one replica more', () => {
  const twoOnA = { on: ['a', 'a'] }

  test('proves nothing where it takes the last place of a replacement', () => {
    const workload = deployment('w', { on: ['a', 'b'], spec: apart('w') })
    const plan = planFor([...ABC, workload, budget('p', { minAvailable: 2 })], ['a', 'b'])
    expect(proven(plan)).toEqual(['widen-budget', 'add-node'])
    expect(plan.fixes.filter(({ together }) => together)).toHaveLength(2)
    expect(reasons(plan)['scale-up']).toBe('with it alone, a still has the verdict DrainsDegraded')
  })

  test('proves nothing where a quota refuses it', () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q', namespace: 'ns' },
      spec: { hard: { pods: '1' } },
      status: { hard: { pods: '1' }, used: { pods: '1' } },
    }
    const plan = planFor(
      [...ABC, deployment('w', { on: ['a'] }), budget('p', { minAvailable: 1 }), quota],
      'a',
    )
    expect(reasons(plan)['scale-up']).toBe(
      'exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    )
  })

  test('of a StatefulSet is proven, unless it waits for a volume or for another pod', () => {
    const plan = (set: readonly object[]) => planFor([...ABC, set, budget('p', { minAvailable: 2 })], 'a')
    expect(proven(plan(statefulSet('w', twoOnA)))).toEqual(['scale-up', 'widen-budget'])
    const claims = { volumeClaimTemplates: [{ metadata: { name: 'data' } }] }
    const claiming = plan(withSpec(statefulSet('w', twoOnA), claims))
    expect(proven(claiming)).toEqual(['widen-budget'])
    expect(reasons(claiming)['scale-up']).toContain('provisioner')
    const waiting = plan(statefulSet('w', { on: ['b', 'a', 'a'], unready: 1 }))
    expect(proven(waiting)).toEqual([])
    expect(reasons(waiting)['scale-up']).toContain('before all others are Ready')
    const failing = plan(statefulSet('w', { on: ['b', 'a', 'a'], unready: 1, parallel: true }))
    expect(reasons(failing)['scale-up']).toContain('1 replica of it is not Ready now')
  })
})

describe('nodeTaintsPolicy', () => {
  const spreadOut = { on: ['a', 'b', 'c'], spec: spread('w') }
  const template = { template: { spec: spread('w') } }

  test.each([
    ['a Deployment', withSpec(deployment('w', spreadOut), template), undefined],
    ['a paused Deployment', withSpec(deployment('w', spreadOut), { ...template, paused: true }), 'is paused'],
    ['a StatefulSet', withSpec(statefulSet('w', spreadOut), template), undefined],
    [
      'a StatefulSet with OnDelete',
      withSpec(statefulSet('w', spreadOut), { ...template, updateStrategy: { type: 'OnDelete' } }),
      'until they are made again',
    ],
    [
      'a StatefulSet with a partition',
      withSpec(statefulSet('w', spreadOut), {
        ...template,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      }),
      'partition',
    ],
  ])('of %s', (_title, workload, reason) => {
    const plan = planFor([...ABC, workload], 'a')
    expect(proven(plan).includes('honor-node-taints')).toBe(reason === undefined)
    if (reason !== undefined) expect(reasons(plan)['honor-node-taints']).toContain(reason)
  })
})

test('another call of kubectl drain comes last, with all that the plan was asked with', () => {
  const emptyDir = { volumes: [{ name: 'v', emptyDir: {} }] }
  const plan = planFor(
    [...ABC, deployment('w', { on: ['a'], spec: emptyDir }), budget('p', { maxUnavailable: 0 })],
    'a',
    { podSelector: parseSelector('app in (w,x),!batch'), gracePeriodSeconds: 5 },
  )
  expect(plan.fixes.filter(({ together }) => together).map(({ code, command }) => [code, command])).toEqual([
    ['widen-budget', expect.stringContaining('kubectl patch pdb p')],
    [
      'more-flags',
      "kubectl drain a --grace-period=5 '--pod-selector=app in (w,x),!batch' --delete-emptydir-data",
    ],
  ])
})

test('--force alone is never proven: what it deletes is lost', () => {
  const plan = planFor([node('a'), node('b'), pod('bare', { on: 'a' })], 'a')
  expect(plan.fixes.map(({ code, command }) => [code, command])).toEqual([
    ['more-flags', 'kubectl drain a --force'],
  ])
  expect(reasons(plan)).toEqual({ 'more-flags': 'the drain ends with it, but not every pod comes back' })
})
