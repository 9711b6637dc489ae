import { inNamespace, type Word } from '../../../model/command/command.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import { plural } from '../../../model/text/words.ts'
import type { Cause } from '../../cause.ts'
import type { Code } from '../../codes/codes.ts'
import { conditionEvidence } from '../../evidence.ts'
import { describeFix, inspectFix } from '../../fixes/commands.ts'
import { type FilterReason, isReservedTaint, parseUnschedulable } from '../../messages/scheduling.ts'
import { conditionOf, type PodInfo, secondsAgo } from '../../pod-info.ts'
import { claimCause } from './claim.ts'
import { nodesEvidence, podSpecEvidence } from './scheduling-evidence.ts'

/** Pods that the scheduler cannot place, by the text of the condition, which is always current. */
export function schedulingCauses(podInfo: PodInfo): readonly Cause[] {
  const { pod, terminating } = podInfo
  const condition = conditionOf(pod, 'PodScheduled')
  if (terminating || pod.spec?.nodeName) return []
  if (condition === undefined) return isPassedOver(podInfo) ? [passedOver(podInfo)] : []
  if (condition.status !== 'False') return []
  if (condition.reason === 'SchedulingGated') return [gated(podInfo)]
  return [unschedulable(podInfo, condition.message ?? '')]
}

/** A scheduler sets the condition at its first try, which comes within moments. */
const FIRST_TRY_SECONDS = 60

const isPassedOver = ({ pod, cluster }: PodInfo): boolean => {
  const age = secondsAgo(cluster, pod.metadata.creationTimestamp)
  return pod.status?.phase === 'Pending' && Number.isFinite(age) && age > FIRST_TRY_SECONDS
}

function passedOver(podInfo: PodInfo): Cause {
  const { pod, object } = podInfo
  const scheduler = pod.spec?.schedulerName ?? 'default-scheduler'
  return {
    code: 'not-started-unexplained',
    layer: 'scheduling',
    severity: 'Error',
    confidence: 'Likely',
    effect: 'NotStarted',
    summary: `pod has no node, and scheduler ${scheduler} has said nothing of it`,
    explanation:
      'A scheduler writes into the conditions of a pod what came of its first try. Nothing is there: no scheduler of this ' +
      'name runs, or it does not get to the pod.',
    evidence: [
      { source: 'Spec', object, path: 'spec.schedulerName', text: scheduler },
      { source: 'Status', object, path: 'status.phase', text: 'Pending' },
    ],
    fixes: [
      describeFix(podInfo),
      inspectFix('See whether a scheduler runs', ['kubectl', 'get', 'pods', '-n', 'kube-system']),
    ],
  }
}

function unschedulable(podInfo: PodInfo, message: string): Cause {
  const { totalNodes, reasons, claim } = parseUnschedulable(message)
  const exclusions = reasons.map((reason) => exclusionOf(podInfo, reason))
  // Of the reasons that the user can mend, the one that excludes most nodes leads.
  const lead = sortedBy(exclusions, ({ mendable, reason }) => [
    mendable === 0 ? 1 : 0,
    -reason.nodes,
    -mendable,
    reason.text,
  ])[0]
  const code = lead?.code ?? 'unschedulable'
  const byClaim = code === 'pvc-unbound' ? claimCause(podInfo, claim) : undefined
  if (byClaim !== undefined) return byClaim
  return {
    code,
    layer: 'scheduling',
    severity: scalesUp(podInfo) ? 'Warning' : 'Error',
    confidence: reasons.length > 1 ? 'Likely' : 'Certain',
    effect: 'NotStarted',
    summary: `pod is not scheduled${nodesText(totalNodes)}: ${lead === undefined ? message : totalNodes === 1 ? lead.reason.text : reasonText(lead.reason)}`,
    explanation: `${ADVICE[code]}${othersText(exclusions.filter((one) => one !== lead))}`,
    evidence: [
      ...conditionEvidence(podInfo, 'PodScheduled'),
      ...podSpecEvidence(podInfo, code),
      ...nodesEvidence(podInfo, code),
    ],
    fixes: [...lookFix(podInfo, code), describeFix(podInfo)],
  }
}

/** The codes of what keeps a pod from being placed. */
export type SchedulingCode = Extract<Code, 'pvc-unbound' | 'unschedulable' | `unschedulable-${string}`>

/** A reason with its code, and how soon the user can mend it: 0 is not at all. */
interface Exclusion {
  readonly reason: FilterReason
  readonly code: SchedulingCode
  readonly mendable: 0 | 1 | 2 | 3
}

