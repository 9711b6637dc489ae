import { expect, test } from '@jest/globals'
import { drainPlan } from '../../src/drain/plan.ts'
import { indexCluster } from '../../src/model/cluster.ts'
import { parseSelector } from '../../src/model/selector.ts'
import { drainOptions, judgeDrain } from '../helpers/drain-judge.ts'
import { recordedDrains } from '../helpers/drains.ts'

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
