import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { Fix } from '../../model/report/finding.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { compareText, sortedBy } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { BudgetStatus } from '../disruption/budget.ts'
import type { RemainingPod } from '../simulation/drain-node.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { FixCode } from '../types/fix.ts'
import type { FixCandidate } from './candidate.ts'
import { scaledUp } from './scale.ts'

const ref = ({ metadata }: PodDisruptionBudget): string => `${metadata.namespace ?? ''}/${metadata.name}`

/** Budgets that refuse something on some path, with the most pods that one path leaves behind for it. */
function refusals(
  run: SimulationRun,
): readonly { readonly budget: PodDisruptionBudget; readonly lefts: readonly RemainingPod[] }[] {
  const worst = new Map<PodDisruptionBudget, readonly RemainingPod[]>()
  for (const { ends } of run.courses) {
    const remaining = ends.flatMap((end) => (end.type === 'Ended' ? end.remaining : []))
    for (const budget of new Set(
      remaining.flatMap(({ why, budgets }) => (why === 'Refused' ? budgets : [])),
    )) {
      const own = remaining.filter((remaining) => remaining.budgets.includes(budget))
      if (own.length > (worst.get(budget)?.length ?? 0)) worst.set(budget, own)
    }
  }
  return sortedBy(
    [...worst].map(([budget, remaining]) => ({ budget, lefts: remaining })),
    ({ budget }) => [ref(budget)],
  )
}

/** Fixes for budgets that refuse, and for pods with two budgets (spec/drain.md O6). */
export const budgetFixes = (run: SimulationRun): readonly FixCandidate[] => [
  ...twoBudgetFixes(run),
  ...refusals(run).flatMap(({ budget, lefts: remaining }) => fixesFor(run, budget, remaining)),
]

function fixesFor(
  run: SimulationRun,
  budget: PodDisruptionBudget,
  remaining: readonly RemainingPod[],
): readonly FixCandidate[] {
  const status = run.start.budgetStatus.get(budget)
  if (status === undefined) return []
  const problem = `budget ${ref(budget)}`
  if (status.condition?.reason === 'SyncFailed' || status.expectedPods <= 0 || !status.observed)
    return [integerFix(run, budget, status, remaining, problem)]
  const unready = remaining.every(({ pod }) => !pod.ready)
  const policy = unready ? [policyFix(budget, problem)] : []
  const scale = unready ? [] : scaledUp(run, budget, remaining, problem)
  return [...policy, ...scale, widerFix(run, budget, remaining, problem)]
}

function patchBudget(
  code: FixCode,
  budget: PodDisruptionBudget,
  title: string,
  spec: Readonly<Record<string, unknown>>,
  risk: Fix['risk'],
  problem: string,
): FixCandidate {
  const { namespace = '', name } = budget.metadata
  const value = { spec }
  return {
    problem,
    fix: {
      code,
      title,
      risk,
      command: shellCommand([
        'kubectl',
        'patch',
        'pdb',
        name,
        '-n',
        namespace,
        '--type',
        'merge',
        '-p',
        JSON.stringify(value),
      ]),
      patch: {
        target: { apiVersion: 'policy/v1', namespace, kind: 'PodDisruptionBudget', name },
        type: 'merge',
        value,
      },
    },
    apply: ({ simulated, policy }) => ({ simulated: withBudget(simulated, budget, spec), policy }),
  }
}

/** The simulated cluster with a budget patched; the controller has seen the patch. Null takes a field away. */
function withBudget(
  simulated: SimulatedCluster,
  budget: PodDisruptionBudget,
  spec: Readonly<Record<string, unknown>>,
): SimulatedCluster {
  const patched = {
    ...budget,
    spec: Object.fromEntries(
      Object.entries({ ...budget.spec, ...spec }).filter(([, value]) => value !== null),
    ),
  } as PodDisruptionBudget
  const budgets = simulated.budgets.map((one) => (ref(one) === ref(budget) ? patched : one))
  return { ...simulated, budgets, resynced: new Set([...simulated.resynced, patched]) }
}

