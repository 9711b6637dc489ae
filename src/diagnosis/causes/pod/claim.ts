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
    })
  if (name === undefined) return undefined
  const claim = cluster.find('persistentvolumeclaims', namespace, name)
  const events = cluster
    .eventsAbout({ kind: 'PersistentVolumeClaim', namespace, name })
    .filter(({ reason }) => CLAIM_EVENTS.includes(reason))
  const isAbsent = stated.isAbsent || (claim === undefined && wasRead)
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
    summary: `pod is not scheduled: PersistentVolumeClaim "${name}" ${isAbsent ? 'does not exist' : 'is not bound'}${
      isClassAbsent ? `; StorageClass "${className}" does not exist` : ''
    }`,
    explanation: isAbsent
      ? 'The pod refers to a claim that is not there. Create it, or correct the name.'
      : 'The claim has no volume yet. Nobody provides one: the class or its provisioner is missing or failing, or no existing volume fits.',
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
      inspectFix('See the claim with its events', ['kubectl', 'describe', 'pvc', name, '-n', namespace]),
      inspectFix('See which storage classes there are', ['kubectl', 'get', 'storageclass']),
    ],
  }
}

/** The claims that the volumes of a pod name, or that are made for them. */
const claimNames = ({ pod: { metadata, spec } }: PodInfo): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName]
    return ephemeral ? [`${metadata.name}-${name}`] : []
  })
