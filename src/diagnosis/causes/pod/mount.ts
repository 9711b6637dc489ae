import { inNamespace } from '../../../model/command/command.ts'
import type { Evidence, Fix } from '../../../model/report/finding.ts'
import type { Occurrence } from '../../../model/snapshot/occurrence.ts'
import type { Cause } from '../../cause.ts'
import type { Code } from '../../codes/codes.ts'
import { conditionEvidence, eventEvidence } from '../../evidence.ts'
import { describeFix, inspectFix } from '../../fixes/commands.ts'
import { type MountFailureReason, parseMountFailure } from '../../messages/mount.ts'
import type { PodInfo } from '../../pod-info.ts'

const MOUNT_EVENTS: readonly string[] = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']

/** A volume that keeps the containers of a pod from being created. */
export function mountCauses(podInfo: PodInfo): readonly Cause[] {
  const failed = podInfo.events
    .filter(({ reason }) => MOUNT_EVENTS.includes(reason))
    .flatMap((event) => {
      const failure = parseMountFailure(event.message)
      return failure === undefined || isRaceOfStart(failure.reason, event) ? [] : [{ event, ...failure }]
    })
  const last = failed.findLast(({ reason }) => reason.kind === 'Missing') ?? failed.at(-1)
  if (last === undefined) return []
  const { event, reason, volume, text } = last
  return [
    {
      code: MOUNT_CODES[reason.kind],
      layer: 'volume',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      summary: `volume ${volume === undefined ? '' : `"${volume}" `}cannot be mounted: ${text.slice(0, 160)}`,
      explanation: MOUNT_WORDS[reason.kind],
      evidence: [
        eventEvidence(event),
        ...volumeEvidence(podInfo, volume),
        ...conditionEvidence(podInfo, 'PodReadyToStartContainers'),
      ],
      fixes: [...objectsFix(podInfo, reason), describeFix(podInfo)],
    },
  ]
}

/** So often the kubelet may be quicker than the API server's knowledge of the pod (docs/reference/events.md#B2.1). */
const QUICK_TRIES = 3

const isRaceOfStart = ({ kind }: MountFailureReason, { count }: Occurrence): boolean =>
  kind === 'NodeNotAllowed' && count <= QUICK_TRIES

const MOUNT_CODES: Readonly<Record<MountFailureReason['kind'], Code>> = {
  Missing: 'mount-missing',
  AttachedElsewhere: 'mount-failed',
  NodeNotAllowed: 'mount-failed',
  Other: 'mount-failed',
}

const EXISTS = 'The volume exists, but attaching or mounting it fails.'

const MOUNT_WORDS: Readonly<Record<MountFailureReason['kind'], string>> = {
  Missing:
    'The pod waits until what the volume refers to exists. Once it is there, the kubelet goes on by itself within two minutes.',
  AttachedElsewhere: `${EXISTS} It is still attached to another node, which only one node at a time may do; the old pod must be gone first.`,
  NodeNotAllowed: `${EXISTS} The API server does not let the node read it, as if the pod were not on that node; where that lasts, the API server is behind.`,
  Other: `${EXISTS} The text is from the storage driver or the node.`,
}

function volumeEvidence({ pod, object }: PodInfo, volume: string | undefined): readonly Evidence[] {
  const volumes = pod.spec?.volumes ?? []
  const index = volumes.findIndex(({ name }) => name === volume)
  return index < 0
    ? []
    : [
        {
          source: 'Spec',
          object,
          path: `spec.volumes[${index}]`,
          text: JSON.stringify(volumes[index]).slice(0, 300),
        },
      ]
}

function objectsFix({ pod }: PodInfo, reason: MountFailureReason): readonly Fix[] {
  const resource = reason.kind === 'Missing' ? reason.resource : undefined
  return resource === undefined
    ? []
    : [
        inspectFix(`See which ${resource}s there are`, [
          ...['kubectl', 'get', resource, ...inNamespace(pod.metadata.namespace)],
        ]),
      ]
}
