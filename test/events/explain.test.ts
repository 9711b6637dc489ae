import { describe, expect, test } from '@jest/globals'
import { eventExitCode, explainEvents } from '../../src/events/explain.ts'
import type { EventOptions } from '../../src/events/report.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import {
  ago,
  clusterOf,
  condition,
  containerStatus,
  deployment,
  event,
  node,
  ownedBy,
  pod,
} from '../helpers/builders.ts'
import { httpProbe, podWith } from '../helpers/probes.ts'

const ALL = { selection: { targets: [], selector: [] }, all: false }

const explain = (
  items: readonly KubeObject[],
  options: Partial<EventOptions> = {},
  gaps: readonly Gap[] = [],
) => explainEvents(clusterOf(items, { gaps }), { ...ALL, ...options })
const incidents = (items: readonly KubeObject[], options: Partial<EventOptions> = {}) =>
  explain(items, options).incidents

/** Pod `web-1` waits for its first start, with this reason. */
const waiting = (reason: string, changes: Readonly<Record<string, unknown>> = {}) =>
  pod({
    status: {
      phase: 'Pending',
      conditions: [condition('PodScheduled'), condition('Ready', { status: 'False' })],
      containerStatuses: [
        containerStatus({
          ready: false,
          started: false,
          state: { waiting: { reason, message: 'secret "b" not found' }, running: undefined },
        }),
      ],
    },
    ...changes,
  })

const on = (kind: string, name: string, namespace: string | undefined = 'shop') => ({
  metadata: { name: `${name}.${kind}` },
  involvedObject: { kind, name, namespace, uid: undefined, fieldPath: undefined },
})

const readinessFails = 'Readiness probe failed: HTTP probe failed with statuscode: 500'

