import { expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { readPiped, rootsOf } from '../helpers/piped.ts'
import { describedFailure, recordedFailures } from '../helpers/recordings.ts'

const selection = { targets: [], selector: [] }

/** Their describes show the pods without events, or not the object that tells; or only a log tells the cause. */
const SILENT = ['http-to-https', 'job-backoff', 'nginx-readiness-403', 'progress-deadline', 'quota-exceeded']

const told = recordedFailures().filter(({ name }) => !SILENT.includes(name))

test.each(told)('what kubectl describe printed of $name tells the cause, too', async ({ name, cause }) => {
  const codes = (await readPiped(describedFailure(name)).then(rootsOf)).map((root) => root.split(' ')[0])
  expect(codes).toEqual(cause === 'none' ? [] : [cause])
})

test.each(SILENT)(
  '%s: a describe that does not show the cause leads to no wrong one for sure',
  async (name) => {
    const snapshot = await readPiped(describedFailure(name))
    const { incidents } = explainEvents(indexCluster(snapshot), { selection, all: false })
    const sure = incidents.filter(({ confidence, code }) => confidence === 'Certain' && code !== 'crash')
    expect(sure).toEqual([])
  },
)

test.each(told)('probe-check agrees on $name', async ({ name, cause }) => {
  const snapshot = await readPiped(describedFailure(name))
  const roots = probeCheck(indexCluster(snapshot), { selection }).findings.filter(
    ({ rootCause }) => rootCause,
  )
  expect(roots.map(({ code }) => code)).toEqual(cause === 'none' ? [] : [cause])
})

test('no pod is replaced by what text tells of it', async () => {
  const snapshot = await readPiped(describedFailure('wrong-port'))
  const { incidents } = explainEvents(indexCluster(snapshot), { selection, all: true })
  const fixes = incidents.flatMap((incident) => incident.fixes)
  expect(fixes.length).toBeGreaterThan(0)
  expect(
    fixes.filter(({ replace, command }) => replace !== undefined || command?.includes('replace')),
  ).toEqual([])
})

test('what was taken for granted in reading text is in the report of both commands', async () => {
  const snapshot = await readPiped(describedFailure('wrong-port'))
  const cluster = indexCluster(snapshot)
  const notes = snapshot.notes ?? []
  expect(notes.length).toBeGreaterThan(0)
  expect(explainEvents(cluster, { selection, all: false }).assumptions).toEqual(
    expect.arrayContaining([...notes]),
  )
  expect(probeCheck(cluster, { selection }).assumptions).toEqual(expect.arrayContaining([...notes]))
})
