import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { Incident } from '../../src/events/report.ts'
import { RESOURCES } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { ago, clusterOf, condition, containerStatus, event, node, pod } from '../helpers/builders.ts'

/** Only events were recorded, so that nothing but the events can tell. */
const ONLY_EVENTS: readonly Gap[] = RESOURCES.filter((resource) => resource !== 'events').map((resource) => ({
  resource,
  reason: 'NotRecorded',
  message: '',
}))

const explain = (items: readonly KubeObject[], gaps: readonly Gap[] = []): readonly Incident[] =>
  explainEvents(clusterOf(items, { gaps }), { selection: { targets: [], selector: [] }, all: false })
    .incidents

/** `[code, severity, code of the cause]` of each incident, in the order of the report. */
const story = (incidents: readonly Incident[]) =>
  incidents.map(({ code, severity, causedBy }) => [
    code,
    severity,
    causedBy === null ? null : incidents[causedBy]?.code,
  ])

const on = (kind: string, name: string, namespace: string | undefined = 'shop') => ({
  metadata: { name: `${name}.${kind}` },
  involvedObject: { kind, name, namespace, uid: undefined, fieldPath: undefined },
})

const lost = (seconds: number) =>
  event('NodeNotReady', 'Node n1 status is now: NodeNotReady', {
    ...on('Node', 'n1', undefined),
    type: 'Normal',
    source: { component: 'node-controller' },
    firstTimestamp: ago(seconds),
    lastTimestamp: ago(seconds),
  })

const lostNode = node({
  status: {
    conditions: [
      condition('Ready', { status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: ago(200) }),
    ],
  },
  spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: ago(200) }] },
})

