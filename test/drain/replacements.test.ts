import { describe, expect, test } from '@jest/globals'
import {
  ABC,
  apart,
  budget,
  deployment,
  job,
  node,
  nodeOf,
  pinnedTo,
  planFor,
  pod,
  spread,
  statefulSet,
} from '../helpers/drain-builders.ts'

const BLOCKED_C = [node('a'), node('b'), node('c', { unschedulable: true })]
const claim = (name: string, volumeName: string | undefined, fields: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'ns' },
  spec: { accessModes: ['ReadWriteOnce'], ...(volumeName === undefined ? {} : { volumeName }), ...fields },
  status: { phase: volumeName === undefined ? 'Pending' : 'Bound' },
})
const volume = (name: string, spec: object, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, labels },
  spec,
})
const uses = (claimName: string) => ({
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
})
const onNode = (name: string) => ({
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] },
      ],
    },
  },
})
const container = (name: string, cpu: string, more: object = {}) => ({
  name,
  image: 'x',
  resources: { requests: { cpu } },
  ...more,
})

/** What happens to the only pod of a drained node. */
const outcome = (cluster: readonly (object | readonly object[])[], name = 'w-0', drained = 'a') =>
  nodeOf(planFor(cluster, drained, { force: true })).pods.find((one) => one.name === name)?.replacement

