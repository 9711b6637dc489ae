import type { PlannedFix } from '../../../drain/types/fix.ts'
import type { DrainPlan } from '../../../drain/types/plan.ts'
import { shellCommand } from '../../../model/text/shell.ts'
import { listed } from '../../../model/text/words.ts'
import { isKnownFix, otherFixes } from '../remedy.ts'
import { RISKS } from '../words.ts'
import {
  comment,
  kubectl,
  nodeWord,
  type RunbookCommands,
  type RunbookFlags,
  scriptLine,
} from './commands.ts'

/** The fewest changes that are enough together, then the other fixes, none of which is needed with them. */
export const remedyFirst = (plan: DrainPlan): readonly PlannedFix[] =>
  plan.remedy === undefined || isKnownFix(plan)
    ? plan.fixes
    : [
        ...plan.remedy.fixes,
        ...otherFixes(plan).map(({ together: _together, ...fix }) =>
          fix.proven && plan.remedy?.proven
            ? { ...fix, proven: false, unproven: 'the changes above are enough' }
            : fix,
        ),
      ]

/** Nodes that no wave drains: the fixes, then a new plan as the guard of each of their waves, then the drain. */
export function blockedLines(
  plan: DrainPlan,
  blocked: readonly string[],
  extra: boolean,
  { run, drain, flags }: RunbookCommands,
): readonly string[] {
  const fixes = remedyFirst(plan)
  const waves = (plan.remedy?.waves ?? [blocked]).map((wave) => wave.filter((node) => blocked.includes(node)))
  const groups = waves.filter((group) => group.length > 0)
  const together = fixes.some((fix) => fix.together)
  return [
    comment(`Does not drain as things are: ${listed(blocked)}.`),
    fixes.length === 0
      ? comment('No fix is known. What stands in the way has to go first.')
      : comment(
          together
            ? 'Fixes; those marked "proven" are needed together. Uncomment what you accept.'
            : 'Fixes, of which one that is proven is enough. Uncomment what you accept.',
        ),
    ...(extra ? ['extra=""'] : []),
    'tries=1',
    ...fixes.flatMap((fix, index) => fixLines(fix, index, fixes, flags)),
    ...groups.flatMap((group, index) => [
      ...(groups.length > 1
        ? [comment(`With the fixes, wave ${index + 1} of ${groups.length}: ${listed(group)}.`)]
        : []),
      ...guarded(group, extra, { drain, flags }),
      ...(index < groups.length - 1 && plan.waveMode !== 'Removed'
        ? group.map((node) => run('uncordon', nodeWord(node)))
        : []),
    ]),
  ]
}

/** The drain of some nodes, as soon as a new plan says that they drain. */
function guarded(
  nodes: readonly string[],
  extra: boolean,
  { drain, flags }: Pick<RunbookCommands, 'drain' | 'flags'>,
): readonly string[] {
  // kubectl takes no flags before the name of a plugin.
  const words = ['kubectl', 'drain-plan', ...nodes.map(nodeWord), ...flags.drain, ...flags.cluster]
  const guard = `${scriptLine(words)}${extra ? ' $extra' : ''}`
  return [
    '# Goes on only when the plan says that it drains.',
    `until ${guard}; do`,
    '  tries=$((tries - 1))',
    `  if [ "$tries" -lt 1 ]; then echo 'does not drain: apply a fix of this runbook first' >&2; exit 1; fi`,
    '  sleep 5',
    'done',
    drain(nodes),
  ]
}

/** A fix runs by itself only where it is proven, disturbs nothing, and no other has been chosen before it. */
function fixLines(
  fix: PlannedFix,
  index: number,
  fixes: readonly PlannedFix[],
  flags: RunbookFlags,
): readonly string[] {
  const { title, risk, proven, unproven } = fix
  const proof = proven ? 'proven' : `not proven: ${unproven}`
  const lines = [comment(`Fix ${index + 1} (${RISKS[risk]}, ${proof}): ${title}`)]
  const action = actionOf(fix, flags)
  if (action === undefined) return lines
  const chosen = fixes.findIndex((one) => isSafe(one) && one.proven)
  const runs = isSafe(fix) && proven && (fix.together || index === chosen)
  const step = `${action}; tries=60`
  return [...lines, runs ? step : comment(step)]
}

/** Flags of kubectl drain are kept for the drain itself; all else is a command of its own. */
function actionOf({ flags: more, commands }: PlannedFix, flags: RunbookFlags): string | undefined {
  if (more !== undefined) return `extra=${shellCommand([more.join(' ')])}`
  return commands?.map(([, ...argv]) => kubectl(flags, argv)).join(' && ')
}

const isSafe = ({ risk, command }: PlannedFix): boolean =>
  command !== undefined && (risk === 'Low' || risk === 'Inspect')
