import { type Gap, isSubresource, type Snapshot } from '../snapshot/snapshot.ts'

/** docs/reference/commands.md#exit-codes. */
export const EXIT = {
  /** Done, and nothing found at or above `--fail-on`; the drain would succeed. */
  ok: 0,
  /** Done, with findings at or above `--fail-on`; the drain would not succeed. */
  findings: 1,
  /** Could not do it: usage, input, access, server. */
  failed: 2,
} as const

/**
 * Whether the server did not give the list of what was asked for, or gave something else than any list that it was asked
 * for: a quiet report then proves nothing. Text that shows only some objects was given as it is.
 */
export const isMissing = (
  { gaps, namespace, source }: Pick<Snapshot, 'gaps' | 'namespace' | 'source'>,
  resource: Gap['resource'],
): boolean =>
  gaps.some((gap) => {
    if (gap.reason === 'Unreadable' && source.type === 'Cluster') return !isSubresource(gap.resource)
    return gap.resource === resource && gap.namespace === namespace && gap.reason === 'Forbidden'
  })

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
