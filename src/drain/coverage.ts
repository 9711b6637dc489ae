import type { PodDisruptionBudget } from '../model/kubernetes.ts'
import { groupBy } from '../model/text.ts'
import { budgetMatches } from './budget.ts'
import type { SimPod, World } from './world.ts'

const NONE: readonly never[] = []
const podsByBudget = new WeakMap<World['pods'], WeakMap<PodDisruptionBudget, readonly SimPod[]>>()

/** The pods of the snapshot that a budget matches; looked up once for all variants of a world. */
export function podsUnder(world: World, budget: PodDisruptionBudget): readonly SimPod[] {
  const known = podsByBudget.get(world.pods) ?? new WeakMap<PodDisruptionBudget, readonly SimPod[]>()
  podsByBudget.set(world.pods, known)
  const pods =
    known.get(budget) ??
    (world.byNamespace.get(budget.metadata.namespace ?? '') ?? NONE).filter((pod) =>
      budgetMatches(budget, pod),
    )
  known.set(budget, pods)
  return pods
}

interface Covering {
  readonly byNamespace: ReadonlyMap<string, readonly PodDisruptionBudget[]>
  readonly byPod: WeakMap<SimPod, readonly PodDisruptionBudget[]>
}

const covering = new WeakMap<World['budgets'], Covering>()

/** The budgets that match a pod, in the order of the world's budgets. */
export function budgetsOver({ budgets }: World, given: SimPod): readonly PodDisruptionBudget[] {
  const pod = given.like ?? given
  const known = covering.get(budgets) ?? {
    byNamespace: groupBy(budgets, ({ metadata }) => metadata.namespace ?? ''),
    byPod: new WeakMap<SimPod, readonly PodDisruptionBudget[]>(),
  }
  covering.set(budgets, known)
  const found =
    known.byPod.get(pod) ??
    (known.byNamespace.get(pod.namespace) ?? NONE).filter((budget) => budgetMatches(budget, pod))
  known.byPod.set(pod, found)
  return found
}
