import { describe, expect, test } from '@jest/globals'
import { replayVerdict } from '../../../src/diagnosis/probes/replay.ts'
import type { Pod } from '../../../src/model/kubernetes/objects.ts'
import type { ReplayAttempt } from '../../../src/model/snapshot/replay.ts'
import { ago, log, replayOf } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { execProbe, httpProbe, podWith, unhealthy, unready } from '../../helpers/probes.ts'

const REFUSED =
  'Readiness probe failed: Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'
const answered: Partial<ReplayAttempt> = { port: 'answered' }
const refused: Partial<ReplayAttempt> = {
  outcome: 'Failed',
  message: 'connection refused inside of the pod',
  port: 'refused',
}
const pod = (more: Readonly<Record<string, unknown>> = {}) => unready({ readinessProbe: httpProbe() }, more)

describe('a port that refuses the kubelet', () => {
  test('without a replay may be bound to loopback', () => {
    expect(roots(found([pod(), unhealthy(REFUSED)]))).toEqual(['Error bound-to-localhost/readiness Possible'])
  })

  test('and answers a port-forward is bound to loopback, if the kubelet was refused afterwards', () => {
    const findings = found([pod(), unhealthy(REFUSED, 30, 5)], [], [replayOf([answered])])
    expect(roots(findings)).toEqual(['Error bound-to-localhost/readiness Certain'])
    expect(findings[0]?.evidence).toContainEqual({
      source: 'Replay',
      object: 'Pod shop/web-1',
      text: 'run through a port-forward: would pass: HTTP status 200',
      time: ago(20),
      count: 1,
    })
  })

  test('an answer of any status shows that it is open', () => {
    const error = { ...answered, outcome: 'Failed', message: 'HTTP status 500' } as const
    expect(roots(found([pod(), unhealthy(REFUSED)], [], [replayOf([error])]))).toEqual([
      'Error bound-to-localhost/readiness Certain',
    ])
  })

  test('is only likely to be, while the kubelet may not have tried again', () => {
    const justNow = replayOf([answered], { secondsAgo: 1 })
    expect(roots(found([pod(), unhealthy(REFUSED, 30, 5)], [], [justNow]))).toEqual([
      'Error bound-to-localhost/readiness Likely',
    ])
  })

  test.each([
    ['an IPv6 address first', { status: { podIP: 'fd00::7' } }],
    ['the network of the node', { spec: { hostNetwork: true } }],
  ])('is only likely to be with %s', (_, more) => {
    expect(roots(found([pod(more), unhealthy(REFUSED)], [], [replayOf([answered])]))).toEqual([
      'Error bound-to-localhost/readiness Likely',
    ])
  })

  test('is only likely to be where a replay of another pod says so', () => {
    const replay = replayOf([answered], { pod: 'web-2' })
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }
    const ready = podWith({ readinessProbe: httpProbe() }, {}, { metadata: { name: 'web-2', uid: 'uid-2' } })
    const both = [pod(), ready].map((one) => ({
      ...one,
      metadata: { ...one.metadata, ownerReferences: [owner] },
    }))
    const owned = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { namespace: 'shop', name: 'web', uid: 'rs' },
    }
    expect(roots(found([...both, owned, unhealthy(REFUSED)], [], [replay]))).toEqual([
      'Error bound-to-localhost/readiness Likely',
    ])
  })

  test('and a port-forward, too, is closed, whatever the log says of loopback', () => {
    expect(
      roots(
        found([pod(), unhealthy(REFUSED)], log('listening on http://localhost:8080'), [replayOf([refused])]),
      ),
    ).toEqual(['Error port-closed/readiness Certain'])
  })

  test('may still be opened by a young run', () => {
    const { status, ...rest } = pod()
    const started = { running: { startedAt: ago(75) } }
    const containerStatuses = status?.containerStatuses?.map((one) => ({ ...one, state: started }))
    const young = { ...rest, status: { ...status, containerStatuses } } as Pod
    expect(roots(found([young, unhealthy(REFUSED, 12)], [], [replayOf([refused])]))).toEqual([
      'Error port-closed/readiness Likely',
    ])
  })

  test('now and then refused from here proves nothing', () => {
    expect(roots(found([pod(), unhealthy(REFUSED)], [], [replayOf([answered, refused])]))).toEqual([
      'Error bound-to-localhost/readiness Likely',
    ])
  })

  test('a replay of another probe or container says nothing', () => {
    for (const other of [{ probe: 'liveness' }, { container: 'proxy' }, { attempts: [] }] as const)
      expect(roots(found([pod(), unhealthy(REFUSED)], [], [replayOf([answered], other)]))).toEqual([
        'Error bound-to-localhost/readiness Possible',
      ])
  })
})

