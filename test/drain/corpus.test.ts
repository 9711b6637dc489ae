import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildSimulatedCluster } from '../../src/drain/cluster/simulated-cluster.ts'
import { storedStatus, syncedStatus } from '../../src/drain/disruption/budget.ts'
import { fieldProjection } from '../../src/drain/field-projection.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import { feasibleNodes } from '../../src/drain/scheduler/feasible-nodes.ts'
import { initialState } from '../../src/drain/state/budget-tracking.ts'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { type Cluster, indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { drainRunbook } from '../../src/render/drain/runbook/runbook.ts'
import { judgeDrain } from '../helpers/drain-judge.ts'
import { folderWith } from '../helpers/folder.ts'
import { type RecordedDrain, recordedDrains } from '../helpers/recordings.ts'

interface PlannedDrain extends RecordedDrain {
  readonly cluster: Cluster
  readonly plan: DrainPlan
}

/** What is left of a snapshot that is read for a large cluster. */
const projected = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  objects: Object.fromEntries(
    Object.entries(snapshot.objects).map(([name, list]) => [
      name,
      (list as readonly KubeObject[]).map(fieldProjection()),
    ]),
  ) as unknown as Snapshot['objects'],
})

describe('real drains', () => {
  // Planning them takes most of the time of the unit tests, so that all that is judged of their plans is judged here.
  let drains: readonly PlannedDrain[] = []
  beforeAll(() => {
    drains = [...recordedDrains()].map((recorded) => {
      const cluster = indexCluster(recorded.snapshot)
      return { ...recorded, cluster, plan: drainPlan(cluster, recorded.nodes, recorded.options) }
    })
  })

  test('end as planned: exit code, pods that went and stayed, replacements left Pending', () => {
    const notes = drains.flatMap(({ name, plan, outcome }) =>
      judgeDrain(plan, outcome).notes.map((note) => `${name}: ${note}`),
    )
    const undecided = drains.filter(({ plan }) =>
      plan.nodes.some(({ verdict }) => verdict === 'OrderDependent' || verdict === 'Unknown'),
    )
    expect(drains.length).toBeGreaterThanOrEqual(180)
    expect(notes).toEqual([])
    expect(undecided).toEqual([])
  })

  test('of clusters whose budgets the real disruption controller counted alike, and whose waiting pods fit nowhere', () => {
    const wrong: string[] = []
    let budgets = 0
    let waiting = 0
    for (const { name, cluster } of drains) {
      const simulated = buildSimulatedCluster(cluster)
      const state = initialState(simulated, simulated.budgets)
      for (const [budget, tally] of state.tallies) {
        budgets++
        const stored = storedStatus(budget)
        const { observed: _observed, ...counted } = syncedStatus(budget, tally, stored)
        if (JSON.stringify(stored) !== JSON.stringify({ ...stored, ...counted }))
          wrong.push(`${name} ${budget.metadata.name}: ${JSON.stringify(counted)}`)
      }
      for (const pod of state.queue) {
        waiting++
        const { nodes } = feasibleNodes(state, pod)
        if (nodes.length > 0) wrong.push(`${name} ${pod.name}: would fit`)
      }
    }
    expect([budgets > 400, waiting > 300]).toEqual([true, true])
    expect(wrong).toEqual([])
  })

  test('have the same plan when only the fields are read that a plan looks at', () => {
    const differing = drains
      .filter((_, index) => index % 4 === 0)
      .flatMap(({ name, snapshot, nodes, options, plan }) => {
        const less = drainPlan(indexCluster(projected(snapshot)), nodes, options)
        return JSON.stringify(less) === JSON.stringify(plan) ? [] : [name]
      })
    expect(differing).toEqual([])
  })

  test('have runbooks that bash can read', () => {
    const scripts = drains.map(({ name, plan, flags }): [string, string] => [
      name,
      drainRunbook(plan, { drain: flags, cluster: [] }),
    ])
    // One process that starts the others: each start from here copies what Node keeps of all plans.
    const each = 'for script; do bash -n "$script" || echo "$script"; done'
    const { stdout, stderr } = spawnSync('bash', ['-c', each, 'bash', ...drains.map(({ name }) => name)], {
      cwd: folderWith(Object.fromEntries(scripts)),
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
  })
})
