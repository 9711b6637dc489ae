import type { ReplayAttempt } from '../model/replay.ts'
import { millis, rfc3339 } from '../model/time.ts'
import type { StatusError } from './errors.ts'
import type { Forwarded } from './streams.ts'

/** What an attempt found, before it is known how long it took. */
export type Result = Omit<ReplayAttempt, 'milliseconds'>

/** One attempt, or the server's refusal to open the stream for it. */
export type Attempted =
  | { readonly ok: true; readonly attempt: ReplayAttempt }
  | { readonly ok: false; readonly error: StatusError }

/** How long an attempt may take, in milliseconds. */
export interface Limits {
  /** The probe's timeout, and on top of it the way through the API server. */
  readonly probe: number
  /** `--request-timeout`; Infinity without one. */
  readonly request: number
}

const UNFINISHED: Result = { outcome: 'Unknown', message: 'no answer within --request-timeout' }

/**
 * Runs an attempt whose stream is open, from now until it settles or a limit is reached. `late` says what it means
 * to the kubelet that the probe's limit was reached.
 */
export async function timed(
  limits: Limits,
  work: () => Promise<Result>,
  late: () => Result,
): Promise<ReplayAttempt> {
  const begun = performance.now()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<Result>((resolve) => {
    const isOurs = limits.request < limits.probe
    timer = setTimeout(() => resolve(isOurs ? UNFINISHED : late()), isOurs ? limits.request : limits.probe)
  })
  try {
    const result = await Promise.race([work(), limit])
    return { ...result, milliseconds: Math.round(performance.now() - begun) }
  } finally {
    clearTimeout(timer)
  }
}

const REFUSED = /connection refused/i

/** What the node says where nothing listens: containerd, CRI-O and socat word it differently. */
export const isRefused = (forwarded: Forwarded): boolean => REFUSED.test(forwarded.trouble())

export const refused: Result = {
  outcome: 'Failed',
  message: 'connection refused inside of the pod',
  port: 'refused',
}

/** The connection ended before there was an answer. */
export const endedEarly = (forwarded: Forwarded): Result =>
  isRefused(forwarded)
    ? refused
    : {
        outcome: 'Failed',
        message: `the connection was closed before an answer${forwarded.trouble() === '' ? '' : `: ${oneLine(forwarded.trouble())}`}`,
      }

export const oneLine = (text: string, length = 300): string =>
  text.replaceAll(/\s+/g, ' ').trim().slice(0, length)

/** The server's clock, else ours. */
export const clock = (serverTime: string | undefined): string =>
  millis(serverTime) === undefined ? rfc3339(Date.now()) : (serverTime as string)
