import { inNamespace, nameWord, typeAndName } from '../../../model/command/command.ts'
import type { KubeObject, Pod } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import { indexCluster } from '../../../model/snapshot/cluster.ts'
import { refOf } from '../../cluster/reference.ts'
import { buildSimulatedCluster, type SimPod, type SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import { controllersOf } from '../../cluster/workload.ts'
import { quotaDoubt, quotaRefusal } from '../../controllers/quota.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { commandLine } from './command.ts'
import type { RefusingBudget } from './refusing-budgets.ts'

const SCALABLE = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** One replica more of the only controller that a budget covers, made after the cordon, before the drain. */
export function scaleUpFixes({ run, budget, remaining }: RefusingBudget): readonly FixCandidate[] {
  const scales = run.start.tallies.get(budget)?.scales.size
  const pod = remaining[0]?.pod
  if (pod === undefined || scales !== 1) return []
  const controllers = controllersOf(run.start.simulated.cluster, pod.namespace, pod.owner)
  if (controllers === undefined || !SCALABLE.includes(controllers.workload.kind)) return []
  const { workload, direct } = controllers
  const { kind, metadata } = workload
  const { namespace } = pod
  const replicas = replicasOf(workload) + 1
  const name = refOf({ namespace, name: metadata.name })
  const proposal = {
    problem: { code: 'budget-refuses' as const, budget: nameOf(budget) },
    fix: {
      code: 'scale-up' as const,
      key: fixKey('scale-up', kind, name, replicas),
      title: `Run ${replicas} replicas of ${kind} ${name}, and drain when the new one is Ready`,
      risk: 'Low' as const,
      ...commandLine(
        ['kubectl', 'cordon', ...run.nodes.map((node) => nameWord('Node', node))],
        [
          'kubectl',
          'scale',
          typeAndName(kind, metadata.name),
          ...inNamespace(namespace),
          `--replicas=${replicas}`,
        ],
      ),
    },
  }
  const untried =
    quotaRefusal(run.start, pod) ??
    quotaDoubt(run.start, pod) ??
    notMadeAtOnce(run.start.simulated, workload, pod)
  return [
    untried === undefined
      ? {
          ...proposal,
          apply: ({ simulated, policy }) => ({
            simulated: scaled(simulated, [workload, direct], pod),
            policy,
          }),
        }
      : { ...proposal, untried },
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
  const withOneMore = <T extends KubeObject>(list: readonly T[]): readonly T[] =>
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
  const suffix = like.owner?.kind === 'StatefulSet' ? nextOrdinal(simulated, like) : 'scaled'
  const { uid: _uid, finalizers: _finalizers, ...metadata } = like.origin.metadata
  const extra: Pod = {
    ...like.origin,
    metadata: { ...metadata, name: `${like.owner?.name ?? like.name}-${suffix}` },
    spec,
    status: { phase: 'Pending' },
  }
  const cluster = indexCluster({
    ...snapshot,
    objects: {
      ...snapshot.objects,
      deployments: withOneMore(snapshot.objects.deployments),
      replicasets: withOneMore(snapshot.objects.replicasets),
      replicationcontrollers: withOneMore(snapshot.objects.replicationcontrollers),
      statefulsets: withOneMore(snapshot.objects.statefulsets),
      pods: [...snapshot.objects.pods, extra],
    },
  })
  const rebuilt = buildSimulatedCluster(cluster)
  return { ...rebuilt, budgets: simulated.budgets, resynced: new Set(simulated.budgets) }
}

const nextOrdinal = (simulated: SimulatedCluster, { namespace, owner }: SimPod): number =>
  (simulated.byNamespace.get(namespace) ?? []).filter((pod) => pod.owner?.uid === owner?.uid).length
