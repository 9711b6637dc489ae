/** Repeatable chance: the same seed and case make the same choices. */
export interface Random {
  /** True with this probability. */
  chance(probability: number): boolean
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** Each of the items with this probability, in their order. */
  some<T>(items: readonly T[], probability: number): readonly T[]
}

/** mulberry32, with the number of the case mixed into the seed. */
export function randomFor(seed: number, index: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    chance: (probability) => next() < probability,
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    some: (items, probability) => items.filter(() => next() < probability),
  }
}
