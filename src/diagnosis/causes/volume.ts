import type { Cause } from '../cause.ts'
import { conditionEvidence, eventEvidence, statusEvidence } from '../evidence.ts'
import { describeFix, eventsFix, inspectFix } from '../fixes.ts'
import { lostEvents, type PodInfo, secondsAgo } from '../pod-info.ts'

/** Longer than this a pod does not wait for sandbox and volumes in the normal course of things. */
const WAIT_SECONDS = 300

/** Pods that have a node and no container yet: the sandbox or a volume is missing. */
export function beforeContainers(podInfo: PodInfo): readonly Cause[] {
  const { pod, cluster } = podInfo
  if (podInfo.terminating || pod.status?.phase !== 'Pending' || !pod.spec?.nodeName) return []
  const waiting = podInfo.containers.some(({ status }) => {
    const reason = status?.state?.waiting?.reason
    return reason === 'ContainerCreating' || reason === 'PodInitializing'
  })
  const started = podInfo.containers.some(
    ({ status }) => status?.state?.running || status?.state?.terminated || status?.lastState?.terminated,
  )
  if (!waiting || started) return []
  const causes = [...sandbox(podInfo), ...mounts(podInfo)]
  if (causes.length > 0) return causes
  const others = podInfo.containers.some(({ status }) => {
    const reason = status?.state?.waiting?.reason
    return reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing'
  })
  const pulling = podInfo.events.some(({ reason }) => reason === 'Pulling')
  return others || pulling || secondsAgo(cluster, pod.status.startTime) < WAIT_SECONDS
    ? []
    : [unexplained(podInfo)]
}

function sandbox(podInfo: PodInfo): readonly Cause[] {
  const event = podInfo.events.findLast(
    ({ reason }) => reason === 'FailedCreatePodSandBox' || reason === 'NetworkNotReady',
  )
  if (event === undefined) return []
  const why = /cni plugin not initialized|network is not ready|plugin type="?([\w-]+)/i.exec(event.message)
  const addresses = /assign an IP|no IP addresses|IP pool|no available IPs/i.test(event.message)
  return [
    {
      code: 'sandbox-failed',
      layer: 'sandbox',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      summary: `pod has no sandbox on node ${podInfo.pod.spec?.nodeName}: ${
        addresses
          ? 'no IP address is left'
          : why === null
            ? 'the runtime fails'
            : `the network plugin${why[1] ? ` ${why[1]}` : ''} fails`
      }`,
      explanation:
        'Before any container starts, the runtime makes a sandbox and the network plugin gives it an address. That fails on ' +
        'this node, so look at the network plugin and the runtime there; other new pods of the node will have it, too.',
      evidence: [eventEvidence(event), ...conditionEvidence(podInfo, 'PodReadyToStartContainers')],
      fixes: [
        inspectFix('See the pods of the network plugin on that node', [
          'kubectl',
          'get',
          'pods',
          '-n',
          'kube-system',
          '-o',
          'wide',
          '--field-selector',
          `spec.nodeName=${podInfo.pod.spec?.nodeName ?? ''}`,
        ]),
        eventsFix(podInfo),
      ],
    },
  ]
}

const MISSING =
  /(secret|configmap|persistentvolumeclaim|serviceaccount)s? "([^"]+)" (?:is forbidden: .*)?not found|references non-existent (secret|config) key: (\S+)|hostPath type check failed: (\S+) is not|no such file or directory|path "([^"]+)" does not exist/i

/** Texts that pass by themselves (spec/events.md B.2.1). */
const PASSING = /not registered|failed to sync \S+ cache/

function mounts(podInfo: PodInfo): readonly Cause[] {
  const failed = podInfo.events.filter(
    ({ reason, message }) =>
      /^(FailedMount|FailedAttachVolume|FailedMapVolume)$/.test(reason) && !PASSING.test(message),
  )
  const event = failed.findLast(({ message }) => MISSING.test(message)) ?? failed.at(-1)
  if (event === undefined) return []
  const volume = /for volume "([^"]+)"/.exec(event.message)?.[1]
  const missing = MISSING.exec(event.message)
  const text = event.message.replace(/^.*? : /s, '').trim()
  const index = (podInfo.pod.spec?.volumes ?? []).findIndex(({ name }) => name === volume)
  return [
    {
      code: missing === null ? 'mount-failed' : 'mount-missing',
      layer: 'volume',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      summary: `volume ${volume === undefined ? '' : `"${volume}" `}cannot be mounted: ${text.slice(0, 160)}`,
      explanation:
        missing === null
          ? 'The volume exists, but attaching or mounting it fails. ' +
            (/Multi-Attach/.test(event.message)
              ? 'It is still attached to another node, which only one node at a time may do; the old pod must be gone first.'
              : 'The text is from the storage driver or the node.')
          : 'The pod waits until what the volume refers to exists. Once it is there, the kubelet goes on by itself within two minutes.',
      evidence: [
        eventEvidence(event),
        ...(index < 0
          ? []
          : [
              {
                source: 'Spec' as const,
                object: podInfo.object,
                path: `spec.volumes[${index}]`,
                text: JSON.stringify(podInfo.pod.spec?.volumes?.[index]).slice(0, 300),
              },
            ]),
        ...conditionEvidence(podInfo, 'PodReadyToStartContainers'),
      ],
      fixes: [...objectFix(podInfo, missing), describeFix(podInfo)],
    },
  ]
}