function exclusionOf({ cluster }: PodInfo, reason: FilterReason): Exclusion {
  const [code, mendable] = EXCLUSIONS[reason.kind]
  if (reason.kind !== 'Taint' || reason.taint === 'Other') return { reason, code, mendable }
  if (reason.taint === 'Reserved') return { reason, code, mendable: 0 }
  // Where all tainted nodes are reserved ones, none of the taints is to be tolerated.
  const taints = cluster.objects.nodes.flatMap(({ spec }) =>
    (spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule').map(({ key }) => key),
  )
  return { reason, code, mendable: taints.length > 0 && taints.every(isReservedTaint) ? 0 : mendable }
}

/** What narrows the nodes down to those that can be meant is not to be mended: what is said of these leads. */
const EXCLUSIONS: Readonly<Record<FilterReason['kind'], readonly [SchedulingCode, Exclusion['mendable']]>> = {
  VolumeElsewhere: ['unschedulable-volume', 0],
  OtherNode: ['unschedulable-affinity', 0],
  Affinity: ['unschedulable-affinity', 3],
  Spread: ['unschedulable-spread', 3],
  Ports: ['unschedulable-ports', 3],
  Resources: ['unschedulable-resources', 3],
  UnboundClaim: ['pvc-unbound', 3],
  MissingClaim: ['pvc-unbound', 3],
  LostVolume: ['pvc-unbound', 3],
  VolumeLimit: ['unschedulable-volume', 2],
  Taint: ['unschedulable-taints', 2],
  Cordoned: ['unschedulable-taints', 1],
  Devices: ['unschedulable', 1],
  NoNodes: ['unschedulable', 1],
  PodDeleted: ['unschedulable', 1],
  Unknown: ['unschedulable', 1],
}

/** Cluster autoscaler and Karpenter, while they make a node for the pod. */
const SCALE_UP_EVENTS: readonly string[] = ['TriggeredScaleUp', 'Nominated']
const SCALE_UP_SECONDS = 600

const scalesUp = ({ events, cluster }: PodInfo): boolean =>
  events.some(
    ({ reason, lastSeen }) =>
      SCALE_UP_EVENTS.includes(reason) && secondsAgo(cluster, lastSeen) <= SCALE_UP_SECONDS,
  )

function nodesText(total: number | undefined): string {
  if (total === undefined) return ''
  return total === 1 ? ' on the only node' : ` on any of ${plural(total, 'node')}`
}

const reasonText = ({ text, nodes }: FilterReason): string =>
  `${text}${nodes > 0 ? ` (${plural(nodes, 'node')})` : ''}`

const othersText = (others: readonly Exclusion[]): string =>
  others.length === 0
    ? ''
    : ` Other nodes are excluded for other reasons: ${others.map(({ reason }) => reasonText(reason)).join('; ')}.`

const ADVICE: Readonly<Record<SchedulingCode, string>> = {
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
  unschedulable: 'The scheduler found no node that can take the pod.',
}

function lookFix({ pod }: PodInfo, code: SchedulingCode): Cause['fixes'] {
  const labels = ['get', 'nodes', '--show-labels']
  const taints = 'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints,UNSCHEDULABLE:.spec.unschedulable'
  const look: Readonly<Partial<Record<SchedulingCode, readonly Word[]>>> = {
    'unschedulable-resources': ['describe', 'nodes'],
    'unschedulable-affinity': labels,
    'unschedulable-taints': ['get', 'nodes', '-o', taints],
    'unschedulable-spread': labels,
    'pvc-unbound': ['get', 'pvc', ...inNamespace(pod.metadata.namespace)],
    'unschedulable-volume': ['get', 'pv', '-o', 'yaml'],
  }
  const argv = look[code]
  return argv === undefined ? [] : [inspectFix('See what the cluster offers', ['kubectl', ...argv])]
}

function gated(podInfo: PodInfo): Cause {
  const gates = (podInfo.pod.spec?.schedulingGates ?? []).map(({ name }) => name).join(', ')
  return {
    code: 'scheduling-gated',
    layer: 'scheduling',
    severity: 'Warning',
    confidence: 'Certain',
    effect: 'NotStarted',
    summary: `pod is held back by scheduling gate ${gates}`,
    explanation:
      'The scheduler does not look at a pod with gates. Whoever set the gate removes it; no event tells about this.',
    evidence: [
      ...conditionEvidence(podInfo, 'PodScheduled'),
      { source: 'Spec', object: podInfo.object, path: 'spec.schedulingGates', text: gates },
    ],
    fixes: [describeFix(podInfo)],
  }
}
