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
} from '../helpers/builders.ts'
import { found, roots } from '../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy, unready } from '../helpers/probes.ts'

const REFUSED = 'Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'
const TIMEOUT =
  'Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'

const readiness = (httpGet = {}, numbers = {}) => ({ readinessProbe: httpProbe(httpGet, numbers) })
const liveness = (httpGet = {}, numbers = {}) => ({ livenessProbe: httpProbe(httpGet, numbers) })

describe('what the server answers', () => {
  const answers = (status: number, text = '') =>
    roots(
      found(
        [
          unready(readiness()),
          unhealthy(`Readiness probe failed: HTTP probe failed with statuscode: ${status}`),
        ],
        log(text),
      ),
    )

  test.each([
    [404, '', 'Error http-not-found/readiness Certain'],
    [401, '', 'Error http-unauthorized/readiness Certain'],
    [403, '', 'Error http-status/readiness Certain'],
    [403, 'GET /healthz 403: missing bearer token', 'Error http-unauthorized/readiness Likely'],
    [
      403,
      '[error] directory index of "/usr/share/nginx/html/" is forbidden',
      'Error http-status/readiness Certain',
    ],
    [400, '', 'Error http-status/readiness Likely'],
    [
      400,
      'http: TLS handshake error from 10.0.0.1:2: client sent an HTTP request to an HTTPS server',
      'Error scheme-mismatch/readiness Certain',
    ],
    [429, '', 'Error http-status/readiness Certain'],
    [500, '', 'Error http-server-error/readiness Certain'],
    [503, '', 'Error http-server-error/readiness Certain'],
  ])('%i with log "%s"', (status, text, expected) => expect(answers(status, text)).toEqual([expected]))

  test('a 400 on a port named https is a wrong scheme, and the patch says HTTPS for every probe that is alike', () => {
    const probe = httpProbe({ port: 'https' })
    const spec = {
      containers: [
        container({
          ports: [{ containerPort: 8080, name: 'https' }],
          readinessProbe: probe,
          livenessProbe: probe,
        }),
      ],
    }
    const [deploy, replicaSet] = deployment(spec as never)
    const broken = unready(
      { ports: [{ containerPort: 8080, name: 'https' }], readinessProbe: probe, livenessProbe: probe },
      { metadata: ownedBy(replicaSet) },
    )
    const [finding] = found([
      deploy,
      replicaSet,
      broken,
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 400'),
    ])
    expect(finding?.code).toBe('scheme-mismatch')
    expect(finding?.confidence).toBe('Likely')
    expect(finding?.fixes[0]).toEqual({
      title: 'Set scheme HTTPS in the readiness and liveness probes',
      risk: 'Low',
      command:
        'kubectl patch deployment web -n shop --type strategic -p ' +
        `'{"spec":{"template":{"spec":{"containers":[{"name":"app","readinessProbe":{"httpGet":{"scheme":"HTTPS"}},"livenessProbe":{"httpGet":{"scheme":"HTTPS"}}}]}}}}'`,
      patch: {
        target: { apiVersion: 'apps/v1', namespace: 'shop', kind: 'Deployment', name: 'web' },
        type: 'strategic',
        value: {
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: 'app',
                    readinessProbe: { httpGet: { scheme: 'HTTPS' } },
                    livenessProbe: { httpGet: { scheme: 'HTTPS' } },
                  },
                ],
              },
            },
          },
        },
      },
    })
  })

  test('a template that was mended already is not patched again', () => {
    const spec = { containers: [container({ ...readiness({ scheme: 'HTTPS' }) })] }
    const [deploy, replicaSet] = deployment(spec as never)
    const old = unready(readiness(), { metadata: ownedBy(replicaSet) })
    const message =
      'Readiness probe failed: Get "http://10.0.0.7:8080/": malformed HTTP response "\\x15\\x03\\x01"'
    const [finding] = found([deploy, replicaSet, old, unhealthy(message)])
    expect(finding?.code).toBe('scheme-mismatch')
    expect(finding?.fixes.some(({ patch }) => patch)).toBe(false)
  })

  test.each([
    [
      'Get "http://10.0.0.7:8080/": malformed HTTP response "\\x15\\x03\\x01\\x00"',
      'scheme-mismatch/readiness Certain',
    ],
    [
      'Get "http://10.0.0.7:8080/": malformed HTTP response "\\x00\\x00\\x06\\x04\\x00"',
      'not-http/readiness Certain',
    ],
    ['Get "http://10.0.0.7:8080/": malformed HTTP status code "ERR"', 'not-http/readiness Certain'],
    [
      'Get "https://10.0.0.7:8080/": remote error: tls: certificate required',
      'tls-client-cert/readiness Certain',
    ],
    ['Get "https://10.0.0.7:8080/": remote error: tls: unrecognized name', 'tls-handshake/readiness Likely'],
    ['Get "http://10.0.0.7:8080/": EOF', 'connection-closed/readiness Likely'],
    ['Get "/healthz": stopped after 10 redirects', 'http-redirect/readiness Certain'],
    [
      'Get "http://10.0.0.7:8080/": dial tcp 10.0.0.7:8080: connect: no route to host',
      'unreachable/readiness Likely',
    ],
  ])('%s', (text, expected) => {
    expect(roots(found([unready(readiness()), unhealthy(`Readiness probe failed: ${text}`)]))).toEqual([
      `Error ${expected}`,
    ])
  })

  test('HTTP/2 on the port is probed with grpc, and the old handler is removed', () => {
    const spec = {
      containers: [container({ ports: [{ containerPort: 8080, name: 'http' }], ...readiness() })],
    }
    const [deploy, replicaSet] = deployment(spec as never)
    const broken = unready(readiness(), { metadata: ownedBy(replicaSet) })
    const [finding] = found([
      deploy,
      replicaSet,
      broken,
      unhealthy(
        'Readiness probe failed: Get "http://10.0.0.7:8080/": malformed HTTP response "\\x00\\x00\\x06\\x04"',
      ),
    ])
    expect(finding?.fixes[0]?.patch?.value).toEqual({
      spec: {
        template: {
          spec: { containers: [{ name: 'app', readinessProbe: { httpGet: null, grpc: { port: 8080 } } }] },
        },
      },
    })
  })

  test('a redirect to another host passes and tests nothing', () => {
    const warning = event(
      'ProbeWarning',
      'Readiness probe warning: Probe terminated redirects, Response body: moved',
    )
    const [finding] = found([podWith(readiness()), warning])
    expect(finding).toMatchObject({ code: 'http-redirect', severity: 'Warning', effect: 'Inert' })
  })
})

