import { type Draft, newWorkload, rackOf, type Workload } from '../draft.ts'
import type { Random } from '../random.ts'
import { addNode } from './nodes.ts'

/** Each of so many clusters is a race: a small one in which chance alone decides whether the drain ends. */
export const RACE_EVERY = 10

/**
 * One way in which the order of evictions decides (docs/reference/order.md#O3, #O4, #O8). Needs nodes a, b and c;
 * drains a.
 */
interface Race {
  readonly name: string
  readonly make: (draft: Draft, random: Random) => void
}

const nodeOf = (draft: Draft, letter: string) => {
  const node = draft.nodes.find(({ name }) => name === `${draft.id}-${letter}`)
  if (node === undefined) throw new Error(`${draft.id} has no node ${letter}`)
  return node
}

function replicas(draft: Draft, random: Random, count: number, cpu = '1'): Workload {
  const workload = newWorkload(
    draft,
    random.pick(['Deployment', 'Deployment', 'ReplicaSet', 'ReplicationController']),
    count,
  )
  workload.pod.containers[0] = { name: 'c', requests: { cpu } }
  draft.workloads.push(workload)
  draft.features.add(workload.kind)
  return workload
}

const budget = (draft: Draft, labels: Record<string, string>, maxUnavailable: number) =>
  draft.objects.push({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'race', namespace: draft.id },
    spec: { maxUnavailable, selector: { matchLabels: labels } },
  } as Draft['objects'][number])

const onlyOn = ({ pod }: Workload, node: string): void => {
  pod.nodeSelector['kubernetes.io/hostname'] = node
}

const notOn = ({ pod }: Workload, number: string): void => {
  pod.affinity.node.push({ matchExpressions: [{ key: 'number', operator: 'NotIn', values: [number] }] })
}

const RACES: readonly [Race, ...Race[]] = [
  {
    // As many disruptions as pods that cannot come back: the others must go first.
    name: 'race: pinned and movable pods under one budget',
    make: (draft, random) => {
      const count = random.whole(1, 2)
      const pinned = replicas(draft, random, count, '100m')
      const movable = replicas(draft, random, random.whole(1, 2), '100m')
      onlyOn(pinned, nodeOf(draft, 'a').name)
      for (const { labels } of [pinned, movable]) labels['race'] = 'x'
      budget(draft, { race: 'x' }, count)
    },
  },
  {
    // The replacement of the first of two under a budget, or another pod, takes the only room.
    name: 'race: room for one',
    make: (draft, random) => {
      const kept = replicas(draft, random, 2)
      replicas(draft, random, 1)
      nodeOf(draft, 'b').allocatable['cpu'] = random.pick(['1', '1500m'])
      nodeOf(draft, 'c').cordoned = true
      budget(draft, { app: kept.name }, 1)
    },
  },
  {
    // Two workloads that can't share a rack were together on a node without one.
    name: 'race: apart elsewhere',
    make: (draft, random) => {
      const kept = replicas(draft, random, 2, '100m')
      const other = replicas(draft, random, 1, '100m')
      delete nodeOf(draft, 'a').labels[rackOf(draft)]
      nodeOf(draft, 'c').cordoned = true
      const [holder, against] = random.chance(0.5) ? [kept, other] : [other, kept]
      holder.pod.affinity.anti.push({
        labelSelector: { matchLabels: { app: against.name } },
        topologyKey: rackOf(draft),
      })
      budget(draft, { app: kept.name }, 1)
    },
  },
  {
    // Who takes the room when the first node is drained decides whether the second one can be.
    name: 'race: the second node',
    make: (draft, random) => {
      const kept = replicas(draft, random, 2)
      kept.pod.affinity.anti.push({
        labelSelector: { matchLabels: { app: kept.name } },
        topologyKey: 'kubernetes.io/hostname',
      })
      notOn(replicas(draft, random, 1), '1')
      nodeOf(draft, 'c').allocatable['cpu'] = '1'
      draft.drain.push(nodeOf(draft, 'b').name)
      draft.cordonedAtFirst.delete(nodeOf(draft, 'b').name)
      budget(draft, { app: kept.name }, 1)
    },
  },
  {
    // The scheduler tosses a coin between two equal nodes, of which a larger pod needs one.
    name: 'race: equal nodes',
    make: (draft, random) => {
      const kept = replicas(draft, random, 2, '2')
      notOn(kept, '2')
      replicas(draft, random, 1, '500m')
      for (const letter of ['b', 'c']) nodeOf(draft, letter).allocatable['cpu'] = '2'
      nodeOf(draft, 'a').allocatable['cpu'] = '6'
      budget(draft, { app: kept.name }, 1)
    },
  },
]

/** Nodes a, b and c, of which a is drained and has all pods at first. */
function nodes(draft: Draft): void {
  for (const index of [0, 1, 2]) addNode(draft, index, 'za')
  for (const { name } of draft.nodes.slice(1)) draft.cordonedAtFirst.add(name)
  draft.drain.push(`${draft.id}-a`)
}

export function addRace(draft: Draft, random: Random): void {
  nodes(draft)
  const { name, make } = random.pick(RACES)
  make(draft, random)
  for (const node of draft.nodes) if (node.cordoned) draft.cordonedAtFirst.delete(node.name)
  draft.features.add(name)
}
