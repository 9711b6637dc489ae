import { describe, expect, test } from '@jest/globals'
import {
  ago,
  container,
  containerStatus,
  deployment,
  event,
  log,
  ownedBy,
  pod,
} from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy } from '../../helpers/probes.ts'

describe('a container that ends', () => {
  test.each([
    [{ exitCode: 1 }, 'Error crash Certain'],
    [{ exitCode: 139 }, 'Error crash Certain'],
    [{ exitCode: 137, reason: 'OOMKilled' }, 'Error oom-killed Certain'],
    [{ exitCode: 137 }, 'Error crash Possible'],
    [{ exitCode: 0, reason: 'Completed' }, 'Error completed-restart Likely'],
    [{ exitCode: 127 }, 'Error container-command-missing Likely'],
    [
      { exitCode: 128, reason: 'StartError', message: 'exec: "/x": stat /x: no such file or directory' },
      'Error container-command-missing Certain',
    ],
    [
      {
        exitCode: 128,
        reason: 'StartError',
        message: 'container init was OOM-killed (memory limit too low?)',
      },
      'Error oom-killed Certain',
    ],
    [
      { exitCode: 128, reason: 'StartError', message: 'error mounting "/a" to "/b": not a directory' },
      'Error container-create-failed Certain',
    ],
    [{ exitCode: 255, reason: 'Unknown' }, undefined],
  ])('%j', (terminated, expected) => {
    expect(roots(found([crashing({}, 3, terminated)]))).toEqual(expected === undefined ? [] : [expected])
  })

  test('the exit code, the restarts and the last words are the evidence', () => {
    const [finding] = found([crashing({}, 3, { exitCode: 2 })], log('starting\nfatal: no config\n\n'))
    expect(finding?.evidence.map(({ source, path, text }) => `${source} ${path}: ${text}`)).toEqual([
      'Status status.containerStatuses[0].lastState.terminated: exit code 2 (Error) after 3s',
      'Status status.containerStatuses[0].restartCount: 4',
      'Log app: fatal: no config',
    ])
  })

  test.each([
    [
      'exec /server: exec format error\n',
      'Error container-command-missing Certain',
      /processor of this node/,
    ],
    ['exec /run.sh: no such file or directory', 'Error container-command-missing Certain', /interpreter/],
    ['exec /run.sh: permission denied', 'Error container-command-missing Certain', /may not be executed/],
    ['starting\nexec /run.sh: no such file or directory', 'Error crash Certain', /exit code 1/],
    ['sh: exec: line 1: /run.sh: not found', 'Error crash Certain', /exit code 1/],
  ])('all that the log says is %j', (text, expected, says) => {
    const findings = found([crashing({}, 0, { exitCode: 1 })], log(text))
    expect(roots(findings)).toEqual([expected])
    expect(findings[0]?.summary).toMatch(says)
  })

  const restarted = (finishedAgo: number, life: number, restartCount = 1) =>
    podWith(
      {},
      {
        restartCount,
        state: { running: { startedAt: ago(finishedAgo) } },
        lastState: {
          terminated: {
            exitCode: 1,
            reason: 'Error',
            startedAt: ago(finishedAgo + life),
            finishedAt: ago(finishedAgo),
          },
        },
      },
      { status: { startTime: ago(86400 * 3) } },
    )

  test.each([
    ['just now', restarted(5, 20), ['Error crash Certain']],
    ['a while ago, and it runs well since', restarted(900, 20), ['Warning crash Certain']],
    ['once, two days ago', restarted(86400 * 2, 20), []],
    ['again and again, last three hours ago', restarted(3 * 3600, 3600, 20), ['Warning crash Certain']],
  ])('%s', (_name, broken, expected) => expect(roots(found([broken]))).toEqual(expected))

  test('killed by its liveness probe is not a crash, though the exit code looks like one', () => {
    const fields = { livenessProbe: httpProbe() }
    const killed = crashing(fields, 14, { exitCode: 143 })
    expect(
      roots(
        found([
          killed,
          unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
          killing('liveness'),
        ]),
      ),
    ).toEqual(['Error http-server-error/liveness Certain'])
  })

  test('an old probe kill does not explain a crash of today', () => {
    const fields = { livenessProbe: httpProbe() }
    const broken = crashing(fields, 100, { exitCode: 1 })
    const findings = found([
      broken,
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500', 3, 3000),
      killing('liveness', 3000),
    ])
    expect(roots(findings)).toEqual(['Error crash Certain'])
  })

  test('without any event, a run as long as the probe allows is perhaps a probe kill', () => {
    const starting = log('loading the catalogue')
    expect(roots(found([crashing({ livenessProbe: httpProbe() }, 12)], starting))).toEqual([
      'Error slow-start/liveness Possible',
    ])
    expect(roots(found([crashing({ startupProbe: httpProbe() }, 12)], starting))).toEqual([
      'Error startup-budget/startup Possible',
    ])
    // Whether it ever listened, only the log would tell.
    expect(roots(found([crashing({ livenessProbe: httpProbe() }, 12)]))).toEqual([
      'Error probe-kill-unexplained/liveness Possible',
    ])
    expect(roots(found([crashing({ livenessProbe: httpProbe() }, 300)]))).toEqual(['Error crash Possible'])
    expect(
      roots(found([crashing({ livenessProbe: httpProbe() }, 12)], log('listening on 0.0.0.0:8080'))),
    ).toEqual(['Error probe-kill-unexplained/liveness Possible'])
  })

  test('two containers that are broken are two subjects', () => {
    const two = pod({
      spec: { containers: [container(), container({ name: 'side' })] },
      status: {
        containerStatuses: [
          ...(crashing({}, 3, { exitCode: 1 }).status?.containerStatuses ?? []),
          containerStatus({
            name: 'side',
            ready: false,
            state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } },
          }),
        ],
      },
    })
    expect(found([two]).map(({ code, rootCause, subject }) => [code, rootCause, subject.container])).toEqual([
      ['image-pull', true, 'side'],
      ['crash', true, 'app'],
    ])
  })

  test('pods of one workload with the same trouble are one finding', () => {
    const [deploy, replicaSet] = deployment({ containers: [container()] } as never)
    const of = (name: string) => {
      const one = crashing({}, 3, { exitCode: 1 })
      return { ...one, metadata: { ...one.metadata, name, uid: name, ...ownedBy(replicaSet) } }
    }
    const findings = found([deploy, replicaSet, of('web-7d9-b'), of('web-7d9-a')])
    expect(findings).toHaveLength(1)
    expect(findings[0]?.subject).toEqual({
      namespace: 'shop',
      kind: 'Deployment',
      name: 'web',
      container: 'app',
      pods: ['web-7d9-a', 'web-7d9-b'],
    })
  })
})

