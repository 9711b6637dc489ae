import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { editDistance, nearest } from '../../src/model/text/nearest.ts'
import { shellCommand } from '../../src/model/text/shell.ts'
import { sortedBy } from '../../src/model/text/sort.ts'
import { listed } from '../../src/model/text/words.ts'

test('a shell reads back exactly the arguments that were given', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
        { minLength: 1, maxLength: 4 },
      ),
      (words) => {
        const out = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(words)}`]).toString('utf8')
        const whole = words.map((word) => Buffer.from(word, 'utf8').toString('utf8'))
        expect(out.split('\0').slice(0, -1)).toEqual(whole)
      },
    ),
    { numRuns: 60, seed: 20261121 },
  )
})

describe('nearest', () => {
  test.each([
    ['metrcis', ['http', 'metrics', 'grpc'], 'metrics'],
    ['htpp', ['http', 'https'], 'http'],
    ['web', ['database', 'cache'], undefined],
    ['http', [], undefined],
    ['node-9', ['node-1', 'node-2'], undefined],
    ['por', ['port', 'port'], 'port'],
  ])('%s among %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected)
  })

  test('distance counts single edits', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
  })
})

test('sorting is by code unit, numbers by value', () => {
  expect(sortedBy(['b', 'B', 'a', 'ä'], (text) => [text])).toEqual(['B', 'a', 'b', 'ä'])
  expect(sortedBy([10, 9, 100], (number) => [number])).toEqual([9, 10, 100])
})

test('lists read as prose', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ])
})
