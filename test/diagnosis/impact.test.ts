import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { ago, clusterOf, deployment, NOW, override, ownedBy, pod } from '../helpers/builders.ts'
import { found } from '../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy, unready } from '../helpers/probes.ts'

const REFUSED = 'Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'
const liveness = { livenessProbe: httpProbe() }
const service = (name: string, selector: object, more: object = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name },
    spec: { selector, ...more },
  }) as unknown as KubeObject

const impactIn = (objects: readonly KubeObject[]) => found(objects)[0]?.impact

describe('restarts', () => {
  test('are of this probe as far as Killing events show it', () => {
    const objects = [
      crashing(liveness, 13),
      unhealthy(`Liveness probe failed: ${REFUSED}`),
      killing('liveness'),
    ]
    expect(impactIn(objects)?.restarts).toEqual({
      total: 4,
      byProbe: 4,
      proof: 'Event',
      lastFinishedAt: ago(20),
    })
  })

  test('are a lower bound where events account for fewer than there were', () => {
    const old = crashing(liveness, 13)
    const status = old.status?.containerStatuses?.[0]
    const many = { ...old, status: { ...old.status, containerStatuses: [{ ...status, restartCount: 30 }] } }
    const objects = [many as KubeObject, unhealthy(`Liveness probe failed: ${REFUSED}`), killing('liveness')]
    expect(impactIn(objects)?.restarts).toMatchObject({ total: 30, byProbe: 4, byProbeIsLowerBound: true })
  })

  test('rest on the length of the last run where the Killing events are gone', () => {
    const objects = [crashing(liveness, 13), unhealthy(`Liveness probe failed: ${REFUSED}`)]
    expect(impactIn(objects)?.restarts).toMatchObject({
      total: 4,
      byProbe: 1,
      byProbeIsLowerBound: true,
      proof: 'LifeLength',
    })
  })

  test('of a process that ends by itself are of no probe', () => {
    const restarts = impactIn([crashing(liveness, 2, { exitCode: 1 })])?.restarts
    expect(restarts).toEqual({ total: 4, lastFinishedAt: ago(20) })
  })
})

describe('the next start', () => {
  test('follows from the back-off that the kubelet names', () => {
    expect(impactIn([crashing({}, 2, { exitCode: 1 })])?.nextRestart).toEqual({
      pod: 'web-1',
      at: ago(-20),
      atMost: false,
      backOffSeconds: 40,
    })
  })

  test('has an upper bound only where the kubelet does not name it', () => {
    const base = crashing({}, 2, { exitCode: 1 })
    const silent = override(base, {})
    const status = {
      ...silent.status?.containerStatuses?.[0],
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    }
    const objects = [{ ...silent, status: { ...silent.status, containerStatuses: [status] } } as KubeObject]
    // Four restarts: 10, 20, 40, then 80 s, and half a minute for the kubelet to notice.
    expect(impactIn(objects)?.nextRestart).toEqual({ pod: 'web-1', at: ago(20 - 110), atMost: true })
  })

  test('is not told of a container that runs', () => {
    const running = podWith(liveness, {
      ready: false,
      restartCount: 4,
      lastState: { terminated: { exitCode: 1, startedAt: ago(40), finishedAt: ago(35) } },
      state: { running: { startedAt: ago(5) } },
    })
    expect(impactIn([running])?.nextRestart).toBeUndefined()
  })
})

describe('Services', () => {
  const readiness = { readinessProbe: httpProbe() }
  const broken = [
    unready(readiness),
    unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
  ]
  const sibling = pod({ metadata: { name: 'web-2', uid: 'uid-web-2' } })

  test('are named with what they have left, also by pods of others', () => {
    const ended = pod({ metadata: { name: 'web-3', uid: 'u3' }, status: { phase: 'Failed' } })
    const leaving = pod({ metadata: { name: 'web-4', uid: 'u4', deletionTimestamp: NOW } })
    const objects = [
      ...broken,
      sibling,
      ended,
      leaving,
      service('web', { app: 'web' }),
      service('all', { app: 'web' }, { publishNotReadyAddresses: true }),
      service('other', { app: 'db' }),
      service('none', {}),
    ]
    expect(impactIn(objects)?.backends).toEqual([
      { service: 'all', ready: 1, total: 2, publishesNotReady: true },
      { service: 'web', ready: 1, total: 2 },
    ])
  })

  test('that were not read are not taken for none', () => {
    const gaps: readonly Gap[] = [{ resource: 'services', reason: 'Forbidden', message: 'no' }]
    const impactOf = (more: { gaps?: readonly Gap[] }) => {
      const cluster = clusterOf(broken, more)
      return diagnose(cluster, cluster.workloads())[0]?.impact
    }
    expect(impactOf({ gaps })?.backends).toBeUndefined()
    expect(impactOf({})?.backends).toEqual([])
  })
})

test('a stuck rollout and the time until the verdict are told in numbers', () => {
  const template = podWith({ readinessProbe: httpProbe({}, { timeoutSeconds: 2 }) }).spec
  const [top, replicaSet] = deployment(template, {
    spec: { progressDeadlineSeconds: 60 },
    status: { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] },
  })
  const one = unready(
    { readinessProbe: httpProbe({}, { timeoutSeconds: 2 }) },
    { metadata: ownedBy(replicaSet) },
  )
  const impact = impactIn([
    top,
    replicaSet,
    one,
    unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
  ])
  expect(impact).toMatchObject({
    rollout: 'exceeded its progress deadline of 60s',
    detectionSeconds: { min: 10, max: 17, from: 'Fault' },
  })
})