describe('what is over or ordinary', () => {
  test('a start without trouble is silence', () => {
    const steps = ['Scheduled', 'Pulled', 'Created', 'Started'].map((reason) =>
      event(reason, reason, { type: 'Normal', firstTimestamp: ago(600), lastTimestamp: ago(600) }),
    )
    const report = explain([pod(), ...steps])
    expect(report.incidents).toEqual([])
    expect([report.quiet, report.eventsRead]).toEqual([4, 4])
  })

  test('--all shows it as Info', () => {
    const all = incidents([pod(), event('Pulled', 'x', { type: 'Normal' })], { all: true })
    expect(all.map(({ code, severity, rootCause }) => [code, severity, rootCause])).toEqual([
      ['pulled', 'Info', false],
    ])
  })

  test('probe failures before the pod became ready are history', () => {
    const early = event('Unhealthy', readinessFails, {
      count: 4,
      lastTimestamp: ago(597),
      firstTimestamp: ago(599),
    })
    expect(incidents([pod(), early])).toEqual([])
  })

  const probed = podWith({ readinessProbe: httpProbe() })

  test('a probe of a ready pod that fails again and again is not', () => {
    const flapping = event('Unhealthy', readinessFails, { count: 40, firstTimestamp: ago(500) })
    expect(incidents([probed, flapping])).toMatchObject([
      { severity: 'Warning', effect: 'None', ongoing: true, rootCause: true },
    ])
  })

  test('a few failures of a ready pod that stopped minutes ago are history, many may only be held back', () => {
    const failed = (count: number) =>
      event('Unhealthy', readinessFails, { count, firstTimestamp: ago(400), lastTimestamp: ago(300) })
    expect(incidents([probed, failed(8)])).toEqual([])
    expect(incidents([probed, failed(26)])).toMatchObject([{ severity: 'Warning', ongoing: true }])
  })

  test('a failed run of a CronJob hides in a Normal event', () => {
    const saw = (condition: string) =>
      event('SawCompletedJob', `Saw completed job: j-1, condition: ${condition}`, {
        ...on('CronJob', 'j'),
        type: 'Normal',
        source: { component: 'cronjob-controller' },
      })
    expect(incidents([saw('Complete')])).toEqual([])
    const gaps: Gap[] = [{ resource: 'cronjobs', reason: 'NotRecorded', message: '' }]
    expect(explain([saw('Failed')], {}, gaps).incidents).toMatchObject([
      { code: 'cronjob-run-failed', severity: 'Warning', subject: { kind: 'CronJob', name: 'j' } },
    ])
  })

  test('probe failures of a pod that is being deleted belong to its end', () => {
    const ending = pod({ metadata: { deletionTimestamp: ago(-20) } })
    expect(incidents([ending, event('Unhealthy', readinessFails, { count: 9 })])).toEqual([])
  })

  test('failures of a pod that is gone are over, its eviction is not unless the workload is well', () => {
    const gone = (reason: string, message: string) => event(reason, message, on('Pod', 'web-9'))
    const evicted = gone('Evicted', 'The node was low on resource: memory. ')
    expect(incidents([gone('Unhealthy', readinessFails)])).toEqual([])
    expect(incidents([evicted])).toMatchObject([{ code: 'evicted', severity: 'Warning', rootCause: true }])
  })

  test('an eviction that the workload has got over is told as history', () => {
    const [top, replicaSet] = deployment(pod().spec, { spec: { replicas: 1 } })
    const replaced = pod({ metadata: { name: 'web-7d9-bbbbb', uid: 'u2', ...ownedBy(replicaSet) } })
    const evicted = event('Evicted', 'The node was low on resource: memory. ', on('Pod', 'web-7d9-ccccc'))
    expect(incidents([top, replicaSet, replaced, evicted])).toMatchObject([
      { code: 'evicted', severity: 'Info', ongoing: false, subject: { kind: 'Deployment', name: 'web' } },
    ])
  })

  test.each([
    ['FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', 'Scheduled'],
    ['FailedMount', 'MountVolume.SetUp failed for volume "a" : secret "b" not found', 'Started'],
    ['Failed', 'Failed to pull image "a": i/o timeout', 'Pulled'],
  ])('%s ends with %s', (reason, message, success) => {
    const trouble = event(reason, message, { count: 5 })
    const then = event(success, success, { type: 'Normal', firstTimestamp: ago(5), lastTimestamp: ago(5) })
    const gaps: Gap[] = [{ resource: 'pods', reason: 'NotRecorded', message: '' }]
    expect(explain([trouble], {}, gaps).incidents).toHaveLength(1)
    expect(explain([trouble, then], {}, gaps).incidents).toEqual([])
  })

  test('the start of one container does not mend another', () => {
    const gaps: Gap[] = [{ resource: 'pods', reason: 'NotRecorded', message: '' }]
    const trouble = event('Failed', 'Error: secret "b" not found', { count: 5 })
    const other = event('Started', 'Container started', {
      type: 'Normal',
      involvedObject: { fieldPath: 'spec.containers{other}' },
      lastTimestamp: ago(1),
    })
    expect(explain([trouble, other], {}, gaps).incidents).toMatchObject([{ code: 'config-missing' }])
  })

  test('a node that is ready again is not in trouble', () => {
    const lost = event('NodeNotReady', 'Node n1 status is now: NodeNotReady', {
      ...on('Node', 'n1', undefined),
      type: 'Normal',
      source: { component: 'node-controller' },
    })
    expect(incidents([node(), lost])).toEqual([])
  })

  test('a load balancer that got its address is well', () => {
    const service = (ingress: readonly object[]) =>
      ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'shop', name: 'web' },
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: { ingress } },
      }) as unknown as KubeObject
    const failed = event('SyncLoadBalancerFailed', 'Error syncing load balancer: quota', on('Service', 'web'))
    expect(incidents([service([{ ip: '1.2.3.4' }]), failed])).toEqual([])
    expect(incidents([service([]), failed])).toMatchObject([
      { code: 'sync-load-balancer-failed', severity: 'Error', effect: 'None', ongoing: true },
    ])
  })
})

