import { describe, expect, test } from '@jest/globals'
import { editDistance, nearest } from '../../src/model/text/nearest.ts'
import { sortedBy } from '../../src/model/text/sort.ts'
import { listed } from '../../src/model/text/words.ts'

describe('nearest', () => {
  test.each([
    ['metrcis', ['http', 'metrics', 'grpc'], 'metrics'],
    ['htpp', ['http', 'https'], 'http'],
    ['shpo', ['shop', 'stop-it'], 'shop'],
    ['web', ['database', 'cache'], undefined],
    ['http', [], undefined],
    ['node-9', ['node-1', 'node-2'], undefined],
    ['por', ['port', 'port'], 'port'],
  ])('%s among %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected)
  })

  test('distance counts single edits', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('baed', 'abde')).toBe(2)
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
