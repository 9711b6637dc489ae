import { inNamespace, jsonWord, nameWord, typeAndName, type Word } from '../../../model/command/command.ts'
import type { HorizontalPodAutoscaler, KubeObject } from '../../../model/kubernetes/objects.ts'
import { nameOf, scales } from '../../../model/kubernetes/reference.ts'
import { operatorObject } from '../../../model/managers/managers.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import { plural } from '../../../model/text/words.ts'
import type { SimPod, SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import { afterChange } from './changed-object.ts'

/** How a workload gets one replica more, and how it gets rid of it. */
export interface WayToScale {
  readonly title: string
  /** What the title's last words say it goes back to. */
  readonly before: string
  readonly commands: readonly (readonly Word[])[]
  readonly undo: readonly (readonly Word[])[]
  readonly assumes: readonly string[]
  /** Why somebody else decides how many there are. */
  readonly untried: string | undefined
}

/**
 * One replica more: by the autoscaler where one sets the number, which would take a replica back that it has not made
 * itself (docs/reference/managed-objects.md#autoscalers), else by the workload.
 */
export function wayToScale(cluster: Cluster, workload: KubeObject, replicas: number): WayToScale {
  const scaler = autoscalerOf(cluster, workload)
  return scaler === undefined ? byHand(cluster, workload, replicas) : byAutoscaler(scaler, workload, replicas)
}

function byHand(cluster: Cluster, workload: KubeObject, replicas: number): WayToScale {
  const { kind, metadata } = workload
  const scale = (to: number): readonly Word[] => [
    ...['kubectl', 'scale', typeAndName(kind, metadata.name), ...inNamespace(metadata.namespace)],
    `--replicas=${to}`,
  ]
  const { assumes, untried } = afterChange(workload)
  return {
    title: `Scale ${kind} ${nameOf(workload)} from ${replicas} to ${replicas + 1}`,
    before: String(replicas),
    commands: [scale(replicas + 1)],
    undo: [scale(replicas)],
    assumes: [
      ...assumes,
      ...(cluster.wasRead('horizontalpodautoscalers', metadata.namespace)
        ? []
        : ['No HorizontalPodAutoscaler sets its replicas: these were not read.']),
    ],
    untried,
  }
}

function byAutoscaler(scaler: HorizontalPodAutoscaler, workload: KubeObject, replicas: number): WayToScale {
  const { minReplicas, maxReplicas = 0 } = scaler.spec ?? {}
  const raised = {
    minReplicas: replicas + 1,
    ...(maxReplicas > replicas ? {} : { maxReplicas: replicas + 1 }),
  }
  const before = { minReplicas: minReplicas ?? null, ...(maxReplicas > replicas ? {} : { maxReplicas }) }
  const patch = (spec: object): readonly Word[] => [
    ...['kubectl', 'patch', 'hpa', nameWord(scaler.kind, scaler.metadata.name)],
    ...[...inNamespace(scaler.metadata.namespace), '--type', 'merge', '-p', jsonWord({ spec })],
  ]
  const owner = operatorObject(scaler)
  return {
    title:
      `Raise ${Object.keys(raised).join(' and ')} of HorizontalPodAutoscaler ${nameOf(scaler)} to ${replicas + 1}, ` +
      `which scales ${workload.kind} ${nameOf(workload)} from ${replicas}`,
    before: Object.entries(before)
      .map(([field, value]) => `${field} ${value ?? 1}`)
      .join(' and '),
    commands: [patch(raised)],
    undo: [patch(before)],
    assumes: afterChange(scaler).assumes,
    untried:
      owner === undefined
        ? undefined
        : `${owner} sets the bounds of the HorizontalPodAutoscaler: raise the least number of replicas there`,
  }
}

/** The autoscaler that sets the replicas of this workload, where one was read. */
const autoscalerOf = (
  cluster: Cluster,
  { kind, metadata }: KubeObject,
): HorizontalPodAutoscaler | undefined =>
  cluster.objects.horizontalpodautoscalers.find((scaler) => scales(scaler, { kind, ...metadata }))

interface Scaled {
  readonly volumeClaimTemplates?: readonly unknown[]
  readonly podManagementPolicy?: string
  readonly strategy?: { readonly type?: string }
}

interface Beside {
  readonly simulated: SimulatedCluster
  readonly workload: KubeObject
  /** One of its pods. */
  readonly pod: SimPod
}

/**
 * Whether a second pod of the workload can do harm, so that nobody should be told to make one: its strategy is Recreate,
 * or its pods share a volume that one node at a time can mount.
 */
export const mustBeAlone = ({ simulated, workload, pod }: Beside): boolean =>
  (workload as { spec?: Scaled }).spec?.strategy?.type === 'Recreate' || sharesExclusiveClaim(simulated, pod)

/** Why one replica more may not run beside the others, or not soon; undefined where nothing speaks against it. */
export function whyNotBeside({ simulated, workload, pod }: Beside): string | undefined {
  const { spec = {} } = workload as { spec?: Scaled }
  if ((spec.volumeClaimTemplates ?? []).length > 0)
    return 'whether its new pod gets a volume depends on the provisioner'
  const siblings = (simulated.byNamespace.get(pod.namespace) ?? []).filter(
    (one) => one.owner?.uid === pod.owner?.uid && !one.terminating && !one.finished,
  )
  const unready = siblings.filter(({ ready }) => !ready).length
  if (unready === 0) return undefined
  return workload.kind === 'StatefulSet' && spec.podManagementPolicy !== 'Parallel'
    ? 'the StatefulSet makes no new pod before all others are Ready'
    : `${plural(unready, 'replica')} of it ${unready === 1 ? 'is' : 'are'} not Ready now, and a new one may not become so either`
}

/** Access modes with which a volume is on one node at a time. */
const EXCLUSIVE: readonly string[] = ['ReadWriteOnce', 'ReadWriteOncePod']

/** A claim that the template names, so that all pods share it, and that only one node at a time can mount. */
function sharesExclusiveClaim({ cluster }: SimulatedCluster, { namespace, spec, origin }: SimPod): boolean {
  const own = (claim: string) => claim.endsWith(`-${origin.metadata.name}`)
  return (spec.volumes ?? []).some(({ persistentVolumeClaim }) => {
    const name = persistentVolumeClaim?.claimName
    if (name === undefined || own(name)) return false
    const modes = cluster.find('persistentvolumeclaims', namespace, name)?.spec?.accessModes ?? []
    return modes.length > 0 && modes.every((mode) => EXCLUSIVE.includes(mode))
  })
}
