import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { findings, several, told } from '../helpers/both-commands.ts'
import {
  ago,
  clusterOf,
  condition,
  container,
  containerStatus,
  deployment,
  EVERYTHING,
  event,
  node,
  override,
  ownedBy,
  pod,
} from '../helpers/builders.ts'
import { execProbe, grpcProbe, httpProbe, podWith, unhealthy } from '../helpers/probes.ts'

/** A pod that runs for so many seconds and is not ready; `lostAgo` is when it was ready last. */
const notReady = (
  seconds: number,
  fields: object,
  { status = {}, lostAgo = seconds, ...more }: Fields = {},
) =>
  podWith(
    fields as never,
    { ready: false, state: { running: { startedAt: ago(seconds) } }, ...status },
    {
      ...more,
      status: {
        startTime: ago(seconds + 2),
        conditions: [
          condition('ContainersReady', {
            status: 'False',
            reason: 'ContainersNotReady',
            lastTransitionTime: ago(lostAgo),
          }),
          condition('Ready', { status: 'False', lastTransitionTime: ago(lostAgo) }),
        ],
      },
    },
  )

interface Fields {
  readonly status?: object
  readonly lostAgo?: number
  readonly [field: string]: unknown
}

const severities = (items: readonly KubeObject[]) =>
  findings(items).map(({ severity, code, subject: { probe } }) =>
    [severity, code, probe ?? ''].join(' ').trim(),
  )

const UNREADY = ['Error not-ready-unexplained readiness']
const NOT_STARTED = ['Error not-ready-unexplained startup']
const starting = { started: false }

