import { withSomeDeadline } from '../../policy/policy.ts'
import { judgedNodes } from '../../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, simulate } from '../../simulation/simulate.ts'
import { isProvable, type ProvableFix, problemKey, type Scenario } from '../candidate.ts'
import { fixCandidates } from '../candidates/candidates.ts'
import { allNodesDrain, inApplicationOrder, type RemedyRequest, type TrySet } from './trial.ts'

/** Nodes that are looked at one by one for what is in their way: what is enough for one is less than for all. */
const MOST_ALONE = 6
/** What was in the way may hide what is next in the way, so many times. */
const MOST_ROUNDS = 4

export interface SufficientSet {
  readonly set: readonly ProvableFix[]
  /** Every fix that was found, each once. */
  readonly found: readonly ProvableFix[]
}

/**
 * A fix for each thing in the way, and for what then comes to light: the one that goes furthest, which is the last
 * one found, or one before it where that does not help. Undefined where all known fixes are not enough.
 */
export function sufficientSet(
  { simulated, policy, waves }: RemedyRequest,
  attempt: TrySet,
): SufficientSet | undefined {
  const found = new Map<string, ProvableFix>()
  const chosen = new Map<string, ProvableFix>()
  const tried = new Set<ProvableFix>()
  let scenario: Scenario = { simulated, policy }
  let stuck = waves.without
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const helping = fixesFor(scenario, stuck)
    // What is found for a problem that was changed already builds on that change.
    for (const one of helping) if (!chosen.has(problemKey(one.problem))) found.set(one.fix.key, one)
    const before = tried.size
    for (const problem of new Set(helping.map((one) => problemKey(one.problem)))) {
      const next = [...found.values()].findLast(
        (one) => problemKey(one.problem) === problem && !tried.has(one),
      )
      if (next === undefined) continue
      tried.add(next)
      chosen.set(problem, next)
    }
    if (tried.size === before) return undefined
    const set = inApplicationOrder([...chosen.values()])
    const trial = attempt(set)
    if (trial === undefined) return undefined
    if (allNodesDrain(trial)) return { set, found: [...found.values()] }
    scenario = trial.scenario
    stuck = trial.waves.without
  }
  return undefined
}

/** Fixes for the nodes that drain in no wave: for all of them together, and for a few of them by themselves. */
function fixesFor({ simulated, policy }: Scenario, stuck: readonly string[]): readonly ProvableFix[] {
  const withDeadline = withSomeDeadline(policy)
  const few = stuck.length > 1 && stuck.length <= MOST_ALONE
  return [...(few ? stuck.map((node) => [node]) : []), stuck].flatMap((nodes) => {
    const run = simulate(simulated, nodes, withDeadline, { effort: QUICK_EFFORT })
    return fixCandidates(run, judgedNodes(run), policy).filter(isProvable)
  })
}
