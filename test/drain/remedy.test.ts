import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildSimulatedCluster } from '../../src/drain/cluster/simulated-cluster.ts'
import { kubectlPolicy } from '../../src/drain/policy/kubectl.ts'
import { judgedRun } from '../../src/drain/report/nodes/judged-nodes.ts'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import { wavesOf } from '../../src/drain/waves/waves.ts'
import { budget, clusterOfParts, deployment, NO_FLAGS, node, planFor } from '../helpers/drain-builders.ts'

/** Applications that their budgets pin to their nodes. */
const guarded = (name: string, on: readonly string[]) => [
  ...deployment(name, { on }),
  budget(`p-${name}`, { maxUnavailable: 0 }, { app: name }),
]
const NODES = ['a', 'b', 'c', 'd']
const THREE = ['a', 'b', 'c']
const FREE = NODES.map((name) => node(name))
const commands = ({ remedy }: DrainPlan) => remedy?.fixes.map(({ command }) => command)

describe('the fewest changes that make an order of waves work', () => {
  test('none where an order works as things are', () => {
    const plan = planFor([...FREE, ...deployment('v', { on: ['a', 'b'] })], ['a', 'b'])
    expect(plan.remedy).toBeUndefined()
  })

  test('one for each budget that refuses, all of them proven together only', () => {
    const plan = planFor([...FREE, ...guarded('v', ['a']), ...guarded('w', ['b'])], ['a', 'b'])
    expect(plan.waves.flat()).toEqual([])
    expect(plan.remedy).toMatchObject({ verdict: 'Drains', proven: true, smallest: true })
    expect(plan.remedy?.fixes).toHaveLength(2)
    expect(plan.remedy?.fixes.every(({ proven, together }) => proven && together)).toBe(true)
    expect(plan.remedy?.waves.flat().toSorted()).toEqual(['a', 'b'])
  })

  test('a change that only one command would need is left out where waves do without it', () => {
    const two = [...deployment('x', { on: ['a', 'b'] }), budget('px', { minAvailable: 1 }, { app: 'x' })]
    const plan = planFor([...FREE, ...two, ...guarded('w', ['b'])], ['a', 'b'])
    expect(commands(plan)).toHaveLength(1)
    expect(commands(plan)?.[0]).toContain('w')
    expect(plan.remedy?.waves.flat().toSorted()).toEqual(['a', 'b'])
  })

  test('no more replicas than there is room for', () => {
    const full = ['a', 'b', 'z'].map((name) => node(name, { pods: '1' }))
    const lone = (name: string, on: string) => [
      ...deployment(name, { on: [on] }),
      budget(`p-${name}`, { minAvailable: 1 }, { app: name }),
    ]
    const plan = planFor([...full, ...lone('v', 'a'), ...lone('w', 'b')], ['a', 'b'])
    expect(plan.remedy?.fixes).toHaveLength(2)
    expect(commands(plan)?.filter((command) => command?.includes('scale'))).toHaveLength(1)
  })

  test('flags of kubectl drain are changes, too', () => {
    const lone = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace: 'd', uid: 'lone' } }
    const pod = {
      ...lone,
      spec: { nodeName: 'a', containers: [{ name: 'c', image: 'i' }] },
      status: { phase: 'Running' },
    }
    const plan = planFor([...FREE, pod, ...guarded('w', ['b'])], ['a', 'b'])
    expect(plan.remedy?.fixes).toHaveLength(2)
    expect(plan.remedy?.fixes.flatMap(({ flags }) => flags ?? [])).toEqual(['--force'])
  })
})

/** Which of up to three applications, each on one or two of three nodes, has a budget that allows nothing. */
const PLACED = fc.array(
  fc.record({ on: fc.subarray(THREE, { minLength: 1, maxLength: 2 }), pinned: fc.boolean() }),
  { minLength: 1, maxLength: 3 },
)

/** The nodes that drain in some wave, without a search for changes. */
function drained(objects: readonly (object | readonly object[])[], nodes: readonly string[]): number {
  const simulated = buildSimulatedCluster(clusterOfParts(objects))
  const { run, judged } = judgedRun(simulated, nodes, kubectlPolicy(NO_FLAGS))
  const { details } = wavesOf(simulated, run, judged, { mode: 'Rolling' })
  return details.flatMap((wave) => wave.nodes).length
}

describe('brute force', () => {
  test('no smaller set of budgets, relaxed by hand, lets all nodes drain, and the set of the plan does', () => {
    fc.assert(
      fc.property(PLACED, (placed) => {
        const cluster = (relaxed: ReadonlySet<number>) => [
          ...THREE.map((name) => node(name)),
          node('spare'),
          ...placed.flatMap(({ on, pinned }, index) => [
            ...deployment(`v${index}`, { on }),
            budget(
              `p${index}`,
              { maxUnavailable: pinned && !relaxed.has(index) ? 0 : 1 },
              { app: `v${index}` },
            ),
          ]),
        ]
        const subsets = Array.from(
          { length: 2 ** placed.length },
          (_, bits) => new Set([...placed.keys()].filter((index) => (bits >> index) & 1)),
        )
        const enough = subsets.filter((relaxed) => drained(cluster(relaxed), THREE) === THREE.length)
        const fewest = Math.min(...enough.map(({ size }) => size))
        const { remedy } = planFor(cluster(new Set()), THREE)
        expect(remedy?.fixes.length ?? 0).toBe(fewest)
        if (fewest > 0) expect(remedy?.waves.flat().toSorted()).toEqual(THREE)
      }),
      { numRuns: 15 },
    )
  })
})