describe('hooks and stopping', () => {
  test('a postStart hook that fails', () => {
    const broken = podWith(
      { lifecycle: { postStart: { exec: { command: ['x'] } } } },
      {
        ready: false,
        restartCount: 2,
        state: { waiting: { reason: 'PostStartHookError', message: 'Exec lifecycle hook failed' } },
      },
    )
    expect(roots(found([broken, event('FailedPostStartHook', 'PostStartHook failed')]))).toEqual([
      'Error poststart-failed Certain',
    ])
  })

  test('a preStop hook that fails is only told', () => {
    expect(
      found([pod(), event('FailedPreStopHook', 'PreStopHook failed')]).map(({ code, severity }) => [
        code,
        severity,
      ]),
    ).toEqual([['prestop-failed', 'Info']])
  })

  test('a process that ignores SIGTERM until the end of the grace period is told beside the cause', () => {
    const fields = { livenessProbe: httpProbe() }
    const killed = crashing(fields, 44, { exitCode: 137 })
    const findings = found([
      killed,
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
      killing('liveness', 50),
    ])
    expect(findings.map(({ code, severity, rootCause }) => [code, severity, rootCause])).toEqual([
      ['http-server-error', 'Error', true],
      ['slow-stop', 'Info', false],
    ])
  })

  test('a kill of an earlier run says nothing of the end of the last one', () => {
    const refused =
      'Liveness probe failed: Get "http://10.0.0.5:8080/healthz": dial tcp 10.0.0.5:8080: connect: connection refused'
    const kill = { ...killing('liveness', 42), count: 1, firstTimestamp: ago(42) }
    const told = (startedAgo: number) =>
      found([
        crashing({ livenessProbe: httpProbe({ periodSeconds: 5 }) }, startedAgo - 30, { exitCode: 137 }, 30),
        unhealthy(refused, 3, 27),
        kill,
      ]).map(({ code, confidence }) => `${code} ${confidence}`)
    // The run began 8 s after the kill, and lasted 4 s, less than the probe needs.
    expect(told(34)).toEqual(['crash Possible'])
    expect(told(60)).not.toContain('crash Possible')
  })

  test('a deleted pod that does not go', () => {
    const leaving = (seconds: number, finalizers?: readonly string[]) =>
      pod({ metadata: { deletionTimestamp: ago(seconds), finalizers } })
    expect(found([leaving(-20)])).toEqual([])
    const [finding] = found([leaving(900, ['example.com/wait'])])
    expect(finding).toMatchObject({ code: 'stuck-terminating', severity: 'Warning' })
    expect(finding?.summary).toContain('example.com/wait')
  })

  test.each(['Succeeded', 'Failed'])('also where its containers have ended: %s', (phase) => {
    const left = pod({
      metadata: { deletionTimestamp: ago(900), finalizers: ['example.com/wait'] },
      status: {
        phase,
        containerStatuses: [
          containerStatus({
            ready: false,
            state: { terminated: { exitCode: 0, startedAt: ago(2000), finishedAt: ago(905) } },
          }),
        ],
      },
    })
    expect(found([left]).map(({ code }) => code)).toContain('stuck-terminating')
  })
})

test('a run of less than a second ended at once', () => {
  const [finding] = found([crashing({}, 0, { exitCode: 1 })])
  expect(finding?.summary).toBe('container ends with exit code 1 at once')
  expect(finding?.evidence[0]?.text).toMatch(/^exit code 1.* at once$/)
})
