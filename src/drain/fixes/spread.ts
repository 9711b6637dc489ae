import type { KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { indexCluster } from '../../model/snapshot/cluster.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { buildSimulatedCluster, type SimPod } from '../cluster/simulated-cluster.ts'
import { quotaRefusal } from '../controllers/quota.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { FixCandidate, Scenario } from './candidate.ts'

/** Templates whose hard spread counts the cordoned node as a domain: `nodeTaintsPolicy: Honor` leaves it out (R9). */
export function spreadFixes(run: SimulationRun, judged: readonly JudgedNode[]): readonly FixCandidate[] {
  const waiting = new Map<string, { readonly workload: KubeObject; readonly pod: SimPod }>()
  for (const { pods } of judged)
    for (const { namespace, name, replacement } of pods) {
      if (!replacement?.why?.includes('topology spread')) continue
      const pod = run.start.simulated.pods.find((one) => one.namespace === namespace && one.name === name)
      const workload = pod === undefined ? undefined : workloadOf(run, pod)
      if (pod !== undefined && workload !== undefined)
        waiting.set(`${workload.kind}/${namespace}/${workload.metadata.name}`, { workload, pod })
    }
  return [...waiting].flatMap(([key, { workload, pod }]) => spreadFix(run, key, workload, pod))
}

function workloadOf(run: SimulationRun, pod: SimPod): KubeObject | undefined {
  const { cluster } = run.start.simulated
  const direct = cluster.owner(pod.namespace, pod.owner)
  return direct === undefined ? undefined : (cluster.owner(pod.namespace, controllerOf(direct)) ?? direct)
}

type Constraints = NonNullable<NonNullable<Pod['spec']>['topologySpreadConstraints']>

function spreadFix(
  run: SimulationRun,
  problem: string,
  workload: KubeObject,
  pod: SimPod,
): readonly FixCandidate[] {
  const template = (
    workload as { spec?: { template?: { spec?: { topologySpreadConstraints?: Constraints } } } }
  ).spec?.template?.spec?.topologySpreadConstraints
  const value = (template ?? []).flatMap(({ whenUnsatisfiable, nodeTaintsPolicy }, index) =>
    whenUnsatisfiable === 'DoNotSchedule' && nodeTaintsPolicy !== 'Honor'
      ? [
          {
            op: 'add',
            path: `/spec/template/spec/topologySpreadConstraints/${index}/nodeTaintsPolicy`,
            value: 'Honor',
          },
        ]
      : [],
  )
  const { apiVersion, kind, metadata } = workload
  // The template of a Job can't be changed.
  if (value.length === 0 || kind === 'Job') return []
  const rolls = kind === 'Deployment' || kind === 'StatefulSet'
  const { name } = metadata
  const untried = unrolled(workload) ?? (kind === 'Deployment' ? quotaRefusal(run.start, pod) : undefined)
  return [
    {
      problem: `spread ${problem}`,
      fix: {
        code: 'honor-node-taints',
        title: `Let the spread of ${kind} ${pod.namespace}/${name} leave cordoned nodes out (nodeTaintsPolicy: Honor)${rolls ? '; this rolls its pods' : ''}`,
        risk: rolls ? 'Disruptive' : 'Low',
        command: shellCommand([
          'kubectl',
          'patch',
          kind.toLowerCase(),
          name,
          '-n',
          pod.namespace,
          '--type',
          'json',
          '-p',
          JSON.stringify(value),
        ]),
        patch: { target: { apiVersion, namespace: pod.namespace, kind, name }, type: 'json', value },
      },
      ...(untried === undefined ? { apply: (scenario) => honoring(scenario, pod) } : { untried }),
    },
  ]
}

/** Why a changed template does not reach all pods of the workload before the drain. */
function unrolled({ kind, spec }: KubeObject & { readonly spec?: Rollout }): string | undefined {
  const { paused, updateStrategy } = spec ?? {}
  if (kind === 'Deployment')
    return paused ? 'the Deployment is paused, so that its new pods still have the old template' : undefined
  if (kind !== 'StatefulSet' || updateStrategy?.type === 'OnDelete')
    return 'its pods keep the old template until they are made again, and a plan takes new pods to be like the old ones'
  return (updateStrategy?.rollingUpdate?.partition ?? 0) > 0
    ? 'the StatefulSet has a partition, and pods below it keep the old template'
    : undefined
}

interface Rollout {
  readonly paused?: boolean
  readonly updateStrategy?: {
    readonly type?: string
    readonly rollingUpdate?: { readonly partition?: number }
  }
}

/** The setting with the pods of one controller as they are after the patch was rolled out. */
function honoring({ simulated, policy }: Scenario, { namespace, owner }: SimPod): Scenario {
  const { snapshot } = simulated.cluster
  const patched = (pod: Pod): Pod =>
    pod.metadata.namespace !== namespace || controllerOf(pod)?.uid !== owner?.uid || pod.spec === undefined
      ? pod
      : {
          ...pod,
          spec: {
            ...pod.spec,
            topologySpreadConstraints: (pod.spec.topologySpreadConstraints ?? []).map((constraint) => ({
              ...constraint,
              nodeTaintsPolicy: 'Honor',
            })),
          },
        }
  const cluster = indexCluster({
    ...snapshot,
    objects: { ...snapshot.objects, pods: snapshot.objects.pods.map(patched) },
  })
  return {
    simulated: {
      ...buildSimulatedCluster(cluster),
      budgets: simulated.budgets,
      resynced: simulated.resynced,
    },
    policy,
  }
}
