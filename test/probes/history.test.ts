import { describe, expect, test } from '@jest/globals'
import type { Event, KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import { selectWorkloads } from '../../src/model/snapshot/selection.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { handlersOf } from '../../src/probes/handlers.ts'
import { historyOf } from '../../src/probes/history.ts'
import { workloadText } from '../../src/render/probes/workload.ts'
import { PLAIN, type Style } from '../../src/render/terminal/style.ts'
import { ago, clusterOf, deployment, EVERYTHING, event, NOW, ownedBy } from '../helpers/builders.ts'
import { runningPod, unhealthyOf } from '../helpers/probes.ts'

const PROBE = { httpGet: { port: 8080, path: '/healthz' } }
const now = Date.parse(NOW)

const workloadsOf = (objects: readonly KubeObject[]) =>
  selectWorkloads(clusterOf(objects), EVERYTHING.selection)
const historiesOf = (objects: readonly KubeObject[]) =>
  workloadsOf(objects).flatMap((workload) => historyOf(clusterOf(objects), workload))

/** What a history has, in seconds before now. */
function told(objects: readonly KubeObject[]) {
  const [first] = historiesOf(objects)
  return {
    moments: first?.marks.map(({ at, kind }) => `${kind} ${(now - at) / 1000}`),
    stretches: first?.spans.map(
      ({ from, to, kind }) => `${kind} ${(now - from) / 1000}-${(now - to) / 1000}`,
    ),
  }
}

const restarted = (restartCount: number): Pod =>
  runningPod(
    { livenessProbe: PROBE },
    {
      restartCount,
      state: { running: { startedAt: ago(50) } },
      lastState: { terminated: { exitCode: 137, startedAt: ago(200), finishedAt: ago(100) } },
    } as object,
    { metadata: { creationTimestamp: ago(210) } },
  )
const killing = (secondsAgo: number): Event =>
  event('Killing', 'Container app failed liveness probe, will be restarted', {
    firstTimestamp: ago(secondsAgo),
    lastTimestamp: ago(secondsAgo),
  })

describe('the history of a container', () => {
  test('has both runs that the status keeps, and the wait between them', () =>
    expect(told([restarted(1), killing(110)])).toEqual({
      moments: ['Started 200', 'Killed 110', 'Started 50'],
      stretches: ['Running 200-100', 'Running 50-0', 'Waiting 100-50', 'Waiting 210-200'],
    }))

  test('tells an end that no kill of the kubelet explains', () =>
    expect(told([restarted(1), killing(180)]).moments).toEqual([
      'Started 200',
      'Killed 180',
      'Ended 100',
      'Started 50',
    ]))

  test('does not claim to know the runs before these', () =>
    expect(told([restarted(4), killing(110)]).stretches).toContain('Unknown 210-200'))

  test('says of failures between the first and the last only that there were some', () => {
    const pod = runningPod({ livenessProbe: PROBE }, {}, { metadata: { creationTimestamp: ago(3600) } })
    const failing = unhealthyOf(pod, 'Liveness probe failed: connection refused', {
      secondsAgo: 30,
      count: 7,
    })
    expect(told([pod, failing])).toEqual({
      moments: ['Started 3600', 'ProbeFailed 90', 'ProbeFailed 30'],
      stretches: ['Running 3600-0', 'Failing 90-30'],
    })
  })
})

describe('one workload in full', () => {
  const textOf = (objects: readonly KubeObject[], style: Style) => {
    const [workload] = probeCheck(clusterOf(objects), EVERYTHING).workloads
    const handlers = new Map(workloadsOf(objects).flatMap((one) => [...handlersOf(one)]))
    const details = { handlers, histories: historiesOf(objects), now }
    return workload === undefined ? '' : workloadText(workload, details, style)
  }

  test('says of each probe what it asks, how often, and what follows', () => {
    const pod = runningPod({
      startupProbe: { ...PROBE, periodSeconds: 10, failureThreshold: 30 },
      readinessProbe: { exec: { command: ['cat', '/ready'] }, successThreshold: 2 },
      livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 5 },
    })
    expect(textOf([pod], PLAIN).split('\n').slice(0, 4)).toEqual([
      'container app',
      '  startup:   GET http://:8080/healthz every 10 s, timeout 1 s; is sure to have 4m50s for its start; killed 290 to 301 s after it was started; then 30 s to shut down',
      '  readiness: runs [cat /ready] every 10 s, timeout 1 s; waits for the startup probe; out of Services 20 to 31 s after it stops answering; back after 2 successes',
      '  liveness:  connects to :8080 every 10 s, first after 5 s, timeout 1 s; waits for the startup probe; killed 20 to 31 s after it stops answering; then 30 s to shut down',
    ])
  })

  test('fits 60 columns and draws in ASCII where it must', () => {
    const text = textOf([restarted(4), killing(110)], { ...PLAIN, width: 60, ascii: true })
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
    expect(text).toMatch(/^web-1 .*S=+K=+\.+S=+$/m)
    expect(text).toMatch(/^[ -~\n]*$/)
  })

  test('draws the worst of many pods, and counts the others', () => {
    const [top, replicaSet] = deployment({ containers: [{ name: 'app', livenessProbe: PROBE }] })
    const pods = Array.from({ length: 9 }, (_, index) =>
      runningPod(
        { livenessProbe: PROBE },
        { restartCount: index === 7 ? 3 : 0 },
        { name: `web-${index}`, metadata: ownedBy(replicaSet) },
      ),
    )
    const text = textOf([top, replicaSet, ...pods], PLAIN)
    expect(text.split('\n').findIndex((line) => line.startsWith('web-7'))).toBeLessThan(
      text.split('\n').findIndex((line) => line.startsWith('web-0')),
    )
    expect(text).toMatch(/^and 4 more containers, none of them restarted$/m)
  })
})
