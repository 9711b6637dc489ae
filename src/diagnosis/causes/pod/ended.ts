import type { Cause, Diagnosis } from '../../cause.ts'
import { conditionEvidence, eventEvidence } from '../../evidence.ts'
import { describeFix, eventsFix, nodeFix } from '../../fixes/commands.ts'
import { type Eviction, type PodEnd, parseEviction, parsePodEnd } from '../../messages/pod-end.ts'
import { conditionOf, LIVE_SECONDS, type PodInfo, RECENT_SECONDS, secondsAgo } from '../../pod-info.ts'

/** Pods that somebody ended: the kubelet, the scheduler, or the node's own shutdown. */
export function endedPodCauses(podInfo: PodInfo): readonly Cause[] {
  const { pod, cluster } = podInfo
  if (pod.status?.phase !== 'Failed') return preemptedNow(podInfo)
  const { reason = '', message = '' } = pod.status
  const end = endOf(podInfo)
  if (end === undefined) return []
  const replaced = isReplaced(podInfo)
  const at =
    conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime ??
    conditionOf(pod, 'Ready')?.lastTransitionTime ??
    pod.status.startTime
  return [
    {
      layer: 'node',
      severity: !replaced ? 'Error' : secondsAgo(cluster, at) <= RECENT_SECONDS ? 'Warning' : 'Info',
      confidence: 'Certain',
      effect: replaced ? 'None' : 'NotStarted',
      evidence: [
        {
          source: 'Status',
          object: podInfo.object,
          path: 'status.reason',
          text: `${reason}${message ? `: ${message}` : ''}`,
        },
        ...conditionEvidence(podInfo, 'DisruptionTarget'),
      ],
      fixes: [...(pod.spec?.nodeName ? [nodeFix(pod.spec.nodeName)] : []), describeFix(podInfo)],
      ...END_WORDS[end](podInfo, { reason, message, again: replaced ? REPLACED : '' }),
    },
  ]
}

function endOf({ pod, workload }: PodInfo): PodEnd | undefined {
  const end = parsePodEnd(pod.status?.reason ?? '')
  if (end !== 'Evicted' && conditionOf(pod, 'DisruptionTarget')?.reason === 'PreemptionByScheduler')
    return 'Preempted'
  // The deadline of a Job ends its pods, too, and then it is the Job that has run into it.
  return end === 'PastDeadline' && JOB_KINDS.includes(workload.kind) ? undefined : end
}

const JOB_KINDS: readonly string[] = ['Job', 'CronJob']

const isReplaced = ({ pod, workload }: PodInfo): boolean =>
  workload.kind !== 'Pod' &&
  workload.pods.some((other) => other !== pod && conditionOf(other, 'Ready')?.status === 'True')

const REPLACED = ' Another pod of the workload is ready.'

type Words = Pick<Diagnosis, 'code' | 'summary' | 'explanation'>

/** `again` ends each explanation: what has come in the place of the pod. */
interface Ending {
  readonly reason: string
  readonly message: string
  readonly again: string
}

const END_WORDS: Readonly<Record<PodEnd, (podInfo: PodInfo, ending: Ending) => Words>> = {
  Evicted: (_, { message, again }) => {
    const eviction = parseEviction(message)
    return {
      code: 'evicted',
      summary: `pod was evicted: ${evictionText(eviction, message)}`,
      explanation: `${evictionWords(eviction)}${again}`,
    }
  },
  Preempted: (_, { again }) => preempted(again),
  PastDeadline: ({ pod }) => {
    const seconds = pod.spec?.activeDeadlineSeconds
    return {
      code: 'pod-deadline',
      summary: `pod was ended because it was active for longer than activeDeadlineSeconds${seconds === undefined ? '' : ` ${seconds}`}`,
      explanation:
        'The pod itself has a deadline, and the kubelet ends it then. Raise or remove it if the pod should go on.',
    }
  },
  NodeShutdown: ({ pod }, { message, again }) => ({
    code: 'node-shutdown',
    summary: `pod was ended because node ${pod.spec?.nodeName ?? '?'} shut down`,
    explanation: `${message.trim() || 'The node shut down or was lost.'} Nothing is wrong with the pod itself.${again}`,
  }),
  Rejected: ({ pod }, { reason, message, again }) => ({
    code: 'kubelet-rejected',
    summary: `node ${pod.spec?.nodeName} refused the pod: ${reason}`,
    explanation: `The pod was assigned to the node, and its kubelet could not take it: ${message}.${again}`,
  }),
}

function evictionText(eviction: Eviction, message: string): string {
  switch (eviction.kind) {
    case 'NodeShort':
      return `the node ran low on ${eviction.resource}`
    case 'OwnLimit':
      return 'it used more than its own limit of ephemeral storage'
    case 'Refused':
      return `the node refused it on arrival: ${message.trim()}`
    case 'Other':
      return message.trim() || 'the kubelet gives no reason'
  }
}

const isOwnLimit = (eviction: Eviction): boolean =>
  eviction.kind === 'OwnLimit' || (eviction.kind === 'NodeShort' && eviction.isOverRequest)

function evictionWords(eviction: Eviction): string {
  if (eviction.kind === 'Refused') return REFUSED
  return `${isOwnLimit(eviction) ? OWN_LIMIT : NODE_SHORT} Requests that match what the pod needs protect it.`
}

const OWN_LIMIT = 'The pod broke its own limit for files that it writes; the node is fine.'
const NODE_SHORT = 'The kubelet ends pods to save the node, first those that use most over their requests.'
const REFUSED =
  'The node was short of something already when the pod arrived, so its kubelet did not take it; the pod never ran, ' +
  'and what it uses or requests plays no part. Relieve the node, or let the scheduler place the pod elsewhere.'

const preempted = (again: string): Words => ({
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
