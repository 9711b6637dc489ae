import type { FixCode } from '../../src/drain/types/fix.ts'
import type { PlannedNode } from '../../src/drain/types/node.ts'
import {
  APART,
  autoscaler,
  barePod,
  budget,
  daemonSet,
  deployment,
  EMPTY_DIR,
  job,
  part,
  replicaSet,
  replicationController,
  spread,
  statefulSet,
  unready,
} from './harness/objects.ts'
import type { Scenario } from './harness/scenario.ts'

/** A drain that does not succeed as things are, and what the plan proves to mend it. */
export interface FixCase extends Scenario {
  readonly title: string
  /** Node a unless told. */
  readonly drain?: readonly string[]
  readonly flags?: readonly string[]
  /** Of the drained nodes, as things are. */
  readonly verdicts: readonly PlannedNode['verdict'][]
  /** The proven fixes in the order of the plan; each is tried on a copy of its own. */
  readonly fixes: readonly FixCode[]
  /** The fixes are needed together: all are applied to one copy. */
  readonly together?: true
}

const BOTH: readonly FixCode[] = ['scale-up', 'widen-budget']
const zone = (name: string) => ({ nodeSelector: { 'topology.kubernetes.io/zone': name } })
const notIn = (name: string) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: [name] }] },
        ],
      },
    },
  },
})
const first = { minAvailable: 1, selector: { matchLabels: { app: 'w', part: 'first' } } }
const second = { minAvailable: 1, selector: { matchLabels: { app: 'w', part: 'second' } } }

