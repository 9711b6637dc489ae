import { expect, test } from '@jest/globals'
import { ABC, apart, budget, deployment, job, nodeOf, planFor } from '../helpers/drain-builders.ts'

const lineOf = (...parts: (object | readonly object[])[]) =>
  nodeOf(planFor([...ABC, ...parts], 'a')).reasons.find(({ code }) => code === 'budget-refuses')?.text
const on = (count: number) => Array.from({ length: count }, (_, index) => ['a', 'b', 'c'][index % 3] ?? 'a')
const w = (count: number, fields: object = {}) => deployment('w', { on: on(count), ...fields })

test.each([
  [
    'a percentage that rounds up',
    w(3),
    { minAvailable: '70%' },
    '3 of 3 healthy, needs 3 (70% of 3 rounds up to 3)',
  ],
  ['a percentage of a whole number', w(4), { minAvailable: '100%' }, '4 of 4 healthy, needs 4 (100% of 4)'],
  ['maxUnavailable 0', w(3), { maxUnavailable: 0 }, '3 of 3 healthy, needs 3 (maxUnavailable 0)'],
  ['as many as there are', w(3), { minAvailable: 3 }, '3 of 3 healthy, needs 3'],
])('%s never allows an eviction, and waiting does not help', (_title, pods, spec, numbers) => {
  expect(lineOf(pods, budget('p', spec))).toBe(
    `PDB ns/p: ${numbers}: 0 evictions allowed, and waiting does not help`,
  )
})

test('pods that are not Ready now can be waited for', () => {
  const unready = deployment('w', { on: ['b', 'c', 'a'], unready: 1 })
  expect(lineOf(unready, budget('p', { maxUnavailable: 1 }))).toBe(
    'PDB ns/p: 2 of 3 healthy, needs 2 (maxUnavailable 1): 0 evictions allowed until 1 more of its pods is Ready',
  )
})

test('pods that the drain itself took, and that find no place, cannot', () => {
  const [a, b] = ABC
  const full = nodeOf(
    planFor(
      [
        a ?? {},
        b ?? {},
        ...deployment('w', { on: ['a', 'a', 'b'], spec: apart('w') }),
        budget('p', { minAvailable: 2 }),
      ],
      'a',
    ),
  )
  expect(full.reasons.map(({ text }) => text)).toContainEqual(
    'PDB ns/p: 2 of 3 healthy, needs 2: 0 evictions allowed any more: what was evicted is not replaced by a Ready pod',
  )
})

test('a budget that cannot be counted says why', () => {
  expect(lineOf(job('w', { on: ['a'] }), budget('p', { maxUnavailable: 1 }))).toMatch(
    /^PDB ns\/p .*does not implement the scale subresource.*waiting does not help|^PDB ns\/p is still being processed/,
  )
})

test('a replacement that waits for its own node is told until when, one that fits nowhere is not', () => {
  const pending = (fields: object) =>
    nodeOf(planFor([...ABC, ...w(1, fields)], 'a')).reasons.map(({ message }) => message.split(':')[0])
  expect(pending({ spec: { nodeSelector: { 'kubernetes.io/hostname': 'a' } } })).toEqual([
    'the replacement stays Pending until a is uncordoned',
  ])
  expect(pending({ spec: { nodeSelector: { gone: 'yes' } } })).toEqual(['the replacement stays Pending'])
})
