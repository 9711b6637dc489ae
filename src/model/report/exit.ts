/** docs/reference/commands.md#exit-codes. */
export const EXIT = {
  /** Done, and nothing found at or above `--fail-on`; the drain would succeed. */
  ok: 0,
  /** Done, with findings at or above `--fail-on`; the drain would not succeed. */
  findings: 1,
  /** Could not do it: usage, input, access, server. */
  failed: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
