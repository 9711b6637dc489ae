import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../../src/model/report/finding.ts'
import type { ContainerLog } from '../../../src/model/snapshot/snapshot.ts'
import { probeCheck, probeExitCode } from '../../../src/probes/check.ts'
import { findings as bothFindings } from '../../helpers/both-commands.ts'
import {
  ago,
  clusterOf,
  deployment,
  EVERYTHING,
  event,
  log,
  override,
  ownedBy,
  replayOf,
} from '../../helpers/builders.ts'
import { found } from '../../helpers/findings.ts'
import {
  execProbe,
  get,
  grpcProbe,
  httpProbe,
  killing,
  podWith,
  refused,
  sinceStart,
  unhealthy,
  young,
} from '../../helpers/probes.ts'

const readiness = { readinessProbe: httpProbe() }
const text = (finding: Finding | undefined) =>
  finding === undefined
    ? 'nothing'
    : `${finding.severity} ${finding.code} ${finding.confidence} ${finding.effect}`
const first = (items: readonly KubeObject[], logs: readonly ContainerLog[] = []) => found(items, logs)[0]
const failing = (words: string, fields: object = readiness, age = 30, type = 'Readiness', status = {}) => [
  young(fields as never, age, status),
  sinceStart(`${type} probe ${words}`, 1, age - 1, 1),
]

describe('a matter of starting', () => {
  test.each([
    ['refused', `failed: ${refused()}`],
    ['cut off', `failed: ${get('read tcp 10.0.0.1:1->10.0.0.7:8080: read: connection reset by peer')}`],
    ['closed', `failed: ${get('EOF')}`],
    [
      'no answer in time',
      `failed: ${get('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')}`,
    ],
    ['503', 'failed: HTTP probe failed with statuscode: 503', httpProbe({}, { failureThreshold: 9 })],
    [
      '502 of a proxy',
      'failed: HTTP probe failed with statuscode: 502',
      httpProbe({}, { failureThreshold: 9 }),
    ],
    ['not serving', 'failed: service unhealthy (responded with "NOT_SERVING")', grpcProbe()],
    [
      'a file that is not written yet',
      "failed: cat: can't open '/tmp/up': No such file or directory",
      execProbe('cat', '/tmp/up'),
    ],
    ['a command that takes too long', 'failed: command timed out: "x" timed out after 1s', execProbe('x')],
  ])('%s', (_, words, readinessProbe: object = httpProbe()) => {
    const [pod, event] = failing(words, { readinessProbe })
    const [finding] = bothFindings([pod, event] as never)
    expect(text(finding)).toBe('Info starting Certain Unready')
    expect(finding?.rootCause).toBe(false)
  })

  test.each([
    [
      '404, which routes of later may mend',
      'failed: HTTP probe failed with statuscode: 404',
      httpProbe(),
      'http-not-found Likely',
    ],
    ['401', 'failed: HTTP probe failed with statuscode: 401', httpProbe(), 'http-unauthorized Certain'],
    ['405', 'failed: HTTP probe failed with statuscode: 405', httpProbe(), 'http-status Certain'],
    ['500', 'failed: HTTP probe failed with statuscode: 500', httpProbe(), 'http-server-error Certain'],
    [
      'HTTPS to HTTP',
      `failed: ${get('http: server gave HTTP response to HTTPS client', 8080, 'https')}`,
      httpProbe({ scheme: 'HTTPS' }),
      'scheme-mismatch Certain',
    ],
    [
      'HTTP to TLS',
      `failed: ${get('net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01"')}`,
      httpProbe(),
      'scheme-mismatch Certain',
    ],
    [
      'a client certificate',
      `failed: ${get('remote error: tls: certificate required', 8080, 'https')}`,
      httpProbe({ scheme: 'HTTPS' }),
      'tls-client-cert Certain',
    ],
    [
      'no gRPC health service',
      'failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service',
      grpcProbe(),
      'grpc-unimplemented Certain',
    ],
    [
      'a tool that is missing',
      'failed: sh: 1: curl: not found',
      execProbe('sh', '-c', 'curl x'),
      'exec-command-missing Likely',
    ],
    [
      'a command that is missing',
      'errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "e8": OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH',
      execProbe('nope'),
      'exec-command-missing Certain',
    ],
    [
      'access that is denied',
      'failed: cat: /secret: Permission denied',
      execProbe('cat', '/secret'),
      'exec-exit-code Certain',
    ],
    [
      'a host that is the node',
      `failed: ${get('dial tcp 127.0.0.1:8080: connect: connection refused')}`,
      httpProbe({ host: '127.0.0.1' }),
      'probe-host Certain',
    ],
  ])('is not: %s', (_, words, readinessProbe, told) => {
    const items = failing(words, { readinessProbe }, 6)
    expect(text(bothFindings(items)[0])).toBe(`Error ${told} Unready`)
  })

  test('nor is the first answer after refusals', () => {
    const items = [
      young(readiness, 12),
      sinceStart(`Readiness probe failed: ${refused()}`, 3, 11, 6),
      sinceStart('Readiness probe failed: HTTP probe failed with statuscode: 404', 1, 1, 1),
    ]
    expect(bothFindings(items).map(text)).toEqual(['Error http-not-found Likely Unready'])
    const [pod, , notFound] = items
    const still = [pod, sinceStart(`Readiness probe failed: ${refused()}`, 3, 11, 0), notFound]
    expect(found(still as never).map(text)).toEqual(['Info starting Certain Unready'])
  })

  test('no route is told at the second time', () => {
    const words = `Readiness probe failed: ${get('dial tcp 10.0.0.7:8080: connect: no route to host')}`
    const told = (count: number) => text(first([young(readiness, 9), sinceStart(words, count, 8, 1)]))
    expect(told(1)).toBe('nothing')
    expect(told(2)).toBe('Error unreachable Likely Unready')
  })

  test('nor is what a log line proves', () => {
    const items = failing(`failed: ${refused()}`)
    expect(text(first(items, log('listening on 127.0.0.1:8080')))).toBe(
      'Error bound-to-localhost Certain Unready',
    )
    // Printed by many that listen everywhere a moment later.
    expect(text(first(items, log('listening on localhost:8080')))).toBe('Info starting Certain Unready')
    const other = failing(`failed: ${refused(9999)}`, { readinessProbe: httpProbe({ port: 9999 }) })
    expect(text(first(other, log('server listening on :8080')))).toBe('Error port-closed Likely Unready')
    // A port for metrics is often open long before the one that the container is for.
    const starting = first(items, log('metrics server listening on :9090'))
    expect(text(starting)).toBe('Info starting Certain Unready')
    expect(text(first(other, log('metrics server listening on :9090')))).toBe('Info starting Certain Unready')
  })

  test('nor is what a replay proves', () => {
    const items = [young(readiness, 40), sinceStart(`Readiness probe failed: ${refused()}`, 7, 38, 1)]
    const replayed = (secondsAgo: number) =>
      text(found(items, [], [replayOf([{ port: 'answered' }], { secondsAgo })])[0])
    expect(replayed(10)).toBe('Error bound-to-localhost Certain Unready')
    // The kubelet has not tried again since, and the port may have been opened just then.
    expect(replayed(0)).toBe('Info starting Certain Unready')
  })
})