describe('a port that gives a gRPC probe no connection', () => {
  const grpc = unready({ readinessProbe: { ...httpProbe(), httpGet: undefined, grpc: { port: 8080 } } })
  const event = unhealthy(
    'Readiness probe failed: timeout: failed to connect service "10.0.0.7:8080" within 1s: context deadline exceeded',
  )

  // The text of the event fits dropped packets as well, so that it is never certain.
  test.each([
    ['is open inside of the pod', answered, 'bound-to-localhost'],
    ['is closed there, too', refused, 'port-closed'],
  ])('%s', (_, seen, code) => {
    expect(roots(found([grpc, event], [], [replayOf([seen])]))).toEqual([`Error ${code}/readiness Likely`])
  })
})

test('a failure of another kind gets the replay as evidence, and keeps its cause', () => {
  const message = 'Readiness probe failed: HTTP probe failed with statuscode: 404'
  const replay = replayOf([{ ...answered, outcome: 'Failed', message: 'HTTP status 404' }])
  const [without] = found([pod(), unhealthy(message)])
  const [finding] = found([pod(), unhealthy(message)], [], [replay])
  expect(finding).toMatchObject({ code: without?.code, confidence: without?.confidence })
  expect(finding?.evidence.map(({ text }) => text)).toContain(
    'run through a port-forward: would fail: HTTP status 404',
  )
})

const HTTP = { timeoutSeconds: 1, handler: { kind: 'httpGet' } } as const

