import type { Node } from '../../model/kubernetes/objects.ts'
import { resourceValue } from '../../model/kubernetes/quantity.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import type { Cause } from '../cause.ts'
import type { Code } from '../codes/codes.ts'
import { conditionEvidence, specEvidence } from '../evidence.ts'
import { describeFix, inspectFix } from '../fixes.ts'
import { type FilterReason, filterReasons, RESERVED_TAINT } from '../messages/scheduling.ts'
import { conditionOf, type PodInfo, secondsAgo } from '../pod-info.ts'
import { claimCause } from './volume.ts'

/** Pods that the scheduler cannot place, by the text of the condition, which is always current. */
export function schedulingCauses(podInfo: PodInfo): readonly Cause[] {
  const { pod } = podInfo
  const condition = conditionOf(pod, 'PodScheduled')
  if (podInfo.terminating || condition?.status !== 'False' || pod.spec?.nodeName) return []
  if (condition.reason === 'SchedulingGated') return [gated(podInfo)]
  if (condition.reason !== 'Unschedulable') return []
  const message = condition.message ?? ''
  const reasons = filterReasons(message).map((reason) => withoutReserved(podInfo, reason))
  // Of the reasons that the user can mend, the one that excludes most nodes leads.
  const lead = sortedBy(reasons, ({ mendable, nodes, text }) => [
    mendable === 0 ? 1 : 0,
    -nodes,
    -mendable,
    text,
  ])[0]
  if (lead?.code === 'pvc-unbound') {
    const claim = claimCause(podInfo, message)
    if (claim !== undefined) return [claim]
  }
  const code = lead?.code ?? 'unschedulable'
  const nodes = pluralNodes(message)
  return [
    {
      code,
      layer: 'scheduling',
      severity: scalesUp(podInfo) ? 'Warning' : 'Error',
      confidence: reasons.length > 1 ? 'Likely' : 'Certain',
      effect: 'NotStarted',
      summary: `pod is not scheduled${nodes}: ${lead === undefined ? message : reasonWords(lead)}`,
      explanation: `${ADVICE[code] ?? 'The scheduler found no node that can take the pod.'}${others(reasons, lead)}`,
      evidence: [
        ...conditionEvidence(podInfo, 'PodScheduled'),
        ...specOf(podInfo, code),
        ...nodesOf(podInfo, code),
      ],
      fixes: fixesOf(podInfo, code),
    },
  ]
}

