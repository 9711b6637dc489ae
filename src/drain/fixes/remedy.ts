import { RISKS } from '../../model/report/finding.ts'
import { compareKeys } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type DrainPolicy, withSomeDeadline } from '../policy/policy.ts'
import { judgedRun } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT } from '../simulation/simulate.ts'
import type { PlannedFix, Remedy } from '../types/fix.ts'
import type { WaveOptions } from '../types/options.ts'
import { mayGoTogether, THOROUGH_UP_TO, type Waves, wavesOf } from '../waves/waves.ts'
import { isProvable, type ProvableFix, problemKey, type Scenario } from './candidate.ts'
import { fixCandidates } from './candidates/candidates.ts'
import { withDrainLast } from './proven-fixes.ts'
import { addedPodWaits, DEGRADED } from './trial.ts'

/** More pods than this make a large cluster. */
const LARGE = 5000
/** Sets of fixes that may be tried; fewer in a large cluster, where each takes long. */
const triesFor = ({ pods }: SimulatedCluster): number =>
  pods.length > LARGE ? 6 : pods.length > 1000 ? 12 : 24

/**
 * The fewest fixes that together let every node drain in some order of waves; undefined where one works as things
 * are, or where all known fixes do not help. At first all that is in the way is changed, and what turns out not to be
 * needed is left out one by one; then every smaller set is tried, as long as there are tries left. Of sets of one size
 * the one that disturbs least is taken.
 */
export function remedyFor(request: RemedyRequest): Remedy | undefined {
  const { simulated, nodes, waveOptions, waves, fixes } = request
  if (waves.without.length === 0) return undefined
  const alone = fixes.filter(({ proven, together }) => proven && !together)
  const [least] = [...alone].sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk))
  const inOneGo = mayGoTogether(simulated, nodes, waveOptions)
  if (least !== undefined && inOneGo)
    return { fixes: [least], waves: [nodes], verdict: 'Drains', proven: true, smallest: true }
  // Of one node, the fixes that were proven together are enough; fewer are looked for where that takes no time.
  if (nodes.length === 1 && simulated.pods.length > LARGE) {
    const joined = fixes.filter(({ proven, together }) => proven && together)
    return joined.length === 0
      ? undefined
      : { fixes: joined, waves: [nodes], verdict: 'Drains', proven: true, smallest: false }
  }
  // One node at a time is the easiest order, and of few nodes the quickest to find.
  const easiest = nodes.length > THOROUGH_UP_TO ? waveOptions : { ...waveOptions, maxParallel: 1 }
  const { attempt, left } = setTrials(request, easiest, triesFor(simulated))
  const found = sufficientSet(request, attempt)
  if (found === undefined) return undefined
  // Where not even each fix by itself can be tried without, nothing is left out.
  const { set, complete } =
    found.set.length > left() ? { set: found.set, complete: false } : smallestSet(found, attempt)
  const trial = attempt(set)
  if (trial === undefined) return undefined
  const inGroups = easiest === waveOptions ? trial : wavesTrial(trial.scenario, request, waveOptions)
  return remedy(set, allNodesDrain(inGroups) ? inGroups : trial, set.length === 1 || complete)
}

function remedy(set: readonly ProvableFix[], { waves }: WavesTrial, isSmallest: boolean): Remedy {
  const proven = waves.details.every(({ verdict }) => verdict === 'Drains')
  return {
    fixes: withDrainLast(set.map(({ fix }) => fix)).map((fix) => ({
      ...fix,
      proven,
      ...(proven ? {} : { unproven: DEGRADED, degraded: true as const }),
      ...(set.length > 1 ? { together: true as const } : {}),
    })),
    waves: waves.details.map(({ nodes }) => nodes),
    waveDetails: waves.details,
    verdict: proven ? 'Drains' : 'DrainsDegraded',
    proven,
    smallest: isSmallest,
  }
}

/** What is asked: the plan as things are, and the fixes that were found for one command. */
export interface RemedyRequest {
  readonly simulated: SimulatedCluster
  readonly nodes: readonly string[]
  readonly policy: DrainPolicy
  readonly waveOptions: WaveOptions
  readonly waves: Waves
  /** Those that were found for one command for all the nodes; none where they are for some of them only. */
  readonly fixes: readonly PlannedFix[]
}

/** The waves with a set of fixes applied. */
interface WavesTrial {
  readonly scenario: Scenario
  readonly waves: Waves
  /** Whether a pod that a fix adds, or one of its siblings, finds no place at the end. */
  readonly addedPodWaits: boolean
}

/** Plans waves with a set of fixes; undefined once no more sets may be tried. */
type TrySet = (set: readonly ProvableFix[]) => WavesTrial | undefined

/** Plans waves with sets of fixes, each set once, `most` of them at the most; `left` are those that may still be tried. */
function setTrials(
  request: RemedyRequest,
  waveOptions: WaveOptions,
  most: number,
): { readonly attempt: TrySet; readonly left: () => number } {
  const { simulated, policy } = request
  const known = new Map<string, WavesTrial>()
  const attempt: TrySet = (set) => {
    const key = set.map(({ fix }) => fix.key).join('\n')
    const before = known.get(key)
    if (before !== undefined || known.size >= most) return before
    const scenario = set.reduce<Scenario>((now, { apply }) => apply(now), { simulated, policy })
    const trial = wavesTrial(scenario, request, waveOptions)
    known.set(key, trial)
    return trial
  }
  return { attempt, left: () => most - known.size }
}

function wavesTrial(
  scenario: Scenario,
  { simulated: before, nodes }: RemedyRequest,
  waveOptions: WaveOptions,
): WavesTrial {
  const { simulated, policy } = scenario
  const { run, judged } = judgedRun(simulated, nodes, policy, { effort: QUICK_EFFORT })
  const waves = wavesOf(simulated, run, judged, waveOptions)
  const waits = waves.last !== undefined && addedPodWaits(waves.last, before)
  return { scenario, waves, addedPodWaits: waits }
}

/** Whether all nodes drain, and the pods that a fix adds have a place at the end. */
const allNodesDrain = (trial: WavesTrial | undefined): boolean =>
  trial !== undefined && trial.waves.without.length === 0 && !trial.addedPodWaits

/** An added node is lost where a later fix counts the cluster anew. */
const inApplicationOrder = (set: readonly ProvableFix[]): readonly ProvableFix[] => [
  ...set.filter(({ problem }) => problem.code !== 'no-room'),
  ...set.filter(({ problem }) => problem.code === 'no-room'),
]

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
    // Of equal changes the first is for a single node, and so cordons the fewest.
    for (const one of helping)
      if (!chosen.has(problemKey(one.problem)) && !found.has(one.fix.key)) found.set(one.fix.key, one)
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
    const { run, judged } = judgedRun(simulated, nodes, withDeadline, { effort: QUICK_EFFORT })
    return fixCandidates(run, judged, policy).filter(isProvable)
  })
}

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
