/** Cases of spec/drain-cases.md as objects: what to make, what to drain, what the plan must say. */

type Fields = Record<string, unknown>

export interface DrainCase {
  readonly id: string
  readonly title: string
  /** Nodes a, b, c unless told; names are made unique by the test. */
  readonly nodes?: readonly string[]
  /** Nodes that are open while the objects are made; the others are cordoned, and opened afterwards. */
  readonly placeOn?: readonly string[]
  /** Nodes that stay cordoned when the drain begins. */
  readonly closed?: readonly string[]
  readonly objects: (node: (letter: string) => string) => readonly object[]
  /** Pods that the objects make. */
  readonly pods: number
  readonly drain?: readonly string[]
  readonly flags?: readonly string[]
  /** By node, in the order of `drain`. */
  readonly verdicts: readonly string[]
}

const labels = { app: 'w' }
const container = (fields: Fields = {}) => ({
  name: 'c',
  image: 'none',
  resources: { requests: { cpu: '100m' } },
  ...fields,
})

interface PodFields {
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Fields
  readonly cpu?: string
}

const template = ({ annotations = {}, spec = {}, cpu = '100m' }: PodFields = {}, name = 'w') => ({
  metadata: { labels: { app: name }, annotations },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [container({ resources: { requests: { cpu } } })],
    ...spec,
  },
})

const deployment = (replicas: number, pod: PodFields = {}, name = 'w') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template(pod, name) },
})

const barePod = (name: string, pod: PodFields & { finalizers?: readonly string[] } = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    labels,
    annotations: pod.annotations ?? {},
    ...(pod.finalizers ? { finalizers: pod.finalizers } : {}),
  },
  spec: template(pod).spec,
})

const budget = (spec: Fields, name = 'p') => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { selector: { matchLabels: labels }, ...spec },
})

const daemonSet = (pod: PodFields = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'd' },
  spec: { selector: { matchLabels: { app: 'd' } }, template: template(pod, 'd') },
})

const EMPTY_DIR = { volumes: [{ name: 'scratch', emptyDir: {} }] }
const unready = { annotations: { 'test/ready': 'false' } }
const on = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } })
const spread = (extra: Fields = {}) => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: labels },
      ...extra,
    },
  ],
})
const APART = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
}

