import type { Node } from '../../../model/kubernetes/objects.ts'
import { resourceValue } from '../../../model/kubernetes/quantity.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { Code } from '../../codes/codes.ts'
import { specEvidence } from '../../evidence.ts'
import type { PodInfo } from '../../pod-info.ts'

/** What the pod asks for, in the fields that this cause is about. */
export function podSpecEvidence(podInfo: PodInfo, code: Code): readonly Evidence[] {
  const { spec } = podInfo.pod
  switch (code) {
    case 'unschedulable-resources':
      return podInfo.containers.flatMap((container) => {
        const requests = container.spec.resources?.requests
        return requests ? [specEvidence(container, 'resources.requests', JSON.stringify(requests))] : []
      })
    case 'unschedulable-affinity':
      return [
        ...fieldEvidence(podInfo, 'spec.nodeSelector', spec?.nodeSelector),
        ...fieldEvidence(podInfo, 'spec.affinity', spec?.affinity),
      ]
    case 'unschedulable-spread':
      return fieldEvidence(podInfo, 'spec.topologySpreadConstraints', spec?.topologySpreadConstraints)
    default:
      return []
  }
}

const fieldEvidence = ({ object }: PodInfo, path: string, value: unknown): readonly Evidence[] =>
  value ? [{ source: 'Spec', object, path, text: JSON.stringify(value).slice(0, 400) }] : []

/** Nodes that are shown as evidence. */
const SHOWN = 3

/** What the nodes offer: those with the most room, or their taints. */
export function nodesEvidence({ cluster }: PodInfo, code: Code): readonly Evidence[] {
  const { nodes } = cluster.objects
  switch (code) {
    case 'unschedulable-resources':
      return sortedBy(nodes, (node) => [-cpuOf(node), node.metadata.name])
        .slice(0, SHOWN)
        .map((node) => {
          const { cpu = '?', memory = '?', pods = '?' } = node.status?.allocatable ?? {}
          return nodeFact(node, 'status.allocatable', `cpu ${cpu}, memory ${memory}, pods ${pods}`)
        })
    case 'unschedulable-taints':
      return nodes
        .filter(({ spec }) => (spec?.taints ?? []).length > 0)
        .slice(0, SHOWN)
        .map((node) => nodeFact(node, 'spec.taints', taintsText(node)))
    default:
      return []
  }
}

const taintsText = ({ spec }: Node): string =>
  (spec?.taints ?? [])
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)
    .join(', ')

function cpuOf({ status }: Node): number {
  const cpu = status?.allocatable?.['cpu']
  return cpu === undefined ? 0 : resourceValue('cpu', cpu)
}

const nodeFact = (node: Node, path: string, text: string): Evidence => ({
  source: 'Node',
  object: `Node ${node.metadata.name}`,
  path,
  text,
})
