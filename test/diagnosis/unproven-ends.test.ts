import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/model/report/finding.ts'
import { ago, container, deployment, event, logOf, ownedBy } from '../helpers/builders.ts'
import { found, roots } from '../helpers/findings.ts'
import { crashing, execProbe, httpProbe, killing, podWith, unhealthy } from '../helpers/probes.ts'

/** `GET /healthz` every 5 s, three times: a container that never answers is killed after 10 to 16 s. */
const liveness = { livenessProbe: httpProbe() }

interface Run {
  readonly life: number
  readonly exitCode?: number
  /** The log of the run. */
  readonly log?: string
  readonly restarts?: number
  /** Seconds from the end to the next start; without it the container waits for its restart, as `backOff` says. */
  readonly gap?: number
  readonly backOff?: string
  readonly fields?: object
}

/** What is found of a container that was restarted, and of which no event is left. */
function afterRun({ life, exitCode = 0, log, restarts = 1, gap, backOff, fields = liveness }: Run) {
  const ended = gap === undefined ? 20 : 40 + gap
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: ago(ended + life),
    finishedAt: ago(ended),
  }
  const waiting = { reason: 'CrashLoopBackOff', ...(backOff && { message: backOffText(backOff) }) }
  const one = podWith(fields as never, {
    ready: false,
    started: false,
    restartCount: restarts,
    state: gap === undefined ? { waiting } : { running: { startedAt: ago(40) } },
    lastState: { terminated },
  })
  return found([one], log === undefined ? [] : [logOf(log, gap !== undefined)])
}

const backOffText = (delay: string) =>
  `back-off ${delay} restarting failed container=app pod=web-1_shop(uid-web-1)`

const causes = (findings: readonly Finding[]) =>
  findings
    .filter(({ effect }) => effect === 'Restarting')
    .map(({ code, subject: { probe }, confidence }) => [code, probe ?? '', confidence].join(' '))

const KILL = ['probe-kill-unexplained liveness Possible']
const DONE = ['completed-restart  Possible']