describe('where replacements land', () => {
  const one = { on: ['a', 'b', 'c'] }
  test.each<[string, (object | object[])[], string | undefined]>([
    [
      'R01',
      [...ABC, deployment('w', { ...one, spec: spread('w') })],
      "2 node(s) didn't match pod topology spread constraints",
    ],
    [
      'R02',
      [...ABC, deployment('w', { ...one, spec: spread('w', { nodeTaintsPolicy: 'Honor' }) })],
      undefined,
    ],
    ['R03', [...ABC, deployment('w', { on: ['a', 'b', 'b', 'c'], spec: spread('w') })], 'topology spread'],
    [
      'R04',
      [
        ...ABC,
        deployment('w', { ...one, spec: spread('w', { topologyKey: 'topology.kubernetes.io/zone' }) }),
      ],
      'topology spread',
    ],
    [
      'R05',
      [...ABC, deployment('w', { ...one, spec: spread('w', { whenUnsatisfiable: 'ScheduleAnyway' }) })],
      undefined,
    ],
    [
      'R06',
      [...ABC, deployment('w', { ...one, spec: apart('w') })],
      "2 node(s) didn't match pod anti-affinity rules",
    ],
    [
      'R09',
      [...BLOCKED_C, deployment('w', { on: ['a'] }), deployment('x', { on: ['b'], spec: apart('w') })],
      "1 node(s) didn't satisfy existing pods anti-affinity rules",
    ],
    ['R10', [...ABC, deployment('w', { ...one, cpu: '3' })], '2 Insufficient cpu'],
    [
      'R14',
      [node('a'), node('b', { pods: '1' }), node('c', { pods: '1' }), deployment('w', one)],
      '2 Too many pods',
    ],
    [
      'R15',
      [
        ...ABC,
        deployment('w', {
          ...one,
          spec: { containers: [{ name: 'm', image: 'x', ports: [{ containerPort: 80, hostPort: 8080 }] }] },
        }),
      ],
      "2 node(s) didn't have free ports for the requested pod ports",
    ],
    [
      'R18',
      [...ABC, deployment('w', { on: ['a'], spec: pinnedTo('a') })],
      "2 node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'R19',
      [
        node('a'),
        ...['b', 'c'].map((name) => node(name, { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] })),
        deployment('w', { on: ['a'] }),
      ],
      '2 node(s) had untolerated taint(s)',
    ],
    [
      'a taint that is tolerated',
      [
        node('a'),
        node('b', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] }),
        deployment('w', { on: ['a'], spec: { tolerations: [{ key: 'k', operator: 'Exists' }] } }),
      ],
      undefined,
    ],
    [
      'R23',
      [...ABC, deployment('w', { on: ['a'], spec: { schedulingGates: [{ name: 'hold' }] } })],
      'waiting for scheduling gates: hold',
    ],
  ])('%s', (_id, cluster, why) => {
    const found = outcome(cluster)
    expect(found?.fate).toBe(why === undefined ? 'Lands' : 'Pending')
    if (why !== undefined) expect(found?.why).toContain(why)
  })

  const roomFor = (cpu: string, spec: object) =>
    outcome([node('a'), node('b', { cpu }), deployment('w', { on: ['a'], spec })])?.fate
  const sidecar = {
    initContainers: [container('proxy', '300m', { restartPolicy: 'Always' }), container('init', '350m')],
    containers: [container('one', '200m'), container('two', '100m')],
  }
  test.each([
    ['R11: sidecar, init and containers need 650m', '600m', sidecar, 'Pending'],
    ['R11', '650m', sidecar, 'Lands'],
    [
      'R12: requests of the pod replace the sum',
      '1',
      { resources: { requests: { cpu: '2' } }, containers: [container('one', '100m')] },
      'Pending',
    ],
    [
      'R13: overhead counts',
      '500m',
      { overhead: { cpu: '500m' }, containers: [container('one', '100m')] },
      'Pending',
    ],
    ['R13', '600m', { overhead: { cpu: '500m' }, containers: [container('one', '100m')] }, 'Lands'],
  ])('%s (%s free)', (_id, cpu, spec, expected) => {
    expect(roomFor(cpu, spec)).toBe(expected)
  })

  test('R07b: a self-affine pair waits for the one that stays behind, for ever', () => {
    const together = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: 'w' } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    }
    const cluster = [...ABC, deployment('w', { on: ['a', 'a'], spec: together })]
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe('Drains')
    const guarded = nodeOf(planFor([...cluster, budget('p', { minAvailable: 1 })], 'a'))
    expect(guarded.verdict).toBe('Blocks')
    expect(guarded.pods.find(({ outcome }) => outcome === 'Gone')?.replacement?.why).toContain(
      'pod affinity rules',
    )
  })

  test('R20: a pod that tolerates everything may come back to a cordoned node', () => {
    const cluster = [
      node('a'),
      node('b', { unschedulable: true }),
      deployment('w', { on: ['a'], spec: { tolerations: [{ operator: 'Exists' }] } }),
    ]
    expect(outcome(cluster)).toEqual({ fate: 'Lands', nodes: ['a', 'b'] })
  })

  test('R21, R22: priority pushes others out, unless the pod must not', () => {
    const low = deployment('low', { on: ['b', 'c'], cpu: '3', spec: { priority: 0 } })
    const hi = (fields: object) => [
      ...ABC,
      ...low,
      ...deployment('w', { on: ['a'], cpu: '3', spec: { priority: 1000, ...fields } }),
      budget('p', { minAvailable: 2 }, { app: 'low' }),
    ]
    expect(outcome(hi({}))).toMatchObject({ fate: 'Preempts' })
    const { verdict, reasons } = nodeOf(planFor(hi({}), 'a'))
    expect(verdict).toBe('DrainsDegraded')
    expect(reasons[0]?.message).toMatch(/pods of lower priority: ns\/low-0 or ns\/low-1$/)
    expect(outcome(hi({ preemptionPolicy: 'Never' }))?.fate).toBe('Pending')
  })

  describe('the scheduler chooses whom to push out', () => {
    const wanted = deployment('w', { on: ['a'], cpu: '3', spec: { priority: 1000 } })
    const low = (name: string, on: string[], cpu: string, fields: object = {}) =>
      deployment(name, { on, cpu, spec: { priority: -10 }, ...fields })
    const pushed = (...others: object[][]) => outcome([...ABC, ...others.flat(), ...wanted])?.preempts

    test('fewer pods rather than more, also where their priorities are negative', () => {
      expect(pushed(low('one', ['b'], '3'), low('two', ['c', 'c'], '1500m'))).toEqual(['ns/one-0'])
    })

    test('pods that no budget keeps, also where the budget has no pod on the drained node', () => {
      const kept = budget('p', { minAvailable: 1 }, { app: 'one' })
      expect(pushed(low('one', ['b'], '3'), low('two', ['c'], '3'), [kept])).toEqual(['ns/two-0'])
    })

    test('pods that wait push others out, too, once the drain has made room for it', () => {
      const alone = {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: { matchLabels: { app: 'w' } }, topologyKey: 'rack' },
            ],
          },
        },
      }
      const rack = { labels: { rack: 'r' } }
      const cluster = [
        ...[node('a', rack), node('b', rack)],
        deployment('w', { on: ['a'], spec: { ...pinnedTo('a'), priority: 1000 } }),
        deployment('low', { on: ['a', 'b'], cpu: '2', spec: { priority: -10 } }),
        deployment('waits', { on: [undefined], cpu: '3', spec: { priority: 1000, ...alone } }),
        budget('p', { maxUnavailable: 1 }, { app: 'low' }),
      ]
      expect(planFor(cluster, 'a').budgets[0]?.currentHealthyAfter).toBe(0)
    })
  })

  test('a Job makes its pod again only after a while, when others have taken their places', () => {
    const cluster = [
      ...[node('a'), node('b', { cpu: '1' })],
      job('j', { on: ['a'], cpu: '700m', spec: { priority: 1000, preemptionPolicy: 'Never' } }),
      deployment('w', { on: ['a'], cpu: '700m' }),
    ]
    expect([outcome(cluster, 'w-0')?.fate, outcome(cluster, 'j-0')?.fate]).toEqual(['Lands', 'Pending'])
  })

  test('R26, R27: a bare pod and the last pod of a failed Job are lost', () => {
    expect(nodeOf(planFor([...ABC, pod('x', { on: 'a' })], 'a', { force: true })).verdict).toBe(
      'DrainsDegraded',
    )
    expect(outcome([...ABC, job('w', { on: ['a'], backoffLimit: 0 })])).toMatchObject({
      fate: 'None',
      why: expect.stringContaining('backoffLimit of 0'),
    })
    expect(outcome([...ABC, job('w', { on: ['a'] })])?.fate).toBe('Lands')
  })

  test('R28, R29: an OrderedReady StatefulSet waits for the ordinal that is not Ready', () => {
    const set = { on: ['b', 'b', 'a'], unready: 1 }
    expect(outcome([...ABC, statefulSet('w', set)], 'w-2')).toMatchObject({
      fate: 'None',
      why: expect.stringContaining('w-0 is not Ready'),
    })
    expect(outcome([...ABC, statefulSet('w', { ...set, parallel: true })], 'w-2')?.fate).toBe('Lands')
  })

  test('pods of a workload that never becomes Ready do not restore a budget', () => {
    const cluster = [
      ...ABC,
      ...deployment('w', { on: ['a', 'a'], unready: 2 }),
      budget('p', { maxUnavailable: '100%' }),
    ]
    expect(nodeOf(planFor(cluster, 'a')).verdict).toBe('Blocks')
  })
})

