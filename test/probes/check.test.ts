import { describe, expect, test } from '@jest/globals'
import { applyDefaults } from '../../src/model/kubernetes/defaults.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding, Severity } from '../../src/model/report/finding.ts'
import type { GapReason } from '../../src/model/snapshot/snapshot.ts'
import { probeCheck, probeExitCode } from '../../src/probes/check.ts'
import type { ProbeReport } from '../../src/probes/report.ts'
import { ago, clusterOf } from '../helpers/builders.ts'
import { runningPod, unhealthyOf } from '../helpers/probes.ts'

const EVERYTHING = { targets: [], selector: [] }
const check = (objects: readonly KubeObject[]) => probeCheck(clusterOf(objects), { selection: EVERYTHING })

const HTTP = { httpGet: { port: 'http' } }
const app = { ports: [{ name: 'http', containerPort: 8080 }], livenessProbe: HTTP }

const deployment = (status: object = {}, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-web' },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', ...app }] } }, ...spec },
  status,
})
const owned = {
  ownerReferences: [
    { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true },
  ],
}
const podOfWeb = (name: string, container: object = app, status: object = {}, metadata: object = {}) =>
  runningPod(container, status, { name, metadata: { ...owned, ...metadata } })

describe('one line for a workload and its container', () => {
  const bad = podOfWeb('web-b', app, {
    ready: false,
    restartCount: 4,
    lastState: { terminated: { exitCode: 137, reason: 'Error', startedAt: ago(90), finishedAt: ago(30) } },
    state: { running: { startedAt: ago(10) } },
  })
  const good = podOfWeb('web-a', app, { restartCount: 1 })
  const said = 'Get "http://10.0.0.7:8080/": dial tcp 10.0.0.7:8080: connect: connection refused'
  const objects = [
    deployment(),
    good,
    bad,
    unhealthyOf(bad, `Liveness probe failed: ${said}`, { secondsAgo: 35 }),
  ]

  test('counts its pods, takes the worst state and the last words of the kubelet', () => {
    const [workload] = check(objects).workloads
    expect(workload).toMatchObject({ kind: 'Deployment', name: 'web', pods: { total: 2, ready: 1 } })
    expect(workload?.containers).toHaveLength(1)
    expect(workload?.containers[0]).toMatchObject({
      pods: { total: 2, running: 2, ready: 1, started: 2 },
      restarts: 5,
      lastTerminated: { pod: 'web-b', exitCode: 137, finishedAt: ago(30) },
      probes: [
        {
          type: 'liveness',
          handler: 'http-get http://:http/',
          port: 8080,
          state: 'Failing',
          states: { Failing: 1, Passing: 1 },
          said: { pod: 'web-b', verdict: 'failed', text: said, time: ago(35), count: 3 },
        },
      ],
      instances: [
        { pod: 'web-a', restarts: 1 },
        { pod: 'web-b', restarts: 4 },
      ],
    })
  })

  test('the order of the input does not matter', () => {
    expect(JSON.stringify(check([...objects].reverse()))).toBe(JSON.stringify(check(objects)))
  })

  test('pods that ended or are on their way out count only where there are no others', () => {
    const leaving = podOfWeb('web-c', app, {}, { deletionTimestamp: ago(3) })
    const evicted = runningPod(app, {}, { name: 'web-d', metadata: owned, status: { phase: 'Failed' } })
    expect(check([...objects, leaving, evicted]).workloads[0]?.pods.total).toBe(2)
    expect(check([deployment(), evicted]).workloads[0]).toMatchObject({
      pods: { total: 1 },
      containers: [{ probes: [{ state: 'NotRunning' }] }],
    })
  })

  test('a probe that was changed between two revisions is shown in both forms', () => {
    const old = podOfWeb('web-old', { ...app, livenessProbe: { tcpSocket: { port: 8080 } } })
    expect(check([deployment(), good, old]).workloads[0]?.containers[0]?.probes).toMatchObject([
      { handler: 'http-get http://:http/', states: { Passing: 1 } },
      { handler: 'tcp-socket :8080', states: { Passing: 1 } },
    ])
  })
})

describe('without pods', () => {
  test('a workload that has none is not running', () => {
    const [workload] = check([deployment()]).workloads
    expect(workload?.containers[0]?.probes[0]).toMatchObject({
      state: 'NotRunning',
      why: 'there are no pods',
    })
  })

  test.each(['Deployment', 'Pod'])('a manifest of a %s is not applied, and has the defaults', (kind) => {
    const containers = [{ name: 'app', image: 'app:1', ...app }]
    const spec = kind === 'Pod' ? { containers } : { template: { spec: { containers } } }
    const manifest = {
      apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
      kind,
      metadata: { name: 'web', namespace: 'shop' },
      spec,
    }
    const report = check([applyDefaults(manifest as unknown as KubeObject)])
    expect(report.workloads[0]).toMatchObject({
      pods: { total: 0 },
      containers: [{ probes: [{ state: 'NotApplied', periodSeconds: 10, states: {} }] }],
    })
    expect(report.assumptions).toHaveLength(1)
  })
})

