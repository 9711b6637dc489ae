import { describe, expect, test } from '@jest/globals'
import type { Event } from '../../src/model/kubernetes/objects.ts'
import { occurrence } from '../../src/model/snapshot/occurrence.ts'

const event = (fields: object): Event =>
  ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web.1', namespace: 'shop', creationTimestamp: '2026-11-21T02:30:01Z' },
    ...fields,
  }) as unknown as Event

describe('occurrence', () => {
  test('reads what the kubelet writes', () => {
    const read = occurrence(
      event({
        count: 12,
        eventTime: null,
        firstTimestamp: '2026-11-21T02:30:06Z',
        lastTimestamp: '2026-11-21T02:31:01Z',
        involvedObject: {
          kind: 'Pod',
          namespace: 'shop',
          name: 'web',
          uid: 'u1',
          fieldPath: 'spec.containers{app}',
        },
        message: 'Liveness probe failed: timeout',
        reason: 'Unhealthy',
        source: { component: 'kubelet', host: 'node-1' },
        type: 'Warning',
      }),
    )
    expect(read).toMatchObject({
      type: 'Warning',
      container: 'app',
      component: 'kubelet',
      host: 'node-1',
      count: 12,
      countIsLowerBound: false,
      firstSeen: '2026-11-21T02:30:06Z',
      lastSeen: '2026-11-21T02:31:01Z',
      combined: false,
    })
  })

  test('reads what the scheduler writes: no count, no source, a series', () => {
    const read = occurrence(
      event({
        eventTime: '2026-11-21T02:30:00.934858Z',
        firstTimestamp: null,
        lastTimestamp: null,
        series: { count: 4, lastObservedTime: '2026-11-21T02:50:00.000000Z' },
        involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web' },
        reason: 'FailedScheduling',
        reportingComponent: 'default-scheduler',
        source: {},
        type: 'Warning',
      }),
    )
    expect(read).toMatchObject({
      component: 'default-scheduler',
      count: 4,
      countIsLowerBound: true,
      firstSeen: '2026-11-21T02:30:00.934858Z',
      lastSeen: '2026-11-21T02:50:00.000000Z',
    })
  })

  test('reads the events.k8s.io/v1 shape', () => {
    const read = occurrence(
      event({
        apiVersion: 'events.k8s.io/v1',
        regarding: { kind: 'Node', name: 'node-1' },
        note: 'Node node-1 status is now: NodeNotReady',
        deprecatedSource: { component: 'kubelet', host: 'node-1' },
        deprecatedCount: 3,
        deprecatedFirstTimestamp: '2026-11-21T02:00:00Z',
        deprecatedLastTimestamp: '2026-11-21T02:10:00Z',
        reason: 'NodeNotReady',
        type: 'Normal',
      }),
    )
    expect(read).toMatchObject({
      regarding: { kind: 'Node', name: 'node-1' },
      message: 'Node node-1 status is now: NodeNotReady',
      component: 'kubelet',
      count: 3,
      firstSeen: '2026-11-21T02:00:00Z',
      lastSeen: '2026-11-21T02:10:00Z',
    })
  })

  test('a combined event counts only from when it was combined', () => {
    const read = occurrence(
      event({ count: 4, message: '(combined from similar events): Readiness probe errored: x' }),
    )
    expect(read).toMatchObject({
      combined: true,
      countIsLowerBound: true,
      message: 'Readiness probe errored: x',
    })
  })

  test('an event with nothing in it is still one occurrence, when it was created', () => {
    expect(occurrence(event({}))).toMatchObject({
      count: 1,
      reason: '',
      firstSeen: '2026-11-21T02:30:01Z',
      lastSeen: '2026-11-21T02:30:01Z',
    })
  })
})
