import { describe, expect, test } from '@jest/globals'
import {
  ago,
  condition,
  container,
  containerStatus,
  deployment,
  event,
  log,
  ownedBy,
  pod,
} from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy, unready } from '../../helpers/probes.ts'

const REFUSED = 'Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'

const TIMEOUT =
  'Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'

const readiness = (httpGet = {}, numbers = {}) => ({ readinessProbe: httpProbe(httpGet, numbers) })

const liveness = (httpGet = {}, numbers = {}) => ({ livenessProbe: httpProbe(httpGet, numbers) })

describe('a refused connection', () => {
  const refused = (type: string, count = 30) => unhealthy(`${type} probe failed: ${REFUSED}`, count)

  test.each([
    [6, 'Possible'],
    [60, 'Likely'],
  ])(
    'after it was Ready until %d s ago: the container may have ended, and nobody says so yet',
    (lost, confidence) => {
      const since = { status: 'False', lastTransitionTime: ago(lost) }
      const conditions = [condition('ContainersReady', since), condition('Ready', since)]
      const pods = podWith(readiness(), { ready: false, started: true }, { status: { conditions } })
      const event = unhealthy(`Readiness probe failed: ${REFUSED}`, 5, 3)
      expect(roots(found([pods, event]))).toEqual([`Error port-closed/readiness ${confidence}`])
    },
  )

  test('right after the start, and Ready now, is the normal course of things', () => {
    expect(
      found([
        podWith(readiness()),
        event('Unhealthy', `Readiness probe failed: ${REFUSED}`, {
          count: 2,
          firstTimestamp: ago(597),
          lastTimestamp: ago(590),
        }),
      ]),
    ).toEqual([])
  })

  test('during the first seconds of a start is not told', () => {
    const young = unready(readiness(), { status: { startTime: ago(20) } })
    const status = [containerStatus({ ready: false, state: { running: { startedAt: ago(15) } } })]
    const starting = { ...young, status: { ...young.status, containerStatuses: status } } as typeof young
    expect(
      roots(
        found([
          starting,
          event('Unhealthy', `Readiness probe failed: ${REFUSED}`, {
            count: 3,
            firstTimestamp: ago(14),
            lastTimestamp: ago(4),
          }),
        ]),
      ),
    ).toEqual([])
  })

  test('of a pod that is deleted is not told', () => {
    const leaving = unready(readiness(), { metadata: { deletionTimestamp: ago(-20) } })
    expect(roots(found([leaving, refused('Readiness')]))).toEqual([])
  })

  test('beside a port that is open on loopback only: the port alone would not mend it', () => {
    const [finding] = found([unready(readiness()), refused('Readiness')], log('listening on 127.0.0.1:3000'))
    expect(finding?.summary).toContain('the application listens on 3000, and there on 127.0.0.1 only')
    expect(finding?.fixes.map(({ risk }) => risk)).toEqual(['Inspect', 'Inspect'])
    const [other] = found([unready(readiness()), refused('Readiness')], log('listening on 0.0.0.0:3000'))
    expect(other?.fixes[0]?.title).toContain('Set port 3000')
  })

  test('on a port that is not declared, with another that is, is the wrong port', () => {
    const message = `Readiness probe failed: ${REFUSED.replaceAll('8080', '8081')}`
    const broken = unready(readiness({ port: 8081 }))
    const likely = found([broken, unhealthy(message)])
    expect(roots(likely)).toEqual(['Error port-closed/readiness Likely'])
    expect(likely[0]?.evidence.map(({ path, text }) => [path, text])).toContainEqual([
      'spec.containers[0].readinessProbe.httpGet.port',
      '8081',
    ])
    expect(roots(found([broken, unhealthy(message)], log('listening on :8080')))).toEqual([
      'Error port-closed/readiness Certain',
    ])
  })

  test.each([
    ['listening on 127.0.0.1:8080', 'Certain'],
    ['INFO: Uvicorn running on http://127.0.0.1:8080 (Press CTRL+C to quit)', 'Certain'],
    ['Now listening on: http://localhost:8080', 'Likely'],
    ['connecting to database at 127.0.0.1:5432', 'Possible'],
  ])('on the declared port, with log "%s"', (text, confidence) => {
    expect(roots(found([unready(readiness()), refused('Readiness')], log(text)))).toEqual([
      `Error bound-to-localhost/readiness ${confidence}`,
    ])
  })

  test('in every run until the liveness probe kills is a slow start, mended by a startup probe', () => {
    const fields = liveness({}, { initialDelaySeconds: 15 })
    const [deploy, replicaSet] = deployment({
      containers: [container({ ports: [{ containerPort: 8080, name: 'http' }], ...fields })],
    } as never)
    const slow = { ...crashing(fields, 27), metadata: { ...pod().metadata, ...ownedBy(replicaSet) } }
    const findings = found([deploy, replicaSet, slow, refused('Liveness'), killing('liveness')])
    expect(roots(findings)).toEqual(['Error slow-start/liveness Likely'])
    const value = findings[0]?.fixes.find(({ patch }) => patch)?.patch?.value as {
      spec: { template: { spec: { containers: object[] } } }
    }
    expect(value.spec.template.spec.containers).toEqual([
      {
        name: 'app',
        startupProbe: {
          httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
          periodSeconds: 5,
          timeoutSeconds: 1,
          failureThreshold: 61,
        },
      },
    ])
  })

  const PORTS = { ports: [{ containerPort: 8080, name: 'http' }] }
  const started = (seconds: number) =>
    event('Started', 'Started container app', {
      type: 'Normal',
      firstTimestamp: ago(seconds),
      lastTimestamp: ago(67),
    })

  test.each([
    ['from the start on', 47, 545, 'Error slow-start/liveness Likely'],
    ['nobody knows from when on', 47, 900, 'Error slow-start/liveness Possible'],
    ['long after the start', 4000, 4500, 'Error port-closed/liveness Likely'],
  ])('until a kill that a busy node makes late, %s', (_when, life, startedAgo, expected) => {
    const pod = crashing({ ...PORTS, ...liveness() }, life, { exitCode: 0 })
    const events = [refused('Liveness'), killing('liveness'), started(startedAgo)]
    expect(roots(found([pod, ...events]))).toEqual([expected])
  })

  test('until a kill of which the status does not tell yet', () => {
    const pod = podWith(
      { ...PORTS, ...liveness() },
      {
        restartCount: 3,
        state: { running: { startedAt: ago(55) } },
        lastState: {
          terminated: { exitCode: 0, reason: 'Completed', startedAt: ago(120), finishedAt: ago(62) },
        },
      },
    )
    const events = [refused('Liveness'), killing('liveness', 2), started(545)]
    expect(roots(found([pod, ...events]))).toEqual(['Error slow-start/liveness Likely'])
  })

  test('on a port that nothing declares or logs may be a slow start or the wrong port, and says so', () => {
    const fields = { ports: [], ...liveness({}, { initialDelaySeconds: 15 }) }
    const findings = found([crashing(fields, 27), refused('Liveness'), killing('liveness')])
    expect(roots(findings)).toEqual(['Error slow-start/liveness Possible'])
    expect(findings[0]?.explanation).toContain('the port of the probe is wrong')
  })

  test('by a liveness probe that began after a startup probe had passed is no slow start', () => {
    const fields = { startupProbe: httpProbe({}, { failureThreshold: 60 }), ...liveness() }
    expect(roots(found([crashing(fields, 12), refused('Liveness'), killing('liveness')]))).toEqual([
      'Error port-closed/liveness Possible',
    ])
  })

  test('until the startup probe kills is a budget that is too small', () => {
    const fields = { startupProbe: httpProbe({}, { failureThreshold: 4 }), ...liveness() }
    expect(roots(found([crashing(fields, 20), refused('Startup'), killing('startup')]))).toEqual([
      'Error startup-budget/startup Likely',
    ])
  })

  test('after the process has ended by itself is only a symptom of the crash', () => {
    const findings = found([
      crashing({ ...readiness(), ...liveness() }, 3, { exitCode: 1 }),
      refused('Readiness'),
      refused('Liveness', 2),
    ])
    expect(findings.map(({ code }) => code)).toEqual(['crash'])
  })

  test('by a host of its own is the wrong host', () => {
    const broken = unready(readiness({ host: 'localhost' }))
    const message =
      'Readiness probe failed: Get "http://localhost:8080/healthz": dial tcp 127.0.0.1:8080: connect: connection refused'
    expect(roots(found([broken, unhealthy(message)]))).toEqual(['Error probe-host/readiness Certain'])
  })
})

