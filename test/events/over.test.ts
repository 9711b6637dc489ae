import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { eventReportText } from '../../src/render/events/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { ago, condition, containerStatus, EVERYTHING, event, node, pod } from '../helpers/builders.ts'
import { eventReport, incidentsOf, notRecorded, ONLY_EVENTS, regarding } from '../helpers/incidents.ts'
import { readPiped } from '../helpers/piped.ts'

const TEXT = { style: { ...PLAIN, width: 200 }, wide: false, noHeaders: false, allNamespaces: true }

/** Seen once, so many seconds ago. */
const at = (seconds: number, more: object = {}) => ({
  firstTimestamp: ago(seconds),
  lastTimestamp: ago(seconds),
  ...more,
})

const normal = (reason: string, message: string, seconds: number, more: object = {}) =>
  event(reason, message, at(seconds, { type: 'Normal', ...more }))

const inContainer = (name: string) => ({
  metadata: { name: `web-1.${name}` },
  involvedObject: { fieldPath: `spec.containers{${name}}` },
})
const ofPod = { involvedObject: { fieldPath: undefined } }

/** What is not over, by events alone. */
const codes = (...items: readonly KubeObject[]) =>
  incidentsOf(items, {}, ONLY_EVENTS).flatMap(({ code, over }) => (over ? [] : [code]))

describe('"No trouble" never stands over', () => {
  test.each<[string, readonly KubeObject[]]>([
    [
      'a probe that failed some minutes ago, again and again',
      [
        event(
          'Unhealthy',
          'Readiness probe failed: HTTP probe failed with statuscode: 500',
          at(540, { count: 6 }),
        ),
      ],
    ],
    ['a Warning whose reason nobody knows', [event('GizmoBroken', 'it broke', at(3000))]],
    [
      'one about a pod that is gone',
      [pod(), event('GizmoBroken', 'it broke', at(3000, regarding('Pod', 'gone')))],
    ],
    ['one about a pod that is Ready since', [pod(), event('GizmoBroken', 'it broke', at(599))]],
    [
      "karpenter's FailedDraining, which it does not repeat",
      [
        event('FailedDraining', 'Failed to drain node, 3 pods are waiting to be evicted', {
          ...at(480, regarding('Node', 'n1', undefined)),
          source: { component: 'karpenter' },
        }),
        node(),
      ],
    ],
    [
      'a Job that gave up and was cleaned up since',
      [
        event('BackoffLimitExceeded', 'Job has reached the specified backoff limit', {
          ...at(1200, regarding('Job', 'import')),
          source: { component: 'job-controller' },
        }),
        node(),
      ],
    ],
    [
      'a container that failed beside one that started',
      [
        event('Failed', 'Error: secret "b" not found', at(60, inContainer('app'))),
        normal('Started', 'Container started', 30, inContainer('sidecar')),
      ],
    ],
    [
      'a sandbox that cannot be made any more, though the pod has run before',
      [
        pod({
          status: {
            conditions: [condition('Ready', { status: 'False' })],
            containerStatuses: [
              containerStatus({
                ready: false,
                started: false,
                restartCount: 1,
                state: { waiting: { reason: 'ContainerCreating' } },
                lastState: { terminated: { exitCode: 255, startedAt: ago(500), finishedAt: ago(100) } },
              }),
            ],
          },
        }),
        event(
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: plugin type="calico" failed (add)',
          at(50, ofPod),
        ),
      ],
    ],
    [
      'a Secret that a running pod has lost',
      [
        pod(),
        event(
          'FailedMount',
          'MountVolume.SetUp failed for volume "a" : secret "b" not found',
          at(20, { count: 9, firstTimestamp: ago(300), ...ofPod }),
        ),
      ],
    ],
  ])('%s', (_, items) => {
    const read = items.some(({ kind }) => kind !== 'Event')
    const report = eventReport(items, {}, read ? [] : ONLY_EVENTS)
    expect(eventReportText(report, TEXT)).not.toContain('No trouble')
    expect(report.incidents.length).toBeGreaterThan(0)
  })

  test('what is hidden because it is over is counted, with its ages', () => {
    const report = eventReport([
      event('Unhealthy', 'Readiness probe failed: x', at(3600, { ...regarding('Pod', 'a'), count: 9 })),
      event(
        'BackOff',
        'Back-off restarting failed container app in pod b_shop(u)',
        at(720, regarding('Pod', 'b')),
      ),
      normal('Pulled', 'x', 20),
      pod(),
    ])
    expect(report.over).toEqual({ incidents: 2, oldest: ago(3600), newest: ago(720) })
    expect(eventReportText(report, TEXT)).toBe(
      'No trouble now in any namespace. 2 incidents are over (last seen 12m to 60m ago) and 1 group of events is ordinary; --all shows them.\n',
    )
  })
})

