import { compareKeys } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type DrainPolicy, withSomeDeadline } from '../policy/policy.ts'
import { judgedNodes } from '../report/nodes/judged-nodes.ts'
import { FEW, type Waves, wavesOf } from '../report/waves.ts'
import { QUICK_EFFORT, simulate } from '../simulation/simulate.ts'
import type { PlannedFix, Remedy } from '../types/fix.ts'
import type { WaveOptions } from '../types/options.ts'
import type { PlannedWave } from '../types/wave.ts'
import type { FixCandidate, Scenario } from './candidate.ts'
import { asApplied, fixCandidates, newPodWaits } from './fixes.ts'

/** More pods than this make a large cluster. */
const MANY = 5000
/** Sets of changes that may be tried; fewer in a large cluster, where each takes long. */
const triesFor = ({ pods }: SimulatedCluster): number =>
  pods.length > MANY ? 6 : pods.length > 1000 ? 12 : 24
/** Nodes that are looked at one by one for what is in their way: what is enough for one is less than for all. */
const MOST_ALONE = 6
/** What was in the way may hide what is next in the way, so many times. */
const MOST_ROUNDS = 4
/** Sets of changes that are compared by how much they disturb before the first of them is tried. */
const MOST_SETS = 5000
const RISKS: readonly PlannedFix['risk'][] = ['Inspect', 'Low', 'Disruptive', 'Destructive']

/** What is asked: the plan as things are, and the fixes that were found for one command. */
export interface RemedyRequest {
  readonly simulated: SimulatedCluster
  readonly nodes: readonly string[]
  readonly policy: DrainPolicy
  readonly waveOptions: WaveOptions
  readonly waves: Waves
  readonly fixes: readonly PlannedFix[]
}

/** A change that can be simulated. */
type ProvableFix = FixCandidate & { readonly apply: NonNullable<FixCandidate['apply']> }

/** What came of simulating a set of changes. */
interface Outcome {
  readonly waves: Waves
  readonly setting: Scenario
  readonly waits: boolean
}

/**
 * The fewest changes that together let every node drain in some order of waves; undefined where one works as things
 * are, or where all known changes do not help. At first all that is in the way is changed, and what turns out not to be needed
 * is left out one by one; then every smaller set is tried, as long as there are tries left. Of sets of one size the
 * one that disturbs least is taken.
 */
export function remedyFor(question: RemedyRequest): Remedy | undefined {
  const { simulated, nodes, policy, waveOptions, waves, fixes } = question
  if (waves.without.length === 0) return undefined
  const alone = fixes.filter(({ proven, together }) => proven && !together)
  const [least] = [...alone].sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk))
  const inOneGo = (waveOptions.maxParallel ?? nodes.length) >= nodes.length && waveOptions.by === undefined
  if (least !== undefined && inOneGo)
    return { fixes: [least], waves: [nodes], verdict: 'Drains', proven: true, smallest: true }
  // Of one node, the fixes that were proven together are enough; fewer are looked for where that takes no time.
  if (nodes.length === 1 && simulated.pods.length > MANY) {
    const joined = fixes.filter(({ proven, together }) => proven && together)
    return joined.length === 0
      ? undefined
      : { fixes: joined, waves: [nodes], verdict: 'Drains', proven: true, smallest: false }
  }
  // One node at a time is the easiest order, and of few nodes the quickest to find.
  const probe = nodes.length > FEW ? waveOptions : { ...waveOptions, maxParallel: 1 }
  let remaining = triesFor(simulated)
  const known = new Map<string, Outcome>()
  const attempt = (set: readonly ProvableFix[]): Outcome | undefined => {
    const key = set.map(({ fix }) => fix.title).join('\n')
    const before = known.get(key)
    if (before !== undefined) return before
    if (remaining <= 0) return undefined
    remaining -= 1
    const scenario = set.reduce<Scenario>((now, { apply }) => apply(now), { simulated, policy })
    const outcome = outcomeOf(scenario, question, probe)
    known.set(key, outcome)
    return outcome
  }
  const found = enough(question, attempt)
  if (found === undefined) return undefined
  // Where not even each change by itself can be tried without, nothing is left out.
  const { set, complete } =
    found.set.length > remaining
      ? { set: found.set, complete: false }
      : smallest(found.universe, reduced(found.set, attempt), attempt)
  const outcome = attempt(set)
  if (outcome === undefined) return undefined
  const inGroups = probe === waveOptions ? outcome : outcomeOf(outcome.setting, question, waveOptions)
  return remedy(set, works(inGroups) ? inGroups : outcome, set.length === 1 || complete)
}

type Attempt = (set: readonly ProvableFix[]) => Outcome | undefined

/** Whether all nodes drain, and the replicas that a change adds have a place at the end. */
const works = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && outcome.waves.without.length === 0 && !outcome.waits

function outcomeOf(
  scenario: Scenario,
  { simulated: before, nodes }: RemedyRequest,
  waveOptions: WaveOptions,
): Outcome {
  const { simulated, policy } = scenario
  const run = simulate(simulated, nodes, policy, { effort: QUICK_EFFORT })
  const waves = wavesOf(simulated, run, judgedNodes(run), waveOptions)
  return { setting: scenario, waves, waits: waves.last !== undefined && newPodWaits(waves.last, before) }
}

