import { inNamespace, nameWord } from '../../../model/command/command.ts'
import type { Cause } from '../../cause.ts'
import { conditionEvidence, eventEvidence } from '../../evidence.ts'
import { inspectFix } from '../../fixes/commands.ts'
import type { Unschedulable } from '../../messages/scheduling.ts'
import type { PodInfo } from '../../pod-info.ts'

const CLAIM_EVENTS: readonly string[] = [
  'ProvisioningFailed',
  'FailedBinding',
  'ExternalProvisioning',
  'WaitForFirstConsumer',
]

/** The claim that keeps the pod from being scheduled, with what its own events say; undefined where none is known. */
export function claimCause(podInfo: PodInfo, stated: Unschedulable['claim']): Cause | undefined {
  const { pod, cluster } = podInfo
  const namespace = pod.metadata.namespace ?? 'default'
  const wasRead = cluster.wasRead('persistentvolumeclaims', namespace)
  const name =
    stated.name ??
    claimNames(podInfo).find((one) => {
      const claim = cluster.find('persistentvolumeclaims', namespace, one)
      return claim === undefined ? wasRead : claim.status?.phase !== 'Bound'
    }) ??
    // The claim is Bound until its controller has seen that the volume is gone.
    (stated.isVolumeAbsent ? only(claimNames(podInfo)) : undefined)
  if (name === undefined) return undefined
  const claim = cluster.find('persistentvolumeclaims', namespace, name)
  const events = cluster
    .eventsAbout({ kind: 'PersistentVolumeClaim', namespace, name })
    .filter(({ reason }) => CLAIM_EVENTS.includes(reason))
  const isAbsent = stated.isAbsent || (claim === undefined && wasRead)
  const state = stated.isVolumeAbsent ? 'Lost' : isAbsent ? 'Absent' : 'Unbound'
  const className = claim?.spec?.storageClassName
  const isClassAbsent =
    className &&
    cluster.wasRead('storageclasses') &&
    cluster.find('storageclasses', undefined, className) === undefined
  return {
    code: 'pvc-unbound',
    layer: 'scheduling',
    severity: 'Error',
    confidence: 'Certain',
    effect: 'NotStarted',
    summary: `pod is not scheduled: PersistentVolumeClaim "${name}" ${CLAIM_TEXTS[state]}${
      isClassAbsent && state === 'Unbound' ? `; StorageClass "${className}" does not exist` : ''
    }`,
    explanation: CLAIM_WORDS[state],
    evidence: [
      ...conditionEvidence(podInfo, 'PodScheduled'),
      ...(claim === undefined
        ? []
        : [
            {
              source: 'Status' as const,
              object: `PersistentVolumeClaim ${namespace}/${name}`,
              path: 'status.phase',
              text: `${claim.status?.phase ?? 'Pending'}${className ? `, class ${className}` : ', no class'}`,
            },
          ]),
      ...events.slice(-1).map(eventEvidence),
    ],
    fixes: [
      inspectFix('See the claim with its events', [
        ...['kubectl', 'describe', 'pvc', nameWord('PersistentVolumeClaim', name), ...inNamespace(namespace)],
      ]),
      inspectFix('See which storage classes there are', ['kubectl', 'get', 'storageclass']),
    ],
  }
}

type ClaimState = 'Absent' | 'Unbound' | 'Lost'

const CLAIM_TEXTS: Readonly<Record<ClaimState, string>> = {
  Absent: 'does not exist',
  Unbound: 'is not bound',
  Lost: 'is bound to a PersistentVolume that does not exist',
}

const CLAIM_WORDS: Readonly<Record<ClaimState, string>> = {
  Absent: 'The pod refers to a claim that is not there. Create it, or correct the name.',
  Unbound:
    'The claim has no volume yet. Nobody provides one: the class or its provisioner is missing or failing, or no existing volume fits.',
  Lost: 'The PersistentVolume object was deleted, or never restored; the data may still be at the storage system. Create the object again with its name, or make the claim anew, which then is empty.',
}

const only = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined)

/** The claims that the volumes of a pod name, or that are made for them. */
const claimNames = ({ pod: { metadata, spec } }: PodInfo): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName]
    return ephemeral ? [`${metadata.name}-${name}`] : []
  })
