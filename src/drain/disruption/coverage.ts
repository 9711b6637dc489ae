import type { LabelSelector, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { byLabel, labelKeys, selectorKey } from '../cluster/label-index.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { budgetMatches } from './budget.ts'

/** What decides which budgets a pod has, and what they count of it. */
export const BUDGET_READS: readonly PodField[] = ['namespace', 'labels', 'owner', 'ready', 'terminating']

const NONE: readonly never[] = []
const podsByBudget = new WeakMap<SimulatedCluster['pods'], WeakMap<PodDisruptionBudget, readonly SimPod[]>>()

/** The pods of the snapshot that a budget matches; looked up once for all variants of a simulated cluster. */
export function podsOfBudget(simulated: SimulatedCluster, budget: PodDisruptionBudget): readonly SimPod[] {
  const known = podsByBudget.get(simulated.pods) ?? new WeakMap<PodDisruptionBudget, readonly SimPod[]>()
  podsByBudget.set(simulated.pods, known)
  const pods =
    known.get(budget) ??
    podsThatMayMatch(simulated, budget.metadata.namespace ?? '', budget.spec?.selector).filter((pod) =>
      budgetMatches(budget, pod),
    )
  known.set(budget, pods)
  return pods
}

const podsByLabel = new WeakMap<readonly SimPod[], ReadonlyMap<string, readonly SimPod[]>>()

/** The pods of a namespace that a selector can mean: those with one of its labels. */
export function podsThatMayMatch(
  { byNamespace }: SimulatedCluster,
  namespace: string,
  selector: LabelSelector | null | undefined,
): readonly SimPod[] {
  const pods = byNamespace.get(namespace) ?? NONE
  const indexed = podsByLabel.get(pods) ?? byLabel(pods)
  podsByLabel.set(pods, indexed)
  return indexed.get(selectorKey(selector)) ?? NONE
}

interface Covering {
  /** By namespace and {@link selectorKey}. */
  readonly bySelector: ReadonlyMap<string, readonly PodDisruptionBudget[]>
  readonly order: ReadonlyMap<PodDisruptionBudget, number>
  readonly byPod: WeakMap<SimPod, readonly PodDisruptionBudget[]>
}

const covering = new WeakMap<SimulatedCluster['budgets'], Covering>()

function coveringOf({ budgets }: SimulatedCluster): Covering {
  const known = covering.get(budgets) ?? {
    bySelector: Map.groupBy(
      budgets,
      ({ metadata, spec }) => `${metadata.namespace ?? ''}/${selectorKey(spec?.selector)}`,
    ),
    order: new Map(budgets.map((budget, index) => [budget, index])),
    byPod: new WeakMap<SimPod, readonly PodDisruptionBudget[]>(),
  }
  covering.set(budgets, known)
  return known
}

/** Some of the simulated cluster's budgets, in its order. */
export function inClusterOrder(
  simulated: SimulatedCluster,
  some: Iterable<PodDisruptionBudget>,
): readonly PodDisruptionBudget[] {
  const { order } = coveringOf(simulated)
  return [...some].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
}

/** The budgets that match a pod, in the order of the simulated cluster's budgets. */
export function budgetsOfPod(simulated: SimulatedCluster, given: SimPod): readonly PodDisruptionBudget[] {
  const pod = given.sameAs ?? given
  const { bySelector, byPod } = coveringOf(simulated)
  const found =
    byPod.get(pod) ??
    inClusterOrder(
      simulated,
      labelKeys(pod.labels)
        .flatMap((key) => bySelector.get(`${pod.namespace}/${key}`) ?? NONE)
        .filter((budget) => budgetMatches(budget, pod)),
    )
  byPod.set(pod, found)
  return found
}
