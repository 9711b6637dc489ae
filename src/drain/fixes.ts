import type { Fix } from '../model/finding.ts'
import { compareKeys, sortedBy } from '../model/text.ts'
import { budgetFixes } from './fixes-budget.ts'
import { capacityFixes, flagFixes, stuckPodFixes } from './fixes-node.ts'
import { spreadFixes } from './fixes-spread.ts'
import { plannedNodes } from './nodes.ts'
import { QUICK, type Run, simulate } from './run.ts'
import type { DrainOptions, PlannedFix, PlannedNode } from './types.ts'
import { succeeds, VERDICTS } from './verdict.ts'
import type { World } from './world.ts'

/** What a simulation starts from. */
export interface Setting {
  readonly world: World
  readonly options: DrainOptions
}

/** A fix, and the setting as it is once the fix is applied; without that it can't be tried. */
export interface Candidate {
  readonly fix: Fix & Pick<PlannedFix, 'flags'>
  /** Equal for fixes of one problem, of which one is enough. */
  readonly problem: string
  readonly apply?: (setting: Setting) => Setting
}

/** Simulations that fixes may cost; fewer in a large cluster, where each takes long. */
const simulationsFor = ({ pods }: World): number => (pods.length > 5000 ? 3 : 40)

/** How bad a plan is: nodes that fail, pods that stay, replacements that are missing, verdicts. Lower is better. */
const badness = (planned: readonly PlannedNode[]): readonly number[] => {
  const pods = planned.flatMap((node) => node.pods)
  return [
    pods.filter(({ outcome, action }) => action !== 'Skip' && outcome !== 'Gone').length,
    planned.filter(({ verdict }) => succeeds(verdict) !== true).length,
    planned.flatMap(({ reasons }) => reasons.flatMap((reason) => reason.pods)).length,
    planned.reduce((sum, { verdict }) => sum + VERDICTS.indexOf(verdict), 0),
  ]
}

interface Tried {
  readonly candidate: Candidate
  /** Whether all nodes drain with this fix alone. */
  readonly drains: boolean
}

/**
 * Ways to make the nodes drain, proven ones first, then in the order of the problems and of how little they disturb.
 * Each is simulated by itself; what then changes nothing is left out. Where several things are in the way, fixes are
 * simulated on top of each other, too.
 */
export function provenFixes(
  world: World,
  run: Run,
  planned: readonly PlannedNode[],
  options: DrainOptions,
): readonly PlannedFix[] {
  if (planned.every(({ verdict }) => verdict === 'Drains')) return []
  const candidates = candidatesFor(run, planned, options)
  let left = simulationsFor(world)
  const attempt = (setting: Setting): Attempt | undefined => {
    left -= 1
    if (left < 0) return undefined
    const again = simulate(setting.world, run.nodes, setting.options, { effort: QUICK })
    return { run: again, planned: plannedNodes(again, setting.options) }
  }
  const useful = candidates.flatMap((candidate): Tried[] => {
    const after = candidate.apply === undefined ? undefined : attempt(candidate.apply({ world, options }))
    if (after === undefined) return [{ candidate, drains: false }]
    return isStep(candidate) || compareKeys(badness(after.planned), badness(planned)) < 0
      ? [{ candidate, drains: allDrain(after.planned) }]
      : []
  })
  const alone = useful.some(({ drains }) => drains)
  const together = alone ? [] : combination({ world, options }, { run, planned }, attempt)
  const joined = together.map(({ fix }) => ({
    ...fix,
    title: together.length > 1 ? `${fix.title}, together with the other proven fixes` : fix.title,
    proven: true,
    ...(together.length > 1 ? { together: true as const } : {}),
  }))
  const others = sortedBy(
    useful.map((one, index) => ({ ...one, index })),
    ({ drains, index }) => [drains ? 0 : 1, index],
  ).map(({ candidate, drains }) => ({ ...candidate.fix, proven: drains }))
  return [
    ...joined,
    ...others.filter(
      ({ command }) => command === undefined || !joined.some((one) => one.command === command),
    ),
  ]
}

/** All ways to remove what is in the way of a run that are known, by problem; those of one problem from the least to the most disturbing. */
export const candidatesFor = (
  run: Run,
  planned: readonly PlannedNode[],
  options: DrainOptions,
): readonly Candidate[] => [
  ...flagFixes(run, planned, options),
  ...budgetFixes(run),
  ...stuckPodFixes(run, planned),
  ...spreadFixes(run, planned),
  ...capacityFixes(planned),
]

interface Attempt {
  readonly run: Run
  readonly planned: readonly PlannedNode[]
}

const allDrain = (planned: readonly PlannedNode[]): boolean =>
  planned.every(({ verdict }) => verdict === 'Drains')

/** Whether a fix has to come first, though it may only bring the next thing in the way to light. */
const isStep = ({ problem }: Candidate): boolean => problem === 'refused' || problem.startsWith('two budgets')

/** Fixes more than this on top of each other are no advice any more. */
const MAX_TOGETHER = 5

/** Fixes on top of each other, each of which gets further, until all nodes drain; empty where they never do. */
function combination(
  start: Setting,
  before: Attempt,
  attempt: (setting: Setting) => Attempt | undefined,
): readonly Candidate[] {
  const chosen: Candidate[] = []
  let setting = start
  let now = before
  while (chosen.length < MAX_TOGETHER) {
    const step = nextStep(setting, now, chosen, attempt)
    if (step === undefined) return []
    chosen.push(step.candidate)
    if (allDrain(step.after.planned)) return chosen
    setting = step.setting
    now = step.after
  }
  return []
}

function nextStep(
  setting: Setting,
  now: Attempt,
  chosen: readonly Candidate[],
  attempt: (setting: Setting) => Attempt | undefined,
) {
  const best = badness(now.planned)
  for (const candidate of candidatesFor(now.run, now.planned, setting.options)) {
    if (candidate.apply === undefined || chosen.some(({ fix }) => fix.title === candidate.fix.title)) continue
    const next = candidate.apply(setting)
    const after = attempt(next)
    if (after === undefined) return undefined
    const worse = badness(after.planned)
    const enough = isStep(candidate) ? (worse[0] ?? 0) <= (best[0] ?? 0) : compareKeys(worse, best) < 0
    if (enough) return { candidate, setting: next, after }
  }
  return undefined
}
