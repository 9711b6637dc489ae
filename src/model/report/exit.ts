import type { Gap, Snapshot } from '../snapshot/snapshot.ts'

/** docs/reference/commands.md#exit-codes. */
export const EXIT = {
  /** Done, and nothing found at or above `--fail-on`; the drain would succeed. */
  ok: 0,
  /** Done, with findings at or above `--fail-on`; the drain would not succeed. */
  findings: 1,
  /** Could not do it: usage, input, access, server. */
  failed: 2,
} as const

/** Whether the server did not give the list of what was asked for, without which a quiet report proves nothing. */
export const isMissing = (
  { gaps, namespace }: Pick<Snapshot, 'gaps' | 'namespace'>,
  resource: Gap['resource'],
): boolean =>
  gaps.some(
    (gap) =>
      gap.resource === resource &&
      gap.namespace === namespace &&
      (gap.reason === 'Forbidden' || gap.reason === 'Unreadable'),
  )

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
