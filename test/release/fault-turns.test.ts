import { expect, test } from '@jest/globals'
import { turnOf } from '../faults/turns.ts'

const DAYS = ['2026-11-21T23:59:59Z', '2026-11-22T00:00:00Z', '2026-11-23T12:00:00Z']

test('three days in turn try every fault on every kind, each once', () => {
  const turns = DAYS.map((day) => turnOf('by-date', new Date(day)))
  for (let fault = 0; fault < 7; fault++)
    for (let kind = 0; kind < 7; kind++) expect(turns.filter(({ has }) => has(fault, kind))).toHaveLength(1)
  expect(new Set(turns.map(({ sentence }) => sentence)).size).toBe(3)
})

test('every fault is tried each day, and everything where no turns are asked for', () => {
  const today = turnOf('by-date', new Date(DAYS[0] ?? ''))
  for (let fault = 0; fault < 7; fault++) expect([0, 1, 2].some((kind) => today.has(fault, kind))).toBe(true)
  expect(turnOf(undefined, new Date(0)).has(1, 1)).toBe(true)
  expect(() => turnOf('all', new Date(0))).toThrow('FAULTS takes by-date')
})
