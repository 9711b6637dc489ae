import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import type { Fix } from '../../model/report/finding.ts'
import { compareText, shellCommand, sortedBy } from '../../model/text/text.ts'
import type { World } from '../cluster/simulated-cluster.ts'
import type { BudgetNumbers } from '../disruption/budget.ts'
import type { Run } from '../simulation/command.ts'
import type { Left } from '../simulation/drain-node.ts'
import type { FixCode } from '../types.ts'
import type { Candidate } from './candidate.ts'
import { scaledUp } from './scale.ts'

const ref = ({ metadata }: PodDisruptionBudget): string => `${metadata.namespace ?? ''}/${metadata.name}`

/** Budgets that refuse something on some path, with the most pods that one path leaves behind for it. */
function refusals(
  run: Run,
): readonly { readonly budget: PodDisruptionBudget; readonly lefts: readonly Left[] }[] {
  const worst = new Map<PodDisruptionBudget, readonly Left[]>()
  for (const { ends } of run.paths) {
    const lefts = ends.flatMap((end) => (end.type === 'Ended' ? end.left : []))
    for (const budget of new Set(lefts.flatMap(({ why, budgets }) => (why === 'Refused' ? budgets : [])))) {
      const own = lefts.filter((left) => left.budgets.includes(budget))
      if (own.length > (worst.get(budget)?.length ?? 0)) worst.set(budget, own)
    }
  }
  return sortedBy(
    [...worst].map(([budget, lefts]) => ({ budget, lefts })),
    ({ budget }) => [ref(budget)],
  )
}

/** Fixes for budgets that refuse, and for pods with two budgets (spec/drain.md O6). */
export const budgetFixes = (run: Run): readonly Candidate[] => [
  ...twoBudgetFixes(run),
  ...refusals(run).flatMap(({ budget, lefts }) => fixesFor(run, budget, lefts)),
]

function fixesFor(run: Run, budget: PodDisruptionBudget, lefts: readonly Left[]): readonly Candidate[] {
  const numbers = run.start.numbers.get(budget)
  if (numbers === undefined) return []
  const problem = `budget ${ref(budget)}`
  if (numbers.condition?.reason === 'SyncFailed' || numbers.expectedPods <= 0 || !numbers.observed)
    return [integerFix(run, budget, numbers, lefts, problem)]
  const unready = lefts.every(({ pod }) => !pod.ready)
  const policy = unready ? [policyFix(budget, problem)] : []
  const scale = unready ? [] : scaledUp(run, budget, lefts, problem)
  return [...policy, ...scale, widerFix(run, budget, lefts, problem)]
}

function patchBudget(
  code: FixCode,
  budget: PodDisruptionBudget,
  title: string,
  spec: Readonly<Record<string, unknown>>,
  risk: Fix['risk'],
  problem: string,
): Candidate {
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
    apply: ({ world, options }) => ({ world: withBudget(world, budget, spec), options }),
  }
}

/** The world with a budget patched; the controller has seen the patch. Null takes a field away. */
function withBudget(
  world: World,
  budget: PodDisruptionBudget,
  spec: Readonly<Record<string, unknown>>,
): World {
  const patched = {
    ...budget,
    spec: Object.fromEntries(
      Object.entries({ ...budget.spec, ...spec }).filter(([, value]) => value !== null),
    ),
  } as PodDisruptionBudget
  const budgets = world.budgets.map((one) => (ref(one) === ref(budget) ? patched : one))
  return { ...world, budgets, resynced: new Set([...world.resynced, patched]) }
}

const policyFix = (budget: PodDisruptionBudget, problem: string): Candidate =>
  patchBudget(
    'allow-unhealthy-evictions',
    budget,
    `Let budget ${ref(budget)} give up pods that are not Ready anyway`,
    { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    'Low',
    problem,
  )

/** Room for the pods that stay, on top of what the budget gives already. */
function widerFix(run: Run, budget: PodDisruptionBudget, lefts: readonly Left[], problem: string): Candidate {
  const least = budget.spec?.minAvailable
  if (typeof least === 'number') {
    const lower = Math.max(0, Math.min(least, fewestHealthy(run, budget)) - lefts.length)
    return patchBudget(
      'widen-budget',
      budget,
      `Lower minAvailable of budget ${ref(budget)} from ${least} to ${lower} while the node drains`,
      { minAvailable: lower },
      'Disruptive',
      problem,
    )
  }
  const expected = run.start.numbers.get(budget)?.expectedPods ?? 0
  const wide = Math.max(1, Math.min(expected, expected - fewestHealthy(run, budget) + lefts.length))
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
const fewestHealthy = (run: Run, budget: PodDisruptionBudget): number =>
  Math.min(...run.paths.flatMap(({ final }) => final.numbers.get(budget)?.currentHealthy ?? []))

function integerFix(
  run: Run,
  budget: PodDisruptionBudget,
  numbers: BudgetNumbers,
  lefts: readonly Left[],
  problem: string,
): Candidate {
  const healthy = run.start.tallies.get(budget)?.healthy ?? numbers.currentHealthy
  const least = Math.max(0, healthy - Math.max(1, lefts.length))
  const why =
    numbers.condition?.reason === 'SyncFailed'
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
function twoBudgetFixes(run: Run): readonly Candidate[] {
  const pairs = new Map<string, readonly PodDisruptionBudget[]>()
  for (const { ends } of run.paths)
    for (const end of ends)
      for (const { why, budgets } of end.type === 'Ended' ? end.left : [])
        if (why === 'Fatal' && budgets.length > 1) pairs.set(budgets.map(ref).sort().join(), budgets)
  return [...pairs]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([key, budgets]) =>
      budgets.map((kept): Candidate => {
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
          apply: ({ world, options }) => ({
            world: {
              ...world,
              budgets: world.budgets.filter((one) => !others.some((other) => ref(other) === ref(one))),
            },
            options,
          }),
        }
      }),
    )
}
