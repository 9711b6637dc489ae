import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { humanDuration } from '../../../model/text/time.ts'
import { listed } from '../../../model/text/words.ts'
import type { Cause } from '../../cause.ts'
import { statusEvidence } from '../../evidence.ts'
import { inspectFix } from '../../fixes/commands.ts'
import { type PodInfo, secondsAgo } from '../../pod-info.ts'

/** A pod may take this long to go after its grace period is over. */
const LATE_SECONDS = 60

/** The pod should be gone: `deletionTimestamp` is when its grace period ends. */
export function stuckTerminating(podInfo: PodInfo): readonly Cause[] {
  const { pod, cluster, object } = podInfo
  const due = pod.metadata.deletionTimestamp
  if (due == null) return []
  const late = secondsAgo(cluster, due)
  if (!(late > LATE_SECONDS) || late === Number.POSITIVE_INFINITY) return []
  const why = holdUp(podInfo)
  const { name, namespace = 'default' } = pod.metadata
  const finalizers = pod.metadata.finalizers ?? []
  return [
    {
      code: 'stuck-terminating',
      layer: 'node',
      severity: 'Warning',
      confidence: why === undefined ? 'Possible' : 'Certain',
      effect: 'None',
      summary: `pod should have been gone ${humanDuration(late)} ago${why === undefined ? '' : `: ${why}`}`,
      explanation: `The grace period of the deleted pod is over, and the pod is still there. ${
        why === undefined ? unknownHoldUp(podInfo) : 'It goes away when that is mended.'
      }`,
      evidence: [
        { source: 'Status', object, path: 'metadata.deletionTimestamp', text: due },
        ...finalizers.map((text, index) => ({
          source: 'Status' as const,
          object,
          path: `metadata.finalizers[${index}]`,
          text,
        })),
        ...podInfo.containers.flatMap((container) =>
          container.status?.state?.running?.startedAt == null
            ? []
            : [
                statusEvidence(
                  container,
                  'state.running.startedAt',
                  container.status.state.running.startedAt,
                ),
              ],
        ),
      ],
      fixes: [
        inspectFix('See the pod with its events', [
          ...['kubectl', 'describe', 'pod', nameWord('Pod', name), ...inNamespace(namespace)],
        ]),
      ],
    },
  ]
}

/** What the status tells of how far the end has come. */
function unknownHoldUp({ containers }: PodInfo): string {
  const running = containers.filter(({ status }) => status?.state?.running != null).map(({ name }) => name)
  const where =
    running.length > 0
      ? `${running.length === 1 ? 'Container' : 'Containers'} ${listed(running)} still ${running.length === 1 ? 'runs' : 'run'}: the runtime may not be able to stop a process.`
      : 'No container runs any more: a volume may not be unmounted, or the network not be given back.'
  return `${where} The events of the pod and the log of the kubelet say which.`
}

/** What keeps the pod, where its metadata or its node tell. */
function holdUp({ pod, node }: PodInfo): string | undefined {
  const finalizers = pod.metadata.finalizers ?? []
  if (finalizers.length > 0) return `finalizer ${finalizers.join(', ')} is not removed by its controller`
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status
  return node !== undefined && ready !== 'True' ? 'the kubelet of its node does not report' : undefined
}
