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
  EVERYTHING,
  event,
  override,
} from '../helpers/builders.ts'

import { crashing, httpProbe, podWith, refused, unhealthy, unready } from '../helpers/probes.ts'

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
