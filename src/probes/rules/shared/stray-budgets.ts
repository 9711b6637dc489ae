import type { PodDisruptionBudget } from '../../../model/kubernetes/objects.ts'
import { matchesSelector } from '../../../model/kubernetes/selector.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import type { RuleSubject } from '../rule.ts'
import { budgetsOf } from './serving.ts'

/**
 * Budgets that select nothing in the namespace of a workload without a budget, and that seem to be meant for it: they
 * have its name, or a label of theirs has, or theirs is the only workload that they agree with in a label.
 */
export function strayBudgets(subject: RuleSubject): readonly PodDisruptionBudget[] {
  if (budgetsOf(subject)?.length !== 0) return []
  const { cluster, workload } = subject
  return cluster.objects.poddisruptionbudgets.filter(
    (budget) =>
      budget.metadata.namespace === workload.namespace &&
      selectsNothing(cluster, budget) &&
      (hasName(budget, workload) || isOnlyAlike(cluster, budget, workload)),
  )
}

const selectsNothing = (cluster: Cluster, { metadata: { namespace }, spec }: PodDisruptionBudget): boolean =>
  !cluster
    .workloads()
    .some((one) => one.namespace === namespace && matchesSelector(spec?.selector, labelsOf(one))) &&
  !cluster.objects.pods.some(
    ({ metadata }) =>
      metadata.namespace === namespace && matchesSelector(spec?.selector, metadata.labels ?? {}),
  )

const labelsOf = ({ template }: Workload): Readonly<Record<string, string>> =>
  template?.metadata?.labels ?? {}

const pairsOf = ({ spec }: PodDisruptionBudget): readonly [string, string][] =>
  Object.entries(spec?.selector?.matchLabels ?? {})

const hasName = (budget: PodDisruptionBudget, { name }: Workload): boolean =>
  budget.metadata.name === name ||
  budget.metadata.name.startsWith(`${name}-`) ||
  budget.metadata.name.endsWith(`-${name}`) ||
  pairsOf(budget).some(([, value]) => value === name)

function isOnlyAlike(cluster: Cluster, budget: PodDisruptionBudget, workload: Workload): boolean {
  const alike = cluster
    .workloads()
    .filter(
      (one) =>
        one.namespace === workload.namespace &&
        pairsOf(budget).some(([key, value]) => labelsOf(one)[key] === value),
    )
  return alike.length === 1 && alike[0] === workload
}
