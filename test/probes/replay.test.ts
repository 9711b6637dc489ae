import { describe, expect, test } from '@jest/globals'
import type { Container, KubeObject } from '../../src/model/kubernetes/objects.ts'
import { parseTargets } from '../../src/model/snapshot/selection.ts'
import { probeCheck } from '../../src/probes/check.ts'
import {
  checkReplaySelection,
  expand,
  latencyOf,
  replayPlan,
  secondsToSecondLook,
} from '../../src/probes/replay.ts'
import { replayNotes, replayText } from '../../src/render/probes/replay.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { clusterOf, EVERYTHING, replayOf } from '../helpers/builders.ts'
import { runningPod, unhealthyOf } from '../helpers/probes.ts'

const get = (fields: object = {}) => ({ httpGet: { path: '/healthz', port: 8080, ...fields } })

const plan = (...items: readonly KubeObject[]) => {
  const cluster = clusterOf(items)
  return replayPlan(cluster, cluster.workloads())
}
const planOf = (
  container: Partial<Container>,
  status: object = {},
  more: Readonly<Record<string, unknown>> = {},
) => plan(runningPod(container, status, more))

describe('what is run', () => {
  test('what the kubelet would send, with ports by name and the version of the kubelet', () => {
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1' },
      status: { nodeInfo: { kubeletVersion: 'v1.33.4-eks' } },
    }
    const pod = runningPod({
      ports: [{ name: 'http', containerPort: 9000 }],
      readinessProbe: { ...get({ port: 'http', scheme: 'HTTPS' }), timeoutSeconds: 4 },
    })
    expect(plan(pod, node as KubeObject).requests).toEqual([
      {
        namespace: 'shop',
        pod: 'web-1',
        container: 'app',
        probe: 'readiness',
        timeoutSeconds: 4,
        action: {
          kind: 'httpGet',
          scheme: 'https',
          host: '10.0.0.7',
          port: 9000,
          path: '/healthz',
          headers: [],
          userAgent: 'kube-probe/1.33',
        },
      },
    ])
  })

  test('each distinct probe once, in the pod where it fails', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }
    const replica = (name: string, ready: boolean) =>
      runningPod({ readinessProbe: get() }, { ready }, { name, metadata: { ownerReferences: [owner] } })
    const [good, bad] = [replica('web-1', true), replica('web-2', false)]
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { namespace: 'shop', name: 'web', uid: 'rs' },
    }
    expect(plan(good, bad, set as KubeObject).requests.map(({ pod }) => pod)).toEqual(['web-2'])
  })

  test('nothing in containers that do not run, and no startup probe that has succeeded', () => {
    const waiting = { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }
    expect(planOf({ readinessProbe: get() }, waiting).requests).toEqual([])
    expect(planOf({ startupProbe: get() }, { started: true }).requests).toEqual([])
    expect(planOf({ startupProbe: get() }, { started: false }).requests).toHaveLength(1)
  })

  test('commands with the values that the kubelet fills in', () => {
    const container = {
      env: [
        { name: 'FILE', value: '/tmp/up' },
        { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      livenessProbe: { exec: { command: ['test', '$(FILE)', '$(SECRET)', '$(OTHER)', '$$(FILE)', '$HOME'] } },
    }
    expect(planOf(container).requests[0]?.action).toEqual({
      kind: 'exec',
      command: ['test', '/tmp/up', '', '$(OTHER)', '$(FILE)', '$HOME'],
    })
    expect(expand('$', new Map())).toBe('$')
    expect(expand('$(A', new Map([['A', '1']]))).toBe('$(A')
  })

  test.each([
    [
      'a port name that is not declared',
      get({ port: 'web' }),
      {},
      'port "web" is not declared by the container',
    ],
    [
      'a foreign host',
      get({ host: 'example.com' }),
      {},
      'the probe goes to host example.com, which is not the pod',
    ],
    ['localhost, which is that of the node', get({ host: '127.0.0.1' }), {}, /which is not the pod/],
    ['a pod without an IP', get(), { status: { podIP: undefined } }, 'the pod has no IP'],
  ])('not %s', (_, readinessProbe, more, why) => {
    const { requests, notRun } = planOf({ readinessProbe }, {}, more)
    expect(requests).toEqual([])
    expect(notRun).toMatchObject([{ why: typeof why === 'string' ? why : expect.stringMatching(why) }])
  })

  test('localhost of the node in a pod on its network', () => {
    const pod = planOf({ readinessProbe: get({ host: '127.0.0.1' }) }, {}, { spec: { hostNetwork: true } })
    expect(pod.requests).toMatchObject([{ action: { host: '127.0.0.1' } }])
  })
})

