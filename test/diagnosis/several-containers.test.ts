import { describe, expect, test } from '@jest/globals'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { about, CRASHED, findings, several, told } from '../helpers/both-commands.ts'
import { ago, container, containerStatus, event, override, podNamed } from '../helpers/builders.ts'
import { crashing, httpProbe, podWith, refused, unhealthy, unready } from '../helpers/probes.ts'

describe('several containers of one pod', () => {
  const app = { name: 'app', ports: [{ containerPort: 8080 }], readinessProbe: httpProbe() }
  const worker = {
    name: 'worker',
    ports: [{ containerPort: 9090 }],
    readinessProbe: httpProbe({ port: 9090 }),
  }

  test('break for different reasons: each has its own root and none of the other', () => {
    const items = [
      several([
        [app, { ready: false }],
        [{ name: 'queue' }, CRASHED],
        [{ name: 'agent', livenessProbe: httpProbe({ port: 'metrcis' }) }, {}],
      ]),
      about('app', unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404')),
    ]
    const all = findings(items)
    expect(told(all)).toEqual([
      'crash @ queue Certain Restarting',
      'http-not-found/readiness @ app Certain Unready',
      'port-name-unknown/liveness @ agent Certain Inert',
    ])
    const evidence = JSON.stringify(all.find(({ code }) => code === 'crash')?.evidence)
    expect(evidence).not.toContain('404')
  })

  test('of which one is broken: a combined event is about the one that its port is of', () => {
    const items = [
      several([
        [app, {}],
        [worker, { ready: false }],
      ]),
      about('app', unhealthy(`(combined from similar events): Readiness probe failed: ${refused(9090)}`, 12)),
    ]
    expect(told(findings(items))).toEqual(['bound-to-localhost/readiness @ worker Possible Unready'])
  })

  test('of which one is broken: a combined event without a port is about the one that is not ready', () => {
    const items = [
      several([
        [app, {}],
        [worker, { ready: false }],
      ]),
      about(
        'app',
        unhealthy(
          '(combined from similar events): Readiness probe failed: HTTP probe failed with statuscode: 500',
        ),
      ),
    ]
    expect(told(findings(items))).toEqual(['http-server-error/readiness @ worker Certain Unready'])
  })

  test('one crashes, and the probe of the other only sees that it is gone', () => {
    const items = [
      several([
        [app, { ready: false }],
        [{ name: 'db', ports: [{ containerPort: 5432 }] }, CRASHED],
      ]),
      about('app', unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503')),
    ]
    expect(told(findings(items))).toEqual([
      'crash @ db Certain Restarting',
      'http-server-error/readiness @ app Certain Unready',
    ])
  })
})

describe('several workloads of one namespace', () => {
  test('each has its own cause', () => {
    const pull = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x": not found' } }
    const items = [
      ...podNamed('a', [
        unready({ readinessProbe: httpProbe() }),
        unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 401'),
      ]),
      ...podNamed('b', [crashing({}, 2, { exitCode: 1 })]),
      ...podNamed('c', [
        podWith({}, { ready: false, started: false, state: pull }, { status: { phase: 'Pending' } }),
      ]),
      ...podNamed('d', [podWith({ readinessProbe: httpProbe() })]),
    ]
    const all = findings(items)
    expect(all.map(({ subject, code }) => `${subject.name} ${code}`).sort()).toEqual([
      'a http-unauthorized',
      'b crash',
      'c image-pull',
    ])
  })
})

describe('a sidecar', () => {
  const sidecar = (probes: object) => container({ name: 'proxy', restartPolicy: 'Always', ...probes })
  const base = (probes: object, status: object, app: object, phase = 'Running'): Pod =>
    override(unready({}), {
      spec: { initContainers: [sidecar(probes)] },
      status: {
        phase,
        initContainerStatuses: [containerStatus({ name: 'proxy', ...status })],
        containerStatuses: [containerStatus(app as never)],
      },
    })

  test('that its startup probe kills keeps the whole pod from starting', () => {
    const items = [
      base(
        { startupProbe: httpProbe({ port: 15021 }), ports: [{ containerPort: 15021 }] },
        {
          ready: false,
          started: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
          lastState: {
            terminated: { exitCode: 143, reason: 'Error', startedAt: ago(33), finishedAt: ago(20) },
          },
        },
        { ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } },
        'Pending',
      ),
      about('proxy', unhealthy(`Startup probe failed: ${refused(15021)}`, 12, 21), 'initContainers'),
      about(
        'proxy',
        event('Killing', 'Init container proxy failed startup probe', {
          type: 'Normal',
          count: 3,
          lastTimestamp: ago(20),
        }),
        'initContainers',
      ),
    ]
    expect(told(findings(items))).toEqual(['startup-budget/startup @ proxy Likely Restarting'])
  })

  test('that is not ready keeps the pod from being Ready, though the application is', () => {
    const items = [
      base({ readinessProbe: httpProbe({ port: 15021 }) }, { ready: false }, {}),
      about(
        'proxy',
        unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503'),
        'initContainers',
      ),
    ]
    expect(told(findings(items))).toEqual(['http-server-error/readiness @ proxy Certain Unready'])
  })

  test('that its liveness probe kills is restarted, and the text of the kill does not say so', () => {
    const items = [
      base(
        { livenessProbe: httpProbe({ port: 15021 }) },
        {
          ready: true,
          restartCount: 3,
          state: { running: { startedAt: ago(5) } },
          lastState: {
            terminated: { exitCode: 143, reason: 'Error', startedAt: ago(19), finishedAt: ago(6) },
          },
        },
        {},
      ),
      about(
        'proxy',
        unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 404', 9, 7),
        'initContainers',
      ),
      about(
        'proxy',
        event('Killing', 'Init container proxy failed liveness probe', {
          type: 'Normal',
          lastTimestamp: ago(7),
        }),
        'initContainers',
      ),
    ]
    expect(told(findings(items))).toEqual(['http-not-found/liveness @ proxy Certain Restarting'])
  })
})