describe('no answer in time', () => {
  const timeout = (type: string, count: number) => unhealthy(`${type} probe failed: ${TIMEOUT}`, count)

  test('never, with the default timeout', () => {
    expect(roots(found([unready(readiness()), timeout('Readiness', 108)]))).toEqual([
      'Error timeout-too-short/readiness Possible',
    ])
    expect(roots(found([unready(readiness()), timeout('Readiness', 108)], log('http on :8080')))).toEqual([
      'Error timeout-too-short/readiness Likely',
    ])
  })

  test('never, with a long timeout, is a hang', () => {
    expect(roots(found([unready(readiness({}, { timeoutSeconds: 10 })), timeout('Readiness', 54)]))).toEqual([
      'Error hang/readiness Possible',
    ])
  })

  test('after it had been ready for a while is a hang', () => {
    const hung = unready(readiness())
    const conditions = [condition('ContainersReady', { status: 'False', lastTransitionTime: ago(100) })]
    const later = { ...hung, status: { ...hung.status, conditions } } as typeof hung
    const since = event('Unhealthy', `Readiness probe failed: ${TIMEOUT}`, {
      count: 22,
      firstTimestamp: ago(110),
      lastTimestamp: ago(5),
    })
    expect(roots(found([later, since]))).toEqual(['Error hang/readiness Likely'])
  })

  test('with a tiny CPU limit', () => {
    const starved = unready({ ...readiness(), resources: { limits: { cpu: '50m' } } })
    expect(roots(found([starved, timeout('Readiness', 108)]))).toEqual([
      'Error cpu-starved/readiness Possible',
    ])
    const enough = unready({ ...readiness(), resources: { limits: { cpu: '2' } } })
    expect(roots(found([enough, timeout('Readiness', 108)]))).toEqual([
      'Error timeout-too-short/readiness Possible',
    ])
  })

  test('with a network policy on the pod is perhaps the policy', () => {
    const policy = (app: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'shop', name: 'deny' },
      spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress'] },
    })
    expect(roots(found([unready(readiness()), timeout('Readiness', 108), policy('web')]))).toEqual([
      'Error unreachable/readiness Possible',
    ])
    expect(roots(found([unready(readiness()), timeout('Readiness', 108), policy('other')]))).toEqual([
      'Error timeout-too-short/readiness Possible',
    ])
  })

  test('now and then, while Ready, is a warning at most', () => {
    expect(found([podWith(liveness()), timeout('Liveness', 2)])).toEqual([])
    expect(roots(found([podWith(liveness()), timeout('Liveness', 20)]))).toEqual([
      'Warning timeout-too-short/liveness Likely',
    ])
  })
})

describe('a port name that the container does not declare', () => {
  test('is seen without any event, and the nearest name is meant', () => {
    const fields = {
      ports: [
        { containerPort: 9090, name: 'metrics' },
        { containerPort: 8080, name: 'http' },
      ],
      ...readiness({ port: 'metrcis' }),
    }
    const [finding] = found([unready(fields)])
    expect(finding).toMatchObject({ code: 'port-name-unknown', confidence: 'Certain', effect: 'Unready' })
    expect(JSON.stringify(finding?.fixes[0]?.replace)).toContain('"port":"metrics"')
  })

  test('a name that is declared, and a number written as text, are fine', () => {
    expect(found([podWith(readiness({ port: 'http' }))])).toEqual([])
    expect(found([podWith(readiness({ port: '8080' }))])).toEqual([])
  })
})
