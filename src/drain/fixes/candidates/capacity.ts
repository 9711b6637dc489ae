import type { SimNode, SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import { UNSCHEDULABLE } from '../../cluster/taints.ts'
import type { JudgedNode } from '../../report/nodes/judged-nodes.ts'
import type { Fate } from '../../types/node.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'

/** Whether a replacement of this fate could do with more room. */
const WANTS_ROOM: Readonly<Record<Fate, boolean>> = {
  Lands: false,
  Pending: true,
  None: false,
  Preempts: true,
  Either: true,
}

/** Where replacements want for room: would one more node like the drained one take them? */
export function capacityFixes(judged: readonly JudgedNode[]): readonly FixCandidate[] {
  const node = judged.find(({ pods }) =>
    pods.some(({ replacement }) => replacement !== undefined && WANTS_ROOM[replacement.fate]),
  )
  if (node === undefined) return []
  const { name } = node
  return [
    {
      problem: { code: 'no-room' },
      fix: {
        code: 'add-node',
        key: fixKey('add-node', name),
        title: `Add one more node like ${name} before the drain`,
        risk: 'Low',
      },
      apply: ({ simulated, policy }) => ({ simulated: withTwin(simulated, name), policy }),
    },
  ]
}

/** The simulated cluster with an empty node like this one, in the same zone and with a host name of its own. */
function withTwin(simulated: SimulatedCluster, name: string): SimulatedCluster {
  const original = simulated.nodes[simulated.nodeIndex.get(name) ?? -1]
  if (original === undefined) return simulated
  const twin: SimNode = {
    ...original,
    index: simulated.nodes.length,
    name: `${name}-twin`,
    labels: { ...original.labels, 'kubernetes.io/hostname': `${name}-twin` },
    unschedulable: false,
    taints: original.taints.filter(({ key }) => key !== UNSCHEDULABLE.key),
    alive: true,
  }
  return {
    ...simulated,
    nodes: [...simulated.nodes, twin],
    byNode: [...simulated.byNode, []],
    usage: [...simulated.usage, { pods: 0, requests: {} }],
  }
}
