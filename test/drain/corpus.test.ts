import { describe, expect, test } from '@jest/globals'
import { buildSimulatedCluster } from '../../src/drain/cluster/simulated-cluster.ts'
import { storedStatus, syncedStatus } from '../../src/drain/disruption/budget.ts'
import { fieldProjection } from '../../src/drain/field-projection.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import { feasibleNodes } from '../../src/drain/scheduler/feasible-nodes.ts'
import { initialState } from '../../src/drain/state/budget-tracking.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { judgeDrain } from '../helpers/drain-judge.ts'
import { drainedNodes } from '../helpers/drained.ts'
import { recordedDrains } from '../helpers/recordings.ts'

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
  const drains = [...recordedDrains()].map((recorded) => {
    const cluster = indexCluster(recorded.snapshot)
    return { ...recorded, cluster, judged: drainedNodes(cluster, recorded.nodes, recorded.options) }
  })
  // The whole plans of all of them are made by `npm run corpus`: fixes take many times as long as verdicts.
  const planned = drains
    .filter((_, index) => index % 18 === 0)
    .map((drain) => ({ ...drain, plan: drainPlan(drain.cluster, drain.nodes, drain.options) }))

  test('end as planned: exit code, pods that went and stayed, replacements left Pending', () => {
    const notes = drains.flatMap(({ name, judged, outcome }) =>
      judgeDrain({ nodes: judged }, outcome).notes.map((note) => `${name}: ${note}`),
    )
    const undecided = drains.filter(({ judged }) =>
      judged.some(({ verdict }) => verdict === 'OrderDependent' || verdict === 'Unknown'),
    )
    expect(drains.length).toBeGreaterThanOrEqual(180)
    expect(notes).toEqual([])
    expect(undecided).toEqual([])
    expect(planned.map(({ plan }) => plan.nodes)).toEqual(planned.map(({ judged }) => judged))
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
    const changed = drains.filter(({ snapshot, nodes, options, judged }) => {
      const less = drainedNodes(indexCluster(projected(snapshot)), nodes, options)
      return JSON.stringify(less) !== JSON.stringify(judged)
    })
    const replanned = planned.filter(({ snapshot, nodes, options, plan }) => {
      const less = drainPlan(indexCluster(projected(snapshot)), nodes, options)
      return JSON.stringify(less) !== JSON.stringify(plan)
    })
    expect([...changed, ...replanned].map(({ name }) => name)).toEqual([])
  })
})