export const FIX_CASES: readonly FixCase[] = [
  {
    title: 'one replica that must stay',
    objects: () => [budget({ minAvailable: 1 }), deployment(1)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'an autoscaler that sets the number',
    objects: () => [
      autoscaler({ minReplicas: 1, maxReplicas: 4 }),
      budget({ minAvailable: 1 }),
      deployment(1),
    ],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'more pods on the node than the budget has to give at once',
    objects: () => [budget({ minAvailable: 3 }), deployment(3)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'no disruption allowed',
    objects: () => [budget({ maxUnavailable: 0 }), deployment(2)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'minAvailable 100%',
    objects: () => [budget({ minAvailable: '100%' }), deployment(2)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'minAvailable 67% of 3 rounds up to all',
    objects: () => [budget({ minAvailable: '67%' }), deployment(3)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'minAvailable 50% of one replica',
    objects: () => [budget({ minAvailable: '50%' }), deployment(1)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'a ReplicaSet of its own',
    objects: () => [budget({ minAvailable: 1 }), replicaSet(1)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'a ReplicationController',
    objects: () => [budget({ minAvailable: 1 }), replicationController(1)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'a StatefulSet',
    objects: () => [budget({ minAvailable: 2 }), statefulSet(2)],
    verdicts: ['Blocks'],
    fixes: BOTH,
  },
  {
    title: 'a StatefulSet that starts its pods in parallel',
    objects: () => [budget({ maxUnavailable: 0 }), statefulSet(2, {}, { podManagementPolicy: 'Parallel' })],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'two budgets on one pod that both give way',
    objects: () => [deployment(2)],
    later: [budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 2 }, 'q')],
    verdicts: ['Fails'],
    fixes: ['keep-one-budget', 'keep-one-budget'],
  },
  {
    title: 'two budgets on one pod, of which one refuses',
    objects: () => [deployment(2)],
    later: [budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 0 }, 'q')],
    verdicts: ['Fails'],
    fixes: ['keep-one-budget'],
  },
  {
    title: 'a pod that is not Ready',
    objects: () => [budget({ maxUnavailable: 1 }), deployment(1, unready)],
    verdicts: ['Blocks'],
    fixes: ['allow-unhealthy-evictions'],
  },
  {
    title: 'a pod that is not Ready among others that are needed',
    placeOn: ['a', 'b'],
    objects: () => [
      budget({ minAvailable: 2 }),
      part('first', 1, { ...unready, spec: zone('za') }),
      part('second', 1, { spec: zone('zb') }),
    ],
    verdicts: ['Blocks'],
    fixes: ['allow-unhealthy-evictions', 'add-node'],
    together: true,
  },
  {
    title: 'a replica elsewhere that is not Ready',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b'],
    objects: () => [
      budget({ maxUnavailable: 1 }),
      part('first', 1, { spec: zone('zb'), ...unready }),
      part('second', 1, { spec: notIn('zb') }),
    ],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'a budget over the pods of a Job',
    objects: () => [budget({ maxUnavailable: 1 }), job(1)],
    verdicts: ['Blocks'],
    fixes: ['whole-number-budget'],
  },
  {
    title: 'a budget over a Deployment and a Job',
    objects: () => [budget({ minAvailable: '50%' }), job(1), part('first', 2)],
    verdicts: ['Blocks'],
    fixes: ['whole-number-budget'],
  },
  {
    title: 'a pod with an emptyDir',
    objects: () => [deployment(1, { spec: EMPTY_DIR })],
    verdicts: ['Refused'],
    fixes: ['more-flags'],
  },
  {
    title: 'a DaemonSet',
    objects: () => [daemonSet(), deployment(1)],
    verdicts: ['Refused'],
    fixes: ['more-flags'],
  },
  {
    title: 'a DaemonSet and an emptyDir, with a selector, a grace period and budgets passed over',
    objects: () => [
      daemonSet({ spec: EMPTY_DIR }),
      deployment(2, { spec: EMPTY_DIR }),
      barePod('other', {}, { app: 'other' }),
      budget({ maxUnavailable: 0 }),
    ],
    flags: ['--pod-selector=app in (w,d),app!=other', '--grace-period=1', '--disable-eviction'],
    verdicts: ['Refused'],
    fixes: ['more-flags'],
  },
  {
    title: 'an emptyDir under a budget that refuses',
    objects: () => [budget({ maxUnavailable: 0 }), deployment(1, { spec: EMPTY_DIR })],
    verdicts: ['Refused'],
    fixes: ['widen-budget', 'more-flags'],
    together: true,
  },
  {
    title: 'two budgets, each over one replica',
    objects: () => [budget(first), budget(second, 'q'), part('first', 1), part('second', 1)],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'scale-up'],
    together: true,
  },
  {
    title: 'two nodes in one command',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b'],
    drain: ['a', 'b'],
    objects: () => [budget({ minAvailable: 2 }), deployment(2, { spec: APART })],
    verdicts: ['Blocks', 'Blocks'],
    fixes: ['widen-budget', 'add-node'],
    together: true,
  },
  {
    title: 'a hard spread by node that counts the cordoned one',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b', 'c'],
    objects: () => [deployment(3, { spec: spread() }), budget({ maxUnavailable: 1 })],
    verdicts: ['DrainsDegraded'],
    fixes: ['honor-node-taints', 'add-node'],
  },
  {
    title: 'a hard spread by zone',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b', 'c'],
    objects: () => [deployment(3, { spec: spread({ topologyKey: 'topology.kubernetes.io/zone' }) })],
    verdicts: ['DrainsDegraded'],
    fixes: ['honor-node-taints', 'add-node'],
  },
  {
    title: 'a hard spread of a StatefulSet',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b', 'c'],
    objects: () => [statefulSet(3, { spec: spread() })],
    verdicts: ['DrainsDegraded'],
    fixes: ['honor-node-taints', 'add-node'],
  },
  {
    title: 'a hard spread of a ReplicaSet',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b', 'c'],
    objects: () => [replicaSet(3, { spec: spread() })],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'no room elsewhere',
    placeOn: ['a', 'b'],
    objects: () => [deployment(2, { cpu: '3' })],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'as many replicas as nodes, with anti-affinity',
    placeOn: ['a', 'b'],
    objects: () => [deployment(2, { spec: APART }), budget({ maxUnavailable: 1 })],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'a zone without another node',
    objects: () => [deployment(1, { spec: zone('za') })],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'taints on the other nodes',
    tainted: ['b'],
    objects: () => [deployment(1)],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'a pod that would preempt another',
    objects: (node) => [
      barePod('filler', { cpu: '3', spec: { nodeName: node('b') } }, { app: 'filler' }),
      deployment(1, { cpu: '3', spec: { priorityClassName: 'system-cluster-critical' } }),
    ],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'no room elsewhere, and a budget that needs every replica',
    placeOn: ['a', 'b'],
    objects: () => [deployment(2, { spec: APART }), budget({ minAvailable: 2 })],
    verdicts: ['Blocks'],
    fixes: ['widen-budget', 'add-node'],
    together: true,
  },
]