describe('volumes (docs/reference/scheduler.md#R7)', () => {
  const db = (more: (object | object[])[]) =>
    outcome([...ABC, statefulSet('db', { on: ['a'], ...uses('data-db-0') }), ...more], 'db-0')

  test('R16: a local volume keeps the pod on its node', () => {
    expect(db([claim('data-db-0', 'pv'), volume('pv', onNode('a'))])).toMatchObject({
      fate: 'Pending',
      why: expect.stringContaining("2 node(s) didn't match PersistentVolume's node affinity"),
    })
    expect(db([claim('data-db-0', 'pv'), volume('pv', onNode('b'))])).toEqual({ fate: 'Lands', nodes: ['b'] })
  })

  test('R17: zone labels of the volume count like those of the node', () => {
    const labels = { 'topology.kubernetes.io/zone': 'za' }
    expect(db([claim('data-db-0', 'pv'), volume('pv', {}, labels)])?.why).toContain(
      '2 node(s) had no available volume zone',
    )
  })

  test('a claim that is missing, or not bound at once, fits nowhere', () => {
    expect(db([])?.why).toBe('persistentvolumeclaim "data-db-0" not found')
    expect(db([claim('data-db-0', undefined)])?.why).toBe('pod has unbound immediate PersistentVolumeClaims')
  })

  test('R24: a ReadWriteOncePod volume is free once the old pod is gone', () => {
    expect(
      db([claim('data-db-0', 'pv', { accessModes: ['ReadWriteOncePod'] }), volume('pv', {})])?.fate,
    ).toBe('Lands')
  })

  test('R25: the attach limit of a node counts', () => {
    const csi = (name: string) => ({ csi: { driver: 'd', volumeHandle: name } })
    const limits = ['b', 'c'].map((name) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name },
      spec: { drivers: [{ name: 'd', nodeID: name, allocatable: { count: 1 } }] },
    }))
    const others = ['b', 'c'].flatMap((on) => [
      pod(`o-${on}`, { on, ...uses(`o-${on}`) }),
      claim(`o-${on}`, `pv-${on}`),
      volume(`pv-${on}`, csi(on)),
    ])
    expect(db([...limits, ...others, claim('data-db-0', 'pv'), volume('pv', csi('mine'))])?.why).toContain(
      '2 node(s) exceed max volume count',
    )
  })

  test('claims that were not read make the replacement uncertain, never safe', () => {
    const plan = planFor(
      [...ABC, statefulSet('db', { on: ['a'], ...uses('data-db-0') })],
      'a',
      {},
      { persistentvolumeclaims: 'Forbidden' },
    )
    expect(nodeOf(plan).verdict).toBe('Unknown')
    expect(nodeOf(plan).reasons.map(({ code }) => code)).toContain('list-not-read')
    expect(nodeOf(plan).pods[0]?.replacement).toMatchObject({
      fate: 'Either',
      why: expect.stringContaining('were not read'),
    })
  })

  test('a budget that depends on such a replacement is undecided', () => {
    const plan = planFor(
      [
        ...ABC,
        statefulSet('w', { on: ['a', 'a'], parallel: true, ...uses('shared') }),
        budget('p', { maxUnavailable: 1 }),
      ],
      'a',
      {},
      { persistentvolumeclaims: 'Forbidden' },
    )
    expect(nodeOf(plan).verdict).toBe('Unknown')
  })
})

test('a pod that is not of a StatefulSet, and has the name of one that it misses, is in its way until it goes', () => {
  const plan = planFor(
    [...ABC, ...statefulSet('w', { on: ['a', 'b'], replicas: 3 }), pod('w-2', { on: 'a' })],
    'a',
    { force: true },
  )
  const { verdict, pods } = nodeOf(plan)
  expect(verdict).toBe('DrainsDegraded')
  expect(pods.map(({ name, outcome, replacement }) => [name, outcome, replacement?.fate])).toEqual([
    ['w-0', 'Gone', 'Lands'],
    ['w-2', 'Gone', 'None'],
  ])
})