const policyFix = (budget: PodDisruptionBudget, problem: string): FixCandidate =>
  patchBudget(
    'allow-unhealthy-evictions',
    budget,
    `Let budget ${ref(budget)} give up pods that are not Ready anyway`,
    { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    'Low',
    problem,
  )

/** Room for the pods that stay, on top of what the budget gives already. */
function widerFix(
  run: SimulationRun,
  budget: PodDisruptionBudget,
  remaining: readonly RemainingPod[],
  problem: string,
): FixCandidate {
  const least = budget.spec?.minAvailable
  if (typeof least === 'number') {
    const lower = Math.max(0, Math.min(least, fewestHealthy(run, budget)) - remaining.length)
    return patchBudget(
      'widen-budget',
      budget,
      `Lower minAvailable of budget ${ref(budget)} from ${least} to ${lower} while the node drains`,
      { minAvailable: lower },
      'Disruptive',
      problem,
    )
  }
  const expected = run.start.budgetStatus.get(budget)?.expectedPods ?? 0
  const wide = Math.max(1, Math.min(expected, expected - fewestHealthy(run, budget) + remaining.length))
  return patchBudget(
    'widen-budget',
    budget,
    `Let budget ${ref(budget)} do without ${wide} of ${expected} pods while the node drains`,
    { minAvailable: null, maxUnavailable: wide },
    'Disruptive',
    problem,
  )
}

/** The fewest healthy pods that a course of the drain ends with. */
const fewestHealthy = (run: SimulationRun, budget: PodDisruptionBudget): number =>
  Math.min(...run.courses.flatMap(({ final }) => final.budgetStatus.get(budget)?.currentHealthy ?? []))

function integerFix(
  run: SimulationRun,
  budget: PodDisruptionBudget,
  status: BudgetStatus,
  remaining: readonly RemainingPod[],
  problem: string,
): FixCandidate {
  const healthy = run.start.tallies.get(budget)?.healthy ?? status.currentHealthy
  const least = Math.max(0, healthy - Math.max(1, remaining.length))
  const why =
    status.condition?.reason === 'SyncFailed'
      ? 'a whole number needs no controller that can be scaled'
      : 'a whole number needs no expected pods'
  return patchBudget(
    'whole-number-budget',
    budget,
    `Give budget ${ref(budget)} the whole number minAvailable: ${least}; ${why}`,
    { maxUnavailable: null, minAvailable: least },
    'Disruptive',
    problem,
  )
}

/** A pod may have one budget only: taking any of the others away mends it. */
function twoBudgetFixes(run: SimulationRun): readonly FixCandidate[] {
  const pairs = new Map<string, readonly PodDisruptionBudget[]>()
  for (const { ends } of run.courses)
    for (const end of ends)
      for (const { why, budgets } of end.type === 'Ended' ? end.remaining : [])
        if (why === 'Fatal' && budgets.length > 1) pairs.set(budgets.map(ref).sort().join(), budgets)
  return [...pairs]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([key, budgets]) =>
      budgets.map((kept): FixCandidate => {
        const others = budgets.filter((budget) => budget !== kept)
        const { namespace = '' } = kept.metadata
        return {
          problem: `two budgets ${key}`,
          fix: {
            code: 'keep-one-budget',
            title: `Keep budget ${ref(kept)} only: a pod with two budgets can't be evicted`,
            risk: 'Disruptive',
            command: shellCommand([
              'kubectl',
              'delete',
              'pdb',
              ...others.map(({ metadata }) => metadata.name),
              '-n',
              namespace,
            ]),
          },
          apply: ({ simulated, policy }) => ({
            simulated: {
              ...simulated,
              budgets: simulated.budgets.filter((one) => !others.some((other) => ref(other) === ref(one))),
            },
            policy,
          }),
        }
      }),
    )
}
