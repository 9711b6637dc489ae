import type { ReplayAttempt } from '../../model/snapshot/replay.ts'
import { millis, rfc3339 } from '../../model/text/time.ts'
import type { StatusError } from '../api/status-error.ts'
import type { Forwarded } from './streams.ts'

/** What an attempt found, before it is known how long it took. */
export type AttemptResult = Omit<ReplayAttempt, 'milliseconds'>

/** One attempt, or the server's refusal to open the stream for it. */
export type AttemptOrRefusal =
  | { readonly ok: true; readonly attempt: ReplayAttempt }
  | { readonly ok: false; readonly error: StatusError }

/** How long an attempt may take, in milliseconds. */
export interface Limits {
  /** The probe's timeout, and on top of it the way through the API server. */
  readonly probe: number
  /** For how long an answer is waited for; not less than `probe`. */
  readonly answer: number
  /** `--request-timeout`; Infinity without one. */
  readonly request: number
}

const UNFINISHED: AttemptResult = { outcome: 'Unknown', message: 'no answer within --request-timeout' }

/**
 * Runs an attempt whose stream is open, from now until it settles or a limit is reached. When the probe's limit is
 * reached, `late` says what that means to the kubelet; the answer is waited for all the same, to learn how long it takes.
 */
export async function timed(
  limits: Limits,
  work: () => Promise<AttemptResult>,
  late: () => AttemptResult,
): Promise<ReplayAttempt> {
  const begun = performance.now()
  const timers: NodeJS.Timeout[] = []
  let verdict: AttemptResult | undefined
  const limit = new Promise<AttemptResult | undefined>((resolve) => {
    const after = (milliseconds: number, then: () => void) => timers.push(setTimeout(then, milliseconds))
    if (limits.request < limits.probe) after(limits.request, () => resolve(UNFINISHED))
    else {
      after(limits.probe, () => {
        verdict = late()
      })
      after(Math.max(limits.probe, Math.min(limits.answer, limits.request)), () => resolve(undefined))
    }
  })
  try {
    const result = await Promise.race([work(), limit])
    const milliseconds = Math.round(performance.now() - begun)
    if (verdict === undefined) return { ...(result ?? late()), milliseconds }
    // A stream that broke off is no answer.
    if (result === undefined || result.outcome === 'Unknown') return { ...verdict, milliseconds }
    const { outcome, message, ...seen } = result
    return { ...verdict, ...seen, milliseconds, late: { outcome, message } }
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}

/** Whether nothing listens on the port. */
export const isRefused = (forwarded: Forwarded): boolean => forwarded.error()?.code === 'refused'

/** The result of an attempt at a port on which nothing listens. */
export const refused: AttemptResult = {
  outcome: 'Failed',
  message: 'connection refused inside of the pod',
  port: 'refused',
}

/** The connection ended before there was an answer. A node that could not forward says nothing of the probe. */
export function endedEarly(
  forwarded: Forwarded,
  words = 'the connection was closed before an answer',
): AttemptResult {
  const error = forwarded.error()
  switch (error?.code) {
    case 'refused':
      return refused
    case 'cut-off':
      return { outcome: 'Unknown', message: 'the stream to the node was cut off on the way' }
    case 'other':
      return { outcome: 'Unknown', message: `the node could not forward the port: ${shortLine(error.text)}` }
    default:
      return { outcome: 'Failed', message: words }
  }
}

/** The beginning of a text as one line; `length` in characters. */
export const shortLine = (text: string, length = 300): string =>
  text.replaceAll(/\s+/g, ' ').trim().slice(0, length)

/** The server's clock, else ours. */
export const clock = (serverTime: string | undefined): string =>
  millis(serverTime) === undefined ? rfc3339(Date.now()) : (serverTime as string)