describe('a probe that runs into its timeout', () => {
  const TIMEOUT = `Readiness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
  const late = (milliseconds: number, outcome: 'Passed' | 'Failed' = 'Passed', message = 'HTTP status 200') =>
    ({
      outcome: 'TimedOut',
      message: 'no answer in time',
      milliseconds,
      port: 'answered',
      late: { outcome, message },
    }) as const
  const told = (attempts: readonly Partial<ReplayAttempt>[], items = [pod(), unhealthy(TIMEOUT)]) =>
    found(items, [], [replayOf(attempts)])[0]
  const timeouts = (finding: ReturnType<typeof told>) =>
    JSON.stringify(finding?.fixes.map(({ patch, replace, title }) => [title, patch ?? replace ?? null]))

  test('and is answered later: the measured time is what the fix rests on', () => {
    const finding = told([late(2004)])
    expect([finding?.code, finding?.confidence]).toEqual(['timeout-too-short', 'Likely'])
    expect(finding?.summary).toBe('readiness probe is answered after 2.0 s, the timeout is 1 s')
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({
        source: 'Replay',
        text: 'run through a port-forward: would time out: answers after 2.0 s (HTTP status 200), the timeout is 1 s',
      }),
    )
    expect(timeouts(finding)).toContain('from 1 to 3: half as much again as the 2.0 s (one measurement)')
    expect(timeouts(finding)).toContain('"timeoutSeconds":3')
  })

  test('the period is no shorter than the timeout, and the slowest answer counts', () => {
    const finding = told([late(2000), late(6000), late(4000)])
    expect(timeouts(finding)).toContain('"timeoutSeconds":9')
    expect(timeouts(finding)).toContain('"periodSeconds":9')
    expect(finding?.explanation).toContain('the slowest of 3 measurements')
  })

  test('and fails later: a longer timeout is no fix', () => {
    const finding = told([late(2004, 'Failed', 'HTTP status 500')])
    expect(finding?.explanation).toContain('what comes then is a failure as well (HTTP status 500)')
    expect(timeouts(finding)).not.toContain('timeoutSeconds')
  })

  test('and is never answered hangs', () => {
    const silent = { outcome: 'TimedOut', message: 'no answer in time', milliseconds: 30003 } as const
    const finding = told([silent])
    expect([finding?.code, finding?.confidence, finding?.summary]).toEqual([
      'hang',
      'Likely',
      'readiness probe gives no answer within 30 s',
    ])
    expect(timeouts(finding)).not.toContain('timeoutSeconds')
    // One that waited no longer than the kubelet tells nothing new.
    expect(told([{ ...silent, milliseconds: 1004 }])?.code).toBe('timeout-too-short')
  })

  test('a command is measured in the same way', () => {
    const items = [
      unready({ readinessProbe: execProbe('check') }),
      unhealthy('Readiness probe failed: command timed out: "check" timed out after 1s'),
    ]
    const finding = told([{ ...late(3300), port: undefined } as never], items)
    expect([finding?.code, finding?.summary]).toEqual([
      'exec-timeout',
      'readiness probe command ends after 3.3 s, the timeout is 1 s',
    ])
    expect(timeouts(finding)).toContain('"timeoutSeconds":5')
  })
})

describe('the verdict', () => {
  const verdict = (...attempts: readonly Partial<ReplayAttempt>[]) => replayVerdict(replayOf(attempts), HTTP)
  const failed = { outcome: 'Failed', message: 'HTTP status 503' } as const
  const late = (milliseconds: number, message = 'HTTP status 200') =>
    ({
      outcome: 'TimedOut',
      message: 'no answer in time',
      milliseconds,
      late: { outcome: 'Passed', message },
    }) as const

  test.each([
    [[{}], 'WouldPass', 'would pass: HTTP status 200'],
    [[{ outcome: 'Warned' as const }, {}], 'WouldPass', 'would pass: HTTP status 200'],
    [[failed, failed], 'WouldFail', 'would fail: HTTP status 503'],
    [
      [{ outcome: 'TimedOut' as const, message: 'no answer in time' }],
      'WouldTimeOut',
      'would time out: no answer within 1 s',
    ],
    [
      [{ outcome: 'TimedOut' as const, message: 'no answer in time', milliseconds: 30004 }],
      'WouldTimeOut',
      'would time out: no answer within 30 s, the timeout is 1 s',
    ],
    [
      [late(1990)],
      'WouldTimeOut',
      'would time out: answers after 2.0 s (HTTP status 200), the timeout is 1 s',
    ],
    [
      [late(2400), late(1710, 'HTTP status 500')],
      'WouldTimeOut',
      'would time out: answers after 1.7 to 2.4 s (HTTP status 200, HTTP status 500), the timeout is 1 s',
    ],
    [
      [late(2000), {}],
      'Mixed',
      '1 of 2 attempts would not pass: no answer in time; answers after 2.0 s (HTTP status 200), the timeout is 1 s',
    ],
    [
      [{ outcome: 'Errored' as const, message: 'the command could not be run' }],
      'NotCounted',
      'would not count: the command could not be run',
    ],
    [[{}, failed, {}], 'Mixed', '1 of 3 attempts would not pass: HTTP status 503'],
    [
      [{ milliseconds: 1001 }],
      'MayTimeOut',
      'may time out: 1001 ms with the way through the API server, and timeoutSeconds is 1',
    ],
    [
      [{ outcome: 'Unknown' as const, message: 'cut off' }, failed],
      'WouldFail',
      'would fail: HTTP status 503',
    ],
    [[{ outcome: 'Unknown' as const, message: 'cut off' }], 'NotRun', 'no verdict: cut off'],
  ])('%#', (attempts, name, summary) => {
    expect(verdict(...attempts)).toEqual({ verdict: name, summary })
  })

  test('without attempts is the reason why there are none', () => {
    expect(replayVerdict({ ...replayOf([]), stopped: 'forbidden' }, HTTP)).toEqual({
      verdict: 'NotRun',
      summary: 'no verdict: forbidden',
    })
  })
})