describe('the time that a start has', () => {
  const until = (items: readonly KubeObject[]) => first(items)?.starting

  test.each([
    ['readiness: a minute', readiness, 'Readiness', ago(-30), 'ReadinessProbe'],
    [
      'readiness with a longer delay',
      { readinessProbe: httpProbe({}, { initialDelaySeconds: 90 }) },
      'Readiness',
      ago(-65),
      'ReadinessProbe',
    ],
    [
      'startup: until the kubelet has given up',
      { startupProbe: httpProbe({}, { failureThreshold: 12 }) },
      'Startup',
      ago(-30),
      'StartupProbe',
    ],
    [
      'liveness: likewise',
      { livenessProbe: httpProbe({}, { initialDelaySeconds: 20 }) },
      'Liveness',
      ago(-5),
      'LivenessProbe',
    ],
  ])('%s', (_, fields, type, failureFrom, rule) => {
    const status = type === 'Startup' ? { started: false } : {}
    const items = failing(`failed: ${refused()}`, fields, 30, type, status)
    expect(until(items)).toEqual({ startedAt: ago(30), failureFrom, rule })
  })

  test.each([
    ['readiness', readiness, 'Readiness', 61, {}, 'Unready'],
    ['startup', { startupProbe: httpProbe() }, 'Startup', 16, { started: false }, 'NotStarted'],
  ])('is over: %s', (_, fields, type, age, status, effect) => {
    const finding = first(failing(`failed: ${refused()}`, fields, age, type, status))
    expect([finding?.severity, finding?.effect]).toEqual(['Error', effect])
  })

  test('a startup probe that has failed as often as it may', () => {
    const items = [
      young({ startupProbe: httpProbe() }, 13, { started: false }),
      sinceStart(`Startup probe failed: ${refused()}`, 3, 12, 1),
    ]
    expect(first(items)?.severity).toBe('Error')
  })

  test('is none where the probe killed the run before, or passed in this one', () => {
    const last = { exitCode: 143, reason: 'Error', startedAt: ago(45), finishedAt: ago(31) }
    const again = young({ livenessProbe: httpProbe() }, 30, {
      restartCount: 1,
      lastState: { terminated: last },
    })
    const words = sinceStart(`Liveness probe failed: ${refused()}`, 4, 40, 2)
    expect(first([again, words, killing('liveness', 31)])?.severity).toBe('Error')
    const lost = young(
      readiness,
      30,
      {},
      {
        status: { conditions: [{ type: 'ContainersReady', status: 'False', lastTransitionTime: ago(9) }] },
      },
    )
    expect(first([lost, sinceStart(`Readiness probe failed: ${refused()}`, 3, 20, 2)])?.severity).toBe(
      'Error',
    )
  })

  test('a liveness probe that nothing was heard of since passes', () => {
    const items = [
      young({ livenessProbe: httpProbe({}, { failureThreshold: 9 }) }, 30, { ready: true }),
      sinceStart(`Liveness probe failed: ${refused()}`, 2, 28, 20),
    ]
    expect(found(items)).toEqual([])
  })

  test('a container that is told to end is broken, also while it still runs', () => {
    const items = [
      young({ livenessProbe: httpProbe() }, 30, { ready: true }),
      sinceStart(`Liveness probe failed: ${refused()}`, 3, 25, 12),
      killing('liveness', 12),
    ]
    expect(first(items)?.severity).toBe('Error')
  })
})

