import type { ReplayedProbe } from '../../model/snapshot/replay.ts'
import type { Connection } from '../api/transport.ts'
import { type AttemptOrRefusal, type AttemptResult, type Limits, shortLine, timed } from './attempt.ts'
import { type ExecStatus, runCommand } from './streams.ts'

/** One run of the probe's command in its container (docs/reference/probes.md#exec). */
export async function attemptExec(
  connection: Connection,
  probe: ReplayedProbe,
  command: readonly string[],
  limits: Limits,
): Promise<AttemptOrRefusal> {
  const running = await runCommand(connection, probe, command)
  if (!running.ok) return running
  const attempt = await timed(
    limits,
    async () => execResult(await running.status, running.output()),
    () => ({ outcome: 'TimedOut', message: 'the command did not end in time', ...shown(running.output()) }),
  )
  running.close()
  return { ok: true, attempt }
}

const shown = (output: string) => (output === '' ? {} : { output })

/** Where the runtime could not start the command there is no exit code, and the kubelet does not count the attempt. */
export function execResult(status: ExecStatus | undefined, output: string): AttemptResult {
  if (status === undefined)
    return { outcome: 'Unknown', message: 'the stream ended before the command did', ...shown(output) }
  if (status.status === 'Success') return { outcome: 'Passed', message: 'exit code 0', ...shown(output) }
  const exit = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  if (exit !== undefined)
    return { outcome: 'Failed', message: `exit code ${shortLine(exit, 10)}`, ...shown(output) }
  return {
    outcome: 'Errored',
    message: `the command could not be run: ${shortLine(status.message ?? status.reason ?? 'no reason is given')}`,
    ...shown(output),
  }
}
