import { describe, expect, test } from '@jest/globals'
import { ago } from '../helpers/builders.ts'
import {
  ABC,
  apart,
  budget,
  daemonSet,
  deployment,
  node,
  pinnedTo,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

const service = (name: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'ns' },
  spec: { selector: { app } },
})

/** Seconds ago. */
const STARTED = 7200

/** The pods of a workload as they are when each became Ready so many seconds after it was accepted. */
const startedIn = (starts: readonly number[], objects: readonly object[], restarts = 0) => {
  let index = 0
  return objects.map((object) => {
    const { kind, status } = object as { kind: string; status?: object }
    if (kind !== 'Pod') return object
    const seconds = starts[index++ % starts.length] ?? 0
    return {
      ...object,
      status: {
        ...status,
        startTime: ago(STARTED),
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(STARTED - seconds) }],
        containerStatuses: [{ name: 'main', ready: true, restartCount: restarts }],
      },
    }
  })
}

const grace = (seconds: number) => ({ spec: { terminationGracePeriodSeconds: seconds } })

describe('how long it takes', () => {
  test('without a budget all pods end together: from at once to the longest grace period and a look', () => {
    const plan = planFor(
      [
        ...ABC,
        ...deployment('v', { on: ['a', 'a'], ...grace(10) }),
        ...deployment('u', { on: ['a'], ...grace(60) }),
      ],
      'a',
    )
    expect(plan.cost?.nodes).toEqual([
      { name: 'a', pods: 3, seconds: { min: 0, max: 61 }, longest: 'ns/u-0' },
    ])
  })

  test('a budget of one takes the pods one after the other, each as slow as its workload starts, and a retry', () => {
    const w = startedIn([20, 30, 40], deployment('w', { on: ['a', 'a', 'a'], ...grace(10) }))
    const plan = planFor([...ABC, ...w, budget('p', { maxUnavailable: 1 })], 'a')
    // Two replacements to wait for, 20 to 40 and up to 5 seconds each, then the last pod ends.
    expect(plan.cost?.seconds).toEqual({ min: 40, max: 2 * 45 + 11 })
  })

  test('a StatefulSet makes the next pod only when the old one is gone', () => {
    const w = startedIn([20], statefulSet('w', { on: ['a', 'a'], ...grace(10) }))
    const plan = planFor([...ABC, ...w, budget('p', { maxUnavailable: 1 })], 'a')
    expect(plan.cost?.seconds).toEqual({ min: 20, max: 20 + 11 + 5 + 11 })
  })

  test('without a start that was observed there is no upper limit: after a restart the times say nothing', () => {
    const w = startedIn([20], deployment('w', { on: ['a', 'a'] }), 3)
    const plan = planFor([...ABC, ...w, budget('p', { maxUnavailable: 1 })], 'a')
    expect(plan.cost?.seconds).toEqual({ min: 1 })
  })

  test('--grace-period replaces that of the pods', () => {
    const plan = planFor([...ABC, ...deployment('v', { on: ['a'], ...grace(600) })], 'a', {
      gracePeriodSeconds: 5,
    })
    expect(plan.cost?.seconds).toEqual({ min: 0, max: 6 })
  })

  test('a node that blocks has no time, and neither has the whole', () => {
    const plan = planFor(
      [
        ...ABC,
        ...deployment('w', { on: ['a'] }),
        budget('p', { maxUnavailable: 0 }),
        ...deployment('v', { on: ['b'] }),
      ],
      ['a', 'b'],
      { timeoutSeconds: 60 },
    )
    expect(plan.cost?.seconds).toBeUndefined()
    expect(plan.cost?.nodes.map(({ seconds }) => seconds === undefined)).toEqual([true, false])
    expect(plan.cost?.waves).toMatchObject([{ nodes: ['b'], seconds: { min: 0 } }])
  })
})

