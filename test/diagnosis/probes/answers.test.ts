import { describe, expect, test } from '@jest/globals'
import { container, deployment, event, log, ownedBy } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { httpProbe, podWith, unhealthy, unready } from '../../helpers/probes.ts'

const readiness = (httpGet = {}, numbers = {}) => ({ readinessProbe: httpProbe(httpGet, numbers) })

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
    [400, '', 'Error http-status/readiness Possible'],
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
