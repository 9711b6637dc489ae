import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { controllerOf, nameOf } from '../../model/kubernetes/reference.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { refOf } from '../cluster/reference.ts'
import { controllersOf } from '../cluster/workload.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { PlannedPod } from '../types/node.ts'
import type { WaveWorkload } from '../types/wave.ts'

/** Fields that tell whether a workload is complete now, and how its pods are replaced. */
interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly updateStrategy?: { readonly type?: string } }
  readonly status?: { readonly readyReplicas?: number }
}

/** Kinds that one can wait for, and whether `kubectl rollout status` knows this one. */
const HAS_ROLLOUT: ReadonlyMap<string, (workload: Scalable) => boolean> = new Map<
  string,
  (workload: Scalable) => boolean
>([
  ['Deployment', () => true],
  ['ReplicaSet', () => false],
  ['ReplicationController', () => false],
  ['StatefulSet', ({ spec }) => spec?.updateStrategy?.type !== 'OnDelete'],
])

/**
 * Workloads that are complete now and will be again, because every pod that they lose is sure to land.
 * @param taken the pods that the drainer takes
 */
export function waveWorkloads(run: SimulationRun, taken: readonly PlannedPod[]): readonly WaveWorkload[] {
  const { cluster } = run.start.simulated
  const decided = [...run.decided.values()].flat()
  const controllers = new Map(decided.map(({ pod }) => [nameOf(pod), controllerOf(pod)] as const))
  const owned = taken.filter(({ owner }) => owner !== undefined)
  const groups = groupBy(owned, ({ namespace, owner }) => `${namespace}/${owner?.kind}/${owner?.name}`)
  const found = [...groups.values()].flatMap((pods): readonly WaveWorkload[] => {
    const [pod] = pods
    if (pod === undefined || pods.some(({ replacement }) => replacement?.fate !== 'Lands')) return []
    const workload: Scalable | undefined = controllersOf(
      cluster,
      pod.namespace,
      controllers.get(refOf(pod)),
    )?.workload
    return workload === undefined ? [] : completeWorkload(pod.namespace, workload)
  })
  const distinct = new Map(found.map((one) => [`${one.kind} ${refOf(one)}`, one]))
  return sortedBy(distinct.values(), ({ namespace, kind, name }) => [namespace, kind, name])
}

function completeWorkload(namespace: string, workload: Scalable): readonly WaveWorkload[] {
  const { kind, metadata, spec, status } = workload
  const rollout = HAS_ROLLOUT.get(kind)?.(workload)
  const replicas = spec?.replicas ?? 1
  return rollout === undefined || status?.readyReplicas !== replicas
    ? []
    : [{ namespace, kind, name: metadata.name, replicas, rollout }]
}
