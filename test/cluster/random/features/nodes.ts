import { CASE, type Draft, type DraftNode, type Feature, rackOf } from '../draft.ts'
import type { Random } from '../random.ts'

/** Two to five nodes in up to three zones; each can be told apart by name, zone, rack and pool. */
export function addNodes(draft: Draft, random: Random): void {
  const count = random.pick([2, 3, 3, 4, 4, 5])
  const zones = random.whole(1, 3)
  for (let index = 0; index < count; index++) addNode(draft, index, `z${'abc'[index % zones]}`)
}

export function addNode(draft: Draft, index: number, zone: string): void {
  const name = `${draft.id}-${'abcde'[index]}`
  draft.nodes.push({
    name,
    labels: {
      [CASE]: draft.id,
      'kubernetes.io/hostname': name,
      'topology.kubernetes.io/zone': zone,
      [rackOf(draft)]: `r${index % 2}`,
      pool: index % 3 === 0 ? 'blue' : 'green',
      number: `${index}`,
    },
    taints: [{ key: CASE, value: draft.id, effect: 'NoSchedule' }],
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
    cordoned: false,
  })
}

const change = (draft: Draft, random: Random, probability: number, to: (node: DraftNode) => void) => {
  const chosen = random.some(draft.nodes, probability)
  for (const node of chosen) to(node)
  return chosen.length > 0
}

export const NODE_FEATURES: readonly Feature[] = [
  {
    name: 'small nodes',
    chance: 0.5,
    add: (draft, random) =>
      change(draft, random, 0.6, (node) => {
        node.allocatable['cpu'] = random.pick(['500m', '1', '1', '2'])
      }),
  },
  {
    name: 'little memory',
    chance: 0.1,
    add: (draft, random) =>
      change(draft, random, 0.5, (node) => {
        node.allocatable['memory'] = random.pick(['512Mi', '1Gi', '1200M'])
      }),
  },
  {
    name: 'few pods per node',
    chance: 0.18,
    add: (draft, random) =>
      change(draft, random, 0.6, (node) => {
        node.allocatable['pods'] = `${random.whole(2, 5)}`
      }),
  },
  {
    name: 'taints',
    chance: 0.25,
    add: (draft, random) =>
      change(draft, random, 0.35, (node) => {
        node.taints.push({
          key: 'dedicated',
          value: random.pick(['x', 'y']),
          effect: random.pick(['NoSchedule', 'NoSchedule', 'PreferNoSchedule', 'NoExecute']),
        })
      }),
  },
  {
    name: 'extended resource',
    chance: 0.15,
    add: (draft, random) =>
      change(draft, random, 0.6, (node) => {
        node.allocatable['drain.test/gpu'] = `${random.whole(1, 3)}`
      }),
  },
  {
    name: 'node without a zone',
    chance: 0.06,
    add: (draft, random) => {
      const [node] = random.some(draft.nodes, 0.5)
      if (node === undefined) return false
      delete node.labels['topology.kubernetes.io/zone']
      return true
    },
  },
]

/** Which nodes are drained, and which are cordoned while the pods are placed, so that the drained ones have pods. */
export function chooseDrain(draft: Draft, random: Random): void {
  const count = Math.min(random.pick([1, 1, 1, 1, 2, 2, 3]), draft.nodes.length)
  const start = random.whole(0, draft.nodes.length - 1)
  for (let index = 0; index < count; index++)
    draft.drain.push(draft.nodes[(start + index) % draft.nodes.length]?.name ?? '')
  if (count > 1) draft.features.add('several nodes')
  const open = random.pick(['drained', 'drained', 'some', 'all'])
  if (open === 'all') return
  for (const node of draft.nodes)
    if (!draft.drain.includes(node.name) && (open === 'drained' || random.chance(0.5)))
      draft.cordonedAtFirst.add(node.name)
}

export const CORDON_FEATURES: readonly Feature[] = [
  {
    name: 'cordoned nodes',
    chance: 0.18,
    add: (draft, random) => {
      const others = draft.nodes.filter(({ name }) => draft.cordonedAtFirst.has(name))
      const chosen = random.some(others, 0.5)
      for (const node of chosen) {
        node.cordoned = true
        draft.cordonedAtFirst.delete(node.name)
      }
      return chosen.length > 0
    },
  },
]