describe('Services', () => {
  const dips = (...parts: (object | readonly object[])[]) =>
    planFor([...ABC, ...parts], 'a').services?.map(({ name, readyBefore, readyLowest }) => [
      name,
      readyBefore,
      readyLowest,
    ])

  test('without a budget all backends of the node go at once, with one only as many as it allows', () => {
    const w = deployment('w', { on: ['a', 'a', 'b'] })
    expect(dips(w, service('s', 'w'))).toEqual([['s', 3, 1]])
    expect(dips(w, service('s', 'w'), budget('p', { maxUnavailable: 1 }))).toEqual([['s', 3, 2]])
  })

  test('an outage is told, and so is a Service that loses nothing left out', () => {
    expect(
      dips(
        deployment('w', { on: ['a'] }),
        service('s', 'w'),
        deployment('v', { on: ['b'] }),
        service('t', 'v'),
      ),
    ).toEqual([['s', 1, 0]])
  })

  test('pods that did not come back from an earlier node are missing on the next', () => {
    const plan = planFor(
      [node('a'), node('b'), ...deployment('w', { on: ['a', 'b'], spec: apart('w') }), service('s', 'w')],
      ['a', 'b'],
    )
    expect(plan.services?.map(({ node: on, readyLowest }) => [on, readyLowest])).toEqual([
      ['a', 1],
      ['b', 0],
    ])
  })

  test('pods that are not Ready are no backends', () => {
    expect(dips(deployment('w', { on: ['a', 'b'], unready: 1 }), service('s', 'w'))).toEqual([])
  })

  test('a wave counts from where the waves before it ended, replacements of their pods included', () => {
    const cluster = [
      node('a'),
      node('b'),
      ...deployment('w', { on: ['a', 'b'], spec: apart('w') }),
      budget('p', { minAvailable: 1 }),
      service('s', 'w'),
    ]
    const plan = planFor(cluster, ['a', 'b'])
    expect(plan.waves).toEqual([['a'], ['b']])
    expect(plan.waveDetails?.map(({ services }) => services)).toEqual([
      [{ namespace: 'ns', name: 's', readyBefore: 2, readyLowest: 1 }],
      [{ namespace: 'ns', name: 's', readyBefore: 2, readyLowest: 1 }],
    ])
  })

  test('a wave of several nodes has the worst moment of any of them', () => {
    const cluster = [
      node('a'),
      node('b'),
      node('c'),
      ...deployment('w', { on: ['a', 'b', 'b'] }),
      service('s', 'w'),
    ]
    const [wave] = planFor(cluster, ['a', 'b']).waveDetails ?? []
    expect(wave).toMatchObject({ nodes: ['a', 'b'], services: [{ readyBefore: 3, readyLowest: 1 }] })
  })

  test('Services that were not read are not taken for none', () => {
    const plan = planFor([...ABC, ...deployment('w', { on: ['a'] })], 'a', {}, { services: 'Forbidden' })
    expect(plan.services).toBeUndefined()
    expect(plan.assumptions).toContainEqual(expect.stringContaining('Services were not read'))
  })
})

describe('what the drain leaves', () => {
  test('single points: one replica, no budget', () => {
    const plan = planFor(
      [
        ...ABC,
        ...deployment('one', { on: ['a'] }),
        ...deployment('two', { on: ['a', 'b'] }),
        ...deployment('w', { on: ['a'] }),
        budget('p', { maxUnavailable: 1 }),
        ...daemonSet('ds', ['a']),
      ],
      'a',
      { ignoreDaemonsets: true },
    )
    expect(plan.singlePoints).toEqual([
      { namespace: 'ns', kind: 'Deployment', name: 'one', pod: 'one-0', node: 'a' },
    ])
  })

  test('a bare pod is lost, which is another matter', () => {
    expect(planFor([...ABC, pod('bare', { on: 'a' })], 'a', { force: true }).singlePoints).toEqual([])
  })

  test('replacements that find no place', () => {
    const plan = planFor([...ABC, ...deployment('w', { on: ['a'], spec: pinnedTo('a') })], 'a')
    expect(plan.unplaced).toEqual([
      { pod: 'ns/w-0', node: 'a', why: expect.stringContaining('0/3 nodes are available') },
    ])
  })
})
