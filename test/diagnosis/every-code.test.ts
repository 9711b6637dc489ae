import { describe, expect, test } from '@jest/globals'
import { CAUSE_CODES } from '../../src/diagnosis/codes/codes.ts'
import { diagnose, diagnoseNodes } from '../../src/diagnosis/diagnose.ts'
import type { ContainerLog } from '../../src/model/snapshot/snapshot.ts'
import { clusterOf } from '../helpers/builders.ts'
import { EXAMPLES } from './examples.ts'
import { FIELD_CASES } from './field/cases.ts'
import type { Objects } from './states.ts'

const codesOf = (objects: Objects, logs: readonly ContainerLog[] = []): readonly string[] => {
  const cluster = clusterOf(objects, { logs })
  return [...diagnose(cluster, cluster.workloads()), ...diagnoseNodes(cluster)].map(({ code }) => code)
}

describe.each(Object.entries(EXAMPLES))('%s', (code, { seen, near, logs }) => {
  test('is told where it is the cause, and not where something near it is', () => {
    expect(codesOf(seen, logs)).toContain(code)
    expect(codesOf(near, logs)).not.toContain(code)
  })
})

// Scripts rely on the codes: one that is renamed has no example any more.
test('every cause has an example', () => {
  const rows = FIELD_CASES.flatMap(({ finds, near }) => (near === undefined ? finds : []))
  const shown = new Set([...rows.map((find) => find.split(' ')[1]?.split('/')[0]), ...Object.keys(EXAMPLES)])
  expect(CAUSE_CODES.map(({ code }) => code).filter((code) => !shown.has(code))).toEqual([])
})