describe('grouping', () => {
  const replicas = (count: number) => {
    const [top, replicaSet] = deployment(pod().spec, { spec: { replicas: count } })
    const names = Array.from(
      { length: count },
      (_, index) => `web-7d9-${'bcdfghjklm'[index % 10]}${String(index).padStart(4, '2')}`,
    )
    const pods = names.map((name) =>
      waiting('ImagePullBackOff', { metadata: { name, uid: name, ...ownedBy(replicaSet) } }),
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
    const [incident, ...more] = incidents(replicas(50))
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
    const gaps: Gap[] = ['pods', 'replicasets', 'deployments'].map((resource) => ({
      resource: resource as Gap['resource'],
      reason: 'NotRecorded',
      message: '',
    }))
    const made = [
      event('ScalingReplicaSet', 'Scaled up replica set web-7d9 from 0 to 2', {
        ...on('Deployment', 'web'),
        type: 'Normal',
      }),
      ...['web-7d9-a', 'web-7d9-b'].map((name) =>
        event('SuccessfulCreate', `Created pod: ${name}`, { ...on('ReplicaSet', 'web-7d9'), type: 'Normal' }),
      ),
    ]
    const failing = ['web-7d9-a', 'web-7d9-b'].map((name) =>
      event('FailedMount', 'secret "b" not found', { ...on('Pod', name), count: 5 }),
    )
    expect(explain([...made, ...failing], {}, gaps).incidents).toMatchObject([
      {
        code: 'mount-missing',
        subject: { kind: 'Deployment', name: 'web', pods: ['web-7d9-a', 'web-7d9-b'] },
      },
    ])
  })

  test('a reason that nobody knows is shown with its message', () => {
    const strange = event('Exploded', 'boom \u001b[31m', on('Gizmo', 'g1'))
    expect(incidents([strange])).toMatchObject([
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
    expect(incidents([gated])).toMatchObject([{ code: 'readiness-gate', events: [], ongoing: true }])
  })

  test('events are in the order of time, whatever the order of reading', () => {
    const items = replicas(4)
    expect(JSON.stringify(explain([...items].reverse()))).toBe(JSON.stringify(explain(items)))
  })
})

describe('counts', () => {
  const counted = (...events: readonly KubeObject[]) =>
    incidents([waiting('CreateContainerConfigError'), ...events])[0]?.events

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
    expect(incidents([pending, failed])[0]?.events).toMatchObject([
      { count: 9, countIsLowerBound: true, firstSeen: ago(600), lastSeen: ago(3) },
    ])
  })
})

describe('options', () => {
  const broken = (name: string, nodeName: string) =>
    waiting('CreateContainerConfigError', { metadata: { name, uid: name }, spec: { nodeName } })
  const failing = (name: string, seconds = 10) =>
    event('Failed', 'Error: secret "b" not found', {
      involvedObject: { name, uid: name },
      metadata: { name: `${name}.1` },
      firstTimestamp: ago(seconds),
      lastTimestamp: ago(seconds),
    })
  const two = [broken('a', 'n1'), failing('a'), broken('b', 'n2'), failing('b')]
  const names = (options: Partial<EventOptions>) => incidents(two, options).map(({ subject }) => subject.name)

  test('TYPE/NAME narrows to the object', () => {
    expect(
      names({ selection: { targets: [{ resource: 'pods', name: 'b' }], selector: [], namespace: 'shop' } }),
    ).toEqual(['b'])
  })

  test('an object that is gone can still be asked about, one that never was cannot', () => {
    const named = (name: string): Partial<EventOptions> => ({
      selection: { targets: [{ resource: 'pods', name }], selector: [], namespace: 'shop' },
      all: true,
    })
    const gone = event('Evicted', 'The node was low on resource: memory. ', on('Pod', 'web-9'))
    expect(incidents([...two, gone], named('web-9'))).toMatchObject([{ code: 'evicted' }])
    expect(() => incidents([...two, gone], named('web-8'))).toThrow('pods "web-8" not found')
  })

  test('a node stands for the pods on it', () => {
    expect(names({ node: 'n1' })).toEqual(['a'])
  })

  test('reasons and causes choose, in any case, and a namespace without events has none', () => {
    expect(names({ reasons: ['failed'] })).toEqual(['a', 'b'])
    expect(names({ reasons: ['FailedMount'] })).toEqual([])
    expect(names({ causes: ['config-missing'] })).toEqual(['a', 'b'])
    expect(names({ types: ['Normal'] })).toEqual([])
    expect(names({ selection: { namespace: 'other', targets: [], selector: [] } })).toEqual([])
  })

  test('asking for a reason shows it, quiet or not', () => {
    const pulled = event('Pulled', 'x', { type: 'Normal' })
    expect(incidents([pod(), pulled], { reasons: ['Pulled'] })).toHaveLength(1)
  })

  test('--since leaves out what ended before', () => {
    const old = event('SyncLoadBalancerFailed', 'quota', {
      ...on('Service', 'web'),
      firstTimestamp: ago(2400),
      lastTimestamp: ago(2400),
    })
    const gaps: Gap[] = [{ resource: 'services', reason: 'NotRecorded', message: '' }]
    expect(explain([old], {}, gaps).incidents).toMatchObject([{ severity: 'Warning', ongoing: false }])
    expect(explain([old], { sinceSeconds: 600 }, gaps).incidents).toEqual([])
  })

  test('the exit code obeys --fail-on', () => {
    const report = explain(two)
    expect([
      eventExitCode(report, 'Error'),
      eventExitCode(report, 'none'),
      eventExitCode(explain([]), 'Info'),
    ]).toEqual([1, 0, 0])
  })
})
