import { nameWord } from '../../../model/command/command.ts'
import type { KubeObject, Pod } from '../../../model/kubernetes/objects.ts'
import { nameOf } from '../../../model/kubernetes/reference.ts'
import { indexCluster } from '../../../model/snapshot/cluster.ts'
import { refOf } from '../../cluster/reference.ts'
import { buildSimulatedCluster, type SimPod, type SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import { controllersOf } from '../../cluster/workload.ts'
import { quotaDoubt, quotaRefusal } from '../../controllers/quota.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { commandLine, undoLine } from './command.ts'
import type { RefusingBudget } from './refusing-budgets.ts'
import { mustBeAlone, wayToScale, whyNotBeside } from './scaling.ts'

const SCALABLE = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** One replica more of the controller of a pod that a budget keeps, made after the cordon, before the drain. */
export function scaleUpFixes(refusing: RefusingBudget): readonly FixCandidate[] {
  const { run, budget, remaining } = refusing
  const pod = remaining[0]?.pod
  if (pod === undefined) return []
  const { simulated } = run.start
  const controllers = controllersOf(simulated.cluster, pod.namespace, pod.owner)
  if (controllers === undefined || !SCALABLE.includes(controllers.workload.kind)) return []
  const { workload, direct } = controllers
  if (mustBeAlone({ simulated, workload, pod })) return []
  const replicas = replicasOf(workload)
  const name = refOf({ namespace: pod.namespace, name: workload.metadata.name })
  const way = wayToScale(simulated.cluster, workload, replicas)
  const proposal = {
    problem: { code: 'budget-refuses' as const, budget: nameOf(budget) },
    fix: {
      code: 'scale-up' as const,
      key: fixKey('scale-up', workload.kind, name, replicas + 1),
      title: `${way.title}, and drain when the new pod is Ready; afterwards back to ${way.before}`,
      risk: 'Low' as const,
      ...commandLine(
        ['kubectl', 'cordon', ...run.nodes.map((node) => nameWord('Node', node))],
        ...way.commands,
      ),
      ...undoLine(...way.undo.map((words) => ({ words }))),
      ...(way.assumes.length === 0 ? {} : { assumes: way.assumes }),
    },
  }
  const untried =
    way.untried ??
    quotaRefusal(run.start, pod) ??
    quotaDoubt(run.start, pod) ??
    whyNotBeside({ simulated, workload, pod })
  return [
    untried === undefined
      ? {
          ...proposal,
          apply: (scenario) => ({
            simulated: scaled(scenario.simulated, [workload, direct], pod),
            policy: scenario.policy,
          }),
        }
      : { ...proposal, untried },
  ]
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
