import { describe, expect, test } from '@jest/globals'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import { drainExitCode } from '../../src/drain/plan.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { ago } from '../helpers/builders.ts'
import {
  ABC,
  apart,
  budget,
  clusterOfParts,
  deployment,
  NO_FLAGS,
  node,
  nodeOf,
  pinnedTo,
  planFor,
  pod,
} from '../helpers/drain-builders.ts'

const times = (count: number, on: string) => Array.from({ length: count }, () => on)
/** Pinned and movable pods under one budget over `tier=x`. */
const mixed = (pinned: number, movable: number, elsewhere: number, spec: object) => [
  ...ABC,
  ...(pinned === 0
    ? []
    : deployment('pin', { on: times(pinned, 'a'), labels: { tier: 'x' }, spec: pinnedTo('a') })),
  ...(movable + elsewhere === 0
    ? []
    : deployment('mov', { on: [...times(movable, 'a'), ...times(elsewhere, 'b')], labels: { tier: 'x' } })),
  budget('p', spec, { selector: { matchLabels: { tier: 'x' } } }),
]

describe('order under one budget (docs/reference/order.md#O3)', () => {
  test.each([
    ['O01 all movable', mixed(0, 3, 0, { maxUnavailable: 1 }), 'Drains'],
    ['O03 pinned and movable, one disruption', mixed(1, 1, 0, { maxUnavailable: 1 }), 'OrderDependent'],
    [
      'O04 as many disruptions as pinned pods, none movable',
      mixed(2, 0, 2, { minAvailable: 2 }),
      'DrainsDegraded',
    ],
    ['O05 fewer disruptions than pinned pods', mixed(2, 0, 2, { minAvailable: 3 }), 'Blocks'],
    ['O06 more disruptions than pinned pods', mixed(1, 3, 2, { minAvailable: 4 }), 'DrainsDegraded'],
    ['two pinned, two movable, two disruptions', mixed(2, 2, 0, { minAvailable: 2 }), 'OrderDependent'],
  ])('%s', (_id, cluster, verdict) => {
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe(verdict)
  })

  test('the plan names the order that works', () => {
    const [reason] = nodeOf(planFor(mixed(1, 1, 0, { maxUnavailable: 1 }), 'a')).reasons
    expect(reason).toMatchObject({ code: 'order-dependent', budgets: ['ns/p'] })
    expect(reason?.message).toContain('ns/pin-0 last')
  })

  test('room for one of two: the replacement that comes first takes it', () => {
    const cluster = [
      node('a'),
      node('b', { cpu: '3' }),
      ...deployment('x', { on: ['a'], cpu: '2' }),
      ...deployment('y', { on: ['a'], cpu: '3' }),
    ]
    const plan = nodeOf(planFor(cluster, 'a'))
    expect(plan.verdict).toBe('DrainsDegraded')
    expect(plan.pods.map(({ replacement }) => replacement?.fate)).toEqual(['Either', 'Either'])
  })

  test('O12: a pod that fails for good does not end the wait for one that is blocked', () => {
    const cluster = [
      ...ABC,
      ...deployment('w', { on: ['a'] }),
      budget('p', { maxUnavailable: 0 }),
      ...deployment('two', { on: ['a'] }),
      budget('p1', { maxUnavailable: 1 }, { app: 'two' }),
      budget('p2', { maxUnavailable: 1 }, { app: 'two' }),
    ]
    const plan = nodeOf(planFor(cluster, 'a'))
    expect(plan.verdict).toBe('Blocks')
    expect(plan.reasons.map(({ code }) => code)).toEqual(['eviction-fails', 'budget-refuses'])
  })

  test('O13: an unready pod that may go brings the ready one its disruption back', () => {
    const cluster = [
      ...ABC,
      ...deployment('w', { on: ['a', 'a', 'b'], unready: 1 }),
      budget('p', { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    ]
    const { verdict, reasons } = nodeOf(planFor(cluster, 'a'))
    expect(verdict).toBe('Unknown')
    expect(reasons[0]?.message).toContain(
      'whether what replaces ns/w-0 becomes Ready, which is not Ready now',
    )
  })

  test('a pod that fails with its node, or is only starting, is replaced by one that becomes Ready', () => {
    const [a, ...others] = ABC
    const cluster = [
      { ...a, status: { ...a?.status, conditions: [{ type: 'Ready', status: 'Unknown' }] } },
      ...others,
      ...deployment('w', { on: ['a', 'b', 'b'], unready: 1 }),
      budget('p', { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    ]
    expect(planFor(cluster, ['a', 'b']).assumptions.join()).not.toContain('becomes Ready, which')
  })
})

describe('several nodes (docs/reference/order.md#O5, docs/reference/kubectl-drain.md#D2)', () => {
  const pair = [
    node('a'),
    node('b'),
    ...deployment('w', { on: ['a', 'b'], spec: apart('w') }),
    budget('p', { minAvailable: 1 }),
  ]
  const verdicts = (plan: ReturnType<typeof planFor>) =>
    plan.nodes.map(({ name, verdict }) => `${name} ${verdict}`)

  test('O07: the first node drains, the second blocks on the pod that found no place', () => {
    expect(verdicts(planFor(pair, ['a', 'b'], { timeoutSeconds: 60 }))).toEqual([
      'a DrainsDegraded',
      'b Blocks',
    ])
  })

  test('O08: one after the other with an uncordon between, both drain, and the waves say so', () => {
    const plan = planFor(pair, ['a', 'b'], { timeoutSeconds: 60 })
    expect(plan.waves).toEqual([['a'], ['b']])
  })

  test('O09: without a timeout kubectl never gets to the second node', () => {
    const cluster = [
      ...ABC,
      ...deployment('w', { on: ['a'] }),
      budget('p', { maxUnavailable: 0 }),
      ...deployment('v', { on: ['b'] }),
    ]
    const plan = planFor(cluster, ['a', 'b'])
    expect(verdicts(plan)).toEqual(['a Blocks', 'b Blocks'])
    expect(plan.nodes[1]?.reasons[0]?.code).toBe('not-reached')
    expect(plan.nodes[1]?.pods[0]?.outcome).toBe('Remains')
    expect(plan.waves).toEqual([['b']])
  })

  test('O10: a node that is refused does not stop the next', () => {
    const plan = planFor([...ABC, pod('bare', { on: 'a' }), ...deployment('v', { on: ['b'] })], ['a', 'b'])
    expect(verdicts(plan)).toEqual(['a Refused', 'b Drains'])
    expect(drainExitCode(plan)).toBe(1)
  })

  test('O11: two budgets whose pods are split over both nodes', () => {
    const split = (app: string) => [
      ...deployment(app, { on: ['a', 'b'], spec: apart(app) }),
      budget(app, { minAvailable: 1 }, { app }),
    ]
    const plan = planFor([node('a'), node('b'), ...split('x'), ...split('u')], ['a', 'b'], {
      timeoutSeconds: 60,
    })
    expect(verdicts(plan)).toEqual(['a DrainsDegraded', 'b Blocks'])
  })
})

describe('pods that are evicted and never go', () => {
  test('L01: a finalizer', () => {
    const plan = nodeOf(
      planFor([...ABC, ...deployment('w', { on: ['a'], finalizers: ['example.com/hold'] })], 'a'),
    )
    expect(plan.verdict).toBe('Waits')
    expect(plan.reasons[0]).toMatchObject({
      code: 'finalizer',
      message: expect.stringContaining('example.com/hold'),
    })
  })

  test('the finalizer that the Job controller takes away by itself is none', () => {
    expect(
      nodeOf(
        planFor(
          [...ABC, ...deployment('w', { on: ['a'], finalizers: ['batch.kubernetes.io/job-tracking'] })],
          'a',
        ),
      ).verdict,
    ).toBe('Drains')
  })

  test('L03, L07: a node whose kubelet does not report', () => {
    const cluster = [node('a', { ready: false }), node('b'), ...deployment('w', { on: ['a'] })]
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe('Waits')
    expect(nodeOf(planFor(cluster, 'a', { skipWaitForDeleteTimeoutSeconds: 30 })).verdict).toBe('Drains')
    const within = (timeoutSeconds: number) =>
      nodeOf(planFor(cluster, 'a', { skipWaitForDeleteTimeoutSeconds: 30, timeoutSeconds })).verdict
    expect([within(20), within(90)]).toEqual(['Waits', 'Drains'])
  })

  test('P34: a pod that ends elsewhere takes the budget until its replacement is Ready', () => {
    const ending = pod('w-9', {
      on: 'c',
      labels: { app: 'w' },
      owner: { kind: 'ReplicaSet', name: 'w' },
      deleted: ago(3600),
      finalizers: ['x/y'],
    })
    const w = (fields: object) => deployment('w', { on: ['a', 'b', undefined], replicas: 3, ...fields })
    const cluster = (fields: object) => [...ABC, ...w(fields), ending, budget('p', { maxUnavailable: 1 })]
    expect(nodeOf(planFor(cluster({ spec: pinnedTo('a') }), 'a')).verdict).toBe('Blocks')
    expect(nodeOf(planFor(cluster({}), 'a')).verdict).toBe('Drains')
  })
})

describe('replicas of one controller that are not alike', () => {
  test.each(['w-0', 'w-1'])(
    '%s needs a resource claim: what goes first is not known from its name',
    (name) => {
      const needsClaim = (object: object) => {
        const { metadata, spec } = object as Pod
        return metadata.name === name
          ? { ...object, spec: { ...spec, resourceClaims: [{ name: 'gpu' }] } }
          : object
      }
      const replicas = deployment('w', { on: ['a', 'a', 'b'] }).map(needsClaim)
      const { verdict, pods } = nodeOf(
        planFor([...ABC, ...replicas, budget('p', { maxUnavailable: 1 })], 'a'),
      )
      expect(verdict).toBe('Unknown')
      expect(pods.map(({ outcome }) => outcome)).toEqual(
        name === 'w-0' ? ['Gone', 'Either'] : ['Either', 'Gone'],
      )
    },
  )
})

describe('exit codes', () => {
  test('0 only where every node drains; a degraded drain on request', () => {
    const fine = planFor([...ABC, ...deployment('w', { on: ['a'] })], 'a')
    const degraded = planFor([...ABC, ...deployment('w', { on: ['a'], spec: pinnedTo('a') })], 'a')
    const blocked = planFor(
      [...ABC, ...deployment('w', { on: ['a'] }), budget('p', { maxUnavailable: 0 })],
      'a',
    )
    const unknown = planFor(
      [...ABC, ...deployment('w', { on: ['a'] })],
      'a',
      {},
      { poddisruptionbudgets: 'Forbidden' },
    )
    expect([fine, degraded, blocked, unknown].map((plan) => drainExitCode(plan))).toEqual([0, 1, 1, 1])
    expect(
      [fine, degraded, blocked, unknown].map((plan) => drainExitCode(plan, { allowLosses: true })),
    ).toEqual([0, 0, 1, 1])
  })

  test('a Service without a ready backend passes only where losses are allowed; so do Services that may not be read', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'ns' } }
    const cluster = (...on: string[]) => [
      ...ABC,
      ...deployment('w', { on }),
      { ...service, spec: { selector: { app: 'w' } } },
    ]
    const both = (plan: Parameters<typeof drainExitCode>[0]) => [
      drainExitCode(plan),
      drainExitCode(plan, { allowLosses: true }),
    ]
    expect(both(planFor(cluster('a'), 'a'))).toEqual([1, 0])
    expect(both(planFor(cluster('a', 'b'), 'a'))).toEqual([0, 0])
    expect(both(eachNodePlan(clusterOfParts(cluster('b')), ['a', 'b'], NO_FLAGS))).toEqual([1, 0])
    expect(both(eachNodePlan(clusterOfParts(cluster('b')), ['a', 'c'], NO_FLAGS))).toEqual([0, 0])
    expect(both(planFor(cluster('a', 'b'), 'a', {}, { services: 'Forbidden' }))).toEqual([1, 0])
    expect(both(planFor(cluster('a', 'b'), 'a', {}, { services: 'NotRecorded' }))).toEqual([0, 0])
  })

  test('nodes or pods that could not be read are an error', () => {
    expect(() => planFor(ABC, 'a', {}, { pods: 'Forbidden' })).toThrow('pods could not be read')
  })
})
