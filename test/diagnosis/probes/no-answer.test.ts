import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../../src/diagnosis/diagnose.ts'
import type { KubeObject, Pod } from '../../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../../src/model/report/finding.ts'
import type { Replay } from '../../../src/model/snapshot/replay.ts'
import {
  ago,
  clusterOf,
  condition,
  event,
  log,
  node,
  override,
  podNamed,
  replayOf,
} from '../../helpers/builders.ts'
import {
  crashing,
  execProbe,
  get,
  grpcProbe,
  httpProbe,
  killing,
  podWith,
  refused,
  runningPod,
  unready,
} from '../../helpers/probes.ts'

const HEADERS = get('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')
const DIAL = get('dial tcp 10.0.0.7:8080: i/o timeout')
const COMMAND = 'command timed out: "check" timed out after 1s'

/** Objects about `shop/web-1` as those of a pod of its own, on this node. */
const named = (name: string, objects: readonly KubeObject[], nodeName = 'n1'): readonly KubeObject[] =>
  podNamed(name, objects, { metadata: { labels: { app: name } }, spec: { nodeName } })

const failing = (message: string, seconds = 540, kind = 'Readiness'): KubeObject =>
  event('Unhealthy', `${kind} probe failed: ${message}`, {
    count: Math.ceil(seconds / 5),
    firstTimestamp: ago(seconds),
    lastTimestamp: ago(4),
  })

/** Never Ready, in its ten minutes. */
const never = (name: string, message = HEADERS, probe: object = httpProbe(), nodeName = 'n1') =>
  named(name, [unready({ readinessProbe: probe }), failing(message)], nodeName)

/** Ready until some seconds ago. */
const fell = (name: string, message: string, seconds: number, probe: object = httpProbe(), nodeName = 'n1') =>
  named(
    name,
    [
      override(unready({ readinessProbe: probe }), {
        status: {
          conditions: [
            condition('ContainersReady', { status: 'False', lastTransitionTime: ago(seconds - 10) }),
          ],
        },
      }),
      failing(message, seconds),
    ],
    nodeName,
  )

const well = (name: string, probe: object = httpProbe(), nodeName = 'n1', more: object = {}) =>
  named(name, [override(podWith({ readinessProbe: probe }), more)], nodeName)

const policy = (app: string, ingress?: readonly object[]): KubeObject =>
  ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: 'shop', name: `deny-${app}` },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ...(ingress === undefined ? {} : { ingress }),
    },
  }) as unknown as KubeObject

function found(objects: readonly (readonly KubeObject[])[], replays?: readonly Replay[], logText?: string) {
  const cluster = clusterOf(objects.flat(), {
    ...(replays === undefined ? {} : { replays }),
    ...(logText === undefined ? {} : { logs: log(logText) }),
  })
  return diagnose(cluster, cluster.workloads())
}

