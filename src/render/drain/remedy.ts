import type { PlannedFix, Remedy } from '../../drain/types/fix.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { plural } from '../../model/text/words.ts'

/** Whether the remedy is one change that the fixes have as proven anyway. */
export const isKnownFix = ({ remedy, fixes }: DrainPlan): boolean =>
  remedy?.fixes.length === 1 &&
  fixes.some((fix) => fix.proven && !fix.together && fix.key === remedy.fixes[0]?.key)

/**
 * The fixes less those that the remedy has: a reader sees each of them once. One that is the whole remedy stays where it
 * is, as the remedy has it: for the nodes in the order of its waves.
 */
export function otherFixes(plan: DrainPlan): readonly PlannedFix[] {
  const { fixes, remedy } = plan
  if (remedy === undefined) return fixes
  if (!isKnownFix(plan)) return fixes.filter((fix) => !remedy.fixes.some((one) => isSame(one, fix)))
  return fixes.map((fix) => remedy.fixes.find(({ key }) => key === fix.key) ?? fix)
}

const isSame = (one: PlannedFix, other: PlannedFix): boolean =>
  one.command === undefined ? one.title === other.title : one.command === other.command

/** `These 2 changes together make them drain, in 3 waves:`; says so where it is not the fewest, or pods stay away. */
export function remedyLine({ fixes, waves, verdict, smallest }: Remedy): string {
  const what = fixes.length === 1 ? 'This change makes' : `These ${fixes.length} changes together make`
  const doubts = [
    ...(verdict === 'Drains' ? [] : ['not every pod comes back']),
    ...(smallest ? [] : ['that no fewer are enough is not proven']),
  ]
  return `${what} it drain, in ${plural(waves.length, 'wave')}${doubts.length === 0 ? '' : ` (${doubts.join('; ')})`}:`
}
