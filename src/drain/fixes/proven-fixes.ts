import { sortedBy } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { PlannedFix } from '../types/fix.ts'
import { type FixCandidate, isProvable, type ProposedFix, type Scenario } from './candidate.ts'
import { fixCandidates } from './candidates/candidates.ts'
import { combination, isFirstStep } from './combination.ts'
import { allDrain, isBetter, type Try, trials, whyNotProven } from './trial.ts'

/** Simulations that fixes may cost; fewer in a large cluster, where each takes long. */
const simulationsFor = ({ pods }: SimulatedCluster): number => (pods.length > 5000 ? 3 : 40)

interface TriedFix {
  readonly fix: ProposedFix
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
  if (judged.every(({ verdict }) => verdict === 'Drains')) return []
  const { policy } = run
  const start = { simulated, policy }
  const attempt = trials(simulated, run.nodes, simulationsFor(simulated))
  const tried = fixCandidates(run, judged, policy).flatMap((candidate) =>
    triedAlone(candidate, start, judged, attempt),
  )
  const needsSeveral = tried.every(({ unproven }) => unproven !== undefined)
  const together = needsSeveral ? combination(start, { run, judged, addedPodWaits: false }, attempt) : []
  const joined = withDrainLast(together.map(({ fix }) => fix)).map((fix) =>
    together.length > 1
      ? {
          ...fix,
          title: `${fix.title}, together with the other proven fixes`,
          proven: true,
          together: true as const,
        }
      : { ...fix, proven: true },
  )
  return [...joined, ...plannedAlone(tried).filter(({ command }) => !isAmong(command, joined))]
}

/** What comes of one fix alone; nothing where it makes no difference. */
function triedAlone(
  candidate: FixCandidate,
  start: Scenario,
  judged: readonly JudgedNode[],
  attempt: Try,
): readonly TriedFix[] {
  const { fix } = candidate
  if (!isProvable(candidate)) return [{ fix, unproven: candidate.untried }]
  const after = attempt(candidate.apply(start))
  if (after === undefined)
    return [{ fix, unproven: 'it was not simulated: in so large a cluster only the first fixes are' }]
  if (allDrain(after)) return [{ fix }]
  return isFirstStep(candidate) || isBetter(after.judged, judged)
    ? [{ fix, unproven: `with it alone, ${whyNotProven(after)}` }]
    : []
}

const plannedAlone = (tried: readonly TriedFix[]): readonly PlannedFix[] =>
  sortedBy(tried, ({ unproven }) => [unproven === undefined ? 0 : 1]).map(({ fix, unproven }) => ({
    ...fix,
    proven: unproven === undefined,
    ...(unproven === undefined ? {} : { unproven }),
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
