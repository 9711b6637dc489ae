import type { Node } from '../../model/kubernetes/objects.ts'
import type { Evidence, Finding } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { humanDuration } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { Cause } from '../cause.ts'
import { causeCode } from '../codes/codes.ts'
import { conditionEvidence, eventEvidence } from '../evidence.ts'
import { describeFix, eventsFix, inspectFix } from '../fixes.ts'
import { conditionOf, LIVE_SECONDS, type PodInfo, RECENT_SECONDS, secondsAgo } from '../pod-info.ts'

const readyCondition = (node: Node | undefined) =>
  node?.status?.conditions?.find(({ type }) => type === 'Ready')

const isNotReady = (node: Node | undefined): boolean => {
  const ready = readyCondition(node)
  return ready !== undefined && ready.status !== 'True'
}

const nodeFix = (name: string) =>
  inspectFix('See the node with its conditions and events', ['kubectl', 'describe', 'node', name])

/** Pods that are not ready because their node is not. */
export function nodeCauses(podInfo: PodInfo): readonly Cause[] {
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
  status === 'Unknown'
    ? 'The kubelet of the node does not report any more: the node is down, cut off or overloaded. Its pods may still run, ' +
      'but nobody knows; after five minutes they are deleted and made elsewhere, except those that must be unique.'
    : 'The kubelet of the node reports that it is not ready, most often because the network plugin or the runtime is not up.'

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

/** Reasons of `status.reason` with which the kubelet refuses a pod that was assigned to it (spec/events.md B.2). */
const REJECTED =
  /^(OutOf\w+(-\w+)?|NodeAffinity|NodePorts|NodeName|TaintToleration|UnexpectedAdmissionError|TopologyAffinityError|SysctlForbidden|AppArmor|PodOSNotSupported|PodOSSelectorNodeLabelDoesNotMatch|VolumeAttachmentLimitExceeded|Unexpected\w+)$/

/** Pods that somebody ended: the kubelet, the scheduler, or the node's own shutdown. */
export function endedPods(podInfo: PodInfo): readonly Cause[] {
  const { pod, cluster, workload } = podInfo
  if (pod.status?.phase !== 'Failed') return preemptedNow(podInfo)
  const { reason = '', message = '' } = pod.status
  const target = conditionOf(pod, 'DisruptionTarget')
  const ended =
    target?.lastTransitionTime ?? conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.status.startTime
  const replaced =
    workload.kind !== 'Pod' &&
    workload.pods.some((other) => other !== pod && conditionOf(other, 'Ready')?.status === 'True')
  const severity = !replaced ? 'Error' : secondsAgo(cluster, ended) <= RECENT_SECONDS ? 'Warning' : 'Info'
  const base = {
    layer: 'node' as const,
    severity: severity as Cause['severity'],
    confidence: 'Certain' as const,
    effect: replaced ? ('None' as const) : ('NotStarted' as const),
    evidence: [
      {
        source: 'Status' as const,
        object: podInfo.object,
        path: 'status.reason',
        text: `${reason}${message ? `: ${message}` : ''}`,
      },
      ...conditionEvidence(podInfo, 'DisruptionTarget'),
    ],
    fixes: [...(pod.spec?.nodeName ? [nodeFix(pod.spec.nodeName)] : []), describeFix(podInfo)],
  }
  const again = replaced ? ' Another pod of the workload is ready.' : ''
  if (reason === 'Evicted') return [{ ...base, ...evicted(message, again) }]
  if (reason === 'Preempting' || target?.reason === 'PreemptionByScheduler')
    return [{ ...base, ...preempted(again) }]
  if (reason === 'DeadlineExceeded' && workload.kind !== 'Job' && workload.kind !== 'CronJob')
    return [{ ...base, ...pastDeadline(pod.spec?.activeDeadlineSeconds) }]
  if (/^(NodeShutdown|Terminated|Shutdown|NodeLost)$/.test(reason))
    return [{ ...base, ...shutDown(pod.spec?.nodeName, message, again) }]
  if (REJECTED.test(reason))
    return [
      {
        ...base,
        code: 'kubelet-rejected',
        summary: `node ${pod.spec?.nodeName} refused the pod: ${reason}`,
        explanation: `The pod was assigned to the node, and its kubelet could not take it: ${message}.${again}`,
      },
    ]
  return []
}

const pastDeadline = (seconds: number | undefined): Pick<Cause, 'code' | 'summary' | 'explanation'> => ({
  code: 'pod-deadline',
  summary: `pod was ended because it was active for longer than activeDeadlineSeconds${seconds === undefined ? '' : ` ${seconds}`}`,
  explanation:
    'The pod itself has a deadline, and the kubelet ends it then. Raise or remove it if the pod should go on.',
})

const shutDown = (
  node: string | undefined,
  message: string,
  again: string,
): Pick<Cause, 'code' | 'summary' | 'explanation'> => ({
  code: 'node-shutdown',
  summary: `pod was ended because node ${node ?? '?'} shut down`,
  explanation: `${message.trim() || 'The node shut down or was lost.'} Nothing is wrong with the pod itself.${again}`,
})

function evicted(message: string, again: string): Pick<Cause, 'code' | 'summary' | 'explanation'> {
  const resource = /low on resource: (\S+?)\./.exec(message)?.[1]
  const own = /exceeds|exceeded/.test(message)
  return {
    code: 'evicted',
    summary: `pod was evicted: ${
      resource !== undefined
        ? `the node ran low on ${resource}`
        : own
          ? 'it used more than its own limit of ephemeral storage'
          : message.trim() || 'the kubelet gives no reason'
    }`,
    explanation:
      (own
        ? 'The pod broke its own limit for files that it writes; the node is fine. '
        : 'The kubelet ends pods to save the node, first those that use most over their requests. ') +
      `Requests that match what the pod needs protect it.${again}`,
  }
}

const preempted = (again: string): Pick<Cause, 'code' | 'summary' | 'explanation'> => ({
  code: 'preempted',
  summary: 'pod had to make room for a pod of higher priority',
  explanation: `A pod of higher priority found no other place, so this one was ended. More room, or a higher priority for this workload, prevents it.${again}`,
})

/** Not gone yet, but told to go. */
function preemptedNow(podInfo: PodInfo): readonly Cause[] {
  const target = conditionOf(podInfo.pod, 'DisruptionTarget')
  const event = podInfo.events.findLast(({ reason }) => reason === 'Preempted' || reason === 'Preempting')
  const live = event !== undefined && secondsAgo(podInfo.cluster, event.lastSeen) <= LIVE_SECONDS
  if (target?.status !== 'True' || target.reason !== 'PreemptionByScheduler') return []
  return [
    {
      layer: 'node',
      severity: 'Warning',
      confidence: 'Certain',
      effect: 'None',
      ...preempted(''),
      evidence: [...conditionEvidence(podInfo, 'DisruptionTarget'), ...(live ? [eventEvidence(event)] : [])],
      fixes: [eventsFix(podInfo)],
    },
  ]
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