/** `pod: code Confidence` of each loud root. */
const told = (findings: readonly Finding[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    findings
      .filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
      .map(({ subject, code, confidence }) => [subject.name, `${code} ${confidence}`]),
  )

const of = (findings: readonly Finding[], name: string): Finding =>
  findings.find(({ subject, rootCause }) => subject.name === name && rootCause) as Finding

describe('probes that get no answer on one node', () => {
  test('are slow applications where nothing tells of the network, which is named as the other reading', () => {
    const findings = found([never('a'), never('b'), never('c'), [node()]])
    expect(told(findings)).toEqual({
      a: 'timeout-too-short Possible',
      b: 'timeout-too-short Possible',
      c: 'timeout-too-short Possible',
    })
    const { explanation, fixes } = of(findings, 'a')
    expect(explanation).toMatch(/2 other workloads on node n1 give no answer either/)
    expect(explanation).toMatch(/late there, too, is the application/)
    expect(fixes.map(({ command }) => command)).toContainEqual(expect.stringMatching(/port-forward/))
    expect(fixes.map(({ command }) => command)).toContainEqual(expect.stringMatching(/spec.nodeName=n1/))
  })

  test.each<[string, readonly (readonly KubeObject[])[], RegExp]>([
    ['another pod is Ready through its own probe', [well('d')], /Pod shop\/d/],
    ['another pod is Ready through gRPC', [well('d', grpcProbe())], /Pod shop\/d/],
    ['another pod refuses', [never('d', refused())], /connection refused/],
    [
      'another pod answers that it is not well',
      [never('d', 'HTTP probe failed with statuscode: 503')],
      /503/,
    ],
    [
      'another pod is connected, and slow',
      [never('d', 'timeout: health rpc did not complete within 1s', grpcProbe())],
      /health rpc/,
    ],
  ])('are slow where %s', (_name, others, proof) => {
    const findings = found([never('a', DIAL), never('b'), never('c'), ...others, [node()]])
    expect(told(findings)).toMatchObject({ b: 'timeout-too-short Possible', c: 'timeout-too-short Possible' })
    const { explanation, evidence } = of(findings, 'b')
    expect(explanation).toMatch(/the network of the node is not the reason/)
    expect(evidence.map(({ object, text }) => `${object} ${text}`).join('\n')).toMatch(proof)
  })

  test.each<[string, readonly KubeObject[]]>([
    ['is on the network of the node', well('d', httpProbe(), 'n1', { spec: { hostNetwork: true } })],
    ['runs a command', well('d', execProbe('check'))],
    ['asks another host', well('d', httpProbe({ host: 'example.com' }))],
    ['has no probe', named('d', [podWith({})])],
    ['is on another node', well('d', httpProbe(), 'n2')],
    ['is being deleted', well('d', httpProbe(), 'n1', { metadata: { deletionTimestamp: ago(5) } })],
  ])('may be the network where the only pod that is well %s', (_name, other) => {
    const findings = found([never('a', DIAL), never('b', DIAL), never('c', DIAL), other, [node()]])
    expect(told(findings)).toMatchObject({
      a: expect.stringMatching(/^unreachable/),
      b: expect.stringMatching(/^unreachable/),
      c: expect.stringMatching(/^unreachable/),
    })
  })

  test('are the network where none is connected, commands pass, and the other node is well', () => {
    const broken = ['a', 'b', 'c', 'd'].map((name) => fell(name, DIAL, 200))
    const others = [well('e', execProbe('check')), well('f', httpProbe(), 'n2'), well('g', httpProbe(), 'n2')]
    const findings = found([...broken, ...others, [node(), node({ metadata: { name: 'n2' } })]])
    expect(told(findings)).toEqual(
      Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, 'unreachable Likely'])),
    )
    expect(of(findings, 'a').explanation).toMatch(/3 other workloads on node n1 get no answer either/)
  })

  test('are the network where all fell silent at once and commands pass, whatever the text', () => {
    const broken = ['a', 'b', 'c'].map((name, index) => fell(name, HEADERS, 200 + 10 * index))
    const findings = found([...broken, well('e', execProbe('check')), [node()]])
    expect(Object.values(told(findings))).toEqual(Array(3).fill('unreachable Likely'))
  })

  test('are a node that has too little where commands got slow at the same time', () => {
    const slow = ['a', 'b', 'c'].map((name) => fell(name, HEADERS, 200))
    const findings = found([...slow, fell('d', COMMAND, 210, execProbe('check')), [node()]])
    expect(told(findings)).toEqual({
      a: 'cpu-starved Possible',
      b: 'cpu-starved Possible',
      c: 'cpu-starved Possible',
      d: 'exec-timeout Certain',
    })
    expect(of(findings, 'a').fixes[0]?.command).toBe('kubectl describe node n1')
    expect(of(findings, 'd').explanation).toMatch(/look there first/)
  })

  test.each<[string, readonly KubeObject[]]>([
    ['a condition', [node({ status: { conditions: [condition('Ready'), condition('MemoryPressure')] } })]],
    [
      'an event',
      [
        node(),
        event('SystemOOM', 'System OOM encountered, victim process: java', {
          metadata: { namespace: 'default', name: 'n1.oom' },
          involvedObject: { kind: 'Node', name: 'n1', uid: 'n1', namespace: undefined, fieldPath: undefined },
          lastTimestamp: ago(120),
        }),
      ],
    ],
  ])('are a node that has too little where %s of it says so', (_name, objects) => {
    const findings = found([never('a'), objects])
    expect(told(findings)).toMatchObject({ a: 'cpu-starved Possible' })
    expect(of(findings, 'a').evidence.map(({ object }) => object)).toContain('Node n1')
  })

  test('and recovered at once are nothing broken', () => {
    const blip = ['a', 'b', 'c', 'd'].map((name) =>
      named(name, [
        runningPod({ readinessProbe: httpProbe() as never }),
        event('Unhealthy', `Readiness probe failed: ${DIAL}`, {
          firstTimestamp: ago(120),
          lastTimestamp: ago(115),
          count: 2,
        }),
      ]),
    )
    expect(found([...blip, [node()]]).filter(({ severity }) => severity === 'Error')).toEqual([])
  })

  test('of a node that does not report prove nothing by what it said last', () => {
    const silent = node({ status: { conditions: [condition('Ready', { status: 'Unknown' })] } })
    const findings = found([never('a', DIAL), never('b', DIAL), never('c', DIAL), well('d'), [silent]])
    expect(told(findings)).toMatchObject({ a: 'node-not-ready Certain' })
  })
})