function objectFix(podInfo: PodInfo, missing: RegExpExecArray | null): Cause['fixes'] {
  const kind = (missing?.[1] ?? (missing?.[3] === 'config' ? 'configmap' : missing?.[3]))?.toLowerCase()
  return kind === undefined
    ? []
    : [
        inspectFix(`See which ${kind}s there are`, [
          'kubectl',
          'get',
          kind,
          '-n',
          podInfo.pod.metadata.namespace ?? 'default',
        ]),
      ]
}

/** The claim that keeps the pod from being scheduled, with what its own events say. */
export function claimCause(podInfo: PodInfo, message: string): Cause | undefined {
  const { pod, cluster } = podInfo
  const namespace = pod.metadata.namespace ?? 'default'
  const names = (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim
      ? [persistentVolumeClaim.claimName]
      : ephemeral
        ? [`${pod.metadata.name}-${name}`]
        : [],
  )
  const named = /persistentvolumeclaim "([^"]+)"/i.exec(message)?.[1]
  const wasRead = cluster.wasRead('persistentvolumeclaims', namespace)
  const name =
    named ??
    names.find((one) => {
      const claim = cluster.find('persistentvolumeclaims', namespace, one)
      return claim === undefined ? wasRead : claim.status?.phase !== 'Bound'
    })
  if (name === undefined) return undefined
  const claim = cluster.find('persistentvolumeclaims', namespace, name)
  const events = cluster
    .eventsAbout({ kind: 'PersistentVolumeClaim', namespace, name })
    .filter(({ reason }) =>
      /^(ProvisioningFailed|FailedBinding|ExternalProvisioning|WaitForFirstConsumer)$/.test(reason),
    )
  const absent = /not found/.test(message) || (claim === undefined && wasRead)
  const missingClass = claim?.spec?.storageClassName
  const noClass =
    missingClass &&
    cluster.wasRead('storageclasses') &&
    cluster.find('storageclasses', undefined, missingClass) === undefined
  return {
    code: 'pvc-unbound',
    layer: 'scheduling',
    severity: 'Error',
    confidence: 'Certain',
    effect: 'NotStarted',
    summary: `pod is not scheduled: PersistentVolumeClaim "${name}" ${absent ? 'does not exist' : 'is not bound'}${
      noClass ? `; StorageClass "${missingClass}" does not exist` : ''
    }`,
    explanation: absent
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
              text: `${claim.status?.phase ?? 'Pending'}${missingClass ? `, class ${missingClass}` : ', no class'}`,
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

function unexplained(podInfo: PodInfo): Cause {
  const container = podInfo.containers.find(({ status }) => status?.state?.waiting !== undefined)
  return {
    code: 'not-started-unexplained',
    layer: 'volume',
    severity: 'Error',
    confidence: 'Possible',
    effect: 'NotStarted',
    summary: `containers are not created, and the events that would say why ${lostEvents(podInfo).split(':')[0]}`,
    explanation:
      'The pod has a node, but no container was created. A volume that cannot be mounted is the most common reason: ' +
      'when it runs into a timeout, no event is written at all.',
    evidence:
      container === undefined
        ? []
        : [statusEvidence(container, 'state.waiting.reason', container.status?.state?.waiting?.reason ?? '')],
    fixes: [describeFix(podInfo), eventsFix(podInfo)],
  }
}
