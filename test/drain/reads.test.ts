import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { PodField } from '../../src/drain/cluster/pod-fields.ts'
import {
  buildSimulatedCluster,
  cordoned,
  type SimPod,
  type SimulatedCluster,
} from '../../src/drain/cluster/simulated-cluster.ts'
import { READ_PATHS } from '../../src/drain/field-projection.ts'
import { followPlan } from '../../src/drain/follow/follow.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import { FILTERS } from '../../src/drain/scheduler/filters/index.ts'
import { equivalenceKey } from '../../src/drain/simulation/equivalence.ts'
import { initialState } from '../../src/drain/state/budget-tracking.ts'
import type { Pod, PodSpec } from '../../src/model/kubernetes/objects.ts'
import { type Cluster, indexCluster } from '../../src/model/snapshot/cluster.ts'
import { apart, clusterOfParts, deployment, NO_FLAGS, node, pod, spread } from '../helpers/drain-builders.ts'
import { recordedDrains } from '../helpers/recordings.ts'
import { undeclaredReads, watched, watchedPod } from '../helpers/watched.ts'

const claim = (name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'ns', ...metadata },
  spec,
})

const mounting = (name: string) => ({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: name } }] })

const requirement = { key: 'kubernetes.io/hostname', operator: 'In', values: ['b', 'c'] }

/** Pods with all that some filter looks at, waiting and on nodes. */
const VARIED: readonly object[] = [
  node('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] }),
  node('b'),
  node('c', { unschedulable: true }),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns', labels: { team: 'one' } } },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'late' },
    provisioner: 'csi.example.com',
    volumeBindingMode: 'WaitForFirstConsumer',
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name: 'b' },
    spec: { drivers: [{ name: 'csi.example.com', nodeID: 'b', allocatable: { count: 1 } }] },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'volume', labels: { 'topology.kubernetes.io/zone': 'zb' } },
    spec: {
      csi: { driver: 'csi.example.com', volumeHandle: 'h' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } },
    },
  },
  claim('bound', { volumeName: 'volume', accessModes: ['ReadWriteOncePod'], storageClassName: 'late' }),
  claim('unbound', { accessModes: ['ReadWriteOnce'], storageClassName: 'late' }),
  ...['b', 'c', undefined].flatMap((on, index) => {
    const where = on === undefined ? {} : { on }
    const name = (what: string) => `${what}-${index}`
    return [
      pod(name('plain'), where),
      pod(name('tolerating'), { ...where, spec: { tolerations: [{ operator: 'Exists' }] } }),
      pod(name('choosy'), {
        ...where,
        spec: {
          nodeSelector: { 'kubernetes.io/hostname': 'b' },
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [requirement] }],
              },
            },
          },
        },
      }),
      pod(name('listening'), { ...where, spec: { containers: [{ name: 'x', ports: [{ hostPort: 80 }] }] } }),
      pod(name('bound'), { ...where, spec: mounting('bound') }),
      pod(name('unbound'), { ...where, spec: mounting('unbound') }),
      pod(name('apart'), { ...where, labels: { app: 'apart' }, spec: apart('apart') }),
      pod(name('together'), {
        ...where,
        labels: { app: 'together' },
        spec: {
          affinity: {
            podAffinity: apart('together').affinity.podAntiAffinity,
          },
        },
      }),
      pod(name('spread'), {
        ...where,
        labels: { app: 'spread' },
        spec: spread('spread', { nodeTaintsPolicy: 'Honor', nodeAffinityPolicy: 'Honor' }),
      }),
      pod(name('gated'), { ...where, spec: { schedulingGates: [{ name: 'gate' }] } }),
      pod(name('claiming'), { ...where, spec: { resourceClaims: [{ name: 'gpu' }] } }),
      pod(name('foreign'), { ...where, spec: { schedulerName: 'other' } }),
    ]
  }),
]

/** The clusters of recorded drains, with what is drained, and one that has a bit of everything. */
const CLUSTERS: readonly { readonly cluster: Cluster; readonly nodes: readonly string[] }[] = [
  { cluster: clusterOfParts(VARIED), nodes: ['b'] },
  ...[...recordedDrains()]
    .filter((_, index) => index % 18 === 0)
    .map(({ snapshot, nodes }) => ({ cluster: indexCluster(snapshot), nodes })),
]

/** A simulated cluster of which each read of a pod is told. */
function watchedCluster(simulated: SimulatedCluster, note: (path: string) => void): SimulatedCluster {
  const watchedPods = new Map(simulated.pods.map((one) => [one, watchedPod(one, note)]))
  const all = (pods: readonly SimPod[]) => pods.map((one) => watchedPods.get(one) ?? one)
  const groups = (map: SimulatedCluster['byNamespace']) =>
    new Map([...map].map(([key, pods]) => [key, all(pods)] as const))
  return {
    ...simulated,
    pods: all(simulated.pods),
    byNode: simulated.byNode.map(all),
    byNamespace: groups(simulated.byNamespace),
    byOwner: groups(simulated.byOwner),
    waiting: all(simulated.waiting),
    counts: new Map(),
  }
}

