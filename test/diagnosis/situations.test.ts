import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import {
  ago,
  clusterOf,
  container,
  containerStatus,
  deployment,
  EVERYTHING,
  event,
  override,
  ownedBy,
  pod,
} from '../helpers/builders.ts'
import {
  crashing,
  execProbe,
  get,
  httpProbe,
  killing,
  podWith,
  refused,
  unhealthy,
  unready,
} from '../helpers/probes.ts'

const FORBIDDEN: readonly Gap[] = [
  { resource: 'events', namespace: 'shop', reason: 'Forbidden', message: 'events is forbidden' },
]

/** `code/probe @ container Confidence Effect` of every loud finding; those that are no root stand in brackets. */
const told = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ severity }) => severity !== 'Info')
    .map(({ code, rootCause, confidence, effect, subject: { kind, name, container: one, probe } }) => {
      const place = one === undefined ? `${kind} ${name}` : one
      const text = `${code}${probe === undefined ? '' : `/${probe}`} @ ${place} ${confidence} ${effect}`
      return rootCause ? text : `(${text})`
    })
    .sort()

function findings(items: readonly KubeObject[], gaps: readonly Gap[] = []): readonly Finding[] {
  const cluster = clusterOf(items, { gaps })
  const found = diagnose(cluster, cluster.workloads())
  const incidents = explainEvents(cluster, { ...EVERYTHING, all: false }).incidents
  // Whatever the one command says, the other does, too.
  expect(told(incidents.filter(({ rootCause }) => rootCause))).toEqual(
    told(found.filter(({ rootCause }) => rootCause)),
  )
  return found
}

/** A pod of these containers with these states; the event of one is {@link about} it. */
const several = (containers: readonly (readonly [object, object])[], more: object = {}): Pod =>
  override(
    override(unready({}), {
      spec: { containers: containers.map(([fields]) => container(fields as never)) },
      status: {
        containerStatuses: containers.map(([fields, status]) =>
          containerStatus({ name: (fields as { name: string }).name, ...status }),
        ),
      },
    }),
    more,
  )

const about = (name: string, one: KubeObject, list = 'containers'): KubeObject =>
  override(one, {
    metadata: { name: `${one.metadata.name}.${name}` },
    involvedObject: { fieldPath: `spec.${list}{${name}}` },
  })

