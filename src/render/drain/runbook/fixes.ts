import type { PlannedFix } from '../../../drain/types/fix.ts'
import type { DrainPlan } from '../../../drain/types/plan.ts'
import { shellCommand, shellStep } from '../../../model/text/shell.ts'
import { isKnownFix, otherFixes } from '../remedy.ts'
import { RISKS } from '../words.ts'
import { comment, kubectl, type RunbookFlags } from './commands.ts'
import { shellFunction } from './frame.ts'

/** The fewest changes that are enough together, then the others, none of which is needed with them. */
const remedyFirst = (plan: DrainPlan): readonly PlannedFix[] =>
  plan.remedy === undefined || isKnownFix(plan)
    ? otherFixes(plan)
    : [
        ...plan.remedy.fixes,
        ...otherFixes(plan).map(({ together: _together, ...fix }) =>
          fix.proven && plan.remedy?.proven
            ? { ...fix, proven: false, unproven: 'the changes above are enough' }
            : fix,
        ),
      ]

/** The changes of a script, by number. */
export interface Changes {
  /** What stands at the top: what each does, and which are accepted. */
  readonly lines: readonly string[]
  /** Makes those that are accepted. */
  readonly make: readonly string[]
  /** Puts back those that were made. */
  readonly restore: readonly string[]
  /** Whether there is one that is another way to call kubectl drain. */
  readonly extra: boolean
}

/** The changes that nodes which no wave drains need; undefined where none is known. */
export function changesOf(plan: DrainPlan, flags: RunbookFlags): Changes | undefined {
  const fixes = remedyFirst(plan)
  if (fixes.length === 0) return undefined
  const together = fixes.some((fix) => fix.together)
  const numbered = fixes.map((fix, index) => ({ fix, number: index + 1, action: actionOf(fix, flags) }))
  const accepted = numbered.filter(
    ({ fix, number, action }) => action !== undefined && runs(fix, number, fixes),
  )
  const withAction = numbered.filter(({ action }) => action !== undefined)
  const extra = fixes.some((fix) => fix.flags !== undefined)
  return {
    lines: [
      comment(
        together
          ? 'Changes; those that were simulated are needed together. Name those that you accept: changes="1 2".'
          : 'Changes, of which one that was simulated is enough. Name the one that you accept: changes="1".',
      ),
      `changes=${shellCommand([accepted.map(({ number }) => number).join(' ')])}`,
      ...(extra ? ['extra='] : []),
      ...numbered.flatMap((one) => changeLines(one, flags)),
      'accepts() { case " $changes " in *" $1 "*) ;; *) return 1 ;; esac; }',
    ],
    make: withAction.map(({ number, fix }) => {
      if (fix.flags !== undefined) return `if accepts ${number}; then change_${number}; fi`
      // Noted before, so that it is put back also where it was stopped in the middle.
      const noted = fix.undoSteps === undefined ? '' : `note "change ${number}"; `
      return `if accepts ${number} && ! is_done "made ${number}"; then ${noted}change_${number}; note "made ${number}"; fi`
    }),
    restore: withAction.flatMap(({ number, fix }) =>
      fix.undoSteps === undefined
        ? []
        : [
            `if is_done "change ${number}" && ! is_done "restored ${number}"; then restore_${number}; note "restored ${number}"; fi`,
          ],
    ),
    extra,
  }
}

interface Numbered {
  readonly fix: PlannedFix
  readonly number: number
  readonly action: string | undefined
}

function changeLines({ fix, number, action }: Numbered, flags: RunbookFlags): readonly string[] {
  const { title, risk, proven, degraded, unproven, assumes = [], undoSteps } = fix
  const doubt = degraded ? `simulated: ${unproven}` : `not shown to be enough: ${unproven}`
  const proof = proven ? 'simulated' : doubt
  return [
    comment(`Change ${number} (${RISKS[risk]}; ${proof}): ${title}`),
    ...assumes.map((sentence) => comment(`  ${sentence}`)),
    ...(action === undefined ? [] : shellFunction(`change_${number}`, [action])),
    ...(undoSteps === undefined
      ? []
      : shellFunction(
          `restore_${number}`,
          undoSteps.map(({ argv: [, ...argv], input }) =>
            input === undefined
              ? kubectl(flags, argv)
              : shellStep({ argv: ['kubectl', ...flags.cluster, ...argv], input }),
          ),
        )),
  ]
}

/** Flags of kubectl drain are kept for the drain itself; all else is a command of its own. */
function actionOf({ flags: more, commands }: PlannedFix, flags: RunbookFlags): string | undefined {
  if (more !== undefined) return `extra=${shellCommand([more.join(' ')])}`
  return commands?.map(([, ...argv]) => kubectl(flags, argv)).join(' && ')
}

/** A change is made without being asked for only where it was simulated, disturbs nothing, and none is before it. */
function runs(fix: PlannedFix, number: number, fixes: readonly PlannedFix[]): boolean {
  const chosen = fixes.findIndex((one) => isSafe(one) && one.proven)
  return isSafe(fix) && fix.proven && (fix.together === true || number - 1 === chosen)
}

const isSafe = ({ risk, command }: PlannedFix): boolean =>
  command !== undefined && (risk === 'Low' || risk === 'Inspect')
