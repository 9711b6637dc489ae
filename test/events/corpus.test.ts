import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import { indexCluster } from '../../src/model/cluster.ts'
import type { KubeObject } from '../../src/model/kubernetes.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { snapshotOf } from '../helpers/builders.ts'
import { recordedFailures } from '../helpers/corpus.ts'

const EVERYTHING = { selection: { targets: [], selector: [] }, all: false }
const failures = recordedFailures()

const loud = (snapshot: Snapshot) =>
  explainEvents(indexCluster(snapshot), EVERYTHING).incidents.filter(({ severity }) => severity !== 'Info')

describe('recordings of a real cluster', () => {
  test.each(failures)('$name: $cause', ({ cause, probe, snapshot }) => {
    const incidents = loud(snapshot)
    const roots = incidents.filter(({ rootCause }) => rootCause)
    expect(roots.map(({ code, subject }) => [code, probe === undefined ? undefined : subject.probe])).toEqual(
      cause === 'none' ? [] : [[cause, probe]],
    )
    expect(cause === 'none' ? incidents : []).toEqual([])
  })

  test('every incident says where its place is', () => {
    for (const { snapshot } of failures) {
      const { incidents } = explainEvents(indexCluster(snapshot), { ...EVERYTHING, all: true })
      incidents.forEach(({ causedBy, effects, events }, index) => {
        if (causedBy !== null) expect(incidents[causedBy]?.effects).toContain(index)
        for (const effect of effects) expect(incidents[effect]?.causedBy).toBe(index)
        for (const { count } of events) expect(count).toBeGreaterThan(0)
      })
    }
  })

  test('no event gets lost: each is in exactly one incident', () => {
    for (const { snapshot } of failures) {
      const { incidents, eventsRead } = explainEvents(indexCluster(snapshot), { ...EVERYTHING, all: true })
      const stored = snapshot.objects.events.reduce(
        (sum, { count, series }) => sum + (series?.count ?? (count || 1)),
        0,
      )
      const told = incidents.flatMap(({ events }) => events).reduce((sum, { count }) => sum + count, 0)
      expect([eventsRead, told]).toEqual([snapshot.objects.events.length, stored])
    }
  })

  test('all of them in one cluster still have one root each', () => {
    const merged = new Map<string, KubeObject>()
    for (const { snapshot } of failures)
      for (const object of Object.values(snapshot.objects).flat() as KubeObject[])
        merged.set(`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`, object)
    const now =
      failures
        .map(({ snapshot }) => snapshot.now)
        .sort()
        .at(-1) ?? ''
    const logs = failures.flatMap(({ snapshot }) => snapshot.logs)
    const roots = loud(snapshotOf([...merged.values()], { now, logs })).filter(({ rootCause }) => rootCause)
    const found = roots.map(({ subject, code }) => `${subject.namespace} ${code}`).sort()
    expect(found).toEqual(
      failures.filter(({ cause }) => cause !== 'none').map(({ name, cause }) => `${name} ${cause}`),
    )
  })
})
