import { compareKeys, sortedBy } from '../../model/text/sort.ts'
import { ownerKey, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import { type JudgedNode, judgedNodes } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, type SimulationRun, simulate } from '../simulation/simulate.ts'
import type { PlannedFix } from '../types/fix.ts'
import { succeeds, VERDICTS } from '../verdict.ts'
import { budgetFixes } from './budget.ts'
import type { FixCandidate, Scenario } from './candidate.ts'
import { capacityFixes, flagFixes, stuckPodFixes } from './node.ts'
import { spreadFixes } from './spread.ts'

/** Simulations that fixes may cost; fewer in a large cluster, where each takes long. */
const simulationsFor = ({ pods }: SimulatedCluster): number => (pods.length > 5000 ? 3 : 40)

/** How bad a plan is: nodes that fail, pods that stay, replacements that are missing, verdicts. Lower is better. */
const severityOf = (judged: readonly JudgedNode[]): readonly number[] => {
  const pods = judged.flatMap((node) => node.pods)
  return [
    pods.filter(({ outcome, action }) => action !== 'Skip' && outcome !== 'Gone').length,
    judged.filter(({ verdict }) => succeeds(verdict) !== true).length,
    judged.flatMap(({ reasons }) => reasons.flatMap((reason) => reason.pods)).length,
    judged.reduce((sum, { verdict }) => sum + VERDICTS.indexOf(verdict), 0),
  ]
}

/** What is left in the way, in a few words. */
function shortcoming({ judged }: Attempt): string {
  const worst = judged.find(({ verdict }) => verdict !== 'Drains')
  return worst === undefined
    ? 'not all replicas find a place'
    : `${worst.name} still has the verdict ${worst.verdict}`
}

interface TriedFix {
  readonly candidate: FixCandidate
  /** What is in the way of calling it proven by itself; absent where all nodes drain with this fix alone. */
  readonly unproven?: string
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
  const { policy } = run
  if (judged.every(({ verdict }) => verdict === 'Drains')) return []
  const candidates = fixCandidates(run, judged, policy)
  let remaining = simulationsFor(simulated)
  const attempt = (scenario: Scenario): Attempt | undefined => {
    remaining -= 1
    if (remaining < 0) return undefined
    const again = simulate(scenario.simulated, run.nodes, scenario.policy, { effort: QUICK_EFFORT })
    return {
      judged: judgedNodes(again),
      run: again,
      waits: newPodWaits(again, simulated),
    }
  }
  const useful = candidates.flatMap((candidate): TriedFix[] => {
    if (candidate.apply === undefined)
      return [{ candidate, unproven: candidate.untried ?? 'it was not simulated' }]
    const after = attempt(candidate.apply({ simulated, policy }))
    if (after === undefined)
      return [{ candidate, unproven: 'it was not simulated: in so large a cluster only the first fixes are' }]
    if (allDrain(after)) return [{ candidate }]
    return isStep(candidate) || compareKeys(severityOf(after.judged), severityOf(judged)) < 0
      ? [{ candidate, unproven: `with it alone, ${shortcoming(after)}` }]
      : []
  })
  const alone = useful.some(({ unproven }) => unproven === undefined)
  const together = alone ? [] : combination({ simulated, policy }, { run, judged }, attempt)
  const joined = asApplied(together).map(({ fix }) => ({
    ...fix,
    title: together.length > 1 ? `${fix.title}, together with the other proven fixes` : fix.title,
    proven: true,
    ...(together.length > 1 ? { together: true as const } : {}),
  }))
  const others = sortedBy(
    useful.map((one, index) => ({ ...one, index })),
    ({ unproven, index }) => [unproven === undefined ? 0 : 1, index],
  ).map(({ candidate, unproven }) => ({
    ...candidate.fix,
    proven: unproven === undefined,
    ...(unproven === undefined ? {} : { unproven }),
  }))
  return [
    ...joined,
    ...others.filter(
      ({ command }) => command === undefined || !joined.some((one) => one.command === command),
    ),
  ]
}

/**
 * Fixes that are needed together as they are to be applied: one that is another call of kubectl drain comes last, and
 * of several such the last one, which has the flags of those before it.
 */