function remedy(set: readonly ProvableFix[], { waves }: Outcome, isSmallest: boolean): Remedy {
  const verdict = waves.details.every((wave: PlannedWave) => wave.verdict === 'Drains')
    ? 'Drains'
    : 'DrainsDegraded'
  const proven = verdict === 'Drains'
  return {
    fixes: asApplied(set).map(({ fix }) => ({
      ...fix,
      proven,
      ...(proven ? {} : { unproven: 'with it every node drains, but not every pod comes back' }),
      ...(set.length > 1 ? { together: true as const } : {}),
    })),
    waves: waves.details.map(({ nodes }) => nodes),
    verdict,
    proven,
    smallest: isSmallest,
  }
}

/** What is in the way of the nodes that drain in no wave: all of them together, and a few of them by themselves. */
function changesFor({ simulated, policy }: Scenario, stuck: readonly string[]): readonly ProvableFix[] {
  const patient = withSomeDeadline(policy)
  const few = stuck.length > 1 && stuck.length <= MOST_ALONE
  return [...(few ? stuck.map((node) => [node]) : []), stuck].flatMap((nodes) => {
    const run = simulate(simulated, nodes, patient, { effort: QUICK_EFFORT })
    const found = fixCandidates(run, judgedNodes(run), policy)
    return found.filter((candidate): candidate is ProvableFix => candidate.apply !== undefined)
  })
}

/** An added node is lost where a later change counts the cluster anew. */
const inApplicationOrder = (set: readonly ProvableFix[]): readonly ProvableFix[] => [
  ...set.filter(({ problem }) => problem !== 'capacity'),
  ...set.filter(({ problem }) => problem === 'capacity'),
]

interface Enough {
  readonly set: readonly ProvableFix[]
  /** Every change that was found, each once. */
  readonly universe: readonly ProvableFix[]
}

/**
 * A change for each thing in the way, and for what then comes to light: the one that goes furthest, which is the last
 * one found, or one before it where that does not help.
 */
function enough({ simulated, policy, waves }: RemedyRequest, attempt: Attempt): Enough | undefined {
  const universe = new Map<string, ProvableFix>()
  const chosen = new Map<string, ProvableFix>()
  const tried = new Set<ProvableFix>()
  let scenario: Scenario = { simulated, policy }
  let stuck = waves.without
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = changesFor(scenario, stuck)
    // What is found for a problem that was changed already builds on that change.
    for (const change of found) if (!chosen.has(change.problem)) universe.set(change.fix.title, change)
    const before = tried.size
    for (const problem of new Set(found.map((change) => change.problem))) {
      const next = [...universe.values()].filter((one) => one.problem === problem && !tried.has(one)).at(-1)
      if (next === undefined) continue
      tried.add(next)
      chosen.set(problem, next)
    }
    if (tried.size === before) return undefined
    const set = inApplicationOrder([...chosen.values()])
    const outcome = attempt(set)
    if (outcome === undefined) return undefined
    if (works(outcome)) return { set, universe: [...universe.values()] }
    scenario = outcome.setting
    stuck = outcome.waves.without
  }
  return undefined
}

/** The set less every change without which the others still do. */
function reduced(set: readonly ProvableFix[], attempt: Attempt): readonly ProvableFix[] {
  let kept = set
  for (const change of set) {
    const others = kept.filter((one) => one !== change)
    if (others.length > 0 && works(attempt(others))) kept = others
  }
  return kept
}

/** The least disturbing of the smallest sets; `complete` where no smaller one was left untried. */
function smallest(
  universe: readonly ProvableFix[],
  upper: readonly ProvableFix[],
  attempt: Attempt,
): { readonly set: readonly ProvableFix[]; readonly complete: boolean } {
  for (let size = 1; size <= upper.length; size++) {
    const sets = setsOf(universe, size)
    if (sets === undefined) return { set: upper, complete: size === upper.length }
    for (const set of sets) {
      const outcome = attempt(set)
      if (outcome === undefined) return { set: upper, complete: size === upper.length }
      if (works(outcome)) return { set, complete: true }
    }
  }
  return { set: upper, complete: true }
}

/** The sets of so many changes, no two of one problem, by how much they disturb; undefined where there are too many. */
function setsOf(
  universe: readonly ProvableFix[],
  size: number,
): readonly (readonly ProvableFix[])[] | undefined {
  let sets: readonly (readonly number[])[] = [[]]
  for (let count = 0; count < size; count++) {
    sets = sets.flatMap((set) =>
      universe.flatMap(({ problem }, index) =>
        index > (set.at(-1) ?? -1) && set.every((other) => universe[other]?.problem !== problem)
          ? [[...set, index]]
          : [],
      ),
    )
    if (sets.length > MOST_SETS) return undefined
  }
  const risk = (index: number) => RISKS.indexOf(universe[index]?.fix.risk ?? 'Destructive')
  return [...sets]
    .sort((a, b) => compareKeys(keyOf(a, risk), keyOf(b, risk)))
    .map((set) => inApplicationOrder(set.flatMap((index) => universe[index] ?? [])))
}

/** First the worst risk, then all risks together, then the order in which the changes were found. */
const keyOf = (set: readonly number[], risk: (index: number) => number): readonly number[] => [
  Math.max(...set.map(risk)),
  set.reduce((sum, index) => sum + risk(index), 0),
  ...set,
]
