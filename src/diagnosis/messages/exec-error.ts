/** Why the kernel does not run a file (docs/reference/events.md#B1.2). */
export type ExecErrorReason = 'NotExecutable' | 'OtherProcessor' | 'Missing'

/** A file that cannot be run, and why. */
export interface ExecError {
  readonly name: string
  readonly why: ExecErrorReason
}

/** runc's last words, when the kernel refuses the command that it had already found. */
const RUNC_EXEC =
  /^exec (?<name>\S+): (?<error>exec format error|no such file or directory|permission denied)$/

const REASONS: Readonly<Record<string, ExecErrorReason>> = {
  'exec format error': 'OtherProcessor',
  'no such file or directory': 'Missing',
  'permission denied': 'NotExecutable',
}

/** Reads a line that runc writes into the log of the container in the place of its command. */
export function parseExecError(line: string): ExecError | undefined {
  const { name, error = '' } = RUNC_EXEC.exec(line.trim())?.groups ?? {}
  const why = REASONS[error]
  return name === undefined || why === undefined ? undefined : { name, why }
}