describe('who is asked', () => {
  const check =
    (words: readonly string[], selector: readonly object[] = []) =>
    () =>
      checkReplaySelection({ targets: parseTargets(words), selector: selector as never })

  test('named workloads, or those of a selector', () => {
    expect(check(['deploy/web', 'pod/a'])).not.toThrow()
    expect(check([], [{}])).not.toThrow()
    expect(check(['deploy'], [{}])).not.toThrow()
  })

  test.each([[[]], [['deploy']], [['deploy,sts']]])('never everything: %j', (words) => {
    expect(check(words)).toThrow('--replay runs probes, so it needs to know which')
  })

  test('never more than 50 probes', () => {
    const pods = Array.from({ length: 51 }, (_, index) =>
      runningPod({ readinessProbe: get() }, {}, { name: `p${index}` }),
    )
    expect(() => plan(...pods)).toThrow('--replay would run 51 probes, and runs at most 50')
  })
})

test('latencies are values that were measured', () => {
  const of = (...times: readonly (number | undefined)[]) =>
    latencyOf(
      times.map((milliseconds) => ({
        outcome: 'Passed',
        message: '',
        ...(milliseconds && { milliseconds }),
      })),
    )
  expect(of(7)).toEqual({ min: 7, median: 7, p95: 7, max: 7 })
  expect(of(9, 1, 5, 3)).toEqual({ min: 1, median: 3, p95: 9, max: 9 })
  expect(of(...Array.from({ length: 100 }, (_, index) => 100 - index))).toEqual({
    min: 1,
    median: 50,
    p95: 95,
    max: 100,
  })
  expect(of(undefined)).toBeUndefined()
})

describe('another look at the pods', () => {
  const message = 'Readiness probe failed: dial tcp 10.0.0.7:8080: connect: connection refused'
  const pod = runningPod(
    { readinessProbe: { ...get(), periodSeconds: 5, successThreshold: 2 } },
    { ready: false },
  )
  const wait = (attempt: object, ...events: readonly KubeObject[]) =>
    secondsToSecondLook(clusterOf([pod, ...events]), [replayOf([attempt])])

  test('is worth it where a refused port answered: after the next attempts of the kubelet', () => {
    expect(wait({ port: 'answered' }, unhealthyOf(pod, message))).toBe(13)
  })

  test('is not where both agree, or the kubelet says something else', () => {
    expect(wait({ port: 'refused' }, unhealthyOf(pod, message))).toBe(0)
    expect(wait({ port: 'answered' })).toBe(0)
    expect(
      wait(
        { port: 'answered' },
        unhealthyOf(pod, 'Readiness probe failed: HTTP probe failed with statuscode: 500'),
      ),
    ).toBe(0)
  })
})

describe('the report', () => {
  const pod = runningPod({ readinessProbe: { ...get(), timeoutSeconds: 2 } })
  const report = (replays?: Parameters<typeof replayOf>[]) =>
    probeCheck(
      clusterOf([pod], replays === undefined ? {} : { replays: replays.map((one) => replayOf(...one)) }),
      EVERYTHING,
    )

  test('has no section without --replay', () => {
    expect('replay' in report()).toBe(false)
    expect(replayText(report(), { style: PLAIN, wide: false })).toBe('')
  })

  test('says per probe what was done and seen', () => {
    const body = `not found\u001b[31m${'x'.repeat(200)}`
    const failed = { outcome: 'Failed', message: 'HTTP status 404', output: body } as const
    const whole = report([[[{}, failed, { ...failed, milliseconds: 30 }]]])
    expect(whole.replay).toMatchObject([
      {
        workload: { kind: 'Pod', name: 'web-1' },
        handler: 'http-get http://:8080/healthz',
        via: 'pods/portforward',
        timeoutSeconds: 2,
        attempts: 3,
        verdict: 'Mixed',
        latencyMilliseconds: { min: 5, median: 5, p95: 30, max: 30 },
        results: [
          { outcome: 'Failed', message: 'HTTP status 404', count: 2, output: body },
          { outcome: 'Passed', message: 'HTTP status 200', count: 1 },
        ],
      },
    ])
    const text = replayText(whole, { style: PLAIN, wide: false })
    expect(text).toContain('2 of 3 attempts would not pass: HTTP status 404')
    expect(text).toContain('3 attempts: min 5, median 5, p95 30, max 30 ms; the timeout is 2s')
    expect(text).toContain('more characters)')
    expect(text).not.toContain('\u001b')
    expect(replayNotes(whole)).toEqual([
      'ran the readiness probe of pod shop/web-1, container app, 3 times through pods/portforward: http-get http://:8080/healthz',
    ])
  })

  test('says that nothing runs', () => {
    expect(replayText(report([]), { style: PLAIN, wide: false })).toBe(
      'No probe was run from here: no container runs that has one.',
    )
  })

  test('says why a probe was not run', () => {
    const whole = report([[[], { stopped: 'pods "web-1" is forbidden' }]])
    expect(whole.replay).toMatchObject([{ verdict: 'NotRun', stopped: 'pods "web-1" is forbidden' }])
    expect(replayText(whole, { style: PLAIN, wide: false })).toContain(
      'no verdict: pods "web-1" is forbidden',
    )
    expect(replayNotes(whole)).toEqual([])
  })
})