describe('events alone', () => {
  test('failed probe, kill and back-off are one chain', () => {
    const refused = 'Liveness probe failed: dial tcp 10.0.0.7:80: connect: connection refused'
    const incidents = explain(
      [
        event('Unhealthy', refused, { count: 12, firstTimestamp: ago(60) }),
        event('Killing', 'Container app failed liveness probe, will be restarted', {
          type: 'Normal',
          count: 4,
          firstTimestamp: ago(50),
        }),
        event('BackOff', 'Back-off restarting failed container app in pod web-1_shop(u)', { count: 3 }),
      ],
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
    const incidents = explain(
      [
        event('Failed', 'Failed to pull image "a:1": manifest unknown'),
        event('Failed', 'Error: ErrImagePull', { count: 2 }),
        event('BackOff', 'Back-off pulling image "a:1"', { type: 'Normal', count: 8 }),
        event('Failed', 'Error: ImagePullBackOff', { count: 8 }),
      ],
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
          ...on('Node', 'n1', undefined),
          type: 'Normal',
          source: { component: reason === 'RegisteredNode' ? 'node-controller' : 'kubelet' },
        }),
    )
    const capacity = event(
      'InvalidDiskCapacity',
      'invalid capacity 0 on image filesystem',
      on('Node', 'n1', undefined),
    )
    expect(explain([...ordinary, capacity], ONLY_EVENTS)).toEqual([])
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
    expect(explain(items, ONLY_EVENTS)).toEqual([])
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
    expect(story(explain(items, ONLY_EVENTS))).toEqual([
      ['unschedulable-resources', 'Error', null],
      ['unschedulable', 'Warning', 'unschedulable-resources'],
    ])
  })

  test('a node that goes explains its pods, and what holds their volumes', () => {
    const incidents = explain(
      [
        lost(300),
        event('NodeNotReady', 'Node is not ready', {
          ...on('Pod', 'web-1'),
          source: { component: 'node-controller', host: 'n1' },
          firstTimestamp: ago(290),
        }),
        pod({
          status: { conditions: [condition('Ready', { status: 'False', lastTransitionTime: ago(290) })] },
        }),
        lostNode,
      ],
      [],
    )
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
    const incidents = explain([
      lostNode,
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
    const other = node({ metadata: { name: 'n2' }, status: lostNode.status })
    const incidents = explain([lostNode, onIt('a-0'), other, elsewhere])
    const causeOf = (name: string) =>
      incidents[incidents.find(({ subject }) => subject.name === name)?.causedBy ?? -1]?.subject.name
    expect([causeOf('a-0'), causeOf('c-0')]).toEqual(['n1', 'n2'])
  })
})

describe('with the objects', () => {
  const claimVolume = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
  const claim = (phase: string) =>
    ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: 'shop', name: 'data', uid: 'pvc' },
      spec: { storageClassName: 'fast' },
      status: { phase },
    }) as unknown as KubeObject

  test('a claim without a volume explains the pod that waits for it', () => {
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'
    const incidents = explain([
      claim('Pending'),
      node(),
      pod({
        spec: { nodeName: undefined, ...claimVolume },
        status: {
          phase: 'Pending',
          containerStatuses: [],
          conditions: [condition('PodScheduled', { status: 'False', reason: 'Unschedulable', message })],
        },
      }),
      event('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', {
        ...on('PersistentVolumeClaim', 'data'),
        count: 9,
        firstTimestamp: ago(80),
        source: { component: 'persistentvolume-controller' },
      }),
      event('FailedScheduling', message, {
        firstTimestamp: ago(70),
        count: 3,
        source: { component: 'default-scheduler' },
      }),
    ])
    expect(incidents.map(({ code, subject, rootCause }) => [code, subject.kind, rootCause])).toEqual([
      ['pvc-unbound', 'PersistentVolumeClaim', true],
      ['pvc-unbound', 'Pod', false],
    ])
    expect(incidents[0]).toMatchObject({
      summary: 'the StorageClass that the claim names does not exist',
      effects: [1],
    })
    expect(incidents[1]?.causedBy).toBe(0)
  })

  test('a volume that a lost node still holds points at the node', () => {
    const incidents = explain([
      claim('Bound'),
      lost(400),
      lostNode,
      node({ metadata: { name: 'n2' } }),
      pod({ metadata: { name: 'old', uid: 'old', deletionTimestamp: ago(60) }, spec: claimVolume }),
      pod({
        metadata: { name: 'new', uid: 'new' },
        spec: { nodeName: 'n2', ...claimVolume },
        status: {
          phase: 'Pending',
          conditions: [condition('PodScheduled'), condition('Ready', { status: 'False' })],
          containerStatuses: [
            containerStatus({
              ready: false,
              started: false,
              state: { waiting: { reason: 'ContainerCreating' }, running: undefined },
            }),
          ],
        },
      }),
      event(
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv" Volume is already exclusively attached to one node',
        {
          ...on('Pod', 'new'),
          count: 4,
          firstTimestamp: ago(120),
          source: { component: 'attachdetach-controller' },
        },
      ),
    ])
    const stuck = incidents.find(({ subject }) => subject.name === 'new')
    expect(stuck).toMatchObject({ code: 'mount-failed', rootCause: false })
    expect(incidents[stuck?.causedBy ?? -1]).toMatchObject({
      code: 'node-not-ready',
      subject: { kind: 'Node', name: 'n1' },
    })
  })

  test('pressure explains evictions and failed clean-ups of the node', () => {
    const full = node({
      status: {
        conditions: [condition('Ready'), condition('DiskPressure', { lastTransitionTime: ago(300) })],
      },
    })
    const incidents = explain([
      full,
      event('NodeHasDiskPressure', 'Node n1 status is now: NodeHasDiskPressure', {
        ...on('Node', 'n1', undefined),
        type: 'Normal',
        firstTimestamp: ago(300),
      }),
      event('FreeDiskSpaceFailed', 'Insufficient free disk space', {
        ...on('Node', 'n1', undefined),
        count: 3,
        firstTimestamp: ago(200),
      }),
      event('Evicted', 'The node was low on resource: ephemeral-storage. ', {
        ...on('Pod', 'web-9'),
        firstTimestamp: ago(100),
      }),
    ])
    const root = incidents[0]
    expect(root).toMatchObject({
      code: 'node-pressure',
      subject: { kind: 'Node' },
      rootCause: true,
      causedBy: null,
    })
    expect(incidents.filter(({ rootCause }) => rootCause)).toHaveLength(1)
    expect(incidents.find(({ code }) => code === 'evicted')?.causedBy).toBe(0)
  })

  test('a reboot explains pods that the kubelet refused after it', () => {
    const refused = pod({
      status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', conditions: [], containerStatuses: [] },
    })
    const incidents = explain([
      node(),
      refused,
      event('Rebooted', 'Node n1 has been rebooted, boot id: x', {
        ...on('Node', 'n1', undefined),
        firstTimestamp: ago(60),
        lastTimestamp: ago(60),
      }),
      event(
        'UnexpectedAdmissionError',
        'Allocate failed due to no devices, which is unexpected',
        on('Pod', 'web-1'),
      ),
    ])
    expect(story(incidents)).toEqual([
      ['rebooted', 'Info', null],
      ['kubelet-rejected', 'Error', 'rebooted'],
    ])
  })

  test('a reboot an hour before explains nothing', () => {
    const refused = pod({
      status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', conditions: [], containerStatuses: [] },
    })
    const incidents = explain([
      node(),
      refused,
      event('Rebooted', 'Node n1 has been rebooted, boot id: x', {
        ...on('Node', 'n1', undefined),
        firstTimestamp: ago(3000),
        lastTimestamp: ago(3000),
      }),
      event('UnexpectedAdmissionError', 'Allocate failed due to no devices', on('Pod', 'web-1')),
    ])
    expect(story(incidents)).toEqual([['kubelet-rejected', 'Error', null]])
  })

  test('an autoscaler without figures follows from the broken workload that it scales', () => {
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { scaleTargetRef: { apiVersion: 'v1', kind: 'Pod', name: 'web-1' }, maxReplicas: 3 },
      status: { conditions: [condition('ScalingActive', { status: 'False' })] },
    } as unknown as KubeObject
    const broken = pod({
      status: {
        conditions: [condition('Ready', { status: 'False' })],
        containerStatuses: [
          containerStatus({
            ready: false,
            started: false,
            state: {
              waiting: { reason: 'CreateContainerConfigError', message: 'secret "b" not found' },
              running: undefined,
            },
          }),
        ],
      },
    })
    const incidents = explain([
      scaler,
      broken,
      event('Failed', 'Error: secret "b" not found', { count: 5, firstTimestamp: ago(100) }),
      event(
        'FailedGetResourceMetric',
        'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
        {
          ...on('HorizontalPodAutoscaler', 'web'),
          count: 5,
          source: { component: 'horizontal-pod-autoscaler' },
        },
      ),
    ])
    expect(story(incidents)).toEqual([
      ['config-missing', 'Error', null],
      ['hpa-no-pod-metrics', 'Warning', 'config-missing'],
    ])
  })

  test('pods of two workloads that cannot be set up on one node point at the node', () => {
    const stuck = (name: string, nodeName: string) =>
      pod({
        metadata: { name, uid: name },
        spec: { nodeName },
        status: {
          phase: 'Pending',
          conditions: [condition('PodScheduled'), condition('Ready', { status: 'False' })],
          containerStatuses: [
            containerStatus({
              ready: false,
              started: false,
              state: { waiting: { reason: 'ContainerCreating' }, running: undefined },
            }),
          ],
        },
      })
    const failed = (name: string) =>
      event(
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: plugin type="calico" failed (add): timeout',
        {
          ...on('Pod', name),
          count: 6,
          firstTimestamp: ago(200),
        },
      )
    const nodes = [node(), node({ metadata: { name: 'n2' } })]
    const together = explain([...nodes, stuck('a', 'n1'), stuck('b', 'n1'), failed('a'), failed('b')])
    expect(together.map(({ code, subject, causedBy }) => [code, subject.name, causedBy])).toEqual([
      ['sandbox-failed', 'n1', null],
      ['sandbox-failed', 'a', 0],
      ['sandbox-failed', 'b', 0],
    ])
    const apart = explain([...nodes, stuck('a', 'n1'), stuck('b', 'n2'), failed('a'), failed('b')])
    expect(apart.map(({ subject, rootCause }) => [subject.name, rootCause])).toEqual([
      ['a', true],
      ['b', true],
    ])
  })
})
