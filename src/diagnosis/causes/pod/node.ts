import type { Node } from '../../../model/kubernetes/objects.ts'
import type { Evidence, Finding } from '../../../model/report/finding.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import { humanDuration } from '../../../model/text/time.ts'
import { plural } from '../../../model/text/words.ts'
import type { Cause } from '../../cause.ts'
import { causeCode } from '../../codes/codes.ts'
import { conditionEvidence } from '../../evidence.ts'
import { nodeFix } from '../../fixes/commands.ts'
import { conditionOf, type PodInfo, secondsAgo } from '../../pod-info.ts'

const readyCondition = (node: Node | undefined) =>
  node?.status?.conditions?.find(({ type }) => type === 'Ready')

const isNotReady = (node: Node | undefined): boolean => {
  const ready = readyCondition(node)
  return ready !== undefined && ready.status !== 'True'
}

/** Pods that are not ready because their node is not. */
export function nodeNotReadyCauses(podInfo: PodInfo): readonly Cause[] {
  const { node, pod, cluster } = podInfo
  if (
    node === undefined ||
    !isNotReady(node) ||
    pod.status?.phase === 'Succeeded' ||
    pod.status?.phase === 'Failed'
  )
    return []
  if (conditionOf(pod, 'Ready')?.status === 'True') return []
  const ready = readyCondition(node)
  const since = secondsAgo(cluster, ready?.lastTransitionTime)
  return [
    {
      code: 'node-not-ready',
      layer: 'node',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'Unready',
      summary: `node ${node.metadata.name} is not ready${Number.isFinite(since) ? ` for ${humanDuration(since)}` : ''}`,
      explanation: nodeWords(ready?.status),
      evidence: [nodeEvidence(node, 'Ready'), ...conditionEvidence(podInfo, 'Ready')],
      fixes: [nodeFix(node.metadata.name)],
    },
  ]
}

const nodeWords = (status: string | undefined): string =>
  status === 'Unknown' ? KUBELET_SILENT : KUBELET_NOT_READY

const KUBELET_SILENT =
  'The kubelet of the node does not report any more: the node is down, cut off or overloaded. Its pods may still run, ' +
  'but nobody knows; after five minutes they are deleted and made elsewhere, except those that must be unique.'
const KUBELET_NOT_READY =
  'The kubelet of the node reports that it is not ready, most often because the network plugin or the runtime is not up.'

function nodeEvidence(node: Node, type: string): Evidence {
  const index = (node.status?.conditions ?? []).findIndex((condition) => condition.type === type)
  const condition = node.status?.conditions?.[index]
  return {
    source: 'Node',
    object: `Node ${node.metadata.name}`,
    path: `status.conditions[${index}]`,
    text: `${type}=${condition?.status} ${[condition?.reason, condition?.message].filter(Boolean).join(': ')}`,
    ...(condition?.lastTransitionTime ? { time: condition.lastTransitionTime } : {}),
  }
}

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** Findings about nodes themselves: not ready, or short of something. Sorted by node. */
export function nodeFindings(cluster: Cluster): readonly Finding[] {
  return cluster.objects.nodes.flatMap((node) => {
    const { name } = node.metadata
    const pods = cluster.podsOnNode(name).length
    const common = { subject: { kind: 'Node', name }, fixes: [nodeFix(name)], rootCause: true } as const
    const found: Finding[] = []
    const ready = readyCondition(node)
    if (isNotReady(node))
      found.push({
        ...common,
        code: 'node-not-ready',
        severity: 'Error',
        confidence: 'Certain',
        summary: `node is not ready, with ${plural(pods, 'pod')} on it`,
        explanation: nodeWords(ready?.status),
        evidence: [nodeEvidence(node, 'Ready')],
        effect: 'Unready',
        docs: causeCode('node-not-ready').docs,
      })
    const pressures = PRESSURES.filter((type) =>
      node.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True'),
    )
    if (pressures.length > 0)
      found.push({
        ...common,
        code: 'node-pressure',
        severity: found.length > 0 ? 'Warning' : 'Error',
        rootCause: found.length === 0,
        confidence: 'Certain',
        summary: `node reports ${pressures.join(', ')}, with ${plural(pods, 'pod')} on it`,
        explanation:
          'The kubelet evicts pods while the pressure lasts, and the scheduler places no new ones there. Find out who uses ' +
          'so much, or give the node more.',
        evidence: pressures.map((type) => nodeEvidence(node, type)),
        effect: 'None',
        docs: causeCode('node-pressure').docs,
      })
    return found
  })
}
