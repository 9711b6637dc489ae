import { sortedBy } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type JudgedNode, judgedRun } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, type SimulationRun } from '../simulation/simulate.ts'
import type { PlannedFix } from '../types/fix.ts'
import {
  type FixCandidate,
  isProvable,
  type Problem,
  type ProposedFix,
  type ProvableFix,
  type Scenario,
  thingChanged,
} from './candidate.ts'
import { fixCandidates } from './candidates/candidates.ts'
import {
  allDrain,
  DEGRADED,
  endsDegraded,
  isBetter,
  severityOf,
  type Trial,
  type Try,
  trials,
  whyNotProven,
} from './trial.ts'

/** Simulations that fixes may cost; fewer in a large cluster, where each takes long. */
const simulationsFor = ({ pods }: SimulatedCluster): number => (pods.length > 5000 ? 3 : 40)

interface TriedFix {
  readonly fix: ProposedFix
  /** What is in the way of calling it proven by itself; absent where all nodes drain with this fix alone. */
  readonly unproven?: string
  readonly degraded?: true
}

/**
 * Ways to make the nodes drain, proven ones first, then in the order of the problems and of how little they disturb.
 * Each is simulated by itself; what then changes nothing is left out. Where several things are in the way, fixes are
 * simulated on top of each other, too.
 */
export function provenFixes(
  simulated: SimulatedCluster,
  run: SimulationRun,
  judged: readonly JudgedNode[],
): readonly PlannedFix[] {
  if (judged.every(({ verdict }) => verdict === 'Drains')) return []
  const { policy } = run
  const start = { simulated, policy }
  const quick = quickLookFails(start, run)
  const attempt = trials(simulated, run.nodes, simulationsFor(simulated), quick)
  const tried = leastFirst(fixCandidates(run, judged, policy), (candidate) =>
    triedAlone(candidate, start, judged, attempt),
  )
  const needsSeveral = tried.every(({ unproven }) => unproven !== undefined)
  const together = needsSeveral ? combination(start, { run, judged, addedPodWaits: false }, attempt) : []
  const joined = withDrainLast(together.map(({ fix }) => fix)).map((fix) =>
    together.length > 1 ? { ...fix, proven: true, together: true as const } : { ...fix, proven: true },
  )
  return [...joined, ...plannedAlone(tried).filter(({ command }) => !isAmong(command, joined))]
}

/** Whether a quick search, too, sees that something is in the way; in a large cluster every search is quick. */
const quickLookFails = ({ simulated, policy }: Scenario, { nodes, complete }: SimulationRun): boolean =>
  !complete ||
  judgedRun(simulated, nodes, policy, { effort: QUICK_EFFORT }).judged.some(
    ({ verdict }) => verdict !== 'Drains',
  )

/** Of changes that differ only in how far they go, the least that is enough by itself, or else the one that goes furthest. */
function leastFirst(
  candidates: readonly FixCandidate[],
  tryOne: (candidate: FixCandidate) => TriedFix | undefined,
): readonly TriedFix[] {
  const tried = new Map<string, TriedFix>()
  for (const candidate of candidates) {
    const key = thingChanged(candidate)
    const lesser = tried.get(key)
    if (lesser !== undefined && lesser.unproven === undefined) continue
    const one = tryOne(candidate)
    if (one !== undefined) tried.set(key, one)
  }
  return [...tried.values()]
}

/** What comes of one fix alone; nothing where it makes no difference. */
function triedAlone(
  candidate: FixCandidate,
  start: Scenario,
  judged: readonly JudgedNode[],
  attempt: Try,
): TriedFix | undefined {
  const { fix } = candidate
  if (!isProvable(candidate)) return { fix, unproven: candidate.untried }
  const after = attempt(candidate.apply(start))
  if (after === undefined)
    return { fix, unproven: 'it was not simulated: in so large a cluster only the first fixes are' }
  if (allDrain(after)) return { fix }
  if (endsDegraded(after, judged)) return { fix, unproven: DEGRADED, degraded: true }
  return isFirstStep(candidate) || isBetter(after.judged, judged)
    ? { fix, unproven: `with it alone, ${whyNotProven(after)}` }
    : undefined
}

const plannedAlone = (tried: readonly TriedFix[]): readonly PlannedFix[] =>
  sortedBy(tried, ({ unproven }) => [unproven === undefined ? 0 : 1]).map(({ fix, ...found }) => ({
    ...fix,
    proven: found.unproven === undefined,
    ...found,
  }))

const isAmong = (command: string | undefined, fixes: readonly PlannedFix[]): boolean =>
  command !== undefined && fixes.some((fix) => fix.command === command)

/**
 * Fixes that are needed together as they are to be applied: one that is another call of kubectl drain comes last, and
 * of several such only the last one, which has the flags of those before it.
 */
export function withDrainLast(together: readonly ProposedFix[]): readonly ProposedFix[] {
  const drain = together.findLast(({ flags }) => flags !== undefined)
  const others = together.filter(({ flags }) => flags === undefined)
  const flags = new Set(together.flatMap((fix) => fix.flags ?? []))
  return drain === undefined ? others : [...others, { ...drain, flags: [...flags] }]
}

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
    const step = nextStep(scenario, now, { chosen, without }, attempt)
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

interface Used {
  readonly chosen: readonly ProvableFix[]
  /** One that led nowhere. */
  readonly without: ProvableFix | undefined
}

/** The first fix that makes things better; one that has to come first may leave them as they are. */
function nextStep(scenario: Scenario, now: Trial, { chosen, without }: Used, attempt: Try): Step | undefined {
  // A second change of the same thing would be printed with what the first one left as what was there before.
  const changed = new Set(chosen.map(thingChanged))
  for (const candidate of fixCandidates(now.run, now.judged, scenario.policy)) {
    if (!isProvable(candidate) || changed.has(thingChanged(candidate))) continue
    if (candidate.fix.key === without?.fix.key) continue
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
