import { expect, test } from '@jest/globals'
import { buildSimulatedCluster } from '../../src/drain/cluster/simulated-cluster.ts'
import { storedStatus, syncedStatus } from '../../src/drain/disruption/budget.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import { feasibleNodes } from '../../src/drain/scheduler/feasible-nodes.ts'
import { initialState } from '../../src/drain/state/start.ts'
import { parseSelector } from '../../src/model/kubernetes/selector.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { drainOptions, judgeDrain } from '../helpers/drain-judge.ts'
import { recordedDrains } from '../helpers/recordings.ts'

test('180 real drains: exit code, pods that went and stayed, replacements left Pending', () => {
  const notes: string[] = []
  let drains = 0
  let undecided = 0
  for (const { name, snapshot, case: asked, outcome } of recordedDrains()) {
    const plan = drainPlan(indexCluster(snapshot), asked.drain, drainOptions(asked.flags, parseSelector))
    drains++
    if (plan.nodes.some(({ verdict }) => verdict === 'OrderDependent' || verdict === 'Unknown')) undecided++
    notes.push(...judgeDrain(plan, asked, outcome).notes.map((note) => `${name}: ${note}`))
  }
  expect(drains).toBeGreaterThanOrEqual(180)
  expect(notes).toEqual([])
  expect(undecided).toBe(0)
})

test('what the real disruption controller counted, and what the real scheduler could not place', () => {
  const wrong: string[] = []
  let budgets = 0
  let waiting = 0
  for (const { name, snapshot } of recordedDrains()) {
    const simulated = buildSimulatedCluster(indexCluster(snapshot))
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
