import { describe, expect, test } from '@jest/globals'
import { scaledValue } from '../../src/model/kubernetes/intstr.ts'
import { isQuantity, resourceValue } from '../../src/model/kubernetes/quantity.ts'
import { humanDuration, millis, parseDuration, rfc3339, secondsBetween } from '../../src/model/text/time.ts'

describe('resourceValue', () => {
  test.each([
    ['cpu', '100m', 100],
    ['cpu', '2', 2000],
    ['cpu', '0.5', 500],
    ['cpu', '1e1', 10_000],
    ['cpu', '100u', 1],
    ['memory', '128Mi', 128 * 1024 * 1024],
    ['memory', '1.5Gi', 1.5 * 1024 ** 3],
    ['memory', '1k', 1000],
    ['memory', '1500m', 2],
    ['memory', '100', 100],
    ['nvidia.com/gpu', '1', 1],
    ['memory', 1024, 1024],
  ])('%s %s is %d', (resource, quantity, value) => {
    expect(resourceValue(resource, quantity)).toBe(value)
  })

  test.each(['', 'abc', '1Xi', '.'])('%j is no quantity', (text) => {
    expect(() => resourceValue('memory', text)).toThrow(RangeError)
  })
})

describe('scaledValue', () => {
  // docs/reference/disruption-budgets.md#B3: 28 % of 25 is exactly 7; a float of 0.28 would make it 8.
  test.each([
    ['28%', 25, 7],
    ['30%', 7, 3],
    ['50%', 7, 4],
    ['0%', 7, 0],
    ['100%', 7, 7],
    [2, 7, 2],
  ])('%s of %d rounds up to %d', (value, total, expected) => {
    expect(scaledValue(value, total)).toBe(expected)
  })

  test('text that is no percentage has no value', () => {
    expect(scaledValue('3', 7)).toBeUndefined()
  })
})

describe('time', () => {
  test.each([
    [0, '0s'],
    [119.9, '119s'],
    [120, '2m'],
    [330, '5m30s'],
    [600, '10m'],
    [3 * 3600, '3h'],
    [3 * 3600 + 20 * 60, '3h20m'],
    [9 * 3600, '9h'],
    [52 * 3600, '2d4h'],
    [30 * 86400, '30d'],
    [3 * 365 * 86400 + 10 * 86400, '3y10d'],
  ])('%d seconds are %s, as in kubectl get', (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text)
  })

  test.each([
    ['30s', 30],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['1.5m', 90],
    ['20', 20],
    ['5x', undefined],
    ['', undefined],
    ['-5s', undefined],
  ])('%j is a duration of %p seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test('the zero time of a container that never started is no time', () => {
    expect(millis('1970-01-01T00:00:00Z')).toBeUndefined()
    expect(secondsBetween(null, '2026-01-01T00:00:00Z')).toBeUndefined()
    expect(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:01:30Z')).toBe(90)
  })

  test('times print as metav1.Time', () => {
    expect(rfc3339(Date.UTC(2026, 10, 21, 2, 3, 4, 567))).toBe('2026-11-21T02:03:04Z')
  })
})

test.each([
  ['1e999999999', 2 ** 63],
  ['-1e999999999', -(2 ** 63)],
  ['1e-999999999', 1],
  ['0e999999999', 0],
  ['99999999999Ei', 2 ** 63],
])('the quantity %s is worked out at once, and capped as Kubernetes does', (quantity, expected) => {
  expect(resourceValue('memory', quantity)).toBe(expected)
  expect(isQuantity(quantity)).toBe(true)
})

test.each(['', '.', 'x', '1x', '-', '1e', '0x10', 'Infinity', '1 Gi'])('%j is no quantity', (text) =>
  expect(isQuantity(text)).toBe(false),
)