/** Since 1.35 the text does not name the taints: where all tainted nodes are reserved ones, none is to be tolerated. */
function withoutReserved({ cluster }: PodInfo, reason: FilterReason): FilterReason {
  if (!/untolerated taint\(s\)/.test(reason.text)) return reason
  const taints = cluster.objects.nodes.flatMap(({ spec }) =>
    (spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule').map(({ key }) => key),
  )
  return taints.length > 0 && taints.every((key) => RESERVED_TAINT.test(key))
    ? { ...reason, mendable: 0 }
    : reason
}

/** An autoscaler is making a node for the pod. */
const scalesUp = ({ events, cluster }: PodInfo): boolean =>
  events.some(
    ({ reason, lastSeen }) =>
      /^(TriggeredScaleUp|Nominated)$/.test(reason) && secondsAgo(cluster, lastSeen) <= 600,
  )

const pluralNodes = (message: string): string => {
  const total = /^0\/(\d+) nodes/.exec(message)?.[1]
  if (total === undefined) return ''
  return total === '1' ? ' on the only node' : ` on any of ${plural(Number(total), 'node')}`
}

const reasonWords = ({ text, nodes }: FilterReason): string =>
  `${text}${nodes > 0 ? ` (${plural(nodes, 'node')})` : ''}`

const others = (reasons: readonly FilterReason[], lead: FilterReason | undefined): string => {
  const rest = reasons.filter((reason) => reason !== lead)
  return rest.length === 0
    ? ''
    : ` Other nodes are excluded for other reasons: ${rest.map(reasonWords).join('; ')}.`
}

const ADVICE: Readonly<Partial<Record<Code, string>>> = {
  'unschedulable-resources':
    'The requests of the pod exceed what is left on the nodes. Requests count, not use: a node may be idle and still full. ' +
    'Lower the requests, remove other pods, or add nodes.',
  'unschedulable-affinity':
    'The node selector, the affinity or the anti-affinity of the pod excludes the nodes. Compare it with the labels of the ' +
    'nodes and with the pods that already run there.',
  'unschedulable-taints':
    'The nodes have taints that the pod does not tolerate, or are cordoned. Tolerate a taint only if the nodes are meant for ' +
    'such pods; a cordoned node takes pods again after kubectl uncordon.',
  'unschedulable-ports':
    'The pod asks for a hostPort, and only one pod per node can have it. Use a Service in place of hostPort, or have at most ' +
    'one replica per node.',
  'unschedulable-spread':
    'Each placement would make the spread over the domains more uneven than maxSkew allows. Nodes without the topology label ' +
    'do not count.',
  'unschedulable-volume':
    'The volume can be used only on nodes that are excluded for other reasons: it is in another zone, or the nodes have ' +
    'attached as many volumes as they can.',
  'pvc-unbound': 'The pod waits for a PersistentVolumeClaim that has no volume yet.',
}

function specOf(podInfo: PodInfo, code: Code): Cause['evidence'] {
  if (code === 'unschedulable-resources')
    return podInfo.containers.flatMap((container) =>
      container.spec.resources?.requests
        ? [specEvidence(container, 'resources.requests', JSON.stringify(container.spec.resources.requests))]
        : [],
    )
  const { spec } = podInfo.pod
  const field = { 'unschedulable-affinity': 'affinity', 'unschedulable-spread': 'topologySpreadConstraints' }[
    code as string
  ]
  const selector = code === 'unschedulable-affinity' ? spec?.nodeSelector : undefined
  const value = field === undefined ? undefined : (spec as Record<string, unknown> | undefined)?.[field]
  return [
    ...(selector ? [fact(podInfo, 'spec.nodeSelector', selector)] : []),
    ...(value && field ? [fact(podInfo, `spec.${field}`, value)] : []),
  ]
}

const fact = ({ object }: PodInfo, path: string, value: unknown) => ({
  source: 'Spec' as const,
  object,
  path,
  text: JSON.stringify(value).slice(0, 400),
})

/** What the nodes offer, for the three with the most room. */
function nodesOf({ cluster }: PodInfo, code: Code): Cause['evidence'] {
  if (code === 'unschedulable-resources')
    return sortedBy(cluster.objects.nodes, (node) => [-cpuOf(node), node.metadata.name])
      .slice(0, 3)
      .map((node) => {
        const { cpu, memory, pods } = node.status?.allocatable ?? {}
        return nodeFact(
          node,
          'status.allocatable',
          `cpu ${cpu ?? '?'}, memory ${memory ?? '?'}, pods ${pods ?? '?'}`,
        )
      })
  if (code !== 'unschedulable-taints') return []
  return cluster.objects.nodes
    .filter(({ spec }) => (spec?.taints ?? []).length > 0)
    .slice(0, 3)
    .map((node) =>
      nodeFact(
        node,
        'spec.taints',
        (node.spec?.taints ?? [])
          .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)
          .join(', '),
      ),
    )
}

const cpuOf = (node: Node): number => {
  const cpu = node.status?.allocatable?.['cpu']
  return cpu === undefined ? 0 : resourceValue('cpu', cpu)
}

const nodeFact = (node: Node, path: string, text: string) => ({
  source: 'Node' as const,
  object: `Node ${node.metadata.name}`,
  path,
  text,
})

function fixesOf(podInfo: PodInfo, code: Code): Cause['fixes'] {
  const look: Readonly<Partial<Record<Code, readonly string[]>>> = {
    'unschedulable-resources': ['kubectl', 'describe', 'nodes'],
    'unschedulable-affinity': ['kubectl', 'get', 'nodes', '--show-labels'],
    'unschedulable-taints': [
      'kubectl',
      'get',
      'nodes',
      '-o',
      'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints,UNSCHEDULABLE:.spec.unschedulable',
    ],
    'unschedulable-spread': ['kubectl', 'get', 'nodes', '--show-labels'],
    'pvc-unbound': ['kubectl', 'get', 'pvc', '-n', podInfo.pod.metadata.namespace ?? 'default'],
    'unschedulable-volume': ['kubectl', 'get', 'pv', '-o', 'yaml'],
  }
  const argv = look[code]
  return [
    ...(argv === undefined ? [] : [inspectFix('See what the cluster offers', argv)]),
    describeFix(podInfo),
  ]
}

function gated(podInfo: PodInfo): Cause {
  const gates = (podInfo.pod.spec?.schedulingGates ?? []).map(({ name }) => name)
  return {
    code: 'scheduling-gated',
    layer: 'scheduling',
    severity: 'Warning',
    confidence: 'Certain',
    effect: 'NotStarted',
    summary: `pod is held back by scheduling gate ${gates.join(', ')}`,
    explanation:
      'The scheduler does not look at a pod with gates. Whoever set the gate removes it; no event tells about this.',
    evidence: [
      ...conditionEvidence(podInfo, 'PodScheduled'),
      { source: 'Spec', object: podInfo.object, path: 'spec.schedulingGates', text: gates.join(', ') },
    ],
    fixes: [describeFix(podInfo)],
  }
}
