/** The number of runs in which a fault has been tried on every kind. */
const TURNS = 3

const MILLISECONDS_OF_A_DAY = 86_400_000

/** Which trials a run makes, and what is said of it. */
export interface Turn {
  readonly sentence: string
  /** The `fault`-th fault on the `kind`-th kind. */
  readonly has: (fault: number, kind: number) => boolean
}

/**
 * All trials, or with `by-date` (the variable `FAULTS`) a third of them, by the day of `now` in UTC: each fault on each
 * third kind, and each kind with each third fault, so that three days in turn have tried everything.
 * @throws Error for any other word
 */
export function turnOf(asked: string | undefined, now: Date): Turn {
  if (asked === undefined) return { sentence: 'every fault on every kind', has: () => true }
  if (asked !== 'by-date') throw new Error(`FAULTS takes by-date, not ${JSON.stringify(asked)}`)
  const turn = Math.floor(now.getTime() / MILLISECONDS_OF_A_DAY) % TURNS
  return {
    sentence: `by date, part ${turn + 1} of ${TURNS}: every fault on each third kind`,
    has: (fault, kind) => (fault + kind) % TURNS === turn,
  }
}
