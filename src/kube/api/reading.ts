import { sizeText } from '../../model/text/words.ts'
import type { Limits } from './limits.ts'

/** An answer is longer than it may be: see {@link Limits}. */
export class TooLong extends Error {
  readonly code = 'TOO_LONG'

  constructor(what: string, bytes: number) {
    super(`${what} longer than ${sizeText(bytes)}`)
  }
}

/** What one reading of the cluster has left of its time and its bytes. Begun anew for each look of `--watch`. */
export interface Reading {
  /** 0 where the time is over. */
  millisecondsLeft(): number
  readonly seconds: number
  /** @throws TooLong where all answers together are longer than they may be */
  spend(bytes: number): void
}

/** Begins a reading. */
export function beginReading({ totalBytes }: Limits, seconds: number): Reading {
  const end = performance.now() + seconds * 1000
  let left = totalBytes
  return {
    seconds,
    millisecondsLeft: () => Math.max(0, end - performance.now()),
    spend: (bytes) => {
      left -= bytes
      if (left < 0) throw new TooLong('all answers of the server together are', totalBytes)
    },
  }
}
