import { describe, expect, test } from '@jest/globals'
import { readInput } from '../../src/commands/shared/input.ts'
import { NEEDS } from '../../src/commands/shared/needs.ts'
import { drainExitCode } from '../../src/drain/plan.ts'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import type { Verdict } from '../../src/drain/verdict.ts'
import { eventExitCode, explainEvents } from '../../src/events/explain.ts'
import { readCluster } from '../../src/kube/api/live.ts'
import { apiVersionOf, KINDS, RESOURCES, type Resource } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { probeCheck, probeExitCode } from '../../src/probes/check.ts'
import { clusterLists, type Handler } from '../helpers/apiserver.ts'
import { node as clusterNode, EVERYTHING } from '../helpers/builders.ts'
import { connectionTo, sessionTo } from '../helpers/connection.ts'
import {
  ABC,
  budget,
  daemonSet,
  deployment,
  job,
  NO_FLAGS,
  node,
  type Parts,
  pinnedTo,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'
import { drainedNodes } from '../helpers/drained.ts'
import { httpProbe, unhealthy, unready } from '../helpers/probes.ts'
import { spoiled, WRONG_BODIES } from '../helpers/wrong-bodies.ts'

const read = (handler: Handler, plugin: keyof typeof NEEDS, chunkSize?: number) =>
  readInput({ recursive: false, 'all-namespaces': true }, plugin, [], sessionTo(handler, chunkSize))

/** One object of each kind, with what the API demands of it. */
const everyKind = (): KubeObject[] =>
  RESOURCES.map((resource) => ({
    apiVersion: apiVersionOf(resource),
    kind: KINDS[resource].kind,
    metadata: { name: 'x', ...(KINDS[resource].namespaced ? { namespace: 'ns' } : {}) },
    ...(resource === 'events' ? { involvedObject: {} } : { spec: SPECS[resource] ?? {}, status: {} }),
    ...(resource === 'storageclasses' ? { provisioner: 'x' } : {}),
    ...(resource === 'priorityclasses' ? { value: 1 } : {}),
  })) as unknown as KubeObject[]

const TEMPLATE = { template: { spec: { containers: [] } } }
const SPECS: Readonly<Partial<Record<Resource, object>>> = {
  cronjobs: { jobTemplate: { spec: TEMPLATE } },
  daemonsets: TEMPLATE,
  deployments: TEMPLATE,
  horizontalpodautoscalers: { scaleTargetRef: { kind: 'Deployment', name: 'x' } },
  jobs: TEMPLATE,
  pods: { containers: [] },
  replicasets: TEMPLATE,
  replicationcontrollers: TEMPLATE,
  statefulsets: TEMPLATE,
}

const NAMESPACE = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'ns' },
  spec: {},
  status: { phase: 'Active' },
}
const withClaim = (name: string) => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
})
/** A claim bound to a volume that only this node reaches. */
const claimOn = (name: string, where: string): Parts => [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'ns' },
    spec: { accessModes: ['ReadWriteOnce'], volumeName: `pv-${name}`, storageClassName: 'local' },
    status: { phase: 'Bound' },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pv-${name}` },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      claimRef: { namespace: 'ns', name },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [where] }] },
          ],
        },
      },
    },
    status: { phase: 'Bound' },
  },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'local' }, provisioner: 'x' },
]
const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q', namespace: 'ns' },
  spec: { hard: { pods: '0' } },
  status: { hard: { pods: '0' }, used: { pods: '2' } },
}

interface Case {
  readonly parts: Parts
  readonly options?: Partial<DrainOptions>
  readonly verdict: Verdict
}

/** Drains of node a, and their true verdicts. */
const CASES: Readonly<Record<string, Case>> = {
  'nothing in the way': {
    parts: [...ABC, deployment('w', { on: ['a', 'b', 'c'] }), budget('p', { maxUnavailable: 1 })],
    verdict: 'Drains',
  },
  'a budget that allows nothing': {
    parts: [...ABC, deployment('w', { on: ['a', 'b'] }), budget('p', { minAvailable: 2 })],
    verdict: 'Blocks',
  },
  'a budget over a StatefulSet with a pod that is not ready': {
    parts: [
      ...ABC,
      statefulSet('w', { on: ['a', 'b', 'c'], unready: 0, replicas: 3 }),
      pod('w-x', { labels: { app: 'w' }, on: 'b', ready: false, owner: { kind: 'StatefulSet', name: 'w' } }),
      budget('p', { maxUnavailable: 0 }),
    ],
    verdict: 'Blocks',
  },
  'two budgets over one pod': {
    parts: [
      ...ABC,
      deployment('w', { on: ['a', 'b'] }),
      budget('p', { maxUnavailable: 1 }),
      budget('q', { maxUnavailable: 1 }),
    ],
    verdict: 'Fails',
  },
  'a replacement without a place': {
    parts: [...ABC, deployment('w', { on: ['a'], spec: pinnedTo('a') })],
    verdict: 'DrainsDegraded',
  },
  'a replacement without a place, and a budget that waits for it': {
    parts: [
      ...ABC,
      deployment('w', { on: ['a', 'a'], spec: pinnedTo('a') }),
      budget('p', { maxUnavailable: 1 }),
    ],
    verdict: 'Blocks',
  },
  'a replacement that a quota refuses': {
    parts: [...ABC, deployment('w', { on: ['a', 'b'] }), quota],
    verdict: 'DrainsDegraded',
  },
  'replacements that a quota refuses, and a budget that waits for them': {
    parts: [...ABC, deployment('w', { on: ['a', 'a'] }), quota, budget('p', { maxUnavailable: 1 })],
    verdict: 'Blocks',
  },
  'a volume that only this node reaches': {
    parts: [...ABC, statefulSet('w', { on: ['a'], spec: withClaim('data') }), ...claimOn('data', 'a')],
    verdict: 'DrainsDegraded',
  },
  'a volume that another node reaches': {
    parts: [...ABC, statefulSet('w', { on: ['a'], spec: withClaim('data') }), ...claimOn('data', 'b')],
    verdict: 'Drains',
  },
  'a namespace that goes away, and a budget that waits for replacements': {
    parts: [
      ...ABC,
      deployment('w', { on: ['a', 'a'] }),
      budget('p', { maxUnavailable: 1 }),
      { ...NAMESPACE, status: { phase: 'Terminating' } },
    ],
    verdict: 'Blocks',
  },
  'a pod without an owner': { parts: [...ABC, pod('lone', { on: 'a' })], verdict: 'Refused' },
  'a pod without an owner, by force': {
    parts: [...ABC, pod('lone', { on: 'a' })],
    options: { force: true },
    verdict: 'DrainsDegraded',
  },
  'a pod of a DaemonSet': { parts: [...ABC, daemonSet('d', ['a', 'b', 'c'])], verdict: 'Refused' },
  'a pod of a DaemonSet that is passed over': {
    parts: [...ABC, daemonSet('d', ['a', 'b', 'c'])],
    options: { ignoreDaemonsets: true },
    verdict: 'Drains',
  },
  'a pod of a ReplicaSet that was scaled down': {
    parts: [...ABC, deployment('w', { on: ['a', 'b'], replicas: 1 })],
    verdict: 'Drains',
  },
  'a finalizer': {
    parts: [...ABC, deployment('w', { on: ['a'], finalizers: ['example.com/hold'] })],
    verdict: 'Waits',
  },
  'a Job': { parts: [...ABC, job('w', { on: ['a'] })], verdict: 'Drains' },
  'a Job that may not fail': {
    parts: [...ABC, job('w', { on: ['a'], backoffLimit: 0 })],
    verdict: 'DrainsDegraded',
  },
  'no room elsewhere': {
    parts: [node('a'), node('b', { cpu: '1' }), deployment('w', { on: ['a'], cpu: '2' })],
    verdict: 'DrainsDegraded',
  },
}

/** What the plan says, or that it says nothing. */
async function planOf(handler: Handler, options: Partial<DrainOptions> = {}, chunkSize?: number) {
  try {
    const { snapshot } = await read(handler, 'drain-plan', chunkSize)
    const nodes = drainedNodes(indexCluster(snapshot), ['a'], { ...NO_FLAGS, ...options })
    return {
      verdict: nodes[0]?.verdict,
      code: drainExitCode({ nodes }, { allowLosses: true }),
      gaps: snapshot.gaps,
    }
  } catch (error) {
    if (!(error instanceof Error) || !/^(User|Server)Error$/.test(error.name)) throw error
    return { verdict: error.message, code: 2, gaps: [] }
  }
}

/** Lists of every kind that a plugin reads, with one object each. */
const ONE_OF_EACH = clusterLists(everyKind())

/** Of a configuration without a webhook the server writes nothing else (docs/reference/reading.md#written). */
const NAME_IS_ENOUGH: readonly string[] = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']

describe.each([...new Set(Object.values(NEEDS).flat())])('a list of %s', (resource) => {
  const readOne = (handler: Handler) =>
    readCluster(connectionTo(handler), { resources: [resource, 'endpointslices'] })
  const gapsIn = ({ gaps }: Snapshot) => gaps.filter(({ reason }) => reason !== 'NotRecorded')

  test('is read as a whole where it is whole', async () => {
    const snapshot = await readOne(ONE_OF_EACH)
    expect(gapsIn(snapshot)).toEqual([])
    expect(snapshot.objects[resource]).toHaveLength(1)
  })

  test('that is empty may have null for its items, as Go prints it', async () => {
    const snapshot = await readOne(spoiled(ONE_OF_EACH, resource, (body) => ({ ...body, items: null })))
    expect([gapsIn(snapshot), snapshot.objects[resource]]).toEqual([[], []])
  })

  const wrongs = Object.entries(WRONG_BODIES).filter(
    ([name]) => name !== 'an item with nothing but a name' || !NAME_IS_ENOUGH.includes(resource),
  )
  test.each(wrongs)('is not %s, and a gap says so in one line', async (_, wrong) => {
    const [gap, ...more] = gapsIn(await readOne(spoiled(ONE_OF_EACH, resource, wrong)))
    expect(more).toEqual([])
    expect(gap).toMatchObject({ resource, reason: 'Unreadable' })
    expect(gap?.message).toMatch(/^.{20,400}$/)
  })

  test('keeps what is sound beside what is not', async () => {
    const snapshot = await readOne(
      spoiled(ONE_OF_EACH, resource, (body) => ({ ...body, items: [{ metadata: {} }, ...body.items, 7] })),
    )
    expect(snapshot.objects[resource]).toHaveLength(1)
    expect(gapsIn(snapshot)).toMatchObject([
      { resource, message: expect.stringMatching(/^2 of 3 items cannot be used \(the first is it has no/) },
    ])
  })
})

describe.each(Object.entries(CASES))('drain-plan where there is %s', (_, { parts, options, verdict }) => {
  const namespaces = parts.flat().some((part) => (part as KubeObject).kind === 'Namespace') ? [] : [NAMESPACE]
  const handler = clusterLists([...parts.flat(), ...namespaces] as KubeObject[])

  test('says so', async () => {
    expect(await planOf(handler, options)).toMatchObject({ verdict, gaps: [] })
  })

  test.each(['an empty object', 'items without anything'] as const)(
    'says the same, Unknown or nothing at all where a list is %s',
    async (name) => {
      const { code } = await planOf(handler, options)
      for (const resource of NEEDS['drain-plan']) {
        const told = await planOf(
          spoiled(handler, resource, (body) =>
            name === 'an empty object' ? {} : { ...body, items: [...body.items.map(() => ({})), {}] },
          ),
          options,
        )
        expect([resource, told.code === 2 || told.gaps.map((gap) => gap.resource)]).toEqual([
          resource,
          told.code === 2 || [resource],
        ])
        const right = told.code === 2 || told.verdict === verdict || told.verdict === 'Unknown'
        expect([resource, told.verdict, told.code, right]).toEqual([
          resource,
          told.verdict,
          code === 0 ? told.code : told.code || code,
          true,
        ])
      }
    },
  )
})

/** A pod that fails its readiness probe, with the event of the kubelet. */
const FAILING: KubeObject[] = [
  clusterNode(),
  unready({ readinessProbe: httpProbe() }),
  unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
]

describe.each(['probe-check', 'explain-events'] as const)('%s where a pod fails its probe', (plugin) => {
  const handler = clusterLists([...everyKind(), ...FAILING])
  const look = async (from: Handler) => {
    const { snapshot } = await read(from, plugin)
    const cluster = indexCluster(snapshot)
    if (plugin === 'probe-check') {
      const report = probeCheck(cluster, EVERYTHING)
      return { found: report.findings, gaps: report.gaps, code: probeExitCode(report, 'Error') }
    }
    const report = explainEvents(cluster, { ...EVERYTHING, all: false })
    return { found: report.incidents, gaps: report.gaps, code: eventExitCode(report, 'Error') }
  }

  test('says so', async () => {
    expect(await look(handler)).toMatchObject({ gaps: [], code: 1 })
  })

  // What each of them does to each list is said above; here every third of them stands in the place of a list.
  test.each(NEEDS[plugin].map((resource, index) => [resource, index] as const))(
    'names the gap and never ends with 0 where %s are something else',
    async (resource, index) => {
      for (const [name, wrong] of Object.entries(WRONG_BODIES).filter((_, at) => (at + index) % 3 === 0)) {
        const { gaps, code } = await look(spoiled(handler, resource, wrong))
        expect([name, gaps.map((gap) => gap.resource)]).toEqual([name, [resource]])
        expect([name, code === 0]).toEqual([name, false])
      }
    },
  )

  test('ends with 0 where nothing fails and all was read', async () => {
    expect(await look(clusterLists([]))).toMatchObject({ gaps: [], code: 0 })
  })
})
