const SUFFIXES: Readonly<Record<string, readonly [base: bigint, power: number]>> = {
  '': [10n, 0],
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
}

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/

/** An exponent beyond this makes the value the largest there is, or the smallest. */
const MOST_DIGITS = 5000
/** Larger ones are taken for this (apimachinery `resource.ParseQuantity` caps at 2^63-1). */
const LARGEST = 2n ** 63n - 1n

const bounded = (value: number, most: number): number => Math.max(-most, Math.min(most, value))

const ceilDivide = (value: bigint, divisor: bigint): bigint =>
  value > 0n ? (value + divisor - 1n) / divisor : value / divisor

/** A quantity in units of 10^-scale, rounded up, exactly. */
function scaled(quantity: string, scale: number): bigint {
  const match = QUANTITY.exec(quantity)
  if (match === null || (match[2] === '' && (match[3] ?? '') === ''))
    throw new RangeError(`not a quantity: ${quantity}`)
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match
  const digits = BigInt(`${whole}${fraction}` || '0')
  const [base, power] =
    exponent === undefined
      ? (SUFFIXES[suffix] ?? [10n, 0])
      : ([10n, bounded(Number(exponent), MOST_DIGITS)] as const)
  const decimal = scale - fraction.length + (base === 10n ? power : 0)
  const binary = base === 2n ? 1n << BigInt(power) : 1n
  const value = digits * binary * (decimal > 0 ? 10n ** BigInt(decimal) : 1n)
  const rounded = ceilDivide(value, decimal < 0 ? 10n ** BigInt(-decimal) : 1n)
  const capped = rounded > LARGEST ? LARGEST : rounded
  return sign === '-' ? -capped : capped
}

/** Whether a value is a quantity: text, or a number as manifests may have it. */
export const isQuantity = (value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') &&
  /\d/.test(`${value}`) &&
  QUANTITY.test(`${value}`)

/**
 * A resource quantity as the scheduler counts it: cpu in millis, everything else in whole units, rounded up
 * (`resource.Quantity.MilliValue` and `Value`).
 * @throws RangeError where the text is not a quantity
 */
export const resourceValue = (resource: string, quantity: string | number): number =>
  Number(scaled(`${quantity}`, resource === 'cpu' ? 3 : 0))
