import { describe, expect, test } from '@jest/globals'
import { ago, condition, event, node, pod } from '../helpers/builders.ts'
import { incidentsOf, LOST_NODE, nodeLost, ONLY_EVENTS, regarding, story } from '../helpers/incidents.ts'

describe('events alone', () => {
  test('failed probe, kill and back-off are one chain', () => {
    const refused = 'Liveness probe failed: dial tcp 10.0.0.7:80: connect: connection refused'
    const incidents = incidentsOf(
      [
        event('Unhealthy', refused, { count: 12, firstTimestamp: ago(60) }),
        event('Killing', 'Container app failed liveness probe, will be restarted', {
          type: 'Normal',
          count: 4,
          firstTimestamp: ago(50),
        }),
        event('BackOff', 'Back-off restarting failed container app in pod web-1_shop(u)', { count: 3 }),
      ],
      {},
      ONLY_EVENTS,
    )
    expect(story(incidents)).toEqual([
      ['liveness-probe-failed', 'Error', null],
      ['liveness-probe-killed', 'Warning', 'liveness-probe-failed'],
      ['crash', 'Warning', 'liveness-probe-killed'],
    ])
    expect(incidents[0]?.effects).toEqual([1])
    expect(incidents[1]?.evidence.at(-1)?.text).toContain('fails its liveness probe')
  })

  test('a pull error, its echo and its back-off are one incident, told by the error', () => {
    const incidents = incidentsOf(
      [
        event('Failed', 'Failed to pull image "a:1": manifest unknown'),
        event('Failed', 'Error: ErrImagePull', { count: 2 }),
        event('BackOff', 'Back-off pulling image "a:1"', { type: 'Normal', count: 8 }),
        event('Failed', 'Error: ImagePullBackOff', { count: 8 }),
      ],
      {},
      ONLY_EVENTS,
    )
    expect(story(incidents)).toEqual([['image-pull', 'Error', null]])
    expect(incidents[0]?.summary).toBe('the registry does not have this repository or tag')
    expect(incidents[0]?.events).toHaveLength(4)
  })

  test('a restart of the controller manager or of the kubelet is no trouble', () => {
    const ordinary = ['RegisteredNode', 'Starting', 'NodeHasSufficientMemory', 'NodeAllocatableEnforced'].map(
      (reason) =>
        event(reason, reason, {
          ...regarding('Node', 'n1', undefined),
          type: 'Normal',
          source: { component: reason === 'RegisteredNode' ? 'node-controller' : 'kubelet' },
        }),
    )
    const capacity = event(
      'InvalidDiskCapacity',
      'invalid capacity 0 on image filesystem',
      regarding('Node', 'n1', undefined),
    )
    expect(incidentsOf([...ordinary, capacity], {}, ONLY_EVENTS)).toEqual([])
  })

  test('a scale-up that helped is no trouble', () => {
    const items = [
      event('FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', {
        firstTimestamp: ago(90),
        lastTimestamp: ago(60),
      }),
      event('TriggeredScaleUp', 'pod triggered scale-up', {
        type: 'Normal',
        source: { component: 'cluster-autoscaler' },
      }),
      event('Scheduled', 'Successfully assigned shop/web-1 to n2', { type: 'Normal', lastTimestamp: ago(5) }),
    ]
    expect(incidentsOf(items, {}, ONLY_EVENTS)).toEqual([])
  })

  test('no node fits, and none will be made: one root', () => {
    const items = [
      event('FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', {
        count: 4,
        firstTimestamp: ago(90),
      }),
      event('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached", {
        type: 'Normal',
        source: { component: 'cluster-autoscaler' },
      }),
    ]
    expect(story(incidentsOf(items, {}, ONLY_EVENTS))).toEqual([
      ['unschedulable-resources', 'Error', null],
      ['unschedulable', 'Warning', 'unschedulable-resources'],
    ])
  })

  test('a node that goes explains its pods, and what holds their volumes', () => {
    const incidents = incidentsOf([
      nodeLost(300),
      event('NodeNotReady', 'Node is not ready', {
        ...regarding('Pod', 'web-1'),
        source: { component: 'node-controller', host: 'n1' },
        firstTimestamp: ago(290),
      }),
      pod({
        status: { conditions: [condition('Ready', { status: 'False', lastTransitionTime: ago(290) })] },
      }),
      LOST_NODE,
    ])
    const root = incidents.find(({ causedBy }) => causedBy === null)
    expect(root).toMatchObject({
      code: 'node-not-ready',
      subject: { kind: 'Node', name: 'n1' },
      rootCause: true,
    })
    expect(incidents.filter(({ rootCause }) => rootCause)).toHaveLength(1)
    expect(incidents.slice(1).every(({ causedBy }) => causedBy !== null)).toBe(true)
    expect(incidents[1]?.subject).toMatchObject({ kind: 'Pod', name: 'web-1' })
  })
})

describe('a node that is not ready', () => {
  const onIt = (name: string) =>
    pod({
      metadata: { name, uid: `uid-${name}` },
      status: { conditions: [condition('Ready', { status: 'False', lastTransitionTime: ago(420) })] },
    })
  const told = (name: string, reason: string) =>
    event(reason, 'Node is not ready', {
      metadata: { name: `${name}.${reason}` },
      involvedObject: { name, uid: `uid-${name}`, fieldPath: undefined },
      firstTimestamp: ago(420),
      lastTimestamp: ago(420),
    })

  test('is the one root of its pods, also where their events are older than its present condition', () => {
    const incidents = incidentsOf([
      LOST_NODE,
      onIt('a-0'),
      onIt('b-0'),
      told('a-0', 'NodeNotReady'),
      told('a-0', 'TaintManagerEviction'),
      told('b-0', 'NodeNotReady'),
    ])
    expect(incidents.filter(({ rootCause }) => rootCause).map(({ subject }) => subject.name)).toEqual(['n1'])
    expect(story(incidents)).toEqual([
      ['node-not-ready', 'Error', null],
      ['node-not-ready', 'Error', 'node-not-ready'],
      ['node-not-ready', 'Error', 'node-not-ready'],
      ['taint-manager-eviction', 'Warning', 'node-not-ready'],
    ])
    expect(incidents[0]?.effects).toEqual([1, 2, 3])
  })

  test('explains nothing on other nodes', () => {
    const elsewhere = pod({
      metadata: { name: 'c-0', uid: 'uid-c-0' },
      spec: { nodeName: 'n2' },
      status: { conditions: [condition('Ready', { status: 'False' })] },
    })
    const other = node({ metadata: { name: 'n2' }, status: LOST_NODE.status })
    const incidents = incidentsOf([LOST_NODE, onIt('a-0'), other, elsewhere])
    const causeOf = (name: string) =>
      incidents[incidents.find(({ subject }) => subject.name === name)?.causedBy ?? -1]?.subject.name
    expect([causeOf('a-0'), causeOf('c-0')]).toEqual(['n1', 'n2'])
  })
})
