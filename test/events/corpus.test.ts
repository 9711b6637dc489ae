import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { EVERYTHING, snapshotOf } from '../helpers/builders.ts'
import { type RecordedFailure, recordedFailures } from '../helpers/recordings.ts'

const OPTIONS = { ...EVERYTHING, all: false }
const failures = recordedFailures()

/** Some items in an order of their own, the same for the same seed. */
function pick<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  let state = seed
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state
  }
  return [...items]
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item)
}

/** Kinds that belong to no namespace, and that all recordings may share. */
const SHARED = [
  'Node',
  'StorageClass',
  'PersistentVolume',
  'PriorityClass',
  'CSIDriver',
  'CSINode',
  'Namespace',
]

/** The recordings in one namespace, each object with the name of its recording before its own, at one time. */
function together(chosen: readonly RecordedFailure[]) {
  const now = Math.max(...chosen.map(({ snapshot }) => Date.parse(snapshot.now)))
  const snapshots = chosen.map(({ snapshot, name }) => {
    const names = new Map<string, string>()
    for (const { kind, metadata } of Object.values(snapshot.objects).flat() as KubeObject[])
      if (!SHARED.includes(kind)) names.set(metadata.name, `${name}-${metadata.name}`)
    const later = now - Date.parse(snapshot.now)
    const changed = <T>(value: T, key = '', within = ''): T => {
      if (Array.isArray(value)) return value.map((item) => changed(item, key, within)) as T
      if (typeof value === 'string') {
        if (key === 'namespace') return 'together' as T
        // Containers and volumes have names as well, which may be those of a pod.
        if (key === 'claimName' || (key === 'name' && NAMED.includes(within)))
          return (names.get(value) ?? value) as T
        return (TIME.test(value) ? new Date(Date.parse(value) + later).toISOString() : value) as T
      }
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value).map(([field, item]) => [field, changed(item, field, key)]),
      ) as T
    }
    const logs = snapshot.logs.map((log) => ({
      ...log,
      namespace: 'together',
      pod: names.get(log.pod) ?? log.pod,
    }))
    return { objects: changed(snapshot.objects), logs }
  })
  return { snapshots, now: new Date(now).toISOString() }
}

const NAMED = ['metadata', 'involvedObject', 'ownerReferences', 'scaleTargetRef']
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

const loud = (snapshot: Snapshot) =>
  explainEvents(indexCluster(snapshot), OPTIONS).incidents.filter(({ severity }) => severity !== 'Info')

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
      const { incidents } = explainEvents(indexCluster(snapshot), { ...OPTIONS, all: true })
      incidents.forEach(({ causedBy, effects, events }, index) => {
        if (causedBy !== null) expect(incidents[causedBy]?.effects).toContain(index)
        for (const effect of effects) expect(incidents[effect]?.causedBy).toBe(index)
        for (const { count } of events) expect(count).toBeGreaterThan(0)
      })
    }
  })

  test('no event gets lost: each is in exactly one incident', () => {
    for (const { snapshot } of failures) {
      const { incidents, eventsRead } = explainEvents(indexCluster(snapshot), { ...OPTIONS, all: true })
      const stored = snapshot.objects.events.reduce(
        (sum, { count, series }) => sum + (series?.count ?? (count || 1)),
        0,
      )
      const told = incidents.flatMap(({ events }) => events).reduce((sum, { count }) => sum + count, 0)
      expect([eventsRead, told]).toEqual([snapshot.objects.events.length, stored])
    }
  })

  test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
    'some of them in one namespace still have one root each (seed %i)',
    (seed) => {
      const chosen = pick(failures, 2 + (seed % 6), seed)
      const { snapshots, now } = together(chosen)
      const merged = snapshots.flatMap(({ objects }) => Object.values(objects).flat() as KubeObject[])
      const unique = new Map(merged.map((object) => [`${object.kind}/${object.metadata.name}`, object]))
      const logs = snapshots.flatMap((snapshot) => snapshot.logs)
      const roots = loud(snapshotOf([...unique.values()], { now, logs })).filter(({ rootCause }) => rootCause)
      expect(roots.map(({ code }) => code).sort()).toEqual(
        chosen.flatMap(({ cause }) => (cause === 'none' ? [] : [cause])).sort(),
      )
    },
  )

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
