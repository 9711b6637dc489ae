import type { Seconds } from '../types/duration.ts'

export const NO_TIME: Seconds = { min: 0, max: 0 }

/** A sum has an upper limit only where all of its parts have one. */
export const sumOf = (all: readonly Seconds[]): Seconds =>
  all.reduce<Seconds>(
    (a, b) => ({
      min: a.min + b.min,
      ...(a.max === undefined || b.max === undefined ? {} : { max: a.max + b.max }),
    }),
    NO_TIME,
  )

export const times = (one: Seconds, count: number): Seconds =>
  count === 0 ? NO_TIME : { min: one.min * count, ...(one.max === undefined ? {} : { max: one.max * count }) }

/** Of times that pass side by side. */
export const longestOf = (all: readonly Seconds[]): Seconds =>
  all.reduce<Seconds>(
    (a, b) => ({
      min: Math.max(a.min, b.min),
      ...(a.max === undefined || b.max === undefined ? {} : { max: Math.max(a.max, b.max) }),
    }),
    NO_TIME,
  )
