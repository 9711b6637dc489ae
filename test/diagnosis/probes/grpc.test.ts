import { describe, expect, test } from '@jest/globals'
import { log } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { unhealthy, unready } from '../../helpers/probes.ts'

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
