import { describe, expect, test } from '@jest/globals'
import {
  apart,
  budget,
  deployment,
  job,
  node,
  nodeOf,
  pinnedTo,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

/** What became of the replacement of each pod that goes. */
const outcomes = (cluster: readonly (object | readonly object[])[]) =>
  Object.fromEntries(
    nodeOf(planFor(cluster, 'a')).pods.map(({ name, replacement }) => [name, replacement?.fate]),
  )
const pods = (cluster: readonly (object | readonly object[])[]) => nodeOf(planFor(cluster, 'a')).pods

describe('courses of events that chance decides', () => {
  const polite = { priority: 1000, preemptionPolicy: 'Never' }
  const smallB = [node('a'), node('b', { cpu: '2' })]

  test('a replacement that comes first takes the room, however low its priority', () => {
    const cluster = [
      ...smallB,
      deployment('high', { on: ['a'], cpu: '2', spec: polite }),
      deployment('low', { on: ['a'], cpu: '2' }),
    ]
    expect(outcomes(cluster)).toEqual({ 'high-0': 'Either', 'low-0': 'Either' })
    expect(nodeOf(planFor(cluster, 'a')).reasons.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the replacements may stay Pending until a is uncordoned: .*1 Insufficient cpu/),
    ])
  })

  test('so it does where the pod that it takes the place of never goes', () => {
    const cluster = [
      ...smallB,
      deployment('high', { on: ['a'], cpu: '2', spec: polite }),
      deployment('low', { on: ['a'], cpu: '2', finalizers: ['example.com/keep'] }),
    ]
    expect(outcomes(cluster)).toEqual({ 'high-0': 'Either', 'low-0': 'Either' })
  })

  test('a replacement that another one pushes out again is Pending, and nobody else loses anything', () => {
    const cluster = [
      ...smallB,
      deployment('high', { on: ['a'], cpu: '2', spec: { priority: 1000 } }),
      deployment('low', { on: ['a'], cpu: '2' }),
    ]
    const [high, low] = pods(cluster)
    expect(high?.replacement).toEqual({ fate: 'Lands', nodes: ['b'] })
    expect(low?.replacement).toMatchObject({ fate: 'Pending' })
  })

  test('a pod that tolerates the cordon finds room on the drained node once another has left it', () => {
    const cluster = [
      node('a', { pods: '2' }),
      node('b', { cpu: '1' }),
      deployment('stay', { on: ['a'], spec: { tolerations: [{ operator: 'Exists' }] } }),
      deployment('pin', { on: ['a'], cpu: '2', spec: pinnedTo('a') }),
    ]
    expect(pods(cluster).find(({ name }) => name === 'stay-0')?.replacement).toEqual({
      fate: 'Lands',
      nodes: ['a', 'b'],
    })
  })

  test('a pod may be gone before the scheduler looks at its replacement, which then takes its very room', () => {
    const cluster = [
      ...[node('a', { cpu: '1' }), node('b')],
      deployment('stay', { on: ['a'], cpu: '1', spec: { tolerations: [{ operator: 'Exists' }] } }),
    ]
    expect(pods(cluster)[0]?.replacement).toEqual({ fate: 'Lands', nodes: ['a', 'b'] })
  })

  test("a pod that a finalizer keeps has ended all the same, and is in nobody's way", () => {
    const cluster = (ready: boolean) => [
      ...[node('a', { zone: 'z', ready }), node('b', { zone: 'z' })],
      deployment('w', {
        on: ['a'],
        finalizers: ['example.com/keep'],
        spec: apart('w', 'topology.kubernetes.io/zone'),
      }),
    ]
    expect(pods(cluster(true))[0]).toMatchObject({ outcome: 'Remains', replacement: { nodes: ['b'] } })
    expect(pods(cluster(false))[0]?.replacement).toMatchObject({ fate: 'Pending' })
  })

  test('a Job that backs off sees all of its pods go before it makes one again', () => {
    const cluster = [
      ...[node('a'), node('b', { cpu: '300m' })],
      job('j', { on: ['a', 'a', 'a'], backoffLimit: 1 }),
      deployment('w', { on: Array.from({ length: 9 }, () => 'a'), cpu: '400m' }),
    ]
    expect(outcomes(cluster)).toMatchObject({ 'j-0': 'None', 'j-1': 'None', 'j-2': 'None' })
  })

  test('of the budgets of one pod the controller counts only one again, and either may be the old one', () => {
    const alone = {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: 'leaves' } }, topologyKey: 'topology.kubernetes.io/zone' },
          ],
        },
      },
    }
    const labels = { tier: 'x' }
    const cluster = [
      ...[node('a', { zone: 'z' }), node('b', { zone: 'z' })],
      deployment('leaves', { on: ['a'], spec: pinnedTo('a') }),
      deployment('waits', { on: [undefined], labels, spec: alone }),
      deployment('kept', { on: ['a'], labels }),
      budget('p', { maxUnavailable: 1 }, { selector: { matchLabels: labels } }),
    ]
    const other = budget('q', { maxUnavailable: 1 }, { app: 'waits' })
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe('DrainsDegraded')
    expect(nodeOf(planFor([...cluster, other], 'a')).verdict).toBe('OrderDependent')
  })

  test('nobody knows whether an operator makes a pod again that had ended, also where there is no place', () => {
    const owner = { apiVersion: 'example.com/v1', kind: 'Batch', name: 'b' }
    const ended = (phase: string) => [
      ...[node('a'), node('b')],
      pod('b-0', { on: 'a', owner, phase, spec: pinnedTo('a') }),
    ]
    expect(pods(ended('Succeeded'))[0]?.replacement).toMatchObject({ fate: 'Either' })
    expect(pods(ended('Running'))[0]?.replacement).toMatchObject({ fate: 'Pending' })
  })

  describe('a quota that has no room', () => {
    const quota = (used: number, hard: number, fields: object = {}) => ({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q', namespace: 'ns' },
      spec: { hard: { pods: `${hard}` }, ...fields },
      status: { hard: { pods: `${hard}` }, used: { pods: `${used}` } },
    })
    const two = deployment('w', { on: ['a', 'a'] })
    const start = [node('a'), node('b')]
    const kept = budget('p', { maxUnavailable: 1 })
    const verdictOf = (...cluster: (object | object[])[]) =>
      nodeOf(planFor([...start, ...cluster], 'a')).verdict

    test('takes the new pod once the old one is gone, where it is just full', () => {
      expect(verdictOf(two, kept, quota(2, 2))).toBe('Drains')
    })

    test('refuses it where it was made smaller since, so that the budget refuses the next eviction', () => {
      const node = nodeOf(planFor([...start, two, kept, quota(2, 1)], 'a'))
      expect(node.verdict).toBe('Blocks')
      expect(node.reasons.find(({ code }) => code === 'pod-lost')?.message).toBe(
        'the pod is not replaced: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
      )
    })

    test('has room again when more pods have gone', () => {
      const outcomesWithout = outcomes([...start, two, quota(2, 1)])
      expect(Object.values(outcomesWithout).sort()).toEqual(['Lands', 'None'])
    })

    test.each([
      ['Deployments', deployment('v', { on: ['a'] })],
      ['a StatefulSet and a Deployment', statefulSet('v', { on: ['a'] })],
    ])('lets any of several controllers have the room that comes: %s', (_, other) => {
      const cluster = [...start, other, deployment('w', { on: ['a'] }), quota(2, 1)]
      expect(outcomes(cluster)).toEqual({ 'v-0': 'Either', 'w-0': 'Either' })
    })

    test('may leave out any of several controllers', () => {
      const cluster = ['u', 'v', 'w'].map((name) => deployment(name, { on: ['a'] }))
      expect(new Set(Object.values(outcomes([...start, ...cluster, quota(3, 2)])))).toEqual(
        new Set(['Either']),
      )
    })

    test('does not concern pods out of its scopes', () => {
      expect(verdictOf(two, kept, quota(2, 1, { scopes: ['BestEffort'] }))).toBe('Drains')
      expect(
        verdictOf(
          two,
          kept,
          quota(2, 1, {
            scopeSelector: {
              matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }],
            },
          }),
        ),
      ).toBe('Drains')
    })

    test('counts requests as the scheduler does', () => {
      const cpu = (hard: string) => ({
        ...quota(0, 0),
        status: { hard: { 'requests.cpu': hard }, used: { 'requests.cpu': '200m' } },
      })
      expect([cpu('200m'), cpu('150m')].map((one) => verdictOf(two, kept, one))).toEqual(['Drains', 'Blocks'])
    })

    test('may refuse pods that do not say what it counts: a LimitRange may say it for them', () => {
      const memory = {
        ...quota(0, 0),
        status: { hard: { 'limits.memory': '9Gi' }, used: { 'limits.memory': '0' } },
      }
      const node = nodeOf(planFor([...start, two, kept, memory], 'a'))
      expect(node.verdict).toBe('Unknown')
      expect(node.reasons[0]?.message).toContain('failed quota: q: must specify limits.memory for: main')
    })

    test('keeps the pod of a StatefulSet out, too', () => {
      const set = statefulSet('w', { on: ['a', 'b'] })
      expect(verdictOf(set, quota(2, 1))).toBe('DrainsDegraded')
      expect(verdictOf(set, quota(2, 2))).toBe('Drains')
    })
  })
})