describe('a refused connection', () => {
  const refused = (type: string, count = 30) => unhealthy(`${type} probe failed: ${REFUSED}`, count)

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
      'Error unreachable/readiness Likely',
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

describe('commands', () => {
  const exec = (command: readonly string[]) => ({
    livenessProbe: { exec: { command }, periodSeconds: 5, timeoutSeconds: 1, failureThreshold: 3 },
  })
  const START =
    'rpc error: code = Unknown desc = failed to exec in container: failed to start exec "e865e499bac41531c53d0b5122f4e727efac1e57a5fc95955fc9fc4435dff1d5": OCI runtime exec failed: exec failed: unable to start container process: '

  test('one that does not exist never counts, and the container stays as it is', () => {
    const [finding] = found([
      podWith(exec(['curl', 'localhost'])),
      unhealthy(`Liveness probe errored: ${START}exec: "curl": executable file not found in $PATH: unknown`),
    ])
    expect(finding).toMatchObject({
      code: 'exec-command-missing',
      effect: 'Inert',
      confidence: 'Certain',
      severity: 'Error',
    })
    expect(finding?.explanation).toContain('never restarted')
  })

  test('a readiness command that does not exist keeps the pod out for ever', () => {
    const fields = { readinessProbe: exec(['curl']).livenessProbe }
    const [finding] = found([
      unready(fields),
      unhealthy(`Readiness probe errored: ${START}exec: "curl": executable file not found in $PATH: unknown`),
    ])
    expect(finding).toMatchObject({ code: 'exec-command-missing', effect: 'Unready' })
    expect(finding?.explanation).toContain('never become Ready')
  })

  test('one that stands in one word is split', () => {
    const [deploy, replicaSet] = deployment({ containers: [container(exec(['cat /tmp/ok']))] } as never)
    const broken = pod({
      metadata: ownedBy(replicaSet),
      spec: { containers: [container(exec(['cat /tmp/ok']))] },
    })
    const [finding] = found([
      deploy,
      replicaSet,
      broken,
      unhealthy(
        `Liveness probe errored: ${START}exec: "cat /tmp/ok": stat cat /tmp/ok: no such file or directory: unknown`,
      ),
    ])
    expect(finding?.fixes[0]?.patch?.value).toMatchObject({
      spec: {
        template: { spec: { containers: [{ livenessProbe: { exec: { command: ['cat', '/tmp/ok'] } } }] } },
      },
    })
  })

  test.each([
    [
      `errored: ${START}exec: "/x.sh": permission denied: unknown`,
      'Error exec-not-executable/liveness Certain',
    ],
    [`errored: ${START}exec /x: exec format error: unknown`, 'Error exec-not-executable/liveness Certain'],
    [
      'errored: rpc error: code = Unavailable desc = error reading from server',
      'Error exec-runtime-error/liveness Likely',
    ],
  ])('%s', (text, expected) => {
    expect(roots(found([podWith(exec(['/x.sh'])), unhealthy(`Liveness probe ${text}`)]))).toEqual([expected])
  })

  test.each([
    ['command timed out: "sleep 5" timed out after 1s', 'Error exec-timeout/liveness Certain'],
    ['no connection', 'Error exec-exit-code/liveness Certain'],
    ['', 'Error exec-exit-code/liveness Likely'],
    ['sh: 1: curl: not found', 'Error exec-command-missing/liveness Certain'],
    // What a command prints is its own, even if it looks like a text of the kubelet.
    ['dial tcp 127.0.0.1:8080: connect: connection refused', 'Error exec-exit-code/liveness Certain'],
  ])('one that fails with "%s" and is killed for it', (text, expected) => {
    expect(
      roots(
        found([
          crashing(exec(['sleep', '5']), 14),
          unhealthy(`Liveness probe failed: ${text}`),
          killing('liveness'),
        ]),
      ),
    ).toEqual([expected])
  })

  test('a container that had just ended is no fault of the command', () => {
    expect(
      found([
        podWith(exec(['x'])),
        unhealthy(
          'Liveness probe errored: rpc error: code = NotFound desc = container is not created or running',
        ),
      ]),
    ).toEqual([])
  })
})

describe('gRPC', () => {
  const grpc = (fields = {}) => ({
    readinessProbe: {
      grpc: { port: 8080, service: '', ...fields },
      periodSeconds: 5,
      timeoutSeconds: 1,
      failureThreshold: 3,
    },
  })
  const CONNECT = 'timeout: failed to connect service "10.0.0.7:8080" within 1s: context deadline exceeded'

  test.each([
    ['service unhealthy (responded with "NOT_SERVING")', '', 'grpc-not-serving/readiness Certain'],
    ['service unhealthy (responded with "SERVICE_UNKNOWN")', '', 'grpc-service-unknown/readiness Certain'],
    [
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service',
      '',
      'grpc-unimplemented/readiness Certain',
    ],
    [
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unexpected HTTP status code received from server: 404 (Not Found)',
      '',
      'not-grpc/readiness Likely',
    ],
    [
      'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
      '',
      'grpc-service-unknown/readiness Certain',
    ],
    [
      'error: health rpc probe failed: rpc error: code = Unauthenticated desc = no',
      '',
      'grpc-unauthorized/readiness Certain',
    ],
    ['timeout: health rpc did not complete within 1s', '', 'timeout-too-short/readiness Possible'],
    [CONNECT, 'http server listening on :8080', 'not-grpc/readiness Likely'],
    [CONNECT, '', 'not-grpc/readiness Possible'],
    [CONNECT, 'grpc listening on 127.0.0.1:8080', 'bound-to-localhost/readiness Likely'],
    [
      CONNECT,
      'http: TLS handshake error from 10.0.0.1:3: tls: first record does not look like a TLS handshake',
      'scheme-mismatch/readiness Likely',
    ],
  ])('%s, log "%s"', (text, line, expected) => {
    expect(
      roots(found([unready(grpc()), unhealthy(`Readiness probe failed: ${text}`, 108)], log(line))),
    ).toEqual([`Error ${expected}`])
  })

  test('a port that is not declared is the likelier cause', () => {
    const message = `Readiness probe failed: ${CONNECT.replace('8080', '9000')}`
    const findings = found([
      unready({ ...grpc({ port: 9000 }), ports: [{ containerPort: 8080, name: 'grpc' }] }),
      unhealthy(message),
    ])
    expect(roots(findings)).toEqual(['Error port-closed/readiness Possible'])
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