describe('what is told of a start', () => {
  /** A Deployment of which these pods became ready after so many seconds, and another one starts. */
  const rollout = (seconds: readonly number[], age = 30, fields: object = readiness) => {
    const [deploy, set] = deployment({ containers: [{ name: 'app', image: 'a', ...fields }] } as never)
    const ready = seconds.map((one, index) =>
      override(podWith(fields as never, { state: { running: { startedAt: ago(500) } } }), {
        metadata: {
          name: `old-${index}`,
          uid: `uid-old-${index}`,
          labels: { 'pod-template-hash': index === 0 ? 'a' : 'b' },
          ...ownedBy(set),
        },
        status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(500 - one) }] },
      }),
    )
    const fresh = young(
      fields as never,
      age,
      {},
      { metadata: { labels: { 'pod-template-hash': 'b' }, ...ownedBy(set) } },
    )
    return [
      deploy,
      set,
      ...ready,
      fresh,
      sinceStart(`Readiness probe failed: ${refused()}`, 5, age - 1, 2),
    ] as KubeObject[]
  }

  test('how long other pods needed, those of another revision apart', () => {
    const finding = first(rollout([12, 25, 14]))
    expect(finding?.starting?.earlierStarts).toEqual({
      pods: 3,
      otherRevisions: 1,
      minSeconds: 12,
      medianSeconds: 14,
      maxSeconds: 25,
    })
    expect(finding?.explanation).toContain(
      '3 ready pods (1 of another revision) took 12s to 25s from the start to Ready, half of them at most 14s. This start takes longer than any of them.',
    )
  })

  test('twice the usual time is allowed for, and a recovery is not taken for a start', () => {
    expect(first(rollout([100, 100], 90))?.starting).toMatchObject({
      failureFrom: ago(-110),
      rule: 'EarlierStarts',
    })
    expect(first(rollout([100, 100], 201))?.severity).toBe('Error')
    expect(first(rollout([400], 90))?.severity).toBe('Error')
    const guarded = { ...readiness, livenessProbe: httpProbe() }
    expect(first(rollout([100], 90, guarded))?.severity).toBe('Error')
  })

  test('nothing more is allowed for where the rollout has waited long enough', () => {
    const [deploy, ...rest] = rollout([12])
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]
    expect(first([override(deploy, { status: { conditions } }) as KubeObject, ...rest])?.severity).toBe(
      'Error',
    )
  })

  test('what the log of the run before says', () => {
    const previous = log('Started Shop in 24.5 seconds (process running for 26.1)').map((one) => ({
      ...one,
      previous: true,
    }))
    expect(first(failing(`failed: ${refused()}`), previous)?.explanation).toContain(
      'speaks of a start of 25s',
    )
  })

  test('one finding for probes that ask the same, with the time that is over first', () => {
    const items = [
      young({ readinessProbe: httpProbe(), livenessProbe: httpProbe() }, 8),
      sinceStart(`Readiness probe failed: ${refused()}`, 2, 7, 1),
      sinceStart(`Liveness probe failed: ${refused()}`, 2, 7, 1),
    ]
    const all = found(items)
    expect(all.map(({ subject, starting }) => [subject.probe, starting?.failureFrom])).toEqual([
      ['liveness', ago(-7)],
    ])
    expect(all[0]?.explanation).toContain('The readiness probe asks the same')
  })

  test('in the table and the exit code', () => {
    const report = probeCheck(clusterOf(failing(`failed: ${refused()}`)), EVERYTHING)
    expect(report.workloads[0]?.containers[0]?.probes[0]?.state).toBe('Starting')
    expect((['Error', 'Warning', 'Info'] as const).map((failOn) => probeExitCode(report, failOn))).toEqual([
      0, 0, 1,
    ])
  })
})

describe('a kubelet that has not come to write that the container runs', () => {
  const unwritten = (secondsAgo: number) => [
    young({ livenessProbe: httpProbe() }, 40, {
      started: false,
      state: { waiting: { reason: 'ContainerCreating' } },
    }),
    event('Started', 'Container started', {
      type: 'Normal',
      firstTimestamp: ago(secondsAgo + 4),
      lastTimestamp: ago(secondsAgo + 4),
    }),
    unhealthy(`Liveness probe failed: ${refused()}`, 1, secondsAgo),
  ]

  test('is starting it for as long as its probe gives it', () => {
    expect(found(unwritten(6)).map(({ code, starting }) => [code, starting?.startedAt])).toEqual([
      ['starting', ago(10)],
    ])
  })

  test('says nothing about what was before', () => {
    const [finding] = found(unwritten(60))
    expect(finding?.explanation).not.toContain('before')
    expect(finding?.confidence).toBe('Possible')
  })
})
