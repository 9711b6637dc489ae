import { type FixCandidate, isProvable, type Problem, type ProvableFix, type Scenario } from './candidate.ts'
import { fixCandidates } from './candidates/candidates.ts'
import { allDrain, isBetter, severityOf, type Trial, type Try } from './trial.ts'

/** More fixes than this on top of each other are no advice any more. */
const MOST_TOGETHER = 5

/** Problems that hide others: what removes one may only bring the next one to light. */
const HIDING: readonly Problem['code'][] = ['refused', 'several-budgets']

/** Whether a fix has to come first, though it may only bring the next thing in the way to light. */
export const isFirstStep = ({ problem }: FixCandidate): boolean => HIDING.includes(problem.code)

/**
 * Fixes on top of each other, each of which gets further, until all nodes drain. Where that leads nowhere, it is tried
 * once more without the first of them. Empty where there are none.
 */
export function combination(start: Scenario, before: Trial, attempt: Try): readonly ProvableFix[] {
  const first = greedyCombination(start, before, attempt)
  const [deadEnd] = first.chosen
  if (first.drains || deadEnd === undefined) return first.drains ? first.chosen : []
  const second = greedyCombination(start, before, attempt, deadEnd)
  return second.drains ? second.chosen : []
}

interface Combination {
  readonly chosen: readonly ProvableFix[]
  readonly drains: boolean
}

function greedyCombination(start: Scenario, before: Trial, attempt: Try, without?: ProvableFix): Combination {
  const chosen: ProvableFix[] = []
  let scenario = start
  let now = before
  while (chosen.length < MOST_TOGETHER) {
    const used = without === undefined ? chosen : [without, ...chosen]
    const step = nextStep(scenario, now, used, attempt)
    if (step === undefined) return { chosen, drains: false }
    chosen.push(step.candidate)
    if (allDrain(step.after)) return { chosen, drains: true }
    scenario = step.scenario
    now = step.after
  }
  return { chosen, drains: false }
}

interface Step {
  readonly candidate: ProvableFix
  readonly scenario: Scenario
  readonly after: Trial
}

/** The first fix that makes things better; one that has to come first may leave them as they are. */
function nextStep(
  scenario: Scenario,
  now: Trial,
  used: readonly ProvableFix[],
  attempt: Try,
): Step | undefined {
  const usedKeys = new Set(used.map(({ fix }) => fix.key))
  for (const candidate of fixCandidates(now.run, now.judged, scenario.policy)) {
    if (!isProvable(candidate) || usedKeys.has(candidate.fix.key)) continue
    const next = candidate.apply(scenario)
    const after = attempt(next)
    if (after === undefined) return undefined
    const getsFurther = isFirstStep(candidate)
      ? severityOf(after.judged)[0] <= severityOf(now.judged)[0]
      : isBetter(after.judged, now.judged)
    if (getsFurther) return { candidate, scenario: next, after }
  }
  return undefined
}