describe('a container that runs and is not ready, and no event', () => {
  test.each<[string, KubeObject, readonly string[]]>([
    ['http, for 80 s', notReady(80, { readinessProbe: httpProbe() }), UNREADY],
    ['tcp', notReady(80, { readinessProbe: { tcpSocket: { port: 8080 } } }), UNREADY],
    ['grpc', notReady(80, { readinessProbe: grpcProbe() }), UNREADY],
    ['a command', notReady(80, { readinessProbe: execProbe('cat', '/ready') }), UNREADY],
    ['for 30 s, which may be its start', notReady(30, { readinessProbe: httpProbe() }), []],
    [
      'before its first attempt can have succeeded',
      notReady(80, { readinessProbe: httpProbe({}, { initialDelaySeconds: 90 }) }),
      [],
    ],
    ['after that', notReady(110, { readinessProbe: httpProbe({}, { initialDelaySeconds: 90 }) }), UNREADY],
    [
      'that needs several successes',
      notReady(80, { readinessProbe: httpProbe({}, { periodSeconds: 20, successThreshold: 4 }) }),
      [],
    ],
    [
      'that was ready until 20 s ago',
      notReady(900, { readinessProbe: httpProbe() }, { lostAgo: 12 }),
      UNREADY,
    ],
    [
      'that was ready until 3 s ago: a kubelet that was restarted needs one attempt',
      notReady(900, { readinessProbe: httpProbe() }, { lostAgo: 3 }),
      [],
    ],
    [
      'while its startup probe may have passed just now',
      notReady(200, { readinessProbe: httpProbe(), startupProbe: httpProbe({}, { failureThreshold: 60 }) }),
      ['Warning not-ready-unexplained readiness'],
    ],
    [
      'a startup probe within its time',
      notReady(80, { startupProbe: httpProbe({}, { failureThreshold: 60 }) }, { status: starting }),
      [],
    ],
    [
      'a startup probe within a long time',
      notReady(400, { startupProbe: httpProbe({}, { failureThreshold: 200 }) }, { status: starting }),
      ['Warning not-ready-unexplained startup'],
    ],
    [
      'a startup probe that would have killed it by now',
      notReady(80, { startupProbe: httpProbe() }, { status: starting }),
      NOT_STARTED,
    ],
    [
      'a DaemonSet or a static pod is no other',
      notReady(
        80,
        { readinessProbe: httpProbe() },
        {
          metadata: { annotations: { 'kubernetes.io/config.source': 'file' } },
        },
      ),
      UNREADY,
    ],
  ])('%s', (_when, one, expected) => expect(severities([one])).toEqual(expected))

  test('says which probe, since when, what is missing, and the command that tells', () => {
    const [finding] = findings([notReady(120, { readinessProbe: httpProbe() })])
    expect(finding?.summary).toBe(
      `readiness probe has not passed since ${ago(120)}; the events that would say why are not there`,
    )
    expect(finding?.explanation).toContain('too young to have expired')
    expect(finding?.evidence.map(({ path, text }) => `${path}: ${text}`)).toEqual([
      'status.containerStatuses[0].ready: false',
      `status.containerStatuses[0].state.running.startedAt: ${ago(120)}`,
      'spec.containers[0].readinessProbe: http-get http://:8080/healthz delay=0s timeout=1s period=5s #success=1 #failure=3',
    ])
    expect(finding?.fixes[0]?.command).toBe('kubectl probe-check pod/web-1 -n shop --replay')
  })

  test('says what the state tells beside: attempts that fail would have had it killed', () => {
    const inert = findings([notReady(80, { startupProbe: execProbe('nope') }, { status: starting })])[0]
    expect(inert?.explanation).toMatch(/The startup probe has not restarted .* errors, which never count/)
    const same = findings([notReady(120, { readinessProbe: httpProbe(), livenessProbe: httpProbe() })])[0]
    expect(same?.explanation).toMatch(/The liveness probe asks the same and has not restarted/)
    const other = findings([
      notReady(120, { readinessProbe: httpProbe(), livenessProbe: httpProbe({ path: '/live' }) }),
    ])[0]
    expect(other?.explanation).not.toMatch(/never count/)
  })

  test('one of several replicas: the others say what is ordinary, and are named', () => {
    const probes = { readinessProbe: httpProbe() }
    const [deploy, replicaSet] = deployment({ containers: [container(probes)] } as never)
    const of = (one: KubeObject, name: string) =>
      override(one, { metadata: { name, uid: name, ...ownedBy(replicaSet) } })
    const slow = (readyAfter: number) =>
      of(
        podWith(
          probes,
          { state: { running: { startedAt: ago(3600) } } },
          { status: { conditions: [condition('Ready', { lastTransitionTime: ago(3600 - readyAfter) })] } },
        ),
        'web-b',
      )
    const broken = of(notReady(100, probes), 'web-a')
    const [finding] = findings([deploy, replicaSet, broken, slow(10)])
    expect(finding).toMatchObject({ code: 'not-ready-unexplained', severity: 'Error' })
    expect(finding?.subject.pods).toEqual(['web-a'])
    expect(finding?.explanation).toContain('compare with it, web-b')
    // A start of 80 s is ordinary here.
    expect(findings([deploy, replicaSet, broken, slow(80)])).toEqual([])
  })

  test('of several containers the one that is not ready', () => {
    const one = several([
      [{ name: 'app', readinessProbe: httpProbe() }, { ready: true }],
      [{ name: 'side', readinessProbe: httpProbe({ port: 9090 }) }, { ready: false }],
    ])
    expect(told(findings([one]))).toEqual(['not-ready-unexplained/readiness @ side Possible Unready'])
  })

  test('a sidecar that is not started holds the pod back', () => {
    const sidecar = container({
      name: 'proxy',
      restartPolicy: 'Always',
      startupProbe: httpProbe({ port: 15021 }),
    })
    const one = pod({
      spec: { initContainers: [sidecar] },
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          containerStatus({
            name: 'proxy',
            ready: false,
            started: false,
            state: { running: { startedAt: ago(300) } },
          }),
        ],
        containerStatuses: [
          containerStatus({
            ready: false,
            started: false,
            state: { waiting: { reason: 'PodInitializing' } },
          }),
        ],
      },
    })
    expect(told(findings([one]))).toEqual(['not-ready-unexplained/startup @ proxy Possible NotStarted'])
  })

  test('a restart that is over does not hide that it is not ready now', () => {
    const one = notReady(
      2000,
      { readinessProbe: httpProbe() },
      {
        status: {
          restartCount: 1,
          lastState: { terminated: { exitCode: 1, startedAt: ago(2100), finishedAt: ago(2001) } },
        },
      },
    )
    expect(severities([one])).toEqual(['Error not-ready-unexplained readiness', 'Warning crash'])
  })

  test('neither does a remark on its preStop hook', () => {
    const remark = event('FailedPreStopHook', 'PreStopHook failed')
    expect(told(findings([notReady(120, { readinessProbe: httpProbe() }), remark]))).toEqual([
      'not-ready-unexplained/readiness @ app Possible Unready',
    ])
  })
})

