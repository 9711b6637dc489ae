import { describe, expect, test } from '@jest/globals'
import { ago, container, containerStatus, deployment, event, ownedBy, pod } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy, unready } from '../../helpers/probes.ts'

const NOT_FOUND = 'HTTP probe failed with statuscode: 404'

describe('events that must be read with care', () => {
  test('a combined event may name the wrong container: the message decides', () => {
    const two = pod({
      spec: {
        containers: [
          container({
            name: 'a',
            ports: [{ containerPort: 1111 }],
            readinessProbe: httpProbe({ port: 1111 }),
          }),
          container({
            name: 'b',
            ports: [{ containerPort: 2222 }],
            readinessProbe: httpProbe({ port: 2222 }),
          }),
        ],
      },
      status: {
        containerStatuses: [containerStatus({ name: 'a', ready: false }), containerStatus({ name: 'b' })],
      },
    })
    const text =
      'Get "http://10.0.0.7:1111/healthz": read tcp 10.0.0.1:4242->10.0.0.7:1111: read: connection reset by peer'
    const combined = event('Unhealthy', `(combined from similar events): Readiness probe failed: ${text}`, {
      count: 40,
      firstTimestamp: ago(500),
      involvedObject: { fieldPath: 'spec.containers{b}' },
    })
    const [finding] = found([two, combined])
    expect(finding?.subject.container).toBe('a')
    expect(finding?.evidence[0]).toMatchObject({ count: 40, countIsLowerBound: true })
  })

  test('counts of several messages of one kind are added up', () => {
    const findings = found([
      unready({ readinessProbe: httpProbe() }),
      event(
        'Unhealthy',
        'Readiness probe failed: Get "http://10.0.0.7:8080/": read tcp 10.0.0.1:1->10.0.0.7:8080: read: connection reset by peer',
        { count: 3 },
      ),
      event(
        'Unhealthy',
        'Readiness probe failed: Get "http://10.0.0.7:8080/": read tcp 10.0.0.1:22->10.0.0.7:8080: read: connection reset by peer',
        { count: 4 },
      ),
    ])
    expect(findings[0]?.evidence[0]?.count).toBe(7)
  })

  test('what fails at the start of each run is not what kills it', () => {
    const fields = { livenessProbe: httpProbe({}, { failureThreshold: 4 }) }
    const refused =
      'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'
    const findings = found([
      crashing(fields, 60),
      event('Unhealthy', refused, { count: 12, firstTimestamp: ago(540), lastTimestamp: ago(70) }),
      event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', {
        count: 12,
        firstTimestamp: ago(500),
        lastTimestamp: ago(20),
      }),
      killing('liveness', 20),
    ])
    expect(roots(findings)).toEqual(['Error http-server-error/liveness Certain'])
  })

  test('events of a namesake that is gone are not those of this pod', () => {
    const other = event('Unhealthy', `Readiness probe failed: ${NOT_FOUND}`, {
      count: 50,
      involvedObject: { uid: 'another' },
    })
    expect(found([unready({ readinessProbe: httpProbe() }), other]).map(({ code }) => code)).toEqual([
      'not-ready-unexplained',
    ])
  })

  test('the body that OpenShift records tells a 403 apart, and its attempts do not count twice', () => {
    const findings = found([
      unready({ readinessProbe: httpProbe() }),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 403', 30),
      event(
        'ProbeError',
        'Readiness probe error: HTTP probe failed with statuscode: 403\nbody: missing bearer token\n',
        { count: 30 },
      ),
    ])
    expect(roots(findings)).toEqual(['Error http-unauthorized/readiness Likely'])
    expect(findings[0]?.evidence[0]?.count).toBe(30)
  })
})

describe('several probes of one container', () => {
  test('that fail for one reason are one finding', () => {
    const fields = { livenessProbe: httpProbe(), readinessProbe: httpProbe() }
    const findings = found([
      crashing(fields, 14),
      unhealthy(`Liveness probe failed: ${NOT_FOUND}`),
      unhealthy(`Readiness probe failed: ${NOT_FOUND}`),
      killing('liveness'),
    ])
    expect(findings.map(({ code, subject }) => [code, subject.probe])).toEqual([
      ['http-not-found', 'liveness'],
    ])
    expect(findings[0]?.explanation).toContain('The readiness probe fails for the same reason.')
  })

  test('that fail for two reasons have one root', () => {
    const fields = { livenessProbe: httpProbe({ path: '/live' }), readinessProbe: httpProbe() }
    const findings = found([
      crashing(fields, 14),
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
      unhealthy(`Readiness probe failed: ${NOT_FOUND}`),
      killing('liveness'),
    ])
    expect(findings.map(({ code, rootCause }) => [code, rootCause])).toEqual([
      ['http-server-error', true],
      ['http-not-found', false],
    ])
  })
})