export const CASES: readonly DrainCase[] = [
  {
    id: 'F01',
    title: 'a DaemonSet pod, a bare pod and an emptyDir pod, without flags',
    placeOn: ['a'],
    objects: (node) => [
      daemonSet({ spec: on(node('a')) }),
      barePod('bare'),
      deployment(1, { spec: EMPTY_DIR }),
    ],
    pods: 3,
    verdicts: ['Refused'],
  },
  {
    id: 'F04',
    title: 'the same with all flags',
    placeOn: ['a'],
    objects: (node) => [
      daemonSet({ spec: on(node('a')) }),
      barePod('bare'),
      deployment(1, { spec: EMPTY_DIR }),
    ],
    pods: 3,
    flags: ['--ignore-daemonsets', '--delete-emptydir-data', '--force'],
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'F05',
    title: 'a bare pod with emptyDir that has succeeded needs no flag',
    placeOn: ['a'],
    objects: () => [
      barePod('done', {
        annotations: { 'test/phase': 'Succeeded' },
        spec: { ...EMPTY_DIR, restartPolicy: 'Never' },
      }),
    ],
    pods: 1,
    verdicts: ['Drains'],
  },
  {
    id: 'O10',
    title: 'a refused node does not keep the next one from draining',
    nodes: ['a', 'b', 'c'],
    objects: (node) => [
      barePod('bare', { spec: on(node('a')) }),
      deployment(1, { spec: { nodeSelector: { 'topology.kubernetes.io/zone': 'zb' } } }),
    ],
    pods: 2,
    drain: ['a', 'b'],
    verdicts: ['Refused', 'DrainsDegraded'],
  },
  {
    id: 'P06',
    title: 'one replica that must stay available',
    placeOn: ['a'],
    objects: () => [deployment(1), budget({ minAvailable: 1 })],
    pods: 1,
    verdicts: ['Blocks'],
  },
  {
    id: 'P07',
    title: 'one Ready replica with maxUnavailable 1',
    placeOn: ['a'],
    objects: () => [deployment(1), budget({ maxUnavailable: 1 })],
    pods: 1,
    verdicts: ['Drains'],
  },
  {
    id: 'P08',
    title: 'one unready replica with maxUnavailable 1',
    placeOn: ['a'],
    objects: () => [deployment(1, unready), budget({ maxUnavailable: 1 })],
    pods: 1,
    verdicts: ['Blocks'],
  },
  {
    id: 'P09',
    title: 'the same with unhealthyPodEvictionPolicy AlwaysAllow',
    placeOn: ['a'],
    objects: () => [
      deployment(1, unready),
      budget({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    ],
    pods: 1,
    verdicts: ['Drains'],
  },
  {
    id: 'P04',
    title: 'minAvailable 67% of 3 rounds up to all of them',
    placeOn: ['a'],
    objects: () => [deployment(3), budget({ minAvailable: '67%' })],
    pods: 3,
    verdicts: ['Blocks'],
  },
  {
    id: 'P14',
    title: 'two budgets on one pod',
    placeOn: ['a'],
    objects: () => [deployment(3), budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 2 }, 'p2')],
    pods: 3,
    verdicts: ['Fails'],
  },
  {
    id: 'P16',
    title: 'a pod that has not started is not asked about, not even by two budgets',
    placeOn: ['a'],
    objects: () => [
      deployment(1, { annotations: { 'test/phase': 'Pending' } }),
      budget({ minAvailable: 1 }),
      budget({ minAvailable: 1 }, 'p2'),
    ],
    pods: 1,
    verdicts: ['Drains'],
  },
  {
    id: 'P21',
    title: 'two bare pods with minAvailable 1',
    placeOn: ['a'],
    objects: () => [barePod('one'), barePod('two'), budget({ minAvailable: 1 })],
    pods: 2,
    flags: ['--force'],
    verdicts: ['Blocks'],
  },
  {
    id: 'P37',
    title: '--disable-eviction does not ask budgets',
    placeOn: ['a'],
    objects: () => [deployment(2), budget({ maxUnavailable: 0 })],
    pods: 2,
    flags: ['--disable-eviction'],
    verdicts: ['Drains'],
  },
  {
    id: 'R01',
    title: 'hard spread by hostname: the cordoned node still counts',
    objects: () => [deployment(3, { spec: spread() }), budget({ maxUnavailable: 1 })],
    pods: 3,
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'R02',
    title: 'the same with nodeTaintsPolicy Honor',
    objects: () => [
      deployment(3, { spec: spread({ nodeTaintsPolicy: 'Honor' }) }),
      budget({ maxUnavailable: 1 }),
    ],
    pods: 3,
    verdicts: ['Drains'],
  },
  {
    id: 'R06',
    title: 'as many replicas as nodes, with anti-affinity',
    objects: () => [deployment(3, { spec: APART })],
    pods: 3,
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'R10',
    title: 'no room for 3 cpu elsewhere',
    objects: () => [deployment(3, { cpu: '3' })],
    pods: 3,
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'R18',
    title: 'a nodeSelector that only this node meets',
    objects: (node) => [deployment(1, { spec: on(node('a')) })],
    pods: 1,
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'O01',
    title: 'three replicas on one node, one at a time',
    placeOn: ['a'],
    objects: () => [deployment(3), budget({ maxUnavailable: 1 })],
    pods: 3,
    verdicts: ['Drains'],
  },
  {
    id: 'O04',
    title: 'two that can only be here, two elsewhere, two may go',
    objects: (node) =>
      [
        deployment(2, { spec: on(node('a')) }),
        {
          ...deployment(2, { spec: { nodeSelector: { 'topology.kubernetes.io/zone': 'zb' } } }),
          metadata: { name: 'w2' },
        },
        budget({ minAvailable: 2 }),
      ].map((object) => selecting(object)),
    pods: 4,
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'O07',
    title: 'two nodes in one command: the second has nowhere to go',
    placeOn: ['a', 'b'],
    closed: ['c'],
    objects: () => [deployment(2, { spec: APART }), budget({ minAvailable: 1 })],
    pods: 2,
    drain: ['a', 'b'],
    verdicts: ['DrainsDegraded', 'Blocks'],
  },
  {
    id: 'L01',
    title: 'a finalizer keeps the evicted pod',
    placeOn: ['a'],
    objects: () => [barePod('kept', { finalizers: ['example.com/keep'] })],
    pods: 1,
    flags: ['--force'],
    verdicts: ['Waits'],
  },
]

/** Two Deployments with the label app=w need a selector each, or they would adopt each other's pods. */
function selecting(object: object): object {
  const { kind, metadata, spec } = object as { kind: string; metadata: { name: string }; spec: Fields }
  if (kind !== 'Deployment') return object
  const own = { ...labels, part: metadata.name }
  const pod = spec['template'] as { metadata: Fields }
  return {
    ...object,
    spec: {
      ...spec,
      selector: { matchLabels: own },
      template: { ...pod, metadata: { ...pod.metadata, labels: own } },
    },
  }
}
