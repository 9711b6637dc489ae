import { describe, expect, test } from '@jest/globals'
import { drainPlan } from '../../src/drain/plan.ts'
import type { WaveOptions } from '../../src/drain/types/options.ts'
import {
  ABC,
  apart,
  budget,
  clusterOfParts,
  deployment,
  NO_FLAGS,
  node,
  pinnedTo,
} from '../helpers/drain-builders.ts'

const plan = (parts: readonly (object | readonly object[])[], nodes: readonly string[], waves: WaveOptions) =>
  drainPlan(clusterOfParts(parts), nodes, NO_FLAGS, waves)

const four = ['a', 'b', 'c', 'd'].map((name, index) => node(name, { zone: index < 2 ? 'z1' : 'z2' }))
const free = deployment('v', { on: ['a', 'b', 'c', 'd'] })
const spare = node('e')

describe('waves', () => {
  test('one wave where one command drains all', () => {
    expect(plan([...four, spare, free], ['a', 'b', 'c', 'd'], { mode: 'Rolling' }).waves).toEqual([
      ['a', 'b', 'c', 'd'],
    ])
  })

  test('--max-parallel is the most nodes of a wave', () => {
    expect(
      plan([...four, spare, free], ['a', 'b', 'c', 'd'], { mode: 'Rolling', maxParallel: 3 }).waves,
    ).toEqual([['a', 'b', 'c'], ['d']])
  })

  test('--by keeps nodes with different values apart, and nodes without the label among themselves', () => {
    const { waves } = plan([...four, spare, free], ['a', 'b', 'c', 'd', 'e'], {
      mode: 'Rolling',
      by: 'topology.kubernetes.io/zone',
    })
    expect(waves.map((wave) => wave.join(''))).toEqual(['ab', 'cd', 'e'])
    expect(plan([...four, spare, free], ['a', 'b'], { mode: 'Rolling', by: 'no-such-label' }).waves).toEqual([
      ['a', 'b'],
    ])
  })

  test('nodes that come back make room for the next wave; nodes that are removed do not', () => {
    const pair = [
      node('a'),
      node('b'),
      ...deployment('w', { on: ['a', 'b'], spec: apart('w') }),
      budget('p', { minAvailable: 1 }),
    ]
    const rolling = plan(pair, ['a', 'b'], { mode: 'Rolling' })
    const removed = plan(pair, ['a', 'b'], { mode: 'Removed' })
    expect(rolling).toMatchObject({ waveMode: 'Rolling', waves: [['a'], ['b']] })
    expect(removed.waveMode).toBe('Removed')
    expect(removed.waves.flat()).toHaveLength(1)
    expect(removed.assumptions).toContainEqual(expect.stringContaining('not sure to drain in any: b'))
  })

  test('the order in which the nodes are named does not change how many waves there are', () => {
    const cluster = [
      ...ABC,
      ...deployment('x', { on: ['a'], spec: pinnedTo('a'), replicas: 1 }),
      ...deployment('y', { on: ['b', 'c'], spec: apart('y') }),
      budget('py', { minAvailable: 1 }, { app: 'y' }),
    ]
    const lengths = [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ].map((nodes) => plan(cluster, nodes, { mode: 'Rolling' }).waves.length)
    expect(new Set(lengths).size).toBe(1)
  })
})

describe('at most one node of a zone at a time', () => {
  const nodes = ['a', 'b', 'c', 'd']
  const careful = { mode: 'Rolling', onePerZone: true } as const

  test('nodes of different zones share a wave, those of one do not', () => {
    expect(plan([...four, spare, free], nodes, careful).waves).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ])
  })

  test('a budget that proves less makes more waves', () => {
    const parts = [
      ...four,
      ...deployment('w', { on: nodes, spec: apart('w') }),
      budget('p', { minAvailable: 3 }),
    ]
    expect(plan(parts, nodes, careful).waves).toEqual([['a'], ['b'], ['c'], ['d']])
  })

  test('nodes without a zone are of one zone; a single node is a wave of its own', () => {
    const bare = four.map((one) => ({ ...one, metadata: { ...one.metadata, labels: {} } }))
    expect(plan([...bare, spare, free], nodes, careful).waves).toEqual([['a'], ['b'], ['c'], ['d']])
    expect(plan([...bare, spare, free], ['a'], careful).waves).toEqual([['a']])
  })

  test('in a large pool, too', () => {
    const pool = Array.from({ length: 20 }, (_, index) => node(`n${index + 10}`, { zone: `z${index % 2}` }))
    const { waves } = plan(
      [...pool, spare],
      pool.map(({ metadata }) => metadata.name),
      careful,
    )
    expect(waves.map((wave) => wave.length)).toEqual(Array.from({ length: 10 }, () => 2))
  })

  test('nodes that drain in no wave are told as they fare alone, not as they fare in one command', () => {
    const stuck = plan(
      [...four, spare, ...deployment('w', { on: ['a'] }), budget('p', { maxUnavailable: 0 }), free],
      nodes,
      careful,
    ).stuck
    expect(stuck).toMatchObject([{ name: 'a', verdict: 'Blocks', reasons: [{ code: 'budget-refuses' }] }])
  })
})
