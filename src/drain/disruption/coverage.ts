import type { LabelSelector, PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { derived } from '../cluster/derived.ts'
import { byLabel, labelKeys, selectorKey } from '../cluster/label-index.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { budgetMatches } from './budget.ts'

/** What decides which budgets a pod has, and what they count of it. */
export const BUDGET_READS: readonly PodField[] = ['namespace', 'labels', 'owner', 'ready', 'terminating']

const NONE: readonly never[] = []
const podsByBudget = derived((_pods: SimulatedCluster['pods']) =>
  derived((budget: PodDisruptionBudget, simulated: SimulatedCluster) =>
    podsThatMayMatch(simulated, budget.metadata.namespace ?? '', budget.spec?.selector).filter((pod) =>
      budgetMatches(budget, pod),
    ),
  ),
)

/** The pods of the snapshot that a budget matches; looked up once for all variants of a simulated cluster. */
export const podsOfBudget = (simulated: SimulatedCluster, budget: PodDisruptionBudget): readonly SimPod[] =>
  podsByBudget(simulated.pods)(budget, simulated)

const podsByLabel = derived((pods: readonly SimPod[]) => byLabel(pods))

/** The pods of a namespace that a selector can mean: those with one of its labels. */
export function podsThatMayMatch(
  { byNamespace }: SimulatedCluster,
  namespace: string,
  selector: LabelSelector | null | undefined,
): readonly SimPod[] {
  return podsByLabel(byNamespace.get(namespace) ?? NONE).get(selectorKey(selector)) ?? NONE
}

interface Covering {
  /** The place of each budget in the list. */
  readonly order: ReadonlyMap<PodDisruptionBudget, number>
  /** The budgets that match a pod, in the order of the list. */
  readonly ofPod: (pod: SimPod) => readonly PodDisruptionBudget[]
}

const coveringOf = derived((budgets: SimulatedCluster['budgets']): Covering => {
  const order = new Map(budgets.map((budget, index) => [budget, index]))
  const bySelector: ReadonlyMap<string, readonly PodDisruptionBudget[]> = Map.groupBy(
    budgets,
    ({ metadata, spec }) => `${metadata.namespace ?? ''}/${selectorKey(spec?.selector)}`,
  )
  const ofPod = (pod: SimPod) =>
    inOrder(
      order,
      labelKeys(pod.labels)
        .flatMap((key) => bySelector.get(`${pod.namespace}/${key}`) ?? NONE)
        .filter((budget) => budgetMatches(budget, pod)),
    )
  return { order, ofPod: derived(ofPod) }
})

const inOrder = (
  order: Covering['order'],
  some: Iterable<PodDisruptionBudget>,
): readonly PodDisruptionBudget[] => [...some].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))

/** Some of the simulated cluster's budgets, in its order. */
export const inClusterOrder = (
  { budgets }: SimulatedCluster,
  some: Iterable<PodDisruptionBudget>,
): readonly PodDisruptionBudget[] => inOrder(coveringOf(budgets).order, some)

/** The budgets that match a pod, in the order of the simulated cluster's budgets. */
export const budgetsOfPod = ({ budgets }: SimulatedCluster, pod: SimPod): readonly PodDisruptionBudget[] =>
  coveringOf(budgets).ofPod(pod.sameAs ?? pod)