describe('exit code 0, a liveness probe, and no event', () => {
  test.each<[string, Run, readonly string[]]>([
    ['as long as the probe allows', { life: 13 }, KILL],
    ['as long as it allows where each attempt hangs', { life: 17 }, KILL],
    ['shorter than three attempts can be', { life: 6 }, ['completed-restart  Likely']],
    ['longer, and nothing else is known', { life: 300 }, DONE],
    ['longer, and told to stop', { life: 300, log: 'ready\nreceived SIGTERM\nbye' }, KILL],
    ['longer, and shut down', { life: 300, log: 'ready\nShutting down' }, KILL],
    ['longer, and its work was done', { life: 300, log: 'sent 20 mails\ndone' }, DONE],
    ['as long as allowed, and its work was done', { life: 13, log: 'sent 20 mails\ndone' }, DONE],
    ['longer, and started again at once for the third time', { life: 300, restarts: 3, gap: 1 }, KILL],
    ['longer, and started again after the wait of an own end', { life: 300, restarts: 3, gap: 22 }, DONE],
    ['longer, and its first restart, which never waits', { life: 300, gap: 0 }, DONE],
    ['so long that the waits begin anew', { life: 4000, restarts: 3, gap: 0 }, DONE],
    ['waits although the run was longer than the delay', { life: 300, restarts: 5, backOff: '2m40s' }, DONE],
    ['waits half as long as after ends of its own', { life: 30, restarts: 4, backOff: '40s' }, KILL],
    ['waits as long as after ends of its own', { life: 30, restarts: 4, backOff: '1m20s' }, DONE],
    ['waits for the longest time, which both come to', { life: 200, restarts: 9, backOff: '5m0s' }, DONE],
  ])('%s', (_when, run, expected) => {
    const findings = afterRun(run)
    expect(causes(findings)).toEqual(expected)
    if (run.life < 10) return
    // Both readings, whichever leads.
    expect(findings[0]?.explanation).toMatch(
      /killed the container for its liveness probe, or the process ended/,
    )
    expect(findings[0]?.explanation).toMatch(
      /For the kill: .*For an end of its own: |For an end of its own: .*For the kill: /,
    )
  })

  test.each([
    '2026-11-21 12:00:00.000  INFO 1 --- [ionShutdownHook] o.s.b.w.e.tomcat.GracefulShutdown : Commencing graceful shutdown. Waiting for active requests to complete',
    '2026/11/21 12:00:00 [notice] 1#1: signal 3 (SIGQUIT) received, shutting down',
    '[2026-11-21 12:00:00 +0000] [1] [INFO] Handling signal: term',
    'INFO:     Shutting down\nINFO:     Waiting for application shutdown.\nINFO:     Application shutdown complete.\nINFO:     Finished server process [1]',
    'SIGTERM signal received: closing HTTP server',
    'npm error signal SIGTERM',
    '2026-11-21 12:00:00.000 UTC [1] LOG:  received fast shutdown request\n2026-11-21 12:00:00.100 UTC [1] LOG:  database system is shut down',
    '1:signal-handler (1795000000) Received SIGTERM scheduling shutdown...\n1:M 21 Nov 2026 12:00:00.000 # Redis is now ready to exit, bye bye...',
    'INFO app: signal received, starting graceful shutdown',
    'info: Microsoft.Hosting.Lifetime[0]\n      Application is shutting down...',
    '2026/11/21 12:00:00 terminated',
    'level=info msg="Received an OS signal, exiting gracefully..." signal=terminated',
    '{"s":"I","c":"CONTROL","msg":"Received signal","attr":{"signal":15,"error":"Terminated"}}',
    'worker: Warm shutdown (MainProcess)\nGracefully stopping, waiting for requests to finish',
  ])('the last words are those of a program that is told to stop: %s', (log) => {
    expect(causes(afterRun({ life: 300, log }))).toEqual(KILL)
  })

  test.each([
    'GET /healthz 200\nGET /healthz 200',
    'worker started\nConnection terminated unexpectedly by peer 10.0.0.9',
    'trading signals updated\nprocessed 17 rows',
  ])('other last words speak for nothing: %s', (log) => {
    expect(causes(afterRun({ life: 300, log }))).toEqual(DONE)
  })

  test('the words of the run that goes on now say nothing of the one before', () => {
    const running = podWith(liveness, {
      ready: true,
      restartCount: 1,
      state: { running: { startedAt: ago(40) } },
      lastState: {
        terminated: { exitCode: 0, reason: 'Completed', startedAt: ago(340), finishedAt: ago(40) },
      },
    })
    expect(causes(found([running], [logOf('handling signal: term')]))).toEqual(DONE)
    expect(causes(found([running], [logOf('handling signal: term', true)]))).toEqual(KILL)
  })
})

