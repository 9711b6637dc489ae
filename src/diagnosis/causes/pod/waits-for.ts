import { inNamespace, typeAndName } from '../../../model/command/command.ts'
import type { Evidence, Fix } from '../../../model/report/finding.ts'
import { listed } from '../../../model/text/words.ts'
import type { Cause } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { describeFix, inspectFix } from '../../fixes/commands.ts'
import { type ContainerInfo, conditionOf, type PodInfo } from '../../pod-info.ts'

/** What a container may wait for that is not created, in words, with the fields that name it, and how to see it. */
export interface WaitsFor {
  readonly text: string
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
}

/** An object that a volume needs, by its kind and its name. Nothing of it is read. */
interface Needed {
  readonly kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim'
  readonly name: string
  /** Index of the volume. */
  readonly at: number
}

/** As many as a line and a command hold. */
const SHOWN = 6

/**
 * Before a container is created, the volumes are mounted, then the sandbox gets its network, then the image is pulled.
 * How far it has come, as the condition PodReadyToStartContainers says (docs/reference/events.md#before-containers).
 */
export function stepBeforeContainers({ pod, node }: PodInfo): 'Sandbox' | 'Image' | 'Any' {
  const status = conditionOf(pod, 'PodReadyToStartContainers')?.status
  if (status === 'True') return 'Image'
  const [, minor] = /^v1\.(\d+)\./.exec(node?.status?.nodeInfo?.kubeletVersion ?? '') ?? []
  return status === 'False' && Number(minor) >= SET_BEFORE_IMAGE ? 'Sandbox' : 'Any'
}

/** The minor version of the kubelet that sets the condition before it pulls the first image. */
const SET_BEFORE_IMAGE = 36

/** What the next container of a pod may wait for. */
export function waitsFor(podInfo: PodInfo, container: ContainerInfo): WaitsFor {
  const step = stepBeforeContainers(podInfo)
  const image = container.spec.image ?? ''
  const needed = neededBy(podInfo)
  const pull = `the image ${image}, which may not be pulled yet`
  if (step === 'Image')
    return {
      text: `Its volumes are mounted and its sandbox is up, so that it waits for ${pull}, or for the runtime.`,
      evidence: [specEvidence(container, 'image', image)],
      fixes: [],
    }
  const { pod, object } = podInfo
  const drivers = driversOf(podInfo)
  const volumes = [...needed.map(({ kind, name }) => `${kind} ${name}`), ...drivers]
  const network = 'the network of its sandbox'
  const last = step === 'Sandbox' ? [network] : [network, pull]
  const shown = needed.slice(0, SHOWN)
  return {
    text: `It waits for a volume (${volumes.length === 0 ? 'it has none that needs an object' : `it needs ${listed(volumes.slice(0, SHOWN))}${volumes.length > SHOWN ? ` and ${volumes.length - SHOWN} more` : ''}`}), or for ${last.join(', or for ')}. A volume that runs into a timeout has no event at all.`,
    evidence: shown.map(({ kind, name, at }) => ({
      source: 'Spec',
      object,
      path: `spec.volumes[${at}]`,
      text: `${kind} ${name}`,
    })),
    fixes:
      needed.length === 0
        ? []
        : [
            inspectFix('See which of what its volumes need is not there (names only)', [
              'kubectl',
              'get',
              ...[
                ...new Map(
                  shown.map(({ kind, name }) => [`${kind}/${name}`, typeAndName(kind, name)]),
                ).values(),
              ],
              ...inNamespace(pod.metadata.namespace),
            ]),
          ],
  }
}

/** The objects without which the volumes of a pod cannot be mounted; those that are optional are left out. */
const neededBy = ({ pod: { metadata, spec } }: PodInfo): readonly Needed[] =>
  (spec?.volumes ?? []).flatMap((volume, at) => {
    const { name, configMap, secret, persistentVolumeClaim, ephemeral, projected } = volume
    const config = (one: string | undefined, optional?: boolean | null): readonly Needed[] =>
      one && !optional ? [{ kind: 'ConfigMap', name: one, at }] : []
    const hidden = (one: string | undefined, optional?: boolean | null): readonly Needed[] =>
      one && !optional ? [{ kind: 'Secret', name: one, at }] : []
    return [
      ...config(configMap?.name, configMap?.optional),
      ...hidden(secret?.secretName, secret?.optional),
      ...(persistentVolumeClaim
        ? [{ kind: 'PersistentVolumeClaim' as const, name: persistentVolumeClaim.claimName, at }]
        : []),
      ...(ephemeral
        ? [{ kind: 'PersistentVolumeClaim' as const, name: `${metadata.name}-${name}`, at }]
        : []),
      // Of the token that every pod gets, the ConfigMap with the CA is made with the namespace.
      ...(name.startsWith('kube-api-access-')
        ? []
        : (projected?.sources ?? []).flatMap((source) => [
            ...config(source.configMap?.name, source.configMap?.optional),
            ...hidden(source.secret?.name, source.secret?.optional),
          ])),
    ]
  })

/** Volumes that another machine or the node must have. */
const driversOf = ({ pod: { spec } }: PodInfo): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ csi, hostPath, nfs, image }) => [
    ...(csi ? [`CSI driver ${csi.driver}`] : []),
    ...(hostPath?.type ? [`path ${hostPath.path} of the node`] : []),
    ...(nfs ? [`NFS server ${nfs.server}`] : []),
    ...(image?.reference ? [`image ${image.reference}`] : []),
  ])

/** A claim of the pod that is not there or not bound, which its kubelet waits for as well. */
export function claimTrouble(podInfo: PodInfo): Cause | undefined {
  const { pod, cluster } = podInfo
  const namespace = pod.metadata.namespace ?? 'default'
  if (stepBeforeContainers(podInfo) === 'Image') return undefined
  if (!cluster.wasRead('persistentvolumeclaims', namespace)) return undefined
  const broken = neededBy(podInfo)
    .filter(({ kind }) => kind === 'PersistentVolumeClaim')
    .map(({ name }) => ({ name, claim: cluster.find('persistentvolumeclaims', namespace, name) }))
    .find(({ claim }) => claim === undefined || claim.status?.phase !== 'Bound')
  if (broken === undefined) return undefined
  const { name, claim } = broken
  const phase = claim?.status?.phase ?? 'Pending'
  return {
    code: claim === undefined ? 'mount-missing' : 'pvc-unbound',
    layer: 'volume',
    severity: 'Error',
    confidence: 'Likely',
    effect: 'NotStarted',
    summary: `containers are not created, and PersistentVolumeClaim "${name}" of the pod ${claim === undefined ? 'does not exist' : `is ${phase}`}`,
    explanation:
      'The kubelet mounts the volumes of a pod before it creates a container, and cannot mount this one. No event is left that says so.',
    evidence: [
      {
        source: 'Status',
        object: `PersistentVolumeClaim ${namespace}/${name}`,
        text: claim === undefined ? 'is not there' : `status.phase: ${phase}`,
      },
    ],
    fixes: [
      inspectFix('See the claims of the namespace', [
        'kubectl',
        'get',
        'persistentvolumeclaims',
        ...inNamespace(namespace),
      ]),
      describeFix(podInfo),
    ],
  }
}