describe('a probe that is not even connected', () => {
  test('is perhaps filtered, where other pods of the node answer', () => {
    const findings = found([never('a', DIAL), well('b'), [node()]])
    expect(told(findings)).toEqual({ a: 'unreachable Possible' })
    expect(of(findings, 'a').evidence.map(({ object }) => object)).toContain('Pod shop/b')
  })

  test('is likely filtered where a policy keeps others out', () => {
    expect(told(found([never('a', DIAL), [policy('a'), node()]]))).toEqual({ a: 'unreachable Likely' })
  })

  test('is a process that hangs where it had passed and its neighbours answer', () => {
    expect(told(found([fell('a', DIAL, 200), well('b'), [node()]]))).toEqual({ a: 'hang Possible' })
  })

  test('is no network where another probe of the pod passes', () => {
    const pod = unready({ readinessProbe: httpProbe(), livenessProbe: httpProbe({ path: '/live' }) })
    const ready = override(pod, {
      status: { containerStatuses: [{ ...pod.status?.containerStatuses?.[0], ready: true }] },
    })
    const two = [
      override(ready, {
        spec: {
          containers: [
            ...(ready.spec?.containers ?? []),
            { name: 'side', image: 'a:1', readinessProbe: httpProbe({ port: 9090 }) },
          ],
        },
        status: {
          containerStatuses: [
            { ...pod.status?.containerStatuses?.[0], ready: false },
            { ...pod.status?.containerStatuses?.[0], name: 'side', ready: true },
          ],
        },
      }),
      failing(DIAL),
    ]
    expect(told(found([two as readonly KubeObject[], [node()]]))).toEqual({
      'web-1': 'timeout-too-short Possible',
    })
  })
})

describe('a network policy on a pod whose probe gets no answer', () => {
  const shared = (objects: readonly KubeObject[]) =>
    objects.map((object) =>
      object.kind === 'Pod' ? override(object, { metadata: { labels: { app: 'x' } } }) : object,
    )

  test.each<[string, readonly object[] | undefined, string]>([
    ['lets nobody in', undefined, 'unreachable Possible'],
    ['lets in some pods', [{ from: [{ podSelector: {} }] }], 'unreachable Possible'],
    ['lets everybody in to another port', [{ ports: [{ port: 9090 }] }], 'unreachable Possible'],
    ['lets everybody in', [{}], 'timeout-too-short Possible'],
    ['lets everybody in to this port', [{ ports: [{ port: 'http' }] }], 'timeout-too-short Possible'],
    [
      'lets everybody in to a range of ports',
      [{ ports: [{ port: 8000, endPort: 9000 }] }],
      'timeout-too-short Possible',
    ],
    [
      'lets in the whole world',
      [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
      'timeout-too-short Possible',
    ],
    [
      'lets in the nodes',
      [{ from: [{ ipBlock: { cidr: '192.168.4.0/22' } }] }],
      'timeout-too-short Possible',
    ],
    ['lets in other machines', [{ from: [{ ipBlock: { cidr: '192.168.8.0/22' } }] }], 'unreachable Possible'],
    [
      'leaves the nodes out',
      [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['192.168.5.0/24'] } }] }],
      'unreachable Possible',
    ],
  ])('that %s', (_name, ingress, expected) => {
    const own = node({ status: { addresses: [{ type: 'InternalIP', address: '192.168.5.6' }] } })
    expect(told(found([never('a'), [policy('a', ingress), own]]))).toEqual({ a: expected })
  })

  test('is not the reason where another pod behind it passes', () => {
    const findings = found([shared(never('a')), shared(well('b', httpProbe(), 'n2')), [policy('x'), node()]])
    expect(told(findings)).toEqual({ a: 'timeout-too-short Possible' })
    expect(of(findings, 'a').evidence.map(({ object }) => object)).not.toContain('NetworkPolicy shop/deny-x')
  })

  test('is not the reason for a pod on the network of the node', () => {
    const host = override(never('a')[0] as Pod, { spec: { hostNetwork: true } })
    expect(
      told(
        found([
          [host, ...never('a').slice(1)],
          [policy('a'), node()],
        ]),
      ),
    ).toEqual({ a: 'timeout-too-short Possible' })
  })
})