describe('closing events', () => {
  const scheduling = event('FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', at(100, ofPod))

  test('Scheduled ends FailedScheduling of that pod, and not of the next one of the same name', () => {
    const next = { involvedObject: { fieldPath: undefined, uid: 'the-next-one' } }
    expect(codes(scheduling, normal('Scheduled', 'x', 90, ofPod))).toEqual([])
    expect(codes(scheduling, normal('Scheduled', 'x', 90, next))).toEqual(['unschedulable-resources'])
  })

  test('an event of the same second may have come first, but for Scheduled, after which there is no other', () => {
    expect(codes(scheduling, normal('Scheduled', 'x', 100, ofPod))).toEqual([])
    const lost = event('NodeNotReady', 'x', {
      ...at(100, regarding('Node', 'n1', undefined)),
      type: 'Normal',
    })
    const back = {
      ...lost,
      reason: 'NodeReady',
      metadata: { name: 'back', namespace: 'default' },
    } as KubeObject
    expect(codes(lost, back)).toEqual(['node-not-ready'])
    expect(incidentsOf([lost, back], {}, ONLY_EVENTS)).toMatchObject([
      { confidence: 'Possible', over: false, summary: expect.stringContaining('a later NodeReady') },
    ])
  })

  const pull = (image: string, more: object = {}) =>
    event(
      'Failed',
      `Failed to pull image "${image}": i/o timeout`,
      at(100, { involvedObject: { fieldPath: undefined }, ...more }),
    )
  const pulled = (image: string, more: object = {}) =>
    normal('Pulled', `Container image "${image}" already present on machine`, 50, {
      involvedObject: { fieldPath: undefined },
      ...more,
    })

  test('Pulled ends a failed pull of that container, or of that image where no container is named', () => {
    expect(codes(pull('a:1'), pulled('a:1'))).toEqual([])
    expect(codes(pull('a:1'), pulled('b:1'))).toEqual(['image-pull'])
    expect(codes(pull('a:1', inContainer('app')), pulled('a:1', inContainer('other')))).toEqual([
      'image-pull',
    ])
    expect(codes(pull('a:1', inContainer('app')), pulled('a:1', inContainer('app')))).toEqual([])
  })

  test('until 1.34 the text of Started names the container', () => {
    const failed = event('Failed', 'Error: secret "b" not found', at(100, inContainer('app')))
    const started = (name: string) => normal('Started', `Started container ${name}`, 50, ofPod)
    expect(codes(failed, started('app'))).toEqual([])
    expect(codes(failed, started('sidecar'))).toEqual(['config-missing'])
  })

  test('a volume that is attached ends the failure of that volume alone', () => {
    const failed = event(
      'FailedAttachVolume',
      'Multi-Attach error for volume "pv-a" Volume is already used',
      {
        ...at(100, ofPod),
        source: { component: 'attachdetach-controller' },
      },
    )
    const attached = (name: string) =>
      normal('SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${name}" `, 50, {
        ...ofPod,
        source: { component: 'attachdetach-controller' },
      })
    expect(codes(failed, attached('pv-a'))).toEqual([])
    expect(codes(failed, attached('pv-b'))).toEqual(['mount-failed'])
    const mount = event(
      'FailedMount',
      'MountVolume.SetUp failed for volume "pv-a" : secret "b" not found',
      at(100, ofPod),
    )
    expect(codes(mount, attached('pv-a'))).toEqual(['mount-missing'])
  })

  test('that one pod could be created, or a ReplicaSet be scaled, does not say that the others can', () => {
    const of = (kind: string, name: string) => ({
      ...regarding(kind, name),
      metadata: { name: `${name}.${kind}.2` },
    })
    const failed = event(
      'FailedCreate',
      'Error creating: pods "x" is forbidden: exceeded quota: q',
      at(100, regarding('ReplicaSet', 'web')),
    )
    expect(
      codes(failed, normal('SuccessfulCreate', 'Created pod: web-a', 50, of('ReplicaSet', 'web'))),
    ).toEqual(['quota-exceeded'])
    const replicaSet = event('ReplicaSetCreateError', 'Failed to create new replica set "w": denied', {
      ...at(100, regarding('Deployment', 'web')),
      source: { component: 'deployment-controller' },
    })
    const scaled = normal(
      'ScalingReplicaSet',
      'Scaled down replica set old to 1 from 2',
      50,
      of('Deployment', 'web'),
    )
    expect(codes(replicaSet, scaled)).toEqual(['admission-denied'])
    const member = (name: string, ok: string) => `create Pod ${name} in StatefulSet web ${ok}`
    const stateful = event(
      'FailedCreate',
      member('web-0', 'failed error: quota'),
      at(100, regarding('StatefulSet', 'web')),
    )
    const made = (name: string) =>
      normal('SuccessfulCreate', member(name, 'successful'), 50, of('StatefulSet', 'web'))
    expect(codes(stateful, made('web-1'))).toEqual(['admission-denied'])
    expect(codes(stateful, made('web-0'))).toEqual([])
  })

  test('the start of a container does not end its crash loop', () => {
    const backOff = event('BackOff', 'Back-off restarting failed container app in pod web-1_shop(u)', at(60))
    expect(codes(backOff, normal('Started', 'Container started', 30))).toEqual(['crash'])
    // Ready since it was started again, and not for long.
    const again = pod({
      status: {
        conditions: [condition('Ready', { lastTransitionTime: ago(30) })],
        containerStatuses: [containerStatus({ restartCount: 3, state: { running: { startedAt: ago(30) } } })],
      },
    })
    expect(incidentsOf([again, backOff])).toMatchObject([{ code: 'crash', severity: 'Warning' }])
  })

  test('the ready node of a pod ends what was told of the pod', () => {
    const unready = pod({ status: { conditions: [condition('Ready', { status: 'False' })] } })
    const told = event('NodeNotReady', 'Node is not ready', {
      ...at(900, ofPod),
      source: { component: 'node-controller' },
    })
    const since = (seconds: number) =>
      node({ status: { conditions: [condition('Ready', { lastTransitionTime: ago(seconds) })] } })
    const found = (items: readonly KubeObject[]) =>
      incidentsOf(items).filter(({ events }) => events.some(({ reason }) => reason === 'NodeNotReady'))
    expect(found([unready, told, since(2000)])).toHaveLength(1)
    expect(found([unready, told, since(800)])).toEqual([])
    const ready = normal(
      'NodeReady',
      'Node n1 status is now: NodeReady',
      800,
      regarding('Node', 'n1', undefined),
    )
    expect(
      incidentsOf([unready, told, ready], {}, notRecorded('nodes')).flatMap(({ events }) => events),
    ).not.toContainEqual(expect.objectContaining({ reason: 'NodeNotReady' }))
  })

  test('the pods of a Job that is complete have failed on its way', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace: 'shop', name: 'import', uid: 'uid-job' },
      status: { conditions: [condition('Complete')] },
    } as unknown as KubeObject
    const failed = pod({
      metadata: {
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'Job', name: 'import', uid: 'uid-job', controller: true },
        ],
      },
      status: {
        phase: 'Failed',
        conditions: [condition('Ready', { status: 'False' })],
        containerStatuses: undefined,
      },
    })
    const told = event('BackOff', 'Back-off restarting failed container app in pod web-1_shop(u)', at(900))
    expect(incidentsOf([job, failed, told])).toEqual([])
  })
})

