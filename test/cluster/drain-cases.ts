import { does } from './harness/differences.ts'
import {
  APART,
  barePod,
  budget,
  controlled,
  daemonSet,
  deployment,
  EMPTY_DIR,
  on,
  part,
  spread,
  unready,
} from './harness/objects.ts'

/** Cases as objects: what to make, what to drain, what the plan must say. */

export interface DrainCase {
  readonly id: string
  readonly title: string
  /** Nodes a, b, c unless told; names are made unique by the test. */
  readonly nodes?: readonly string[]
  /** Nodes that are open while the objects are made; the others are cordoned, and opened afterwards. */
  readonly placeOn?: readonly string[]
  /** Nodes that stay cordoned when the drain begins. */
  readonly closed?: readonly string[]
  /** Nodes that get a taint which nothing tolerates, before the drain begins. */
  readonly tainted?: readonly string[]
  readonly objects: (node: (letter: string) => string) => readonly object[]
  /** Pods that the objects make. */
  readonly pods: number
  readonly drain?: readonly string[]
  readonly flags?: readonly string[]
  /** By node, in the order of `drain`. */
  readonly verdicts: readonly string[]
}

/** Two pods that fit on one node only, and two elsewhere, all under one budget. */
const pinnedAndOthers = (node: string): readonly object[] => [
  part('pinned', 2, { spec: on(node) }),
  part('others', 2, { spec: { nodeSelector: { 'topology.kubernetes.io/zone': 'zb' } } }),
]

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
    id: 'F07',
    title: 'a pod of a DaemonSet of another API group',
    placeOn: ['a'],
    objects: () => [controlled(barePod('agent'), 'apps.example.com/v1', 'DaemonSet')],
    pods: 1,
    flags: ['--ignore-daemonsets'],
    verdicts: [does('daemonset-of-apps') ? 'DrainsDegraded' : 'Refused'],
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
    id: 'F06',
    title: 'a static pod is passed over, whatever its volumes',
    placeOn: ['a'],
    objects: (node) => [
      barePod('static', {
        annotations: { 'kubernetes.io/config.mirror': 'x' },
        spec: { ...EMPTY_DIR, nodeName: node('a') },
      }),
    ],
    pods: 1,
    verdicts: ['Drains'],
  },
  {
    id: 'F08',
    title: 'a pod whose DaemonSet is gone',
    // Bound from the start: the garbage collector deletes it at once, and nobody schedules a pod that is deleted. It
    // must not end either: kubectl takes a pod that has ended, whoever owns it.
    objects: (node) => [
      controlled(
        barePod('orphan', {
          annotations: { 'test/stays': 'true' },
          finalizers: ['example.com/keep'],
          spec: { nodeName: node('a') },
        }),
        'apps/v1',
        'DaemonSet',
      ),
    ],
    pods: 1,
    flags: ['--ignore-daemonsets'],
    verdicts: ['Refused'],
  },
  {
    id: 'F18',
    title: 'one bad pod keeps the good one from being evicted',
    placeOn: ['a'],
    objects: () => [barePod('bare'), deployment(1)],
    pods: 2,
    verdicts: ['Refused'],
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
    id: 'P15',
    title: 'two budgets on one unready pod, AlwaysAllow in both',
    placeOn: ['a'],
    objects: () =>
      ['p', 'p2']
        .map((name) => budget({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, name))
        .concat(deployment(1, unready)),
    pods: 1,
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
    id: 'R19',
    title: 'taints on all other nodes',
    placeOn: ['a'],
    tainted: ['b', 'c'],
    objects: () => [deployment(1)],
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
    id: 'O02',
    title: 'the second pod goes when the replacement of the first is Ready',
    placeOn: ['a'],
    objects: () => [
      deployment(2, { annotations: { 'test/ready-after': '4s' } }),
      budget({ minAvailable: 1 }),
    ],
    pods: 2,
    verdicts: ['Drains'],
  },
  {
    id: 'O04',
    title: 'two that can only be here, two elsewhere, two may go',
    objects: (node) => [...pinnedAndOthers(node('a')), budget({ minAvailable: 2 })],
    pods: 4,
    verdicts: ['DrainsDegraded'],
  },
  {
    id: 'O05',
    title: 'the same, but only one may go',
    objects: (node) => [...pinnedAndOthers(node('a')), budget({ minAvailable: 3 })],
    pods: 4,
    verdicts: ['Blocks'],
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