describe('other exit codes, a probe, and no event', () => {
  test.each<[string, Run, readonly string[]]>([
    ['143: somebody sent SIGTERM', { life: 300, exitCode: 143 }, KILL],
    ['143, too early for the probe', { life: 4, exitCode: 143 }, ['crash  Possible']],
    ['137 where SIGTERM was ignored for 30 s', { life: 44, exitCode: 137 }, KILL],
    ['137 before the grace period can be over', { life: 20, exitCode: 137 }, ['crash  Possible']],
    ['137 after a long time', { life: 4000, exitCode: 137 }, ['crash  Possible']],
    ['1, and nothing else is known', { life: 300, exitCode: 1 }, ['crash  Likely']],
    [
      '1, as Go programs end whose server was closed',
      { life: 300, exitCode: 1, log: 'terminated\nhttp: Server closed' },
      KILL,
    ],
    ['1, and the wait of an own end', { life: 300, exitCode: 1, restarts: 3, gap: 25 }, ['crash  Certain']],
    [
      '1, shut down',
      { life: 300, exitCode: 1, log: 'fatal: no database, shutting down' },
      ['crash  Possible'],
    ],
    ['139: a fault of the program', { life: 300, exitCode: 139 }, ['crash  Certain']],
    [
      '0, for its startup probe',
      { life: 12, fields: { startupProbe: httpProbe() } },
      ['probe-kill-unexplained startup Possible'],
    ],
    [
      '0, long after its startup probe has passed',
      { life: 300, fields: { startupProbe: httpProbe() } },
      ['completed-restart  Likely'],
    ],
    [
      '0, with a startup probe before liveness',
      { life: 200, restarts: 3, gap: 0, fields: { startupProbe: httpProbe(), ...liveness } },
      KILL,
    ],
    [
      '0, a command that may take longer than its timeout',
      { life: 20, fields: { livenessProbe: execProbe('sh', '-c', 'sleep 5') } },
      KILL,
    ],
    [
      '0, only a readiness probe',
      { life: 13, fields: { readinessProbe: httpProbe() } },
      ['completed-restart  Likely'],
    ],
    [
      '0, a probe with a grace period of its own',
      {
        life: 14,
        exitCode: 137,
        fields: { livenessProbe: httpProbe({}, { terminationGracePeriodSeconds: 3 }) },
      },
      KILL,
    ],
    [
      '0, after the delay',
      { life: 33, fields: { livenessProbe: httpProbe({}, { initialDelaySeconds: 20 }) } },
      KILL,
    ],
  ])('%s', (_when, run, expected) => expect(causes(afterRun(run))).toEqual(expected))

  test('a kill for lack of memory is that', () => {
    const one = crashing(liveness, 13, { exitCode: 137, reason: 'OOMKilled' })
    expect(roots(found([one]))).toEqual(['Error oom-killed Certain'])
  })

  test('a container that is not restarted', () => {
    const ended = podWith(
      liveness,
      {
        ready: false,
        started: false,
        state: { terminated: { exitCode: 143, startedAt: ago(33), finishedAt: ago(20) } },
      },
      { spec: { restartPolicy: 'Never' }, status: { phase: 'Failed' } },
    )
    expect(roots(found([ended]))).toEqual(['Error probe-kill-unexplained/liveness Possible'])
  })
})

test('runs of other pods that lasted as long are named', () => {
  const [deploy, replicaSet] = deployment({ containers: [container()] } as never)
  const replica = (name: string) => {
    const one = crashing(liveness, 13, { exitCode: 0, reason: 'Completed' })
    return { ...one, metadata: { ...one.metadata, name, uid: name, ...ownedBy(replicaSet) } }
  }
  const [finding] = found([deploy, replicaSet, replica('web-a'), replica('web-b'), replica('web-c')])
  expect(finding?.explanation).toContain('as did 2 other runs')
  expect(finding?.subject.pods).toEqual(['web-a', 'web-b', 'web-c'])
})

describe('some of the events are left', () => {
  test('only the kill: it is certain, and why the probe failed is not known', () => {
    const [finding] = found([crashing(liveness, 300, { exitCode: 0 }), killing('liveness')])
    expect(roots(finding ? [finding] : [])).toEqual(['Error probe-kill-unexplained/liveness Certain'])
    expect(finding?.fixes[0]?.command).toBe('kubectl probe-check pod/web-1 -n shop --replay')
  })

  test('only the attempts: they are the cause', () => {
    const attempts = unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500', 3, 21)
    expect(roots(found([crashing(liveness, 300, { exitCode: 0 }), attempts]))).toEqual([
      'Error http-server-error/liveness Certain',
    ])
  })

  test('the restarts, and none of a kill: an end with a code of its own is one', () => {
    const started = event('Started', 'Container started', { type: 'Normal', lastTimestamp: ago(18) })
    expect(causes(found([crashing(liveness, 30, { exitCode: 3 }), started]))).toEqual(['crash  Certain'])
  })
})
