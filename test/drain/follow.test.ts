import { describe, expect, test } from '@jest/globals'
import { followPlan, isDrained } from '../../src/drain/follow/follow.ts'
import { drainNews } from '../../src/drain/follow/news.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { ago } from '../helpers/builders.ts'
import { ABC, budget, clusterOfParts, deployment, node, planFor, pod } from '../helpers/drain-builders.ts'

const LATER = ago(-300)
const CORDONED = [node('a', { unschedulable: true }), node('b'), node('c')]
const web = deployment('w', { on: ['a', 'b', 'c'] })
const before = [...ABC, web, budget('w', { maxUnavailable: 1 })]
const plan = planFor(before, 'a')

const later = (...parts: readonly (object | readonly object[])[]) =>
  followPlan(plan, clusterOfParts(parts, { now: LATER }))
const pods = web.filter((one): one is Pod => (one as Pod).kind === 'Pod')
const others = web.filter((one) => (one as Pod).kind !== 'Pod')
const staying = pods.filter(({ spec }) => spec?.nodeName !== 'a')
/** The pod that the ReplicaSet makes in place of the evicted one. */
const fresh = (fields: object): Pod => {
  const made = pod('w-new', { labels: pods[0]?.metadata.labels ?? {}, ...fields })
  const { ownerReferences } = pods[0]?.metadata ?? {}
  return {
    ...made,
    metadata: { ...made.metadata, creationTimestamp: LATER, ...(ownerReferences ? { ownerReferences } : {}) },
  }
}

describe('a real drain against its plan', () => {
  test('has not started', () => {
    expect(later(...before)).toEqual({
      nodes: [{ name: 'a', state: 'NotStarted', gone: 0, of: 1 }],
      deviations: [],
    })
  })

  test('goes as planned: cordoned, then the pod leaves and its replacement lands', () => {
    expect(later(CORDONED, web).nodes[0]?.state).toBe('Cordoned')
    const { nodes, deviations } = later(CORDONED, others, staying, fresh({ on: 'b' }))
    expect(nodes).toEqual([{ name: 'a', state: 'Drained', gone: 1, of: 1 }])
    expect(deviations).toEqual([])
  })

  test('a node that was removed is no deviation', () => {
    const { nodes, deviations } = later(ABC.slice(1), others, staying)
    expect(nodes[0]?.state).toBe('Removed')
    expect(deviations).toEqual([])
  })

  test('says that a pod left a node which is not cordoned', () => {
    expect(later(ABC, others, staying).deviations).toMatchObject([{ code: 'not-cordoned', node: 'a' }])
  })

  test('names pods that came after the plan was made', () => {
    expect(later(CORDONED, web, pod('late', { on: 'a' })).deviations).toMatchObject([
      { code: 'new-pod', node: 'a', pod: 'ns/late' },
    ])
  })

  test('says that a replacement is Pending against the plan, in the words of the scheduler', () => {
    const stuck = fresh({})
    const message = '0/3 nodes are available: 3 Insufficient cpu.'
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
    const pending = { ...stuck, status: { ...stuck.status, conditions: [condition] } }
    const { deviations } = later(CORDONED, others, staying, pending)
    expect(deviations).toMatchObject([{ code: 'pending-against-plan', pod: 'ns/w-new' }])
    expect(deviations[0]?.message).toContain(message)
    // The scheduler has not looked at it yet.
    expect(later(CORDONED, others, staying, stuck).deviations).toEqual([])
  })

  test('says that a replacement landed where the plan does not let it', () => {
    const { deviations } = later(CORDONED, node('d'), others, staying, fresh({ on: 'd' }))
    expect(deviations).toMatchObject([{ code: 'landed-elsewhere', pod: 'ns/w-new' }])
  })

  test('says that a pod went which the plan keeps', () => {
    const blocked = planFor([...ABC, web, budget('w', { maxUnavailable: 0 })], 'a')
    const cluster = clusterOfParts([...CORDONED, ...others, ...staying], { now: LATER })
    expect(followPlan(blocked, cluster).deviations).toMatchObject([
      { code: 'gone-against-plan', node: 'a', pod: expect.stringMatching(/^ns\/w/) },
    ])
  })

  test('says that a budget has fewer healthy pods than a drain may leave', () => {
    const broken = budget('w', { maxUnavailable: 1 }) as unknown as { status: object }
    const status = { ...broken.status, currentHealthy: 0, desiredHealthy: 2 }
    expect(later(CORDONED, web, { ...broken, status }).deviations).toMatchObject([
      { code: 'below-plan', budget: 'ns/w' },
    ])
  })
})

describe('what a watch of a drain prints', () => {
  test('how things stand, and then only what is different, until the node is drained', () => {
    const start = later(...before)
    expect(drainNews(undefined, start)).toEqual(['a: the drain has not started; 0 of 1 pod gone'])
    expect(drainNews(start, start)).toEqual([])
    const end = later(CORDONED, others, staying)
    expect(drainNews(start, end)).toEqual(['a: drained; 1 of 1 pod gone'])
    expect([isDrained(start), isDrained(end)]).toEqual([false, true])
  })

  test('where it leaves the plan', () => {
    expect(drainNews(later(...before), later(ABC, others, staying)).at(-1)).toMatch(
      /^not as planned: a: 1 pod left, but the node is not cordoned.*\(not-cordoned\)$/,
    )
  })
})
