import { describe, expect, test } from '@jest/globals'
import { ago, NOW } from '../helpers/builders.ts'
import {
  ABC,
  budget,
  daemonSet,
  deployment,
  job,
  node,
  nodeOf,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

const on = (count: number, node = 'a') => Array.from({ length: count }, () => node)
/** w(n) on node a, and the first budget's numbers before the drain. */
const numbers = (count: number, spec: object, replicas = count) => {
  const plan = planFor([...ABC, ...deployment('w', { on: on(count), replicas }), budget('p', spec)], 'a')
  const { expectedPodsBefore, desiredHealthyBefore, allowedBefore } = plan.budgets[0] ?? {}
  return [expectedPodsBefore, desiredHealthyBefore, allowedBefore]
}

describe('arithmetic of budgets (docs/reference/disruption-budgets.md#B3): expected, desired, allowed', () => {
  test.each([
    ['P01', 7, { maxUnavailable: '30%' }, [7, 4, 3]],
    ['P02', 7, { minAvailable: '50%' }, [7, 4, 3]],
    ['1% of 7 is 1', 7, { maxUnavailable: '1%' }, [7, 6, 1]],
    ['P03', 7, { minAvailable: '99%' }, [7, 7, 0]],
    ['an integer counts pods', 7, { minAvailable: 1 }, [7, 1, 6]],
    ['more than there are', 7, { minAvailable: 10 }, [7, 10, 0]],
    ['75% is not the complement', 10, { minAvailable: '75%' }, [10, 8, 2]],
    ['of 25%', 10, { maxUnavailable: '25%' }, [10, 7, 3]],
    ['33%', 3, { maxUnavailable: '33%' }, [3, 2, 1]],
    ['34%', 3, { maxUnavailable: '34%' }, [3, 1, 2]],
    ['66%', 3, { minAvailable: '66%' }, [3, 2, 1]],
    ['P04', 3, { minAvailable: '67%' }, [3, 3, 0]],
    ['P05, no floating point slip', 25, { maxUnavailable: '28%' }, [25, 18, 7]],
    ['neither field', 7, {}, [0, 0, 0]],
  ])('%s', (_id, count, spec, expected) => {
    expect(numbers(count, spec)).toEqual(expected)
  })

  test('P28: desired replicas count, not pods that exist', () => {
    expect(numbers(3, { maxUnavailable: 1 }, 5)).toEqual([5, 4, 0])
  })

  test('P29: a Deployment with two ReplicaSets counts once', () => {
    const [deployed, old, ...pods] = deployment('w', { on: on(3), replicas: 3 })
    const next = JSON.parse(
      JSON.stringify(old).replaceAll('ReplicaSet-w', 'ReplicaSet-w2').replace('"name":"w"', '"name":"w2"'),
    )
    const fresh = pod('w2-0', { on: 'a', labels: { app: 'w' }, owner: { kind: 'ReplicaSet', name: 'w2' } })
    const plan = planFor(
      [...ABC, deployed ?? [], old ?? [], next, ...pods, fresh, budget('p', { maxUnavailable: 1 })],
      'a',
    )
    expect(plan.budgets[0]).toMatchObject({
      expectedPodsBefore: 3,
      currentHealthyBefore: 4,
      desiredHealthyBefore: 2,
      allowedBefore: 2,
    })
  })
})

interface Row {
  readonly cluster: readonly (object | readonly object[])[]
  readonly verdict: string
  readonly says?: string
  readonly flags?: object
}

const w = (count: number, unready = 0, where = 'a') => deployment('w', { on: on(count, where), unready })
const stale = (fields: object) => ({
  observedGeneration: 1,
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
  disruptionsAllowed: 0,
  ...fields,
})

describe('evictions', () => {
  test.each<[string, Row]>([
    [
      'P06',
      {
        cluster: [w(1), budget('p', { minAvailable: 1 })],
        verdict: 'Blocks',
        says: 'The disruption budget p needs 1 healthy pods and has 1 currently',
      },
    ],
    ['P07', { cluster: [w(1), budget('p', { maxUnavailable: 1 })], verdict: 'Drains' }],
    [
      'P08',
      {
        cluster: [w(1, 1), budget('p', { maxUnavailable: 1 })],
        verdict: 'Blocks',
        says: 'The disruption budget p needs 0 healthy pods and has 0 currently',
      },
    ],
    [
      'P09',
      {
        cluster: [w(1, 1), budget('p', { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' })],
        verdict: 'Drains',
      },
    ],
    ['P10', { cluster: [w(1, 1), budget('p', { minAvailable: 0 })], verdict: 'Blocks' }],
    [
      'P12',
      {
        cluster: [w(3, 2), budget('p', { maxUnavailable: 1 })],
        verdict: 'Blocks',
        says: 'needs 2 healthy pods and has 1 currently',
      },
    ],
    [
      'P14',
      {
        cluster: [w(7), budget('p1', { maxUnavailable: 1 }), budget('p2', { maxUnavailable: 1 })],
        verdict: 'Fails',
        says: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      },
    ],
    [
      'P15',
      {
        cluster: [
          w(1, 1),
          ...['p1', 'p2'].map((name) =>
            budget(name, { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
          ),
        ],
        verdict: 'Fails',
      },
    ],
    [
      'P16',
      {
        cluster: [
          deployment('w', { on: ['a'], phase: 'Pending' }),
          budget('p1', { minAvailable: 1 }),
          budget('p2', { minAvailable: 1 }),
        ],
        verdict: 'Drains',
      },
    ],
    [
      'P17',
      {
        cluster: [w(1), budget('p', {})],
        verdict: 'Blocks',
        says: 'The disruption budget p does not allow evicting pods currently',
      },
    ],
    ['P18', { cluster: [w(1), budget('p', { maxUnavailable: 0 }, { selector: null })], verdict: 'Drains' }],
    ['P19', { cluster: [w(1), budget('p', { maxUnavailable: 0 }, { selector: {} })], verdict: 'Blocks' }],
    [
      'P20',
      {
        cluster: [
          pod('x', { on: 'a', labels: { app: 'w' } }),
          pod('y', { on: 'a', labels: { app: 'w' } }),
          budget('p', { maxUnavailable: 1 }),
        ],
        flags: { force: true },
        verdict: 'Blocks',
      },
    ],
    [
      'P21',
      {
        cluster: [
          pod('x', { on: 'a', labels: { app: 'w' } }),
          pod('y', { on: 'a', labels: { app: 'w' } }),
          budget('p', { minAvailable: 1 }),
        ],
        flags: { force: true },
        verdict: 'Blocks',
        says: 'needs 1 healthy pods and has 1 currently',
      },
    ],
    [
      'P22',
      {
        cluster: [
          job('w', { on: on(2) }),
          budget('p', { maxUnavailable: 1 }, { status: { observedGeneration: 0, conditions: [] } }),
        ],
        verdict: 'Blocks',
        says: 'The disruption budget p is still being processed by the server.',
      },
    ],
    ['P23', { cluster: [job('w', { on: ['a', 'b'] }), budget('p', { minAvailable: 1 })], verdict: 'Drains' }],
    [
      'P24',
      {
        cluster: [
          w(3),
          job('j', { on: ['b'], labels: { app: 'w' } }),
          budget(
            'p',
            { maxUnavailable: 1 },
            {
              status: stale({
                currentHealthy: 3,
                desiredHealthy: 2,
                conditions: [
                  {
                    type: 'DisruptionAllowed',
                    status: 'False',
                    reason: 'SyncFailed',
                    message: 'jobs.batch does not implement the scale subresource',
                  },
                ],
              }),
            },
          ),
        ],
        verdict: 'Blocks',
        says: 'because it failed sync: jobs.batch does not implement the scale subresource',
      },
    ],
    [
      'P27',
      { cluster: [w(1), daemonSet('w', ['b']), budget('p', { maxUnavailable: 1 })], verdict: 'Blocks' },
    ],
    ['P31', { cluster: [w(2), budget('p', { minAvailable: 1 })], verdict: 'Drains' }],
    [
      'P33',
      {
        cluster: [w(1), budget('p', { maxUnavailable: 0 }, { selector: {}, namespace: 'other' })],
        verdict: 'Drains',
      },
    ],
    [
      'P36',
      {
        cluster: [
          w(2),
          budget(
            'p',
            { maxUnavailable: 1 },
            {
              status: stale({
                disruptionsAllowed: 1,
                disruptedPods: Object.fromEntries(
                  Array.from({ length: 2001 }, (_, index) => [`x${index}`, NOW]),
                ),
              }),
            },
          ),
        ],
        verdict: 'Fails',
        says: 'poddisruptionbudget.policy "p" is forbidden: DisruptedPods map too big',
      },
    ],
    [
      'P36b',
      {
        cluster: [w(2), budget('p', { maxUnavailable: 1 }, { status: stale({ disruptionsAllowed: -1 }) })],
        verdict: 'Fails',
        says: 'poddisruptionbudget.policy "p" is forbidden: pdb disruptions allowed is negative',
      },
    ],
    [
      'P37',
      {
        cluster: [w(1), budget('p', { maxUnavailable: 0 })],
        flags: { disableEviction: true },
        verdict: 'Drains',
      },
    ],
    [
      'P41',
      {
        cluster: [
          statefulSet('s1', {
            on: ['a'],
            labels: { app: 'w' },
            spec: { nodeSelector: { 'kubernetes.io/hostname': 'a' } },
          }),
          statefulSet('s2', {
            on: ['a'],
            labels: { app: 'w' },
            spec: { nodeSelector: { 'kubernetes.io/hostname': 'a' } },
          }),
          budget('p', { maxUnavailable: 1 }),
        ],
        verdict: 'Blocks',
      },
    ],
  ])('%s', (_id, { cluster, verdict, says, flags }) => {
    const node = nodeOf(planFor([...ABC, ...cluster], 'a', flags))
    expect(node.verdict).toBe(verdict)
    if (says !== undefined) expect(node.reasons.map(({ message }) => message).join('\n')).toContain(says)
  })

  test('P11: the unready pod goes for nothing, then its replacement stays unready and the ready pods wait', () => {
    const cluster = [...ABC, ...w(3, 1), budget('p', { maxUnavailable: 1 })]
    const node = nodeOf(planFor(cluster, 'a'))
    expect(node.pods[0]).toMatchObject({ name: 'w-0', outcome: 'Gone' })
  })

  test('pods whose eviction was accepted and that are still there are named where kubectl does not wait', () => {
    const claims = (at: string) =>
      budget(
        'p',
        { maxUnavailable: 1 },
        { status: stale({ disruptionsAllowed: 1, disruptedPods: { 'w-1': at } }) },
      )
    const said = (at: string, timeoutSeconds: number) =>
      planFor([...ABC, ...w(2), claims(at)], 'a', { timeoutSeconds }).assumptions.join()
    expect(said(ago(30), 20)).toContain('ns/p had evictions in the last two minutes')
    expect(said(ago(30), 0)).not.toContain('had evictions')
    expect(said(ago(130), 20)).not.toContain('had evictions')
  })

  test('a node behind one whose budgets were not read may never be reached', () => {
    const objects = [...ABC, ...w(2)]
    const nodesOf = (options: object) =>
      planFor(objects, ['a', 'b'], options, { poddisruptionbudgets: 'Forbidden' }).nodes
    expect(nodesOf({}).map(({ verdict }) => verdict)).toEqual(['Unknown', 'Unknown'])
    expect(nodesOf({ disableEviction: true }).map(({ verdict }) => verdict)).toEqual(['Drains', 'Drains'])
  })

  test('a budget that was not read is not a budget that does not exist', () => {
    const node = nodeOf(planFor([...ABC, ...w(1)], 'a', {}, { poddisruptionbudgets: 'Forbidden' }))
    expect(node.verdict).toBe('Unknown')
    expect(node.reasons[0]).toMatchObject({ code: 'budgets-not-read', pods: ['ns/w-0'] })
    expect(
      nodeOf(
        planFor([...ABC, ...w(1)], 'a', { disableEviction: true }, { poddisruptionbudgets: 'Forbidden' }),
      ).verdict,
    ).toBe('Drains')
  })

  test('without controllers the last count of the disruption controller stands in', () => {
    const status = stale({ currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 1 })
    const pods = w(3).slice(2)
    const node = nodeOf(
      planFor(
        [...ABC, ...pods, budget('p', { maxUnavailable: 1 }, { status })],
        'a',
        {},
        { replicasets: 'Forbidden' },
      ),
    )
    // Who may not read it does not know either whether the pod comes back.
    expect([node.verdict, node.pods[0]?.outcome]).toEqual(['Unknown', 'Gone'])
  })
})

describe('fixes are simulated before they are called proven', () => {
  const fixesOf = (...cluster: (object | object[])[]) => planFor([...ABC, ...cluster], 'a').fixes

  test('a single replica: one more replica, or a budget that does without it for the moment', () => {
    expect(
      fixesOf(w(1), budget('p', { minAvailable: 1 })).map(({ command, proven }) => [command, proven]),
    ).toEqual([
      ['kubectl cordon a && kubectl scale deployment/w -n ns --replicas=2', true],
      [`kubectl patch pdb p -n ns --type merge -p '{"spec":{"minAvailable":0}}'`, true],
    ])
  })

  test('unready pods: AlwaysAllow', () => {
    expect(fixesOf(w(1, 1), budget('p', { maxUnavailable: 1 }))[0]).toMatchObject({
      patch: { value: { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } } },
      proven: true,
    })
  })

  test('a budget over Job pods: a whole number', () => {
    expect(fixesOf(job('w', { on: on(2) }), budget('p', { maxUnavailable: 1 }))[0]).toMatchObject({
      patch: { value: { spec: { maxUnavailable: null, minAvailable: expect.any(Number) } } },
      proven: true,
    })
  })

  test('two budgets: keeping the one that gives way is proven, keeping the one that refuses is not', () => {
    const fixes = fixesOf(w(2), budget('lax', { maxUnavailable: 1 }), budget('strict', { maxUnavailable: 0 }))
    expect(fixes.map(({ command, proven }) => [command, proven])).toContainEqual([
      'kubectl delete pdb strict -n ns --ignore-not-found',
      true,
    ])
    expect(
      fixes.filter(({ command, proven }) => proven && command?.startsWith('kubectl delete pdb lax ')),
    ).toEqual([])
  })
})

describe('a replacement that is evicted again', () => {
  const tolerant = { spec: { tolerations: [{ operator: 'Exists' }] } }

  test('no longer counts as healthy', () => {
    const plan = planFor(
      [
        node('a', { pods: '1' }),
        node('b'),
        deployment('w', { on: ['a'], ...tolerant }),
        budget('p', { minAvailable: 0 }),
      ],
      ['a', 'b'],
    )
    expect(plan.budgets[0]).toMatchObject({ currentHealthyAfter: 1, expectedPodsAfter: 1 })
  })

  test('nor does one that goes with its Job', () => {
    const plan = planFor(
      [...ABC, job('w', { on: ['a', 'b'], backoffLimit: 1 }), budget('p', { minAvailable: 0 })],
      ['a', 'b'],
    )
    expect(plan.budgets[0]).toMatchObject({ currentHealthyAfter: 0, expectedPodsAfter: 0 })
  })
})
