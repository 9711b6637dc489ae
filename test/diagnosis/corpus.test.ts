import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { atLeast } from '../../src/model/report/finding.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { noObjects, type Objects, type Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { recordedFailures } from '../helpers/recordings.ts'

const recordings = recordedFailures()

describe('recordings of real failures', () => {
  test.each(recordings)('$name is $cause', ({ cause, probe, snapshot }) => {
    const cluster = indexCluster(snapshot)
    const findings = diagnose(cluster, cluster.workloads())
    const loud = findings.filter(({ severity }) => atLeast(severity, 'Warning'))
    const roots = loud.filter(({ rootCause }) => rootCause)
    expect(roots.map(({ code, subject }) => [code, subject.probe])).toEqual(
      cause === 'none' ? [] : [[cause, probe]],
    )
    expect(loud[0]?.code).toBe(cause === 'none' ? undefined : cause)
  })
})

test('all recordings in one cluster tell the same', () => {
  const snapshots = recordings.map(({ snapshot }) => snapshot)
  const resources = Object.keys(noObjects()) as (keyof Objects)[]
  const merged = {
    ...(snapshots[0] as Snapshot),
    now: recordings
      .map(({ snapshot }) => snapshot.now)
      .sort()
      .at(-1) as string,
    logs: snapshots.flatMap(({ logs }) => logs),
    objects: Object.fromEntries(
      resources.map((resource) => [
        resource,
        snapshots.flatMap(({ objects }) => objects[resource] as readonly object[]),
      ]),
    ) as unknown as Objects,
  }
  const cluster = indexCluster(merged)
  const roots = diagnose(cluster, cluster.workloads()).filter(({ rootCause }) => rootCause)
  expect(
    Object.fromEntries(roots.map(({ code, subject }) => [subject.namespace, [code, subject.probe]])),
  ).toEqual(
    Object.fromEntries(
      recordings
        .filter(({ cause }) => cause !== 'none')
        .map(({ name, cause, probe }) => [name, [cause, probe]]),
    ),
  )
})

test('without logs no cause changes that the events prove', () => {
  for (const { name, cause, snapshot } of recordings) {
    const cluster = indexCluster({ ...snapshot, logs: [] })
    const [first] = diagnose(cluster, cluster.workloads())
    // Only the server's log tells that its 400 was about TLS.
    if (name !== 'http-to-https') expect([name, first?.code ?? 'none']).toEqual([name, cause])
  }
})

test('every piece of evidence names an object and says something', () => {
  for (const { snapshot } of recordings) {
    const cluster = indexCluster(snapshot)
    for (const { evidence, summary } of diagnose(cluster, cluster.workloads())) {
      expect(evidence.length).toBeGreaterThan(0)
      expect(summary).not.toContain('\n')
      for (const { object, text } of evidence)
        expect([/^\w+ \S+/.test(object), text !== '']).toEqual([true, true])
    }
  }
})
