import { describe, expect, test } from '@jest/globals'
import { drainExitCode } from '../../src/drain/plan.ts'
import { ago } from '../helpers/builders.ts'
import {
  ABC,
  budget,
  deployment,
  node,
  nodeOf,
  pinnedTo,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

const HELD = { deleted: ago(3600), finalizers: ['example.com/hold'] }

describe('cases of the reference that no theme has', () => {
  test('F15: a selector that matches no node is no error', () => {
    const plan = planFor(ABC, [])
    expect([plan.nodes, drainExitCode(plan)]).toEqual([[], 0])
  })

  test('P13: what is not Ready goes while the budget has disruptions left', () => {
    const w = deployment('w', { on: ['a', 'a', 'b'], unready: 2 })
    expect(nodeOf(planFor([...ABC, ...w, budget('p', { maxUnavailable: 3 })], 'a')).verdict).toBe('Drains')
  })

  test('P25: a failed sync keeps the old numbers, by which a pod that is not Ready still goes', () => {
    const failed = budget(
      'p',
      { maxUnavailable: 1 },
      {
        status: {
          observedGeneration: 1,
          currentHealthy: 2,
          desiredHealthy: 2,
          expectedPods: 3,
          disruptionsAllowed: 0,
          conditions: [
            { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no scale' },
          ],
        },
      },
    )
    const withoutScale = pod('j', {
      on: 'b',
      labels: { app: 'w' },
      owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'j' },
    })
    const w = deployment('w', { on: ['a', 'a', 'b'], unready: 1 })
    const { pods } = nodeOf(planFor([...ABC, w, withoutScale, failed], 'a'))
    expect(pods.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['w-0', 'Gone'],
      ['w-1', 'Remains'],
    ])
  })

  test('P30: ReplicaSets of an owner that is no Deployment are counted one by one', () => {
    const rolled = (name: string, replicas: number) => [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          name,
          namespace: 'ns',
          uid: `ReplicaSet-${name}`,
          ownerReferences: [
            { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'w', uid: 'w', controller: true },
          ],
        },
        spec: { replicas },
      },
      ...Array.from({ length: replicas }, (_, index) =>
        pod(`${name}-${index}`, { on: 'a', labels: { app: 'w' }, owner: { kind: 'ReplicaSet', name } }),
      ),
    ]
    const plan = planFor([...ABC, rolled('w1', 2), rolled('w2', 1), budget('p', { maxUnavailable: 1 })], 'a')
    expect(plan.budgets[0]).toMatchObject({ expectedPodsBefore: 3, desiredHealthyBefore: 2 })
  })

  test('P32: of the budgets of one pod one stays stale, and the API server believes it', () => {
    const status = {
      observedGeneration: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
      disruptionsAllowed: 1,
    }
    const stale = budget('p', { maxUnavailable: 1 }, { status })
    const w = deployment('w', { on: ['b', 'a', 'c'], unready: 1 })
    // The controller counted this one when w-0 became unready.
    const counted = budget('q', { minAvailable: 0 }, { selector: { matchLabels: { shared: 'yes' } } })
    const both = w.map((object) => {
      const { metadata } = object as { metadata: { name: string; labels?: object } }
      const labels = { ...metadata.labels, shared: 'yes' }
      return metadata.name === 'w-0' ? { ...object, metadata: { ...metadata, labels } } : object
    })
    const plan = planFor([...ABC, ...both, stale, counted], 'a')
    expect(plan.budgets[0]?.allowedBefore).toBe(1)
    expect(plan.staleBudgets).toEqual([])
    expect(nodeOf(plan).pods[0]?.outcome).toBe('Gone')
  })

  test('P42: that no webhook refuses is an assumption where they were not read, which the plan names', () => {
    const unread = { validatingwebhookconfigurations: 'NotRecorded' } as const
    const plan = planFor([...ABC, ...deployment('w', { on: ['a'] })], 'a', {}, unread)
    expect(plan.assumptions).toContain(
      'validatingwebhookconfigurations were not read: none is taken to refuse an eviction.',
    )
  })

  test('R07: replicas that want to be together, all on the node, find a new one together', () => {
    const together = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: 'w' } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    }
    const { verdict, pods } = nodeOf(
      planFor([...ABC, ...deployment('w', { on: ['a', 'a'], spec: together })], 'a'),
    )
    expect([verdict, ...pods.map(({ replacement }) => replacement?.fate)]).toEqual([
      'Drains',
      'Lands',
      'Lands',
    ])
  })

  test('R08: who has to be beside a pod that finds no place finds none, too', () => {
    const beside = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: 'w' } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    }
    const { pods } = nodeOf(
      planFor(
        [
          ...ABC,
          ...deployment('w', { on: ['a'], spec: pinnedTo('a') }),
          ...deployment('x', { on: ['a'], spec: beside }),
        ],
        'a',
      ),
    )
    expect(pods.map(({ replacement }) => replacement?.fate)).toEqual(['Pending', 'Pending'])
    expect(pods[1]?.replacement?.why).toContain("didn't match pod affinity rules")
  })

  test('R30: a quota of as many pods as there are delays a replacement, and does not lose it', () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q', namespace: 'ns' },
      spec: { hard: { pods: '2' } },
      status: { hard: { pods: '2' }, used: { pods: '2' } },
    }
    expect(nodeOf(planFor([...ABC, quota, ...deployment('w', { on: ['a', 'b'] })], 'a')).verdict).toBe(
      'Drains',
    )
  })

  test('L02: kubectl skips a pod that should have ended long ago', () => {
    const cluster = [...ABC, ...deployment('w', { on: ['a'], ...HELD })]
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe('Waits')
    expect(nodeOf(planFor(cluster, 'a', { skipWaitForDeleteTimeoutSeconds: 1 })).verdict).toBe('Drains')
  })

  test('L04: in a namespace that is being deleted, kubectl waits for a pod that a finalizer keeps', () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'ns' },
      status: { phase: 'Terminating' },
    }
    const plan = nodeOf(planFor([...ABC, namespace, pod('w', { on: 'a', ...HELD })], 'a', { force: true }))
    expect(plan.verdict).toBe('Waits')
  })

  test('L08: a node that is cordoned already drains as any other', () => {
    const cluster = [node('a', { unschedulable: true }), node('b'), ...deployment('w', { on: ['a'] })]
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe('Drains')
  })

  test('L10: without a grace period, only kubectl’s look at the pod takes time', () => {
    const plan = planFor([...ABC, ...statefulSet('w', { on: ['a'] })], 'a', { gracePeriodSeconds: 0 })
    expect([nodeOf(plan).verdict, plan.cost?.seconds]).toEqual(['Drains', { min: 0, max: 1 }])
  })
})
