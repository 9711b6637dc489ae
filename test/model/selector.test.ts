import { describe, expect, test } from '@jest/globals'
import { matchesMap, matchesSelector, meets, parseSelector } from '../../src/model/kubernetes/selector.ts'

describe('parseSelector', () => {
  const labels = { app: 'web', tier: 'front', zone: '' }
  test.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['missing!=web', true],
    ['tier in (front, back)', true],
    ['tier notin (front,back)', false],
    ['missing notin (a)', true],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['app=web,tier in (front,back),!canary', true],
    ['app=web,tier=back', false],
    ['zone=', true],
    ['', true],
  ])('%s', (selector, expected) => {
    expect(parseSelector(selector).every((requirement) => meets(labels, requirement))).toBe(expected)
  })

  test.each(['app=a b', 'in (a)', 'app in a', '=web', 'app=web=x', 'a b', 'app=(', 'app in (a', 'app=)'])(
    'refuses %s and names it',
    (selector) => {
      expect(() => parseSelector(selector)).toThrow(/unable to parse requirement ".+"/)
    },
  )
})

describe('matchesSelector', () => {
  test('an absent selector matches nothing, an empty one everything', () => {
    expect(matchesSelector(undefined, { app: 'web' })).toBe(false)
    expect(matchesSelector(null, undefined)).toBe(false)
    expect(matchesSelector({}, undefined)).toBe(true)
  })

  test.each([
    [{ key: 'app', operator: 'In', values: ['web', 'api'] }, true],
    [{ key: 'app', operator: 'NotIn', values: ['api'] }, true],
    [{ key: 'gone', operator: 'NotIn', values: ['api'] }, true],
    [{ key: 'app', operator: 'Exists' }, true],
    [{ key: 'app', operator: 'DoesNotExist' }, false],
    [{ key: 'gone', operator: 'DoesNotExist' }, true],
  ])('%j', (expression, expected) => {
    expect(
      matchesSelector(
        { matchLabels: { tier: 'front' }, matchExpressions: [expression] },
        { app: 'web', tier: 'front' },
      ),
    ).toBe(expected)
  })

  test('a label whose name is a property of every object is just a label', () => {
    expect(matchesSelector({ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, {})).toBe(
      false,
    )
  })
})

test('a Service without a selector selects nothing', () => {
  expect(matchesMap({}, { app: 'web' })).toBe(false)
  expect(matchesMap({ app: 'web' }, { app: 'web', tier: 'front' })).toBe(true)
})