describe('only some events are left', () => {
  const unready = notReady(600, { readinessProbe: httpProbe() })

  test('the oldest: what they say is no more than possible by now', () => {
    const old = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404', 3, 590)
    const [finding] = findings([unready, old])
    expect(told(finding ? [finding] : [])).toEqual(['http-not-found/readiness @ app Possible Unready'])
    expect(finding?.explanation).toContain('by now it may fail for another reason')
  })

  test('the newest: they are as good as all', () => {
    const fresh = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404', 3, 4)
    expect(told(findings([unready, fresh]))).toEqual(['http-not-found/readiness @ app Certain Unready'])
  })

  test('so many that the rest may have been dropped: they are believed for longer', () => {
    const many = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404', 30, 200)
    expect(told(findings([unready, many]))).toEqual(['http-not-found/readiness @ app Certain Unready'])
  })

  test('one from before it was ready for a while: what took that away is not told by it', () => {
    const lost = notReady(120, { readinessProbe: httpProbe() }, { lostAgo: 12 })
    const missing = (seconds: number) =>
      told(
        findings([
          lost,
          unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404', 1, seconds),
        ]),
      )
    expect(missing(118)).toEqual(['http-not-found/readiness @ app Possible Unready'])
    expect(missing(13)).toEqual(['http-not-found/readiness @ app Certain Unready'])
  })

  test('one, of a container that was ready: that it fails is in the state', () => {
    const lost = notReady(600, { readinessProbe: httpProbe() }, { lostAgo: 15 })
    const one = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 500', 1, 4)
    expect(told(findings([lost, one]))).toEqual(['http-server-error/readiness @ app Certain Unready'])
  })
})

describe('a container that is not created, and no event', () => {
  const creating = (seconds: number, changes: object = {}, reason = 'ContainerCreating') =>
    override(
      pod({
        status: {
          phase: 'Pending',
          startTime: ago(seconds),
          conditions: [],
          containerStatuses: [
            containerStatus({ ready: false, started: false, state: { waiting: { reason } } }),
          ],
        },
      }),
      changes,
    )
  const volumes = [
    { name: 'a', secret: { secretName: 'tls' } },
    { name: 'b', configMap: { name: 'settings' } },
    { name: 'c', secret: { secretName: 'maybe', optional: true } },
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'e', projected: { sources: [{ secret: { name: 'key' } }, { configMap: { name: 'ca' } }] } },
    { name: 'kube-api-access-x', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
    { name: 'f', emptyDir: {} },
  ]
  const claim = (phase: string) =>
    ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: 'shop', name: 'data' },
      spec: {},
      status: { phase },
    }) as unknown as KubeObject
  const ready = (status: string, seconds: number) => ({
    status: {
      conditions: [condition('PodReadyToStartContainers', { status, lastTransitionTime: ago(seconds) })],
    },
  })
  const kubelet = (kubeletVersion: string) =>
    node({ status: { nodeInfo: { kubeletVersion }, conditions: [condition('Ready')] } })
  const WARNING = ['Warning not-started-unexplained']
  const ERROR = ['Error not-started-unexplained']

  test.each<[string, readonly KubeObject[], readonly string[]]>([
    ['for 40 s', [creating(40)], []],
    ['for 90 s', [creating(90)], WARNING],
    ['for 6 minutes', [creating(360)], ERROR],
    [
      'for 3 minutes, and its image is not yet due',
      [creating(180, ready('False', 180)), kubelet('v1.36.1')],
      ERROR,
    ],
    [
      'the same, with a kubelet that may be pulling',
      [creating(180, ready('False', 180)), kubelet('v1.35.4')],
      WARNING,
    ],
    ['for 6 minutes, but its sandbox is up since 40 s', [creating(360, ready('True', 40))], []],
    ['behind an init container that ended 40 s ago', [behindInit(40)], []],
    ['behind an init container that ended 10 minutes ago', [behindInit(600)], ERROR],
  ])('%s', (_when, items, expected) => expect(severities(items)).toEqual(expected))

  function behindInit(seconds: number) {
    return creating(
      3600,
      {
        spec: { initContainers: [container({ name: 'migrate' })] },
        status: {
          initContainerStatuses: [
            containerStatus({
              name: 'migrate',
              state: { terminated: { exitCode: 0, startedAt: ago(seconds + 60), finishedAt: ago(seconds) } },
            }),
          ],
        },
      },
      'PodInitializing',
    )
  }

  test('names what the volumes need, and the command that shows what of it is not there', () => {
    const [finding] = findings([creating(360, { spec: { volumes } }), claim('Bound')])
    expect(finding?.explanation).toContain(
      'it needs Secret tls, ConfigMap settings, PersistentVolumeClaim data, Secret key and ConfigMap ca',
    )
    expect(finding?.fixes[0]?.command).toBe(
      'kubectl get secret/tls configmap/settings persistentvolumeclaim/data secret/key configmap/ca -n shop',
    )
  })

  test('goes on, however bad it is', () => {
    const { incidents } = explainEvents(clusterOf([creating(90)]), { ...EVERYTHING, all: false })
    expect(incidents.map(({ severity, ongoing }) => [severity, ongoing])).toEqual([['Warning', true]])
  })

  test('names the image where the sandbox is up', () => {
    const [finding] = findings([creating(900, { spec: { volumes }, ...ready('True', 800) })])
    expect(finding?.explanation).toContain('waits for the image registry.example/app:1')
    expect(finding?.explanation).not.toContain('Secret')
  })

  test('a claim that is not there, or not bound, is the likely cause', () => {
    const one = creating(360, { spec: { volumes } })
    expect(told(findings([one]))).toEqual(['mount-missing @ Pod web-1 Likely NotStarted'])
    expect(told(findings([one, claim('Pending')]))).toEqual(['pvc-unbound @ Pod web-1 Likely NotStarted'])
  })

  test('the second container, while the first one runs', () => {
    const one = several([
      [{ name: 'app' }, { ready: true, state: { running: { startedAt: ago(400) } } }],
      [
        { name: 'side' },
        { ready: false, started: false, state: { waiting: { reason: 'ContainerCreating' } } },
      ],
    ])
    const [finding] = findings([override(one, { status: { phase: 'Pending' } })])
    expect(finding).toMatchObject({ code: 'not-started-unexplained', severity: 'Error' })
    expect(finding?.summary).toContain('container side is not created')
  })

  test('after a new sandbox, what events said of the first one is history', () => {
    const restarted = containerStatus({
      ready: false,
      started: false,
      restartCount: 1,
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: {
        terminated: { exitCode: 255, reason: 'Unknown', startedAt: ago(9000), finishedAt: ago(600) },
      },
    })
    const one = creating(9000, { status: { phase: 'Running', containerStatuses: [restarted] } })
    const old = event('FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "tls" not found', {
      firstTimestamp: ago(3000),
      lastTimestamp: ago(3000),
      involvedObject: { fieldPath: undefined },
    })
    expect(told(findings([one, old])).filter((text) => !text.startsWith('mount'))).toEqual([
      'not-started-unexplained @ Pod web-1 Possible NotStarted',
    ])
  })
})