export function asApplied(together: readonly FixCandidate[]): readonly FixCandidate[] {
  const drain = together.findLast(({ fix }) => fix.flags !== undefined)
  const others = together.filter(({ fix }) => fix.flags === undefined)
  const flags = new Set(together.flatMap(({ fix }) => fix.flags ?? []))
  return drain === undefined ? others : [...others, { ...drain, fix: { ...drain.fix, flags: [...flags] } }]
}

/**
 * All ways that are known to remove what is in the way of a run, by problem; those of one problem from the least to the
 * most disturbing.
 */
export const fixCandidates = (
  run: SimulationRun,
  judged: readonly JudgedNode[],
  policy: DrainPolicy,
): readonly FixCandidate[] => [
  ...flagFixes(run, judged, policy),
  ...budgetFixes(run),
  ...stuckPodFixes(run, judged),
  ...spreadFixes(run, judged),
  ...capacityFixes(judged),
]

interface Attempt {
  readonly run: SimulationRun
  readonly judged: readonly JudgedNode[]
  /** Whether a replica that a fix adds, or one of its siblings, finds no place on some course. */
  readonly waits?: boolean
}

const allDrain = ({ judged, waits }: Attempt): boolean =>
  waits !== true && judged.every(({ verdict }) => verdict === 'Drains')

/** A plan takes pods that wait before the drain and after it for no loss, so that it says nothing of added ones. */
export function newPodWaits({ start, courses }: SimulationRun, { waiting }: SimulatedCluster): boolean {
  const known = new Set(waiting.map(({ namespace, name }) => `${namespace}/${name}`))
  const owners = new Set(
    start.simulated.waiting.flatMap(({ namespace, name, owner }) =>
      owner === undefined || known.has(`${namespace}/${name}`) ? [] : [ownerKey(namespace, owner)],
    ),
  )
  return courses.some(({ final }) =>
    final.queue.some(({ namespace, owner }) => owner !== undefined && owners.has(ownerKey(namespace, owner))),
  )
}

/** Whether a fix has to come first, though it may only bring the next thing in the way to light. */
const isStep = ({ problem }: FixCandidate): boolean =>
  problem === 'refused' || problem.startsWith('two budgets')

/** Fixes more than this on top of each other are no advice any more. */
const MAX_TOGETHER = 5

/** Fixes that are needed together; where the first step leads nowhere, it is left out. Empty where there are none. */
function combination(
  start: Scenario,
  before: Attempt,
  attempt: (scenario: Scenario) => Attempt | undefined,
): readonly FixCandidate[] {
  const { chosen, drains } = stepwise(start, before, attempt)
  const [dead] = chosen
  if (drains || dead === undefined) return drains ? chosen : []
  const second = stepwise(start, before, attempt, dead)
  return second.drains ? second.chosen : []
}

interface Steps {
  readonly chosen: readonly FixCandidate[]
  readonly drains: boolean
}

/** Fixes on top of each other, each of which gets further, until all nodes drain or none does. */
function stepwise(
  start: Scenario,
  before: Attempt,
  attempt: (scenario: Scenario) => Attempt | undefined,
  without?: FixCandidate,
): Steps {
  const chosen: FixCandidate[] = []
  let scenario = start
  let now = before
  while (chosen.length < MAX_TOGETHER) {
    const used = without === undefined ? chosen : [without, ...chosen]
    const step = nextStep(scenario, now, used, attempt)
    if (step === undefined) return { chosen, drains: false }
    chosen.push(step.candidate)
    if (allDrain(step.after)) return { chosen, drains: true }
    scenario = step.setting
    now = step.after
  }
  return { chosen, drains: false }
}

function nextStep(
  scenario: Scenario,
  now: Attempt,
  used: readonly FixCandidate[],
  attempt: (scenario: Scenario) => Attempt | undefined,
) {
  const best = severityOf(now.judged)
  for (const candidate of fixCandidates(now.run, now.judged, scenario.policy)) {
    if (candidate.apply === undefined || used.some(({ fix }) => fix.title === candidate.fix.title)) continue
    const next = candidate.apply(scenario)
    const after = attempt(next)
    if (after === undefined) return undefined
    const worse = severityOf(after.judged)
    const enough = isStep(candidate) ? (worse[0] ?? 0) <= (best[0] ?? 0) : compareKeys(worse, best) < 0
    if (enough) return { candidate, setting: next, after }
  }
  return undefined
}
