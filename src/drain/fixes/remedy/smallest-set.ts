import { RISKS } from '../../../model/report/finding.ts'
import { compareKeys } from '../../../model/text/sort.ts'
import { type ProvableFix, problemKey } from '../candidate.ts'
import type { SufficientSet } from './sufficient-set.ts'
import { allNodesDrain, inApplicationOrder, type TrySet } from './trial.ts'

/** Sets of fixes that are compared by how much they disturb before the first of them is tried. */
const MOST_SETS = 5000

export interface SmallestSet {
  readonly set: readonly ProvableFix[]
  /** False where a smaller one was left untried. */
  readonly complete: boolean
}

/** The least disturbing of the smallest sets that are enough, no larger than one that is known to be enough. */
export function smallestSet({ set: known, found }: SufficientSet, attempt: TrySet): SmallestSet {
  const upper = withoutNeedless(known, attempt)
  for (let size = 1; size <= upper.length; size++) {
    const untried = { set: upper, complete: size === upper.length }
    const sets = setsOf(found, size)
    if (sets === undefined) return untried
    for (const set of sets) {
      const trial = attempt(set)
      if (trial === undefined) return untried
      if (allNodesDrain(trial)) return { set, complete: true }
    }
  }
  return { set: upper, complete: true }
}

/** The set less every fix without which the others are still enough. */
function withoutNeedless(set: readonly ProvableFix[], attempt: TrySet): readonly ProvableFix[] {
  let kept = set
  for (const fix of set) {
    const others = kept.filter((one) => one !== fix)
    if (others.length > 0 && allNodesDrain(attempt(others))) kept = others
  }
  return kept
}

/** The sets of so many fixes, no two of one problem, by how much they disturb; undefined where there are too many. */
function setsOf(
  fixes: readonly ProvableFix[],
  size: number,
): readonly (readonly ProvableFix[])[] | undefined {
  const problems = fixes.map(({ problem }) => problemKey(problem))
  const risks = fixes.map(({ fix }) => RISKS.indexOf(fix.risk))
  let sets: readonly (readonly number[])[] = [[]]
  for (let count = 0; count < size; count++) {
    sets = sets.flatMap((set) =>
      problems.flatMap((problem, index) =>
        index > (set.at(-1) ?? -1) && set.every((other) => problems[other] !== problem)
          ? [[...set, index]]
          : [],
      ),
    )
    if (sets.length > MOST_SETS) return undefined
  }
  return [...sets]
    .sort((a, b) => compareKeys(disturbance(a, risks), disturbance(b, risks)))
    .map((set) => inApplicationOrder(set.flatMap((index) => fixes[index] ?? [])))
}

/** First the worst risk, then all risks together, then the order in which the fixes were found. */
function disturbance(set: readonly number[], risks: readonly number[]): readonly number[] {
  const own = set.map((index) => risks[index] ?? 0)
  return [Math.max(...own), own.reduce((sum, risk) => sum + risk, 0), ...set]
}
