import type { DrainPlanDocument } from '../../../src/drain/document.ts'
import type { Pod, PodDisruptionBudget } from '../../../src/model/kubernetes/objects.ts'
import { controllerOf } from '../../../src/model/kubernetes/reference.ts'
import { matchesSelector } from '../../../src/model/kubernetes/selector.ts'
import { type DrainOutcome, judgeDrain } from '../../helpers/drain-judge.ts'

/** What a drain left behind, beyond what the recordings tell. */
export interface Observed {
  readonly outcome: DrainOutcome
  readonly budgets: readonly PodDisruptionBudget[]
  /** `namespace/name` of the pods of nodes that were not drained and that are gone. */
  readonly goneElsewhere: readonly string[]
}

/**
 * Where the plan and the drain disagree: exit code, pods that went and stayed, replacements that wait, the nodes of
 * those that do not, pods that were preempted, and the numbers of the budgets.
 */
export function disagreements(
  plan: DrainPlanDocument,
  before: readonly Pod[],
  { outcome, budgets, goneElsewhere }: Observed,
): readonly string[] {
  return [
    ...drainNotes(plan, outcome, before),
    ...placeNotes(plan, outcome),
    ...victimNotes(plan, before, goneElsewhere),
    ...budgetNotes(plan, withOwnPods(budgets, before)),
  ]
}

const plannedPods = (plan: DrainPlanDocument) => plan.nodes.flatMap(({ pods }) => pods)

/** Whether the plan names one course of events, and not several or none. */
const isDefinite = (plan: DrainPlanDocument): boolean =>
  plan.nodes.every(({ verdict }) => verdict !== 'OrderDependent' && verdict !== 'Unknown') &&
  plannedPods(plan).every(
    ({ outcome, replacement }) => outcome !== 'Either' && replacement?.fate !== 'Either',
  )

const ownerOf = (pod: Pod | undefined): string => {
  const owner = pod === undefined ? undefined : controllerOf(pod)
  return owner === undefined ? `Pod/${pod?.metadata.name}` : `${owner.kind}/${owner.name}`
}

const plannedVictims = (plan: DrainPlanDocument): readonly string[] => [
  ...new Set(plannedPods(plan).flatMap(({ replacement }) => replacement?.preempts ?? [])),
]

/**
 * What the drain of the pods themselves got wrong. The pods that come after those that the plan says are preempted
 * wait, or have taken the place of others of their owner: as many waiting pods of each owner are left out as agree
 * best.
 */
function drainNotes(
  plan: DrainPlanDocument,
  outcome: DrainOutcome,
  before: readonly Pod[],
): readonly string[] {
  const notesOf = (one: DrainOutcome) => judgeDrain(plan, one).notes
  const victims = plannedVictims(plan).map((victim) =>
    ownerOf(before.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === victim)),
  )
  let best = outcome
  for (const owner of new Set(victims)) {
    let fewer = best
    for (const _victim of victims.filter((one) => one === owner)) {
      const place = fewer.pending.findIndex((pod) => pod.owner === owner)
      fewer = { ...fewer, pending: fewer.pending.filter((_, index) => index !== place) }
      if (notesOf(fewer).length < notesOf(best).length) best = fewer
    }
  }
  return notesOf(best)
}

/** Replacements that landed where the plan says they cannot. */
function placeNotes(plan: DrainPlanDocument, outcome: DrainOutcome): readonly string[] {
  const possible = new Map<string, Set<string>>()
  for (const { owner, replacement } of plannedPods(plan)) {
    const key = `${owner?.kind}/${owner?.name}`
    const nodes = possible.get(key) ?? new Set<string>()
    for (const node of replacement?.nodes ?? []) nodes.add(node)
    possible.set(key, nodes)
  }
  return outcome.landed.flatMap(({ owner, name, node }) => {
    const nodes = possible.get(owner ?? '')
    return nodes === undefined || nodes.size === 0 || nodes.has(node ?? '')
      ? []
      : [`${name} landed on ${node}, planned ${[...nodes].join(' or ')}`]
  })
}

/** Equal pods are not told apart: victims are compared by their owners. A Job that fails takes its other pods along. */
function victimNotes(
  plan: DrainPlanDocument,
  before: readonly Pod[],
  goneElsewhere: readonly string[],
): readonly string[] {
  const byName = new Map(before.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]))
  const owners = (names: readonly string[]) => [...new Set(names.map((name) => ownerOf(byName.get(name))))]
  const failing = plannedPods(plan)
    .filter(({ owner, replacement }) => owner?.kind === 'Job' && replacement?.fate === 'None')
    .map(({ owner }) => `Job/${owner?.name}`)
  const planned = [...owners(plannedVictims(plan)), ...failing]
  return owners(goneElsewhere)
    .filter((owner) => !planned.includes(owner))
    .map((owner) => `a pod of ${owner} was preempted, planned ${planned.join(' or ') || 'none'}`)
}

/**
 * The budgets that share no pod with another: of several, the controller counts only one again when a pod changes, so
 * that what the others say is a matter of chance (docs/reference/disruption-budgets.md#B9).
 */
const withOwnPods = (
  budgets: readonly PodDisruptionBudget[],
  before: readonly Pod[],
): readonly PodDisruptionBudget[] => {
  const matching = before.map(({ metadata }) =>
    budgets.filter(({ spec }) => matchesSelector(spec?.selector, metadata.labels ?? {})),
  )
  return budgets.filter((budget) => matching.every((one) => one.length < 2 || !one.includes(budget)))
}

/** The last numbers of the budgets, where the plan is sure of what happens. */
function budgetNotes(plan: DrainPlanDocument, budgets: readonly PodDisruptionBudget[]): readonly string[] {
  if (!isDefinite(plan)) return []
  return plan.budgets.flatMap((planned) => {
    const { namespace, name } = planned
    const status = budgets.find(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
    )?.status
    if (status === undefined) return []
    const numbers = [
      [status.disruptionsAllowed, planned.allowedAfter],
      [status.currentHealthy, planned.currentHealthyAfter],
      [status.desiredHealthy, planned.desiredHealthyAfter],
      [status.expectedPods, planned.expectedPodsAfter],
    ]
    return numbers.every(([real, said]) => real === said)
      ? []
      : [
          `budget ${name}: allowed, current, desired, expected are ${numbers.map(([real]) => real).join(', ')}, ` +
            `planned ${numbers.map(([, said]) => said).join(', ')}`,
        ]
  })
}
