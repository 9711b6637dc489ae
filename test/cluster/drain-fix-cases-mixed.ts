import type { FixCase } from './drain-fix-cases.ts'
import {
  APART,
  autoscaler,
  barePod,
  budget,
  deployment,
  EMPTY_DIR,
  job,
  part,
  replicationController,
  spread,
  statefulSet,
  unready,
} from './harness/objects.ts'

const recreated = () => {
  const { spec, ...rest } = deployment(1)
  return { ...rest, spec: { ...spec, strategy: { type: 'Recreate' } } }
}
const byExpression = { matchExpressions: [{ key: 'app', operator: 'In', values: ['w', 'v'] }] }
const partOf = (name: string) => ({ selector: { matchLabels: { app: 'w', part: name } } })

/** Other numbers, kinds and mixtures of what {@link FixCase} lists one by one. */
export const MIXED_FIX_CASES: readonly FixCase[] = [
  {
    title: 'maxUnavailable 0%',
    objects: () => [budget({ maxUnavailable: '0%' }), deployment(2)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'a budget that asks for more than there are',
    objects: () => [budget({ minAvailable: 3 }), deployment(2)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'minAvailable 90% of 5 rounds up to all, and of 6, too',
    objects: () => [budget({ minAvailable: '90%' }), deployment(5)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'five replicas on one node, all needed',
    objects: () => [budget({ minAvailable: 5 }), deployment(5)],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'a budget that selects by an expression',
    objects: () => [budget({ minAvailable: 1, selector: byExpression }), deployment(1)],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'a budget over all pods of the namespace',
    objects: () => [budget({ minAvailable: '100%', selector: {} }), deployment(2), deployment(1, {}, 'v')],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'two workloads that share a budget',
    objects: () => [budget({ minAvailable: 2 }), part('first', 1), part('second', 1)],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'one of two workloads is needed whole',
    objects: () => [
      budget({ minAvailable: 1, ...partOf('first') }),
      budget({ minAvailable: 1, ...partOf('second') }, 'q'),
      part('first', 1),
      part('second', 2),
    ],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'a StatefulSet of three, all needed',
    objects: () => [budget({ minAvailable: 3 }), statefulSet(3)],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'a StatefulSet of two, all needed, that starts its pods in parallel',
    objects: () => [budget({ minAvailable: 2 }), statefulSet(2, {}, { podManagementPolicy: 'Parallel' })],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'a StatefulSet that keeps its pods apart, all needed, and no third node',
    placeOn: ['a', 'b'],
    objects: () => [budget({ minAvailable: 2 }), statefulSet(2, { spec: APART })],
    verdicts: ['Blocks'],
    fixes: ['widen-budget', 'add-node'],
    together: true,
  },
  {
    title: 'a Deployment that never has two pods',
    objects: () => [budget({ minAvailable: 1 }), recreated()],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'an autoscaler that is at its most',
    objects: () => [
      autoscaler({ minReplicas: 2, maxReplicas: 2 }),
      budget({ minAvailable: 2 }),
      deployment(2),
    ],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'an autoscaler of a StatefulSet',
    objects: () => [
      autoscaler({ minReplicas: 1, maxReplicas: 3 }, 'StatefulSet'),
      budget({ minAvailable: 1 }),
      statefulSet(1),
    ],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'a budget that gives up pods that are not Ready, over one that is',
    objects: () => [budget({ minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }), deployment(1)],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'two pods that are not Ready, where one is needed',
    objects: () => [budget({ minAvailable: 1 }), deployment(2, unready)],
    verdicts: ['Blocks'],
    fixes: ['allow-unhealthy-evictions'],
  },
  {
    title: 'the pod of a StatefulSet that is not Ready',
    objects: () => [budget({ maxUnavailable: 1 }), statefulSet(1, unready)],
    verdicts: ['Blocks'],
    fixes: ['allow-unhealthy-evictions'],
  },
  {
    title: 'a ReplicationController without any disruption',
    objects: () => [budget({ maxUnavailable: 0 }), replicationController(2)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'a budget of a whole number over a Job',
    objects: () => [budget({ minAvailable: 1, selector: { matchLabels: { app: 'w' } } }), job(1)],
    verdicts: ['Blocks'],
    fixes: ['widen-budget'],
  },
  {
    title: 'the second of two nodes has an emptyDir',
    nodes: ['a', 'b', 'c'],
    placeOn: ['b'],
    drain: ['a', 'b'],
    objects: () => [deployment(1, { spec: EMPTY_DIR })],
    verdicts: ['Drains', 'Refused'],
    fixes: ['more-flags'],
  },
  {
    title: 'a StatefulSet with an emptyDir, all needed',
    objects: () => [budget({ minAvailable: 2 }), statefulSet(2, { spec: EMPTY_DIR })],
    verdicts: ['Refused'],
    fixes: ['scale-up', 'more-flags'],
    together: true,
  },
  {
    title: 'a port of the node that is taken on all others',
    placeOn: ['a', 'b'],
    objects: () => [
      deployment(2, {
        spec: {
          containers: [{ name: 'c', image: 'none', ports: [{ containerPort: 80, hostPort: 8080 }] }],
        },
      }),
    ],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'no room beside another pod',
    objects: (node) => [
      barePod('filler', { cpu: '3', spec: { nodeName: node('b') } }, { app: 'filler' }),
      deployment(1, { cpu: '2' }),
    ],
    verdicts: ['DrainsDegraded'],
    fixes: ['add-node'],
  },
  {
    title: 'only the pods of a selector, of which one is needed',
    objects: () => [budget({ minAvailable: 1 }), deployment(1), barePod('other', {}, { app: 'other' })],
    flags: ['--pod-selector=app=w'],
    verdicts: ['Blocks'],
    fixes: ['scale-up', 'widen-budget'],
  },
  {
    title: 'two budgets over a StatefulSet',
    objects: () => [statefulSet(2)],
    later: [budget({ maxUnavailable: 1 }), budget({ minAvailable: 1 }, 'q')],
    verdicts: ['Fails'],
    fixes: ['keep-one-budget', 'keep-one-budget'],
  },
  {
    title: 'two budgets over one pod by different selectors',
    objects: () => [deployment(2)],
    later: [budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 1, selector: byExpression }, 'q')],
    verdicts: ['Fails'],
    fixes: ['keep-one-budget', 'keep-one-budget'],
  },
  {
    title: 'a hard spread by zone, all needed',
    nodes: ['a', 'b', 'c'],
    placeOn: ['a', 'b', 'c'],
    objects: () => [
      deployment(3, { spec: spread({ topologyKey: 'topology.kubernetes.io/zone' }) }),
      budget({ minAvailable: 3 }),
    ],
    verdicts: ['Blocks'],
    fixes: ['widen-budget', 'honor-node-taints'],
    together: true,
  },
]
