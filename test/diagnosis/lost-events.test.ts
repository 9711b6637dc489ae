import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { explainEvents } from '../../src/events/explain.ts'
import type { Event, Pod } from '../../src/model/kubernetes/objects.ts'
import { atLeast, type Finding } from '../../src/model/report/finding.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { secondsBetween } from '../../src/model/text/time.ts'
import { EVERYTHING } from '../helpers/builders.ts'
import { type RecordedFailure, recordedFailures } from '../helpers/recordings.ts'

const recordings = recordedFailures()

/**
 * Whether the state of the objects shows that something fails, without any event: a pod that is not Ready, a container
 * that was started again within the last hour or does not run, a workload that says so. The recordings whose liveness
 * probe cannot run are Ready and were never restarted, so that only events tell of them.
 */
const failsByState = ({ objects, now }: Snapshot): boolean =>
  objects.pods.some((pod) => podFails(pod, now)) ||
  [...objects.jobs, ...objects.replicasets].some(({ status }) =>
    status?.conditions?.some(
      ({ type, status: is }) => /^(Failed|ReplicaFailure)$/.test(type) && is === 'True',
    ),
  )

const podFails = ({ status }: Pod, now: string): boolean =>
  (status?.phase !== 'Succeeded' &&
    !status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')) ||
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].some(
    ({ restartCount, state, lastState }) =>
      restartCount > 0 &&
      (state?.running == null || (secondsBetween(lastState?.terminated?.finishedAt, now) ?? 0) < 3600),
  )

/** These name no cause, but what is known: which is true whatever the cause is. */
const NO_CAUSE: readonly string[] = ['not-ready-unexplained', 'not-started-unexplained', 'starting']

/** Whether a finding claims something of a recording that is not so. */
function isFalse(
  { code, subject: { probe } }: Finding,
  { cause, probe: labelled }: RecordedFailure,
): boolean {
  if (NO_CAUSE.includes(code)) return false
  if (code === 'probe-kill-unexplained') return probe !== labelled
  return code !== cause || probe !== labelled
}

const withEvents = (snapshot: Snapshot, events: readonly Event[]): Snapshot => ({
  ...snapshot,
  objects: { ...snapshot.objects, events },
})

/** Only the server's log tells that its 400 was about TLS. */
const withoutLogs = ({ name }: RecordedFailure, snapshot: Snapshot): Snapshot =>
  name === 'http-to-https' ? snapshot : { ...snapshot, logs: [] }

/** What is wrong with what the commands say of a recording of which something is missing. */
function mistakes(recording: RecordedFailure, snapshot: Snapshot): readonly string[] {
  const cluster = indexCluster(snapshot)
  const loud = diagnose(cluster, cluster.workloads()).filter(({ severity }) => atLeast(severity, 'Warning'))
  const { incidents } = explainEvents(cluster, { ...EVERYTHING, all: false })
  const told = loud.map(({ code, subject: { probe = '' }, confidence }) => `${code}/${probe} ${confidence}`)
  const overclaimed = loud.filter(
    (finding) => finding.rootCause && finding.confidence !== 'Possible' && isFalse(finding, recording),
  )
  return [
    ...(failsByState(snapshot) && loud.length === 0 ? ['silent'] : []),
    ...(failsByState(snapshot) && !incidents.some(({ severity }) => atLeast(severity, 'Warning'))
      ? ['silent in explain-events']
      : []),
    ...(recording.cause === 'none' ? told.map((text) => `of a healthy one: ${text}`) : []),
    ...overclaimed.map(({ code, confidence }) => `false: ${code} ${confidence}`),
  ]
}

const named = recordings.map((recording) => [recording.name, recording] as const)

describe('of a recording without any event no failing workload is silent, and no cause is false', () => {
  test.each(named)('%s', (_name, recording) => {
    const bare = withEvents(recording.snapshot, [])
    expect(mistakes(recording, bare)).toEqual([])
    expect(mistakes(recording, withoutLogs(recording, bare))).toEqual([])
    for (const reason of ['Forbidden', 'NotRecorded'] as const) {
      const gap = { resource: 'events', reason, message: 'no events' } as const
      expect(mistakes(recording, { ...bare, gaps: [...bare.gaps, gap] })).toEqual([])
    }
  })

  test('an hour later, when the rest of the state is old as well', () => {
    for (const recording of recordings) {
      const now = new Date(Date.parse(recording.snapshot.now) + 3_700_000).toISOString()
      expect([recording.name, mistakes(recording, { ...withEvents(recording.snapshot, []), now })]).toEqual([
        recording.name,
        [],
      ])
    }
  })
})

/** What may be left of the events: any of them, those of a time, of a type, of some pods, or with lower counts. */
const keep = (events: readonly Event[]): fc.Arbitrary<readonly Event[]> => {
  const byTime = events.toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1))
  const names = [...new Set(events.map(({ involvedObject }) => involvedObject.name ?? ''))]
  const reasons = [...new Set(events.map(({ reason }) => reason ?? ''))]
  return fc.oneof(
    fc.subarray([...events]),
    fc.nat({ max: events.length }).map((count) => byTime.slice(0, count)),
    fc.nat({ max: events.length }).map((count) => byTime.slice(count)),
    fc.constantFrom('Normal', 'Warning').map((type) => events.filter((event) => event.type === type)),
    fc
      .subarray(names)
      .map((some) => events.filter(({ involvedObject }) => some.includes(involvedObject.name ?? ''))),
    fc.subarray(reasons).map((some) => events.filter(({ reason }) => some.includes(reason ?? ''))),
    fc
      .subarray([...events])
      .map((some) => some.map((event) => ({ ...event, count: Math.min(1, event.count ?? 0) }) as Event)),
  )
}

test('of a recording with some of its events no failing workload is silent, and no cause is false', () => {
  fc.assert(
    fc.property(
      fc
        .constantFrom(...recordings)
        .chain((recording) =>
          fc.tuple(fc.constant(recording), keep(recording.snapshot.objects.events), fc.boolean()),
        ),
      ([recording, events, withLogs]) => {
        const snapshot = withEvents(recording.snapshot, events)
        expect([
          recording.name,
          mistakes(recording, withLogs ? snapshot : withoutLogs(recording, snapshot)),
        ]).toEqual([recording.name, []])
      },
    ),
    { seed: 12, numRuns: 700 },
  )
})