describe('text that does not say when it was printed', () => {
  const table = (...rows: readonly string[]) =>
    ['LAST SEEN   TYPE      REASON   OBJECT   MESSAGE', ...rows].join('\n')
  const told = async (text: string, now?: string) => {
    const snapshot = await readPiped(text, now === undefined ? {} : { now })
    return explainEvents(indexCluster(snapshot), { ...EVERYTHING, all: false })
  }
  const text = table(
    '40m   Warning   FailedMount   pod/web-1   MountVolume.SetUp failed for volume "a" : secret "b" not found',
    '41m   Normal    Scheduled     pod/web-1   Successfully assigned shop/web-1 to n1',
  )

  test('its newest event counts as now', async () => {
    const { incidents, now, assumptions } = await told(text)
    expect(incidents).toMatchObject([
      { code: 'mount-missing', severity: 'Error', ongoing: true, lastSeen: now },
    ])
    expect(assumptions.join(' ')).toContain('its newest event counts as now')
  })

  test('--now says when it was printed', async () => {
    const { incidents, now } = await told(text, '2026-11-21T10:00:00Z')
    expect(now).toBe('2026-11-21T10:00:00Z')
    expect(incidents).toMatchObject([
      {
        code: 'mount-missing',
        severity: 'Warning',
        ongoing: false,
        over: false,
        lastSeen: '2026-11-21T09:20:00Z',
      },
    ])
  })
})