describe('what else tells a slow application from a closed way', () => {
  const probed = [unready({ readinessProbe: httpProbe() }), failing(HEADERS)]

  test('a replay that passes at once while the kubelet gets no answer', () => {
    const findings = found([probed, [node()]], [replayOf([{ milliseconds: 5 }], { secondsAgo: 20 })])
    expect(told(findings)).toEqual({ 'web-1': 'unreachable Possible' })
  })

  test.each([
    ['late', [{ outcome: 'TimedOut' as const, message: 'no answer' }], 20],
    ['in time, after the last failure', [{ milliseconds: 5 }], 1],
  ])('a replay that answers %s does not', (_name, attempts, secondsAgo) => {
    const findings = found([probed, [policy('none'), node()]], [replayOf(attempts, { secondsAgo })])
    expect(told(findings)).toEqual({ 'web-1': 'timeout-too-short Possible' })
  })

  test('a replay that is late, too, acquits the policy', () => {
    const replays = [replayOf([{ outcome: 'TimedOut', message: 'no answer' }], { secondsAgo: 20 })]
    expect(told(found([probed, [policy('web'), node()]], replays))).toEqual({
      'web-1': 'timeout-too-short Possible',
    })
  })

  test.each([
    '[2026-11-21 11:59:01 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)',
    'HikariPool-1 - Connection is not available, request timed out after 30000ms.',
    '[12.3s][info][gc] GC(41) Pause Full (G1 Compaction Pause) 510M->508M(512M) 2412.115ms',
    'Thread Thread[vert.x-eventloop-thread-0] has been blocked for 5120 ms, time limit is 2000 ms',
  ])('a log that says that the process stood still: %s', (line) => {
    const findings = found([probed, [node()]], undefined, line)
    expect(told(findings)).toEqual({ 'web-1': 'timeout-too-short Likely' })
    expect(of(findings, 'web-1').evidence).toContainEqual(
      expect.objectContaining({ source: 'Log', text: line }),
    )
  })

  test('a log of short pauses says nothing', () => {
    const line = '[12.3s][info][gc] GC(41) Pause Young (Normal) 51M->50M(512M) 12.115ms'
    expect(told(found([probed, [node()]], undefined, line))).toEqual({
      'web-1': 'timeout-too-short Possible',
    })
  })
})

test('75 things that fail on one node at once are each what they are', () => {
  const kinds: readonly ((name: string) => readonly KubeObject[])[] = [
    (name) =>
      named(name, [
        crashing({}, 3, { exitCode: 1 }),
        event('BackOff', 'Back-off restarting failed container'),
      ]),
    (name) => never(name),
    (name) => never(name, get('net/http: request canceled (Client.Timeout exceeded while awaiting headers)')),
    (name) => never(name, COMMAND, execProbe('check')),
    (name) => never(name, 'HTTP probe failed with statuscode: 503'),
    (name) => never(name, refused()),
    (name) =>
      named(name, [
        crashing({ livenessProbe: httpProbe() }, 14),
        failing(HEADERS, 540, 'Liveness'),
        killing('liveness'),
      ]),
    (name) =>
      named(name, [
        podWith(
          {},
          {
            ready: false,
            started: false,
            state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "a:1"' } },
          },
        ),
        event('Failed', 'Failed to pull image "a:1": not found'),
      ]),
    (name) => never(name, 'timeout: health rpc did not complete within 1s', grpcProbe()),
    (name) => never(name, 'HTTP probe failed with statuscode: 404'),
  ]
  const all = Array.from({ length: 75 }, (_, index) => kinds[index % kinds.length]?.(`p${index}`) ?? [])
  const findings = told(found([...all, [node()]]))
  const codes = Object.fromEntries(
    Object.entries(Object.groupBy(Object.values(findings), (text) => text)).map(([text, group]) => [
      text,
      group?.length,
    ]),
  )
  expect(Object.keys(findings)).toHaveLength(75)
  expect(codes).toEqual({
    'crash Certain': 8,
    'timeout-too-short Possible': 8 + 8 + 7 + 7,
    'exec-timeout Certain': 8,
    'http-server-error Certain': 8,
    'bound-to-localhost Possible': 7,
    'image-pull Certain': 7,
    'http-not-found Certain': 7,
  })
})

test('a policy, a slow application and a node without network at once are told apart', () => {
  const findings = found([
    never('filtered', DIAL),
    never('slow'),
    well('well'),
    ...['x', 'y', 'z'].map((name) => fell(name, DIAL, 300, httpProbe(), 'n2')),
    never('crashed', refused(), httpProbe(), 'n1'),
    well('command', execProbe('check'), 'n2'),
    [policy('filtered'), node(), node({ metadata: { name: 'n2' } })],
  ])
  expect(told(findings)).toEqual({
    filtered: 'unreachable Likely',
    slow: 'timeout-too-short Possible',
    crashed: 'bound-to-localhost Possible',
    x: 'unreachable Likely',
    y: 'unreachable Likely',
    z: 'unreachable Likely',
  })
})