describe('what is read of pods is declared', () => {
  test.each(FILTERS.map((filter) => [filter.name, filter] as const))('by the filter %s', (_name, filter) => {
    const { undeclared, note } = undeclaredReads(filter.reads)
    for (const { cluster, nodes } of CLUSTERS) {
      const simulated = cordoned(watchedCluster(buildSimulatedCluster(cluster), note), new Set(nodes))
      const state = initialState(simulated, [])
      for (const one of simulated.pods) {
        const answer = filter.filter(state, one)
        for (const each of simulated.nodes) answer?.check?.(each)
        if (filter.scope === 'Cluster') filter.concerns(state, one)
      }
    }
    expect(undeclared()).toEqual([])
  })

  test('by all that makes a plan, and by what follows a drain', () => {
    const { undeclared, note } = undeclaredReads(READ_PATHS)
    for (const { cluster, nodes } of CLUSTERS) {
      const { snapshot } = cluster
      const pods = snapshot.objects.pods.map((one) => watched(one, note))
      const options = { ...NO_FLAGS, ignoreDaemonsets: true, force: true, timeoutSeconds: 60 }
      const seen = indexCluster({ ...snapshot, objects: { ...snapshot.objects, pods } })
      const later = { ...snapshot, objects: { ...snapshot.objects, pods: [...pods].reverse() } }
      const plan = drainPlan(seen, nodes, options)
      followPlan({ ...plan, now: '2000-01-01T00:00:00Z' }, indexCluster(later))
    }
    expect(undeclared()).toEqual([])
  })
})

const text = fc.string({ minLength: 1, maxLength: 5 })
const term = fc
  .record({ key: text, topologyKey: text })
  .map((one) => ({ ...one, namespaces: 'all', selector: undefined }) as const)

/** Values of the fields that are not below the spec. */
const VALUES: Readonly<Partial<Record<PodField, fc.Arbitrary<unknown>>>> = {
  namespace: text,
  labels: fc.dictionary(text, text),
  requests: fc.dictionary(fc.constantFrom('cpu', 'memory', 'example.com/gpu'), fc.nat()),
  ports: fc.array(fc.record({ port: fc.nat(), ip: text, protocol: text })),
  affinity: fc.array(term),
  antiAffinity: fc.array(term),
  spread: fc.array(
    fc.record({ key: text, topologyKey: text, maxSkew: fc.nat(), honorsTaints: fc.boolean() }),
  ),
  finished: fc.boolean(),
  terminating: fc.boolean(),
  boundTo: fc.constantFrom(undefined, 1),
}

/** A value at `a.b[*].c`, in place of what is there. */
function withValue(object: object | undefined, path: string, value: unknown): object {
  const [, name = '', key, list, rest] = /^(\w+)(?:\['(.+)'\]|(\[\*\]))?\.?(.*)$/.exec(path) ?? []
  if (key !== undefined) return { ...object, [name]: { [key]: value } }
  const inner = rest === '' ? value : withValue(undefined, rest ?? '', value)
  return { ...object, [name]: list === undefined ? inner : [inner] }
}

const withField = (one: SimPod, field: PodField, value: unknown): SimPod =>
  field.startsWith('spec.')
    ? { ...one, spec: withValue(one.spec, field.slice('spec.'.length), value) as PodSpec }
    : field.startsWith('origin.')
      ? { ...one, origin: withValue(one.origin, field.slice('origin.'.length), value) as Pod }
      : { ...one, [field]: value }

const someValue = (field: PodField): fc.Arbitrary<unknown> =>
  VALUES[field] ?? fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null)

const replica = (spec: object = {}): SimPod => {
  const [one] = buildSimulatedCluster(
    clusterOfParts([...deployment('w', { on: ['a'], spec }), node('a')]),
  ).pods
  if (one === undefined) throw new Error('no pod')
  return one
}

const declared = FILTERS.flatMap(({ name, reads }) => reads.map((field) => [name, field] as const))

describe('pods that are taken for equal', () => {
  test.each(declared)('%s: never differ in %s', (_name, field) => {
    const values = someValue(field)
    fc.assert(
      fc.property(values, values, fc.boolean(), (value, other, tolerating) => {
        fc.pre(JSON.stringify(value) !== JSON.stringify(other))
        const base = replica(tolerating ? { tolerations: [{ operator: 'Exists' }] } : {})
        expect(equivalenceKey(withField(base, field, value))).not.toBe(
          equivalenceKey(withField(base, field, other)),
        )
      }),
      { numRuns: 20 },
    )
  })

  test('may differ in what they run', () => {
    const [one, other] = ['serve', 'work'].map((command) =>
      replica({
        containers: [{ name: 'main', image: command, command: [command], env: [{ name: command }] }],
      }),
    ) as [SimPod, SimPod]
    expect(equivalenceKey(one)).toBe(equivalenceKey({ ...other, name: 'w-1' }))
  })
})