describe('a path that is known to work', () => {
  test('is that of the readiness probe of a container that is Ready', () => {
    const fields = {
      livenessProbe: httpProbe({ path: '/health' }),
      readinessProbe: httpProbe({ path: '/ready' }),
    }
    const [deploy, replicaSet] = deployment({
      containers: [container({ ports: [{ containerPort: 8080, name: 'http' }], ...fields })],
    } as never)
    const broken = podWith(
      fields,
      {
        restartCount: 3,
        state: { running: { startedAt: ago(8) } },
        lastState: { terminated: { exitCode: 143, startedAt: ago(23), finishedAt: ago(9) } },
      },
      { metadata: ownedBy(replicaSet) },
    )
    const [finding] = found([
      deploy,
      replicaSet,
      broken,
      unhealthy(`Liveness probe failed: ${NOT_FOUND}`),
      killing('liveness', 9),
    ])
    expect(finding?.fixes.find(({ patch }) => patch)?.patch?.value).toEqual({
      spec: {
        template: { spec: { containers: [{ name: 'app', livenessProbe: { httpGet: { path: '/ready' } } }] } },
      },
    })
  })

  test('is that of the revision before, whose pods are Ready', () => {
    const [deploy, replicaSet] = deployment({
      containers: [
        container({
          ports: [{ containerPort: 8080, name: 'http' }],
          readinessProbe: httpProbe({ path: '/new' }),
        }),
      ],
    } as never)
    const before = {
      ...replicaSet,
      metadata: { ...replicaSet.metadata, name: 'web-old', uid: 'uid-old' },
      spec: {
        replicas: 1,
        template: { spec: { containers: [container({ readinessProbe: httpProbe({ path: '/old' }) })] } },
      },
    } as unknown as typeof replicaSet
    const old = pod({ metadata: { name: 'web-old-1', uid: 'uid-web-old-1', ...ownedBy(before) } })
    const broken = unready({ readinessProbe: httpProbe({ path: '/new' }) }, { metadata: ownedBy(replicaSet) })
    const [finding] = found([
      deploy,
      replicaSet,
      before,
      old,
      broken,
      unhealthy(`Readiness probe failed: ${NOT_FOUND}`),
    ])
    expect(finding?.fixes.find(({ patch }) => patch)?.title).toBe(
      'Put back path /old of ReplicaSet shop/web-old, with which pods are ready, in the readiness probe',
    )
    expect(finding?.evidence).toContainEqual({
      source: 'Spec',
      object: 'ReplicaSet shop/web-old',
      path: 'spec.template.spec.containers[0].readinessProbe.httpGet.path',
      text: '/old',
    })
  })
})

describe('fixes', () => {
  const broken = unready({ readinessProbe: httpProbe({ scheme: 'HTTPS' }) })
  const message = unhealthy(
    'Readiness probe failed: Get "https://10.0.0.7:8080/": http: server gave HTTP response to HTTPS client',
  )

  test('of a custom owner name it and patch nothing', () => {
    const owner = {
      apiVersion: 'example.com/v1',
      kind: 'Rollout',
      metadata: { namespace: 'shop', name: 'web', uid: 'u' },
    }
    const [finding] = found([{ ...broken, metadata: { ...broken.metadata, ...ownedBy(owner) } }, message])
    expect(finding?.subject.kind).toBe('Rollout')
    expect(finding?.fixes.some(({ patch, replace }) => patch || replace)).toBe(false)
    expect(finding?.fixes[0]?.title).toContain('in Rollout web')
  })

  test('of a Job say that its template cannot be changed', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace: 'shop', name: 'web', uid: 'u' },
      spec: {},
    }
    const [finding] = found([
      job as never,
      { ...broken, metadata: { ...broken.metadata, ...ownedBy(job) } },
      message,
    ])
    expect(finding?.fixes[0]?.title).toContain('cannot be changed')
    expect(finding?.fixes[0]?.patch).toBeUndefined()
  })

  test('come with the least invasive first', () => {
    const [finding] = found([
      unready({ readinessProbe: httpProbe() }),
      unhealthy(
        'Readiness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
    ])
    expect(finding?.fixes.map(({ risk }) => risk)).toEqual(['Inspect', 'Inspect', 'Disruptive'])
  })

  test('quote what the cluster names', () => {
    const odd = unready({ readinessProbe: httpProbe({ path: "/it's here" }) })
    const [finding] = found([odd, unhealthy(`Readiness probe failed: ${NOT_FOUND}`)])
    expect(finding?.fixes[0]?.title).toContain("curl -ik 'http://127.0.0.1:8080/it'\\''s here'")
  })
})

test('a container that waits for an unknown reason is not passed over', () => {
  const odd = podWith(
    {},
    { ready: false, state: { waiting: { reason: 'SomethingNew', message: 'no idea' } } },
  )
  expect(roots(found([odd]))).toEqual(['Error not-started-unexplained Possible'])
})