test('a worse state comes first', () => {
  const named = (name: string, container: object, status: object) => runningPod(container, status, { name })
  const readiness = { readinessProbe: { tcpSocket: { port: 8080 } } }
  const report = check([
    named('a', readiness, {}),
    named('b', {}, {}),
    named('c', readiness, { ready: false }),
    named('d', readiness, { ready: false, state: { waiting: {} } }),
  ])
  expect(report.workloads.map(({ name }) => name)).toEqual(['c', 'd', 'a', 'b'])
})

test('the windows reach from a refusal to a hang', () => {
  const probe = { tcpSocket: { port: 1 }, initialDelaySeconds: 5 }
  const pod = runningPod({ startupProbe: probe, livenessProbe: probe, readinessProbe: probe })
  const own = runningPod(
    { livenessProbe: { ...probe, terminationGracePeriodSeconds: 10 } },
    {},
    { name: 'z' },
  )
  const [held, free] = check([pod, own]).workloads.map(({ containers }) => containers[0]?.probes ?? [])
  expect(held?.map(({ type, windows }) => [type, windows])).toEqual([
    [
      'startup',
      {
        fromStart: { min: 25, max: 36 },
        detection: { min: 20, max: 31 },
        safeStartSeconds: 25,
        graceSeconds: 30,
      },
    ],
    ['readiness', { detection: { min: 20, max: 31 } }],
    ['liveness', { detection: { min: 20, max: 31 }, graceSeconds: 30 }],
  ])
  expect(free?.[0]?.windows).toMatchObject({ fromStart: { min: 25, max: 36 }, graceSeconds: 10 })
})

describe('rollout', () => {
  const of = (status: object, spec: object = {}) => check([deployment(status, spec)]).workloads[0]?.rollout
  const failing = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }
  const done = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }
  test.each<[string, object, object, string | undefined]>([
    ['the deadline has passed', { conditions: [failing], replicas: 2 }, {}, 'Stuck'],
    [
      'no pod can be made',
      { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'quota' }] },
      {},
      'Stuck',
    ],
    ['old pods are left', { replicas: 3, updatedReplicas: 2, availableReplicas: 2 }, {}, 'Progressing'],
    ['new pods are missing', { replicas: 2, updatedReplicas: 1 }, {}, 'Progressing'],
    ['a pod failed after it', { replicas: 2, updatedReplicas: 2, conditions: [done] }, {}, 'Complete'],
    ['it was stopped', {}, { paused: true }, 'Paused'],
  ])('%s', (_, status, spec, state) => {
    expect(of(status, spec)?.state).toBe(state)
  })

  test('a manifest has none', () => {
    const { status: _, ...manifest } = deployment()
    expect(check([manifest]).workloads[0]).not.toHaveProperty('rollout')
  })
})

describe('probeExitCode', () => {
  const report = (...severities: readonly Severity[]) =>
    ({
      findings: severities.map((severity) => ({ severity }) as Finding),
      gaps: [],
      source: { type: 'Cluster', name: 'test' },
    }) as unknown as ProbeReport
  test.each<[readonly Severity[], Severity | 'none', number]>([
    [[], 'Info', 0],
    [['Warning'], 'Error', 0],
    [['Info', 'Error'], 'Error', 1],
    [['Warning'], 'Warning', 1],
    [['Info'], 'Warning', 0],
    [['Error'], 'none', 0],
  ])('%j with --fail-on %s is %d', (severities, failOn, code) => {
    expect(probeExitCode(report(...severities), failOn)).toBe(code)
  })

  test.each<[GapReason, 0 | 2]>([
    ['Forbidden', 2],
    ['Unreadable', 2],
    ['NotRecorded', 0],
  ])('a quiet report without pods (%s) is %d', (reason, code) => {
    const blind = { ...report(), gaps: [{ resource: 'pods', reason, message: '' }] } as ProbeReport
    expect(probeExitCode(blind, 'Error')).toBe(code)
    expect(probeExitCode(blind, 'none')).toBe(0)
    expect(probeExitCode({ ...blind, findings: report('Error').findings }, 'Error')).toBe(1)
  })

  test('a quiet report of text that shows only some pods is as good as the text', () => {
    const gaps = [{ resource: 'pods', reason: 'Unreadable', message: 'the pasted text shows only some' }]
    const source = { type: 'Files', name: '-' }
    expect(probeExitCode({ ...report(), gaps, source } as ProbeReport, 'Error')).toBe(0)
  })

  test('a quiet report without any list that the server spoiled is no good news', () => {
    const gaps = [{ resource: 'services', namespace: 'shop', reason: 'Unreadable', message: '' }]
    expect(probeExitCode({ ...report(), gaps } as ProbeReport, 'Error')).toBe(2)
  })
})
