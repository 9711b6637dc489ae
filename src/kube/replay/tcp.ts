import { type AttemptOrRefusal, endedEarly, isRefused, type Limits, refused, timed } from './attempt.ts'
import type { forwardPort } from './streams.ts'

/** A refusal comes at once. Nothing tells that the connection stands, so silence for this long is taken for it. */
const QUIET_MILLISECONDS = 500

/** One attempt to connect to a port (pkg/probe/tcp/tcp.go). */
export async function attemptTcp(
  port: number,
  open: (port: number) => ReturnType<typeof forwardPort>,
  limits: Limits,
  roundTripMilliseconds: number,
): Promise<AttemptOrRefusal> {
  const forwarded = await open(port)
  if (!forwarded.ok) return forwarded
  const quiet = Math.min(limits.probe, QUIET_MILLISECONDS + 4 * roundTripMilliseconds)
  const attempt = await timed(
    { ...limits, probe: quiet, answer: quiet },
    () =>
      new Promise((resolve) => {
        forwarded.stream.once('data', () =>
          resolve({
            outcome: 'Passed',
            message: 'the port accepts connections, and sends first',
            port: 'answered',
          }),
        )
        forwarded.onEnd(() =>
          resolve(
            isRefused(forwarded)
              ? refused
              : forwarded.error() === undefined
                ? {
                    outcome: 'Passed',
                    message: 'the port accepts connections, and closes them',
                    port: 'open',
                  }
                : endedEarly(forwarded),
          ),
        )
      }),
    () => ({ outcome: 'Passed', message: 'the port accepts connections', port: 'open' }),
  )
  forwarded.close()
  const { milliseconds: _silence, ...silent } = attempt
  return { ok: true, attempt: attempt.port === 'open' ? silent : attempt }
}
