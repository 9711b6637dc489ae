import type { KubeObject, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { matchesMap } from '../../model/kubernetes/selector.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { refOf } from '../cluster/reference.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { controllersOf } from '../cluster/workload.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { trackedBudgets } from '../state/state.ts'
import type { ServiceBackends, SinglePoint } from '../types/loss.ts'
import type { WaveService } from '../types/wave.ts'
import { replacementOutcomes } from './nodes/replacement-outcomes.ts'

/**
 * Services that lose ready backends while a node drains, at worst, in the order of the nodes: pods without a budget
 * all go at the same moment, those of a budget as many as it allows. Undefined where Services were not read.
 */
export function serviceBackends(run: SimulationRun): readonly ServiceBackends[] | undefined {
  const { simulated } = run.start
  const taken = run.nodes.map((node) => ({
    node,
    pods: goingPods(run, node).filter((pod) => isReadyAtStart(run, pod)),
  }))
  const namespaces = new Set(taken.flatMap(({ pods }) => pods.map(({ namespace }) => namespace)))
  if ([...namespaces].some((namespace) => !simulated.cluster.wasRead('services', namespace))) return undefined
  const lost = lostPods(run)
  return sortedBy(simulated.cluster.objects.services, ({ metadata }) => [
    metadata.namespace ?? '',
    metadata.name,
  ]).flatMap(({ metadata, spec }): ServiceBackends[] => {
    const { namespace = '', name } = metadata
    if (!namespaces.has(namespace)) return []
    const isBackend = (pod: SimPod) =>
      pod.namespace === namespace && isReadyAtStart(run, pod) && matchesMap(spec?.selector, pod.labels)
    const made = [...run.start.ready].filter((pod) => pod.created && isBackend(pod))
    const ready = (simulated.byNamespace.get(namespace) ?? []).filter(isBackend).length + made.length
    const earlier: SimPod[] = []
    return taken.flatMap(({ node, pods }): ServiceBackends[] => {
      const backends = pods.filter(isBackend)
      const down = downAtOnce(run, [...earlier, ...backends])
      earlier.push(...backends.filter((pod) => lost.has(pod)))
      if (backends.length === 0) return []
      return [{ namespace, name, node, readyBefore: ready, readyLowest: Math.max(0, ready - down) }]
    })
  })
}

/** Whether a pod is Ready when the run begins: in the snapshot, or in the place of a pod that went in an earlier wave. */
const isReadyAtStart = ({ start }: SimulationRun, pod: SimPod): boolean =>
  (pod.created ? start.ready.has(pod) : pod.ready && !pod.terminating) &&
  !start.deleted.has(pod) &&
  !start.terminating.has(pod)

/** The Services that lose ready backends while a wave drains, each with its worst moment. */
export function waveServices(run: SimulationRun): readonly WaveService[] | undefined {
  const backends = serviceBackends(run)
  if (backends === undefined) return undefined
  const worst = new Map<string, WaveService>()
  for (const { node: _node, ...one } of backends) {
    const key = refOf(one)
    const known = worst.get(key)
    if (known === undefined || one.readyLowest < known.readyLowest) worst.set(key, one)
  }
  return [...worst.values()]
}

/** At most so many of these pods are away at the same moment. */
function downAtOnce(run: SimulationRun, pods: readonly SimPod[]): number {
  let down = 0
  for (const [budget, own] of podsByBudget(run, pods)) {
    const allowed =
      budget === undefined ? own.length : (run.start.budgetStatus.get(budget)?.disruptionsAllowed ?? 0)
    down += Math.min(own.length, allowed)
  }
  return down
}

/** Pods that do not come back on some course. */
function lostPods(run: SimulationRun): ReadonlySet<SimPod> {
  const lost = new Set<SimPod>()
  for (const { final } of run.courses)
    for (const [pod, { fate }] of replacementOutcomes(run.start, final, run.nodes))
      if (fate !== 'Lands' && fate !== 'Preempts') lost.add(pod)
  return lost
}

interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number }
}

/**
 * Workloads whose only replica the drain takes without any budget objecting: kubectl says nothing, and the workload
 * is away until its replacement is Ready. Sorted by namespace, kind and name.
 */
export function singlePoints(run: SimulationRun): readonly SinglePoint[] {
  const { cluster } = run.start.simulated
  const found = run.nodes.flatMap((node) =>
    goingPods(run, node).flatMap((pod): SinglePoint[] => {
      if (!isServing(pod) || trackedBudgets(run.start, pod).length > 0) return []
      const { namespace } = pod
      const workload: Scalable | undefined = controllersOf(cluster, namespace, pod.owner)?.workload
      if (workload?.spec?.replicas !== 1) return []
      return [{ namespace, kind: workload.kind, name: workload.metadata.name, pod: pod.name, node }]
    }),
  )
  return sortedBy(found, ({ namespace, kind, name }) => [namespace, kind, name])
}

/** Whether somebody misses a pod that goes. */
const isServing = ({ created, finished, terminating, ready }: SimPod): boolean =>
  ready && !created && !finished && !terminating

/** The pods that the drainer takes from a node, on the first course that gets there. */
export function drainedPods(run: SimulationRun, node: string): readonly SimPod[] {
  const index = run.nodes.indexOf(node)
  for (const { ends } of run.courses) {
    const end = ends[index]
    if (end?.type === 'Ended') return end.taken
  }
  return []
}

/** Of the pods that the drainer takes from a node, those that go on some course, or at least end. */
function goingPods(run: SimulationRun, node: string): readonly SimPod[] {
  const index = run.nodes.indexOf(node)
  const going = new Set<SimPod>()
  for (const { ends } of run.courses) {
    const end = ends[index]
    if (end?.type !== 'Ended') continue
    const staying = new Set(end.remaining.flatMap(({ why, pod }) => (why === 'Terminating' ? [] : [pod])))
    for (const pod of end.taken) if (!staying.has(pod)) going.add(pod)
  }
  return [...going]
}

/** Pods by the budget of which their evictions take a disruption; those that take none under undefined. */
export function podsByBudget(
  run: SimulationRun,
  pods: readonly SimPod[],
): ReadonlyMap<PodDisruptionBudget | undefined, readonly SimPod[]> {
  const groups = new Map<PodDisruptionBudget | undefined, SimPod[]>()
  for (const pod of pods) {
    const ready = (pod.ready && !pod.terminating) || run.start.ready.has(pod)
    const [budget] = ready ? trackedBudgets(run.start, pod) : []
    groups.set(budget, [...(groups.get(budget) ?? []), pod])
  }
  return groups
}
