import type { KubeObject, Pod } from '../../../model/kubernetes/objects.ts'
import { controllerOf } from '../../../model/kubernetes/reference.ts'
import { indexCluster } from '../../../model/snapshot/cluster.ts'
import { refOf } from '../../cluster/reference.ts'
import { buildSimulatedCluster, type SimPod } from '../../cluster/simulated-cluster.ts'
import { controllersOf } from '../../cluster/workload.ts'
import { quotaRefusal } from '../../controllers/quota.ts'
import type { JudgedNode } from '../../report/nodes/judged-nodes.ts'
import type { FilterFailureCode } from '../../scheduler/filters/index.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import { type FixCandidate, fixKey, type Scenario } from '../candidate.ts'
import { afterChange } from './changed-object.ts'
import { patched } from './patch.ts'

/** What the scheduler says of nodes that a hard spread excludes. */
const SPREAD: readonly FilterFailureCode[] = ['TopologySpreadSkew', 'TopologyLabelMissing']

/**
 * Templates whose hard spread counts the cordoned node as a domain: `nodeTaintsPolicy: Honor` leaves it out
 * (docs/reference/scheduler.md#R9).
 */
export function spreadFixes(run: SimulationRun, judged: readonly JudgedNode[]): readonly FixCandidate[] {
  const { pods: all, cluster } = run.start.simulated
  const waiting = new Map<string, { readonly workload: KubeObject; readonly pod: SimPod }>()
  for (const { pods } of judged)
    for (const { namespace, name, replacement } of pods) {
      if (!SPREAD.some((code) => replacement?.blockedBy.has(code))) continue
      const pod = all.find((one) => one.namespace === namespace && one.name === name)
      const workload =
        pod === undefined ? undefined : controllersOf(cluster, pod.namespace, pod.owner)?.workload
      if (pod !== undefined && workload !== undefined)
        waiting.set(`${workload.kind} ${namespace}/${workload.metadata.name}`, { workload, pod })
    }
  return [...waiting.values()].flatMap(({ workload, pod }) => spreadFix(run, workload, pod))
}

type Constraints = NonNullable<NonNullable<Pod['spec']>['topologySpreadConstraints']>

interface Templated extends KubeObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly topologySpreadConstraints?: Constraints } }
  }
}

/** Kinds that replace their pods by themselves when their template changes. */
const ROLLING: readonly string[] = ['Deployment', 'StatefulSet']

function spreadFix(run: SimulationRun, workload: Templated, pod: SimPod): readonly FixCandidate[] {
  const { apiVersion, kind, metadata, spec } = workload
  const policies = ignoringTaints(spec?.template?.spec?.topologySpreadConstraints ?? [])
  // The template of a Job can't be changed.
  if (policies.length === 0 || kind === 'Job') return []
  const { namespace } = pod
  const target = { apiVersion, namespace, kind, name: metadata.name }
  const rolls = ROLLING.includes(kind)
  const { assumes, untried: owned } = afterChange(workload)
  const proposal = {
    problem: { code: 'spread' as const, kind, workload: refOf(target) },
    fix: {
      code: 'honor-node-taints' as const,
      key: fixKey('honor-node-taints', kind, refOf(target)),
      title: `Let the spread of ${kind} ${refOf(target)} leave cordoned nodes out (nodeTaintsPolicy: Honor)${rolls ? '; this rolls its pods' : ''}`,
      risk: rolls ? ('Disruptive' as const) : ('Low' as const),
      ...patched(kind.toLowerCase(), target, {
        type: 'json',
        value: policies.map(honored),
        undo: policies.map(asBefore),
      }),
      ...(assumes.length === 0 ? {} : { assumes }),
    },
  }
  const untried =
    owned ?? unrolled(workload) ?? (kind === 'Deployment' ? quotaRefusal(run.start, pod) : undefined)
  return [
    untried === undefined
      ? { ...proposal, apply: (scenario) => honoring(scenario, pod) }
      : { ...proposal, untried },
  ]
}

/** A template's constraint, and what it says of taints; absent where the API server's default is meant. */
interface TaintsPolicy {
  readonly path: string
  readonly before?: string
}

const ignoringTaints = (constraints: Constraints): readonly TaintsPolicy[] =>
  constraints.flatMap(({ whenUnsatisfiable, nodeTaintsPolicy }, index) =>
    whenUnsatisfiable === 'DoNotSchedule' && nodeTaintsPolicy !== 'Honor'
      ? [
          {
            path: `/spec/template/spec/topologySpreadConstraints/${index}/nodeTaintsPolicy`,
            ...(nodeTaintsPolicy === undefined ? {} : { before: nodeTaintsPolicy }),
          },
        ]
      : [],
  )

/** Operations of a JSON patch. */
const honored = ({ path }: TaintsPolicy) => ({ op: 'add', path, value: 'Honor' })
const asBefore = ({ path, before }: TaintsPolicy) =>
  before === undefined ? { op: 'remove', path } : { op: 'replace', path, value: before }

/** Why a changed template does not reach all pods of the workload before the drain. */
function unrolled(workload: KubeObject): string | undefined {
  const { kind, spec } = workload as KubeObject & { readonly spec?: Rollout }
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

/** The scenario with the pods of one controller as they are after the patch was rolled out. */
function honoring({ simulated, policy }: Scenario, { namespace, owner }: SimPod): Scenario {
  const { snapshot } = simulated.cluster
  const withHonor = (pod: Pod): Pod =>
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
    objects: { ...snapshot.objects, pods: snapshot.objects.pods.map(withHonor) },
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