const CRASHED = {
  ready: false,
  started: false,
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
  lastState: {
    terminated: { exitCode: 1, reason: 'Error', startedAt: ago(30), finishedAt: ago(20) },
  },
}

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
    const named = (name: string, one: KubeObject): KubeObject =>
      one.kind === 'Pod'
        ? override(one, { metadata: { name, uid: `uid-${name}` } })
        : override(one, {
            metadata: { name: `${name}.${one.metadata.name}` },
            involvedObject: { name, uid: `uid-${name}` },
          })
    const pull = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x": not found' } }
    const items = [
      named('a', unready({ readinessProbe: httpProbe() })),
      named('a', unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 401')),
      named('b', crashing({}, 2, { exitCode: 1 })),
      named(
        'c',
        podWith({}, { ready: false, started: false, state: pull }, { status: { phase: 'Pending' } }),
      ),
      named('d', podWith({ readinessProbe: httpProbe() })),
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

describe('events that are not there', () => {
  const killedBefore = crashing({ livenessProbe: httpProbe() }, 13)

  test('expired: the length of the runs is that of a kill, and no more than possible', () => {
    const [finding] = findings([killedBefore])
    expect(told(finding ? [finding] : [])).toEqual(['slow-start/liveness @ app Possible Restarting'])
    expect(finding?.explanation).toMatch(/are gone/)
  })

  test('expired: a run of another length is no kill by the probe', () => {
    expect(told(findings([crashing({ livenessProbe: httpProbe() }, 200, { exitCode: 1 })]))).toEqual([
      'crash @ app Certain Restarting',
    ])
  })

  test('forbidden: the same, and it says that they could not be read', () => {
    const [finding] = findings([killedBefore], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['slow-start/liveness @ app Possible Restarting'])
    expect(finding?.explanation).toMatch(/could not be read/)
    expect(`${finding?.summary} ${finding?.explanation}`).not.toMatch(/are gone|no event is left/)
  })

  test('forbidden: not ready, and nothing is claimed to be the cause', () => {
    const [finding] = findings([unready({ readinessProbe: httpProbe() })], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['not-ready-unexplained/readiness @ app Possible Unready'])
    expect(finding?.summary).toMatch(/could not be read/)
    expect(finding?.summary).not.toMatch(/no event is left/)
  })

  test('forbidden: killed by a signal, which a probe may have sent', () => {
    const [finding] = findings([crashing({ livenessProbe: httpProbe() }, 300, { exitCode: 137 })], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['crash @ app Possible Restarting'])
    expect(finding?.explanation).toMatch(/could not be read/)
  })

  test('forbidden: a clean end may be a kill by the probe', () => {
    const [finding] = findings([crashing({ livenessProbe: httpProbe() }, 300, { exitCode: 0 })], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['completed-restart @ app Possible Restarting'])
    expect(finding?.explanation).toMatch(/could not be read/)
  })

  test('forbidden: what the state says by itself stays certain', () => {
    expect(told(findings([unready({ readinessProbe: httpProbe({ port: 'nope' }) })], FORBIDDEN))).toEqual([
      'port-name-unknown/readiness @ app Certain Unready',
    ])
  })

  test('forbidden: a pod without containers yet', () => {
    const creating = podWith(
      {},
      { ready: false, started: false, state: { waiting: { reason: 'ContainerCreating' } } },
      { status: { phase: 'Pending' } },
    )
    const [finding] = findings([creating], FORBIDDEN)
    expect(finding?.code).toBe('not-started-unexplained')
    expect(finding?.summary).toMatch(/could not be read/)
  })

  test('only a series is left, which is written every half an hour', () => {
    const series = event(
      'Unhealthy',
      'Liveness probe errored: context deadline exceeded (Client.Timeout or context cancellation while reading body)',
      {
        count: undefined,
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: ago(580),
        series: { count: 60, lastObservedTime: ago(500) },
      },
    )
    expect(told(findings([podWith({ livenessProbe: httpProbe() }), series]))).toEqual([
      'timeout-too-short/liveness @ app Likely Inert',
    ])
  })
})

describe('a rollout', () => {
  test('of which only the new pods are broken', () => {
    const spec = { containers: [container({ readinessProbe: httpProbe({ path: '/new' }) })] }
    const [deploy, fresh] = deployment(spec as never)
    const old = override(fresh, {
      metadata: { name: 'web-old', uid: 'uid-old' },
      spec: { template: { spec: { containers: [container({ readinessProbe: httpProbe() })] } } },
    })
    const oldPod = override(podWith({ readinessProbe: httpProbe() }), {
      metadata: { name: 'web-old-1', uid: 'uid-old-1', ...ownedBy(old) },
    })
    const items = [
      deploy,
      fresh,
      old,
      oldPod,
      unready({ readinessProbe: httpProbe({ path: '/new' }) }, { metadata: ownedBy(fresh) }),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
      override(
        event('Unhealthy', `Readiness probe failed: ${refused()}`, {
          firstTimestamp: ago(595),
          lastTimestamp: ago(590),
        }),
        {
          metadata: { name: 'old.1' },
          involvedObject: { name: 'web-old-1', uid: 'uid-old-1' },
        },
      ),
    ]
    const all = findings(items)
    expect(told(all)).toEqual(['http-not-found/readiness @ app Certain Unready'])
    expect(all[0]?.subject.pods).toEqual(['web-1'])
    expect(JSON.stringify(all[0]?.evidence)).toContain('/healthz')
  })

  test('whose old pods are on their way out is quiet about these', () => {
    const leaving = unready({ readinessProbe: httpProbe() }, { metadata: { deletionTimestamp: ago(-20) } })
    expect(
      told(
        findings([
          leaving,
          unhealthy(`Readiness probe failed: ${refused()}`, 3),
          event('Killing', 'Stopping container app', { type: 'Normal' }),
          pod({ metadata: { name: 'web-2', uid: 'uid-web-2' } }),
        ]),
      ),
    ).toEqual([])
  })
})

describe('defaults that are left out', () => {
  test('a liveness probe of ten seconds and three attempts', () => {
    const probe = { httpGet: { port: 8080 } }
    const items = [
      crashing({ livenessProbe: probe }, 25),
      unhealthy(
        `Liveness probe failed: ${get('dial tcp 10.0.0.7:8080: connect: connection refused')}`,
        9,
        21,
      ),
    ]
    expect(told(findings(items))).toEqual(['slow-start/liveness @ app Likely Restarting'])
    // Too short a run for these numbers: the process ended by itself.
    expect(
      told(findings([crashing({ livenessProbe: probe }, 6, { exitCode: 1 }), ...items.slice(1)])),
    ).toEqual(['crash @ app Certain Restarting'])
  })
})

describe('what a probe that cannot run leads to', () => {
  const missing =
    'errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "e8": OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown'
  const probe = execProbe('nope')
  const notStarted = { ready: false, started: false }

  test.each([
    ['Liveness', podWith({ livenessProbe: probe }), 'Inert', /never restarted/],
    ['Readiness', podWith({ readinessProbe: probe }), 'Inert', /stays Ready/],
    ['Readiness', unready({ readinessProbe: probe }), 'Unready', /never become Ready/],
    [
      'Startup',
      override(unready({ startupProbe: probe }), {
        status: { containerStatuses: [containerStatus(notStarted)] },
      }),
      'NotStarted',
      /never taken for started, and never restarted/,
    ],
  ] as const)('%s', (type, broken, effect, words) => {
    const [finding] = findings([broken, unhealthy(`${type} probe ${missing}`)])
    expect(finding).toMatchObject({ code: 'exec-command-missing', effect, rootCause: true })
    expect(finding?.explanation).toMatch(words)
  })
})

describe('noise', () => {
  test('is shown on demand as what it is', () => {
    const shown = (items: readonly KubeObject[]) =>
      explainEvents(clusterOf(items), { ...EVERYTHING, all: true }).incidents
    const early = event('Unhealthy', `Readiness probe failed: ${refused()}`, {
      count: 3,
      firstTimestamp: ago(597),
      lastTimestamp: ago(596),
    })
    const [start] = shown([podWith({ readinessProbe: httpProbe() }), early])
    expect(start).toMatchObject({ severity: 'Info', effect: 'None', ongoing: false })
    expect(start?.explanation).toMatch(/while the container started/)
    const leaving = unready({ readinessProbe: httpProbe() }, { metadata: { deletionTimestamp: ago(-20) } })
    const end = shown([leaving, unhealthy(`Readiness probe failed: ${refused()}`, 3)]).find(
      ({ events }) => events[0]?.reason === 'Unhealthy',
    )
    expect(end).toMatchObject({ severity: 'Info', effect: 'None' })
    expect(end?.explanation).toMatch(/being deleted/)
  })
})

test('a kill that the probe is proven for stays certain although another container is killed, too', () => {
  const both = several([
    [
      { name: 'app', livenessProbe: httpProbe() },
      {
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 143, startedAt: ago(33), finishedAt: ago(20) } },
      },
    ],
    [{ name: 'side', livenessProbe: httpProbe({ port: 9090 }) }, CRASHED],
  ])
  const items = [
    both,
    about('app', unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500', 9, 21)),
    about('app', killing('liveness')),
  ]
  expect(told(findings(items))).toEqual([
    'crash @ side Certain Restarting',
    'http-server-error/liveness @ app Certain Restarting',
  ])
})
