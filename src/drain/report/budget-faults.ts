import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { nameOf } from '../../model/kubernetes/reference.ts'
import { matchesSelector } from '../../model/kubernetes/selector.ts'
import { compareText, sortedBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { budgetsOfPod, podsOfBudget } from '../disruption/coverage.ts'
import type { BudgetFault } from '../types/budget.ts'
import { neverAllowing } from './never-allowing.ts'

/**
 * Faults of the budgets over pods of these nodes, and of budgets that select no pod in the namespaces of these pods, by
 * namespace and name (docs/reference/disruption-budgets.md#B3, #B9, docs/reference/eviction.md#E5, #E6).
 */
export function budgetFaults(simulated: SimulatedCluster, nodes: readonly string[]): readonly BudgetFault[] {
  const asked = new Set(nodes)
  const namespaces = new Set(
    nodes.flatMap((node) => simulated.byNodeAll(node)).map(({ namespace }) => namespace),
  )
  const onAsked = (pods: readonly SimPod[]) =>
    [...new Set(pods.map(({ boundTo }) => simulated.nodes[boundTo ?? -1]?.name ?? ''))]
      .filter((node) => asked.has(node))
      .sort(compareText)
  const found = simulated.budgets.flatMap((budget): BudgetFault[] => {
    const { namespace = '', name } = budget.metadata
    if (!namespaces.has(namespace)) return []
    const pods = podsOfBudget(simulated, budget)
    const fault = (code: BudgetFault['code'], why: string, concerned: readonly SimPod[]): BudgetFault[] => {
      const where = onAsked(concerned)
      return where.length === 0 ? [] : [{ namespace, name, code, why, nodes: where }]
    }
    if (pods.length === 0)
      return selectsWorkload(simulated, budget)
        ? []
        : [
            {
              namespace,
              name,
              code: 'selects-nothing',
              why: 'selects no pod, and so protects none',
              nodes: [],
            },
          ]
    const shared = pods.filter((pod) => budgetsOfPod(simulated, pod).length > 1)
    const others = new Set(
      shared.flatMap((pod) => budgetsOfPod(simulated, pod)).filter((one) => one !== budget),
    )
    const unready = pods.filter((pod) => !pod.ready && !pod.finished && !pod.starting && !pod.terminating)
    return [
      ...fault(
        'overlaps',
        `shares pods with ${listed([...others].map(nameOf).sort(compareText))}, and the eviction of such a pod is an error`,
        shared,
      ),
      ...(budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow'
        ? []
        : fault(
            'guards-unready',
            `protects ${plural(unready.length, 'pod')} that ${unready.length === 1 ? 'is' : 'are'} not Ready, too: unhealthyPodEvictionPolicy is not AlwaysAllow`,
            unready,
          )),
    ]
  })
  const never = neverAllowing(simulated, nodes).map((one) => ({
    ...one,
    code: 'never-allows' as const,
    why: `never allows an eviction: ${one.why}`,
  }))
  return sortedBy([...never, ...found], ({ namespace, name, code }) => [namespace, name, code])
}

/** Whether the budget means a workload that has no pods now. */
const selectsWorkload = ({ cluster }: SimulatedCluster, { metadata, spec }: PodDisruptionBudget): boolean =>
  cluster
    .workloads()
    .some(
      ({ namespace, template }) =>
        namespace === metadata.namespace && matchesSelector(spec?.selector, template?.metadata?.labels ?? {}),
    )
