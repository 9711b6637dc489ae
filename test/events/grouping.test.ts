import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { ago, condition, deployment, event, ownedBy, pod } from '../helpers/builders.ts'
import { eventReport, incidentsOf, notRecorded, regarding, waitingPod } from '../helpers/incidents.ts'

describe('grouping', () => {
  const replicas = (count: number) => {
    const [top, replicaSet] = deployment(pod().spec, { spec: { replicas: count } })
    const names = Array.from(
      { length: count },
      (_, index) => `web-7d9-${'bcdfghjklm'[index % 10]}${String(index).padStart(4, '2')}`,
    )
    const pods = names.map((name) =>
      waitingPod('ImagePullBackOff', { metadata: { name, uid: name, ...ownedBy(replicaSet) } }),
    )
    const events = names.map((name) =>
      event('Failed', `Failed to pull image "a:1": manifest unknown`, {
        metadata: { name: `${name}.1` },
        involvedObject: { name, uid: name },
        count: 2,
      }),
    )
    return [top, replicaSet, ...pods, ...events]
  }

  test('fifty pods with one cause are one incident', () => {
    const [incident, ...more] = incidentsOf(replicas(50))
    expect(more).toEqual([])
    expect(incident).toMatchObject({
      code: 'image-pull',
      subject: { kind: 'Deployment', name: 'web' },
      rootCause: true,
    })
    expect(incident?.subject.pods).toHaveLength(50)
    expect(incident?.events.reduce((sum, { count }) => sum + count, 0)).toBe(100)
  })

  test('pods that are gone, or were not read, count under the owner that said it made them', () => {
    const gaps = notRecorded('pods', 'replicasets', 'deployments')
    const made = [
      event('ScalingReplicaSet', 'Scaled up replica set web-7d9 from 0 to 2', {
        ...regarding('Deployment', 'web'),
        type: 'Normal',
      }),
      ...['web-7d9-a', 'web-7d9-b'].map((name) =>
        event('SuccessfulCreate', `Created pod: ${name}`, {
          ...regarding('ReplicaSet', 'web-7d9'),
          type: 'Normal',
        }),
      ),
    ]
    const failing = ['web-7d9-a', 'web-7d9-b'].map((name) =>
      event('FailedMount', 'secret "b" not found', { ...regarding('Pod', name), count: 5 }),
    )
    expect(incidentsOf([...made, ...failing], {}, gaps)).toMatchObject([
      {
        code: 'mount-missing',
        subject: { kind: 'Deployment', name: 'web', pods: ['web-7d9-a', 'web-7d9-b'] },
      },
    ])
  })

  test('a reason that nobody knows is shown with its message', () => {
    const strange = event('Exploded', 'boom \u001b[31m', regarding('Gizmo', 'g1'))
    expect(incidentsOf([strange])).toMatchObject([
      {
        code: 'exploded',
        severity: 'Warning',
        confidence: 'Possible',
        summary: 'Exploded: boom \u001b[31m',
        subject: { kind: 'Gizmo', name: 'g1', namespace: 'shop' },
      },
    ])
  })

  test('what status shows and no event tells is an incident without events', () => {
    const gated = pod({
      spec: { readinessGates: [{ conditionType: 'lb/ready' }] },
      status: {
        conditions: [
          condition('ContainersReady'),
          condition('Ready', { status: 'False', reason: 'ReadinessGatesNotReady' }),
        ],
      },
    })
    expect(incidentsOf([gated])).toMatchObject([{ code: 'readiness-gate', events: [], ongoing: true }])
  })

  test('events are in the order of time, whatever the order of reading', () => {
    const items = replicas(4)
    expect(JSON.stringify(eventReport([...items].reverse()))).toBe(JSON.stringify(eventReport(items)))
  })
})

describe('counts', () => {
  const counted = (...events: readonly KubeObject[]) =>
    incidentsOf([waitingPod('CreateContainerConfigError'), ...events])[0]?.events

  test('both wire shapes say the same', () => {
    const message = 'Error: configmap "settings" not found'
    const core = event('Failed', message, { count: 7 })
    const { involvedObject, message: note, source, count, firstTimestamp, lastTimestamp, ...rest } = core
    const other = {
      ...rest,
      apiVersion: 'events.k8s.io/v1',
      regarding: involvedObject,
      note,
      deprecatedSource: source,
      deprecatedCount: count,
      deprecatedFirstTimestamp: firstTimestamp,
      deprecatedLastTimestamp: lastTimestamp,
    } as unknown as KubeObject
    expect(counted(other)).toEqual(counted(core))
    expect(counted(core)).toMatchObject([
      { reason: 'Failed', count: 7, countIsLowerBound: false, source: 'kubelet' },
    ])
  })

  test('messages that differ in ids only are one line with the sum', () => {
    const failed = (id: string, count: number) =>
      event('Failed', `Error: failed to create task "${id.repeat(32)}": configmap "settings" not found`, {
        count,
        metadata: { name: `web-1.${id}` },
      })
    expect(counted(failed('1a', 2), failed('2b', 3))).toMatchObject([{ count: 5 }])
  })

  test('combined events and series are lower bounds', () => {
    const text = 'Error: configmap "settings" not found'
    expect(counted(event('Failed', `(combined from similar events): ${text}`, { count: 3 }))).toMatchObject([
      { count: 3, countIsLowerBound: true, message: text },
    ])
    const series = {
      series: { count: 9, lastObservedTime: ago(3) },
      eventTime: ago(600),
      count: undefined,
      source: undefined,
    }
    const pending = pod({
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [
          condition('PodScheduled', {
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available: 1 Insufficient cpu.',
          }),
        ],
      },
    })
    const failed = event('FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', series)
    expect(incidentsOf([pending, failed])[0]?.events).toMatchObject([
      { count: 9, countIsLowerBound: true, firstSeen: ago(600), lastSeen: ago(3) },
    ])
  })
})
