/** Milliseconds since the epoch of an RFC 3339 time; undefined for null, absent, the zero time or nonsense. */
export function millis(time: string | null | undefined): number | undefined {
  if (!time) return undefined
  const parsed = Date.parse(time)
  return Number.isNaN(parsed) || parsed <= 0 ? undefined : parsed
}

/** RFC 3339 in UTC, to the second, as Kubernetes writes `metav1.Time`. */
export const rfc3339 = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')

/** Seconds between two times; undefined where one of them is not known. */
export function secondsBetween(
  from: string | null | undefined,
  to: string | null | undefined,
): number | undefined {
  const [start, end] = [millis(from), millis(to)]
  return start === undefined || end === undefined ? undefined : (end - start) / 1000
}

/**
 * A duration as kubectl's AGE column prints it, at most two units: `79s`, `5m30s`, `3h20m`, `2d4h`, `3y10d`.
 * Source: apimachinery pkg/util/duration HumanDuration.
 */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds)
  if (whole < 0) return '0s'
  if (whole < 120) return `${whole}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 10) return whole % 60 === 0 ? `${minutes}m` : `${minutes}m${whole % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`
  if (days < 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  if (days < 365 * 8) return days % 365 === 0 ? `${years}y` : `${years}y${days % 365}d`
  return `${years}y`
}

/** A duration as Go writes it, without what is zero: `45s`, `5m`, `1h30m`, `2h1s`. Fractions of seconds are rounded up. */
export function goDuration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const parts: readonly [number, string][] = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ]
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join('') || '0s'
}

/** `2.0`; with a second decimal where the first would hide that it is more than this. */
export const secondsAbove = (seconds: number, limit: number): string =>
  Number(seconds.toFixed(1)) > limit || seconds <= limit ? seconds.toFixed(1) : seconds.toFixed(2)

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/**
 * Seconds of a Go duration (`1h30m`, `500ms`) or, as kubectl's `--request-timeout` allows, of a bare number.
 * Undefined for anything else.
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g))
    total += Number(value) * (UNITS[unit ?? ''] ?? 0)
  return total
}

/** The longest time that setTimeout can take, in milliseconds: a longer one ends at once. */
export const LONGEST_TIMER = 2 ** 31 - 1