describe('a pod that nobody has taken up', () => {
  const untouched = (seconds: number, scheduled: boolean) =>
    pod({
      metadata: { creationTimestamp: ago(seconds) },
      spec: { nodeName: scheduled ? 'n1' : undefined },
      status: {
        phase: 'Pending',
        startTime: undefined,
        containerStatuses: undefined,
        conditions: scheduled ? [condition('PodScheduled', { lastTransitionTime: ago(seconds) })] : [],
      },
    })

  test.each<[string, KubeObject, string | undefined]>([
    ['a kubelet', untouched(120, true), 'the kubelet of node n1 has not taken up the pod'],
    ['a kubelet, for some seconds', untouched(20, true), undefined],
    ['a scheduler', untouched(120, false), 'scheduler default-scheduler has said nothing of it'],
    ['a scheduler, for some seconds', untouched(20, false), undefined],
  ])('%s', (_who, one, words) => {
    const [finding] = findings([one])
    if (words === undefined) expect(finding).toBeUndefined()
    else expect(finding?.summary).toContain(words)
  })

  test('an error of the scheduler is told in its words', () => {
    const failed = condition('PodScheduled', {
      status: 'False',
      reason: 'SchedulerError',
      message: 'parsing affinity: bad operator',
    })
    const one = override(untouched(120, false), { status: { conditions: [failed] } })
    expect(findings([one])[0]?.summary).toContain('bad operator')
  })
})

test('a pod that should be gone: the state tells how far its end has come', () => {
  const leaving = (state: object) =>
    override(podWith({}, { state }), { metadata: { deletionTimestamp: ago(90) } })
  expect(findings([leaving({ running: { startedAt: ago(900) } })])[0]?.explanation).toContain(
    'Container app still runs',
  )
  expect(findings([leaving({ terminated: { exitCode: 0, finishedAt: ago(80) } })])[0]?.explanation).toContain(
    'No container runs any more',
  )
})
