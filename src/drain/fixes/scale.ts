import type { KubeObject, Pod, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { indexCluster } from '../../model/snapshot/cluster.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { buildSimulatedCluster, type SimPod, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { quotaDoubt, quotaRefusal } from '../controllers/quota.ts'
import type { RemainingPod } from '../simulation/drain-node.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { FixCandidate } from './candidate.ts'

const SCALABLE = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** One replica more of the only controller that a budget covers, made after the cordon, before the drain. */
export function scaledUp(
  run: SimulationRun,
  budget: PodDisruptionBudget,
  remaining: readonly RemainingPod[],
  problem: string,
): readonly FixCandidate[] {
  const { cluster } = run.start.simulated
  const scales = [...(run.start.tallies.get(budget)?.scales.values() ?? [])]
  const pod = remaining[0]?.pod
  if (pod === undefined || scales.length !== 1) return []
  const direct = cluster.owner(pod.namespace, pod.owner)
  if (direct === undefined) return []
  const workload = cluster.owner(pod.namespace, controllerOf(direct)) ?? direct
  if (!SCALABLE.includes(workload.kind)) return []
  const untried =
    quotaRefusal(run.start, pod) ??
    quotaDoubt(run.start, pod) ??
    notMadeAtOnce(run.start.simulated, workload, pod)
  const replicas = replicasOf(workload)
  const { name } = workload.metadata
  const command = [
    shellCommand(['kubectl', 'cordon', ...run.nodes]),
    shellCommand([
      'kubectl',
      'scale',
      `${workload.kind.toLowerCase()}/${name}`,
      '-n',
      pod.namespace,
      `--replicas=${replicas + 1}`,
    ]),
  ].join(' && ')
  return [
    {
      problem,
      fix: {
        code: 'scale-up',
        title: `Run ${replicas + 1} replicas of ${workload.kind} ${pod.namespace}/${name}, and drain when the new one is Ready`,
        risk: 'Low',
        command,
      },
      ...(untried === undefined
        ? {
            apply: ({ simulated, policy }) => ({
              simulated: scaled(simulated, [workload, direct], pod),
              policy,
            }),
          }
        : { untried }),
    },
  ]
}

/** Why it is not known that one replica more runs at once. */
function notMadeAtOnce(
  { byNamespace }: SimulatedCluster,
  workload: KubeObject,
  pod: SimPod,
): string | undefined {
  const { spec = {} } = workload as { spec?: Scaled }
  if (workload.kind !== 'StatefulSet') return undefined
  if ((spec.volumeClaimTemplates ?? []).length > 0)
    return 'whether its new pod gets a volume depends on the provisioner'
  const siblings = (byNamespace.get(pod.namespace) ?? []).filter((one) => one.owner?.uid === pod.owner?.uid)
  return spec.podManagementPolicy !== 'Parallel' && siblings.some(({ ready }) => !ready)
    ? 'the StatefulSet makes no new pod before all others are Ready'
    : undefined
}

interface Scaled {
  readonly volumeClaimTemplates?: readonly unknown[]
  readonly podManagementPolicy?: string
}

const replicasOf = (object: KubeObject): number =>
  (object as { spec?: { replicas?: number } }).spec?.replicas ?? 1

/** The simulated cluster with one more pod of the same template waiting for the scheduler, and its budgets counted anew. */
function scaled(simulated: SimulatedCluster, objects: readonly KubeObject[], like: SimPod): SimulatedCluster {
  const { snapshot } = simulated.cluster
  const grown = <T extends KubeObject>(list: readonly T[]): readonly T[] =>
    list.map((object) =>
      objects.some(
        (one) =>
          one.kind === object.kind &&
          one.metadata.uid === object.metadata.uid &&
          one.metadata.name === object.metadata.name &&
          one.metadata.namespace === object.metadata.namespace,
      )
        ? { ...object, spec: { ...(object as { spec?: object }).spec, replicas: replicasOf(object) + 1 } }
        : object,
    )
  const { nodeName: _nodeName, ...spec } = like.origin.spec ?? { containers: [] }
  const ordinal = `${like.owner?.name ?? like.name}-${like.owner?.kind === 'StatefulSet' ? nextOrdinal(simulated, like) : 'scaled'}`
  const { uid: _uid, finalizers: _finalizers, ...metadata } = like.origin.metadata
  const extra: Pod = {
    ...like.origin,
    metadata: { ...metadata, name: ordinal },
    spec,
    status: { phase: 'Pending' },
  }
  const cluster = indexCluster({
    ...snapshot,
    objects: {
      ...snapshot.objects,
      deployments: grown(snapshot.objects.deployments),
      replicasets: grown(snapshot.objects.replicasets),
      replicationcontrollers: grown(snapshot.objects.replicationcontrollers),
      statefulsets: grown(snapshot.objects.statefulsets),
      pods: [...snapshot.objects.pods, extra],
    },
  })
  const rebuilt = buildSimulatedCluster(cluster)
  return { ...rebuilt, budgets: simulated.budgets, resynced: new Set(simulated.budgets) }
}

const nextOrdinal = (simulated: SimulatedCluster, { namespace, owner }: SimPod): number =>
  (simulated.byNamespace.get(namespace) ?? []).filter((pod) => pod.owner?.uid === owner?.uid).length
