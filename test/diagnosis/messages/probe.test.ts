import { describe, expect, test } from '@jest/globals'
import { parseProbeMessage } from '../../../src/diagnosis/messages/probe.ts'
import { PROBE_MESSAGE_PATTERNS } from '../../../src/diagnosis/messages/probe-patterns.ts'

const ID = '184850d48d723924f62e815706ee39ce8ff8b1d36abbb78552cfe634ccbc1276'

describe('the texts of probe events', () => {
  test.each([
    ['Readiness probe failed: HTTP probe failed with statuscode: 503', 'http.status', true],
    [
      'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused',
      'net.refused',
      true,
    ],
    [
      'Liveness probe failed: Get http://10.0.0.7:8080/healthz: dial tcp 10.0.0.7:8080: getsockopt: connection refused',
      'net.refused',
      true,
    ],
    [
      'Startup probe failed: Get "http://[fd00::5b]:19001/ready": dial tcp [fd00::5b]:19001: connect: connection refused',
      'net.refused',
      true,
    ],
    ['Readiness probe failed: dial tcp 10.0.0.7:3306: connect: connection refused', 'net.refused', true],
    ['Readiness probe failed: Get "http://:80/": dial tcp :80: connect: connection refused', 'noip', true],
    [
      'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'net.timeout.headers',
      true,
    ],
    [
      'Liveness probe failed: Get "http://10.0.0.7:8080/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
      'net.timeout.headers',
      true,
    ],
    [
      'Liveness probe failed: Get "http://10.0.0.7:8080/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'net.timeout.conn',
      true,
    ],
    [
      'Liveness probe failed: Get "http://10.0.0.7:8080/": dial tcp 10.0.0.7:8080: i/o timeout (Client.Timeout exceeded while awaiting headers)',
      'net.timeout.conn',
      true,
    ],
    [
      'Startup probe failed: Get "https://10.0.0.7:8443/": http: server gave HTTP response to HTTPS client',
      'tls.plainserver',
      true,
    ],
    [
      'Readiness probe failed: Get "http://10.0.0.7:8443/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02P"',
      'http.malformed',
      true,
    ],
    [
      'Readiness probe failed: Get "http://10.0.0.7:9090/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"',
      'http.h2c',
      true,
    ],
    [
      'Readiness probe failed: Get "http://10.0.0.7:9090/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x12\\x04\\x00\\x00\\x00"',
      'http.h2c',
      true,
    ],
    [
      'Readiness probe failed: Get "http://10.0.0.7:6379/": net/http: HTTP/1.x transport connection broken: malformed HTTP status code "unknown"',
      'http.malformed.other',
      true,
    ],
    [
      'Readiness probe failed: Get "https://10.0.0.7:8443/": remote error: tls: certificate required',
      'tls.clientcert',
      true,
    ],
    [
      'Readiness probe failed: Get "https://10.0.0.7:8443/": remote error: tls: unrecognized name',
      'tls.sni',
      true,
    ],
    [
      'Readiness probe failed: Get "https://10.0.0.7:8443/": remote error: tls: protocol version not supported',
      'tls.other',
      true,
    ],
    [
      'Readiness probe failed: Get "https://10.0.0.7:6379/": tls: first record does not look like a TLS handshake',
      'tls.notls',
      true,
    ],
    ['Liveness probe failed: Get "http://10.0.0.7:8080/": EOF', 'net.eof', true],
    [
      'Liveness probe failed: Get "http://10.0.0.7:8080/": read tcp 10.0.0.1:40958->10.0.0.7:8080: read: connection reset by peer',
      'net.reset',
      true,
    ],
    ['Liveness probe failed: Get "/redirloop": stopped after 10 redirects', 'http.redirectloop', true],
    [
      'Liveness probe failed: Get "http://10.0.0.7:80/x": dial tcp 10.0.0.7:80: connect: no route to host',
      'net.noroute',
      true,
    ],
    [
      'Liveness probe failed: dial tcp [fd00::7]:80: connect: network is unreachable',
      'net.unreachable',
      true,
    ],
    ['Liveness probe failed: dial tcp 10.0.0.7:80: connect: permission denied', 'net.denied', true],
    ['Liveness probe failed: dial tcp 10.0.0.7:5432: i/o timeout', 'net.timeout.conn', true],
    [
      'Liveness probe failed: Get "http://db:80/x": dial tcp: lookup db on 10.0.0.10:53: no such host',
      'dns',
      true,
    ],
    [
      'Readiness probe warning: Probe terminated redirects, Response body: <a href="https://login.example.com/x">Found</a>.',
      'http.redirect.warn',
      false,
    ],
    [
      'Liveness probe errored and resulted in failure state: context deadline exceeded (Client.Timeout or context cancellation while reading body)',
      'http.body.timeout',
      false,
    ],
    ['Liveness probe errored and resulted in failure state: unexpected EOF', 'http.body.short', false],
    [
      'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax',
      'port.unknown',
      false,
    ],
    ['Liveness probe errored: strconv.Atoi: parsing "http": invalid syntax', 'port.unknown', false],
    ['Liveness probe errored and resulted in unknown state: port "metrcis" not found', 'port.unknown', false],
    ['Liveness probe errored: invalid port number: 99999', 'port.range', false],
    ['Readiness probe failed: service unhealthy (responded with "NOT_SERVING")', 'grpc.status', true],
    [
      'Readiness probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
      'grpc.unimplemented',
      true,
    ],
    [
      'Readiness probe failed: error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
      'grpc.notfound',
      true,
    ],
    [
      'Readiness probe failed: error: health rpc probe failed: rpc error: code = Unauthenticated desc = no token',
      'grpc.auth',
      true,
    ],
    [
      'Readiness probe failed: error: health rpc probe failed: rpc error: code = Internal desc = boom',
      'grpc.rpc',
      true,
    ],
    ['Readiness probe failed: timeout: health rpc did not complete within 1s', 'grpc.timeout', true],
    [
      'Readiness probe failed: timeout: failed to connect service "10.0.0.7:9000" within 1s: context deadline exceeded',
      'grpc.connect',
      true,
    ],
    ['Liveness probe failed: command timed out: "cat /tmp/healthy" timed out after 1s', 'exec.timeout', true],
    ['Liveness probe failed: command "cat /tmp/healthy" timed out', 'exec.timeout', true],
    ['Liveness probe failed: command timed out', 'exec.timeout', true],
    ['Liveness probe failed: cat: /tmp/healthy: No such file or directory', 'exec.output.file', true],
    ['Liveness probe failed: sh: 1: curl: not found', 'exec.output.tool', true],
    ['Liveness probe failed: /bin/sh: curl: not found', 'exec.output.tool', true],
    ['Liveness probe failed: bash: line 1: mongostat: command not found', 'exec.output.tool', true],
    ['Liveness probe failed: ', 'exec.empty', true],
    ['Liveness probe failed: FAIL\nconnection refused', 'exec.output', true],
    [
      `Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${ID}": OCI runtime exec failed: exec failed: unable to start container process: exec: "invalid": executable file not found in $PATH: unknown`,
      'exec.missing',
      false,
    ],
    [
      `(combined from similar events): Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${ID}": OCI runtime exec failed: exec failed: unable to start container process: exec: "/usr/bin/curl -f http://localhost": stat /usr/bin/curl -f http://localhost: no such file or directory: unknown`,
      'exec.missing',
      false,
    ],
    [
      'Readiness probe errored: rpc error: code = Unknown desc = command error: time="2026-01-01T00:00:00Z" level=error msg="exec failed: unable to start container process: exec: \\"curl\\": executable file not found in $PATH"\n, stdout: , stderr: , exit code -1',
      'exec.missing',
      false,
    ],
    [
      'Readiness probe failed: OCI runtime exec failed: exec failed: container_linux.go:370: starting container process caused: exec: "grpc_health_probe": executable file not found in $PATH: unknown',
      'exec.missing',
      true,
    ],
    [
      `Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${ID}": OCI runtime exec failed: exec failed: unable to start container process: exec: "/check.sh": permission denied: unknown`,
      'exec.denied',
      false,
    ],
    [
      'Readiness probe failed: OCI runtime exec failed: exec failed: unable to start container process: exec /check: exec format error: unknown',
      'exec.format',
      true,
    ],
    ['Readiness probe failed: exec /check: exec format error', 'exec.format', true],
    ['Readiness probe failed: exec /check: permission denied', 'exec.denied', true],
    ['Readiness probe failed: exec /check: no such file or directory', 'exec.interpreter', true],
    [
      'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state',
      'exec.gone',
      false,
    ],
    [
      'Readiness probe errored: rpc error: code = NotFound desc = container is not created or running: checking if PID of 12 is running failed',
      'exec.gone',
      false,
    ],
    [
      'Readiness probe errored: rpc error: code = Unavailable desc = error reading from server',
      'exec.runtime',
      false,
    ],
    [
      'Liveness probe failed (1/3, will be ignored): HTTP probe failed with statuscode: 500',
      'http.status',
      true,
    ],
    [
      'Readiness probe error: HTTP probe failed with statuscode: 500\nbody: database is down\n',
      'http.status',
      true,
    ],
  ])('%s', (message, name, counted) => {
    expect(parseProbeMessage(message)).toMatchObject({ class: name, counted })
  })

  test('what the text names becomes a field', () => {
    const port = (message: string) => parseProbeMessage(message)?.port
    expect(port('Liveness probe failed: Get "http://10.0.0.7:8080/a:1": EOF')).toBe(8080)
    expect(port('Liveness probe failed: Get "https://[fd00::7]:8443/": EOF')).toBe(8443)
    expect(port('Liveness probe failed: dial tcp 10.0.0.7:5432: i/o timeout')).toBe(5432)
    expect(
      port(
        'Liveness probe failed: timeout: failed to connect service "10.0.0.7:9000" within 1s: context deadline exceeded',
      ),
    ).toBe(9000)
    expect(parseProbeMessage('Startup probe failed: HTTP probe failed with statuscode: 404')).toMatchObject({
      probe: 'startup',
      status: 404,
    })
    expect(
      parseProbeMessage('Readiness probe errored: strconv.Atoi: parsing "web": invalid syntax')?.name,
    ).toBe('web')
    expect(parseProbeMessage('Readiness probe error: no\nbody: database is down\n')).toMatchObject({
      text: 'no',
      body: 'database is down\n',
    })
  })

  test('the missing executable is named for every runtime', () => {
    const name = (text: string) => parseProbeMessage(`Liveness probe errored: ${text}`)?.name
    expect(
      name(
        'failed to start exec "1": OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown',
      ),
    ).toBe('sh')
    expect(
      name(
        'rpc error: code = Unknown desc = command error: msg="exec failed: exec: \\"curl\\": executable file not found in $PATH"',
      ),
    ).toBe('curl')
    expect(name('oci runtime error: exec failed: exec: \\"/run.sh\\": permission denied')).toBe('/run.sh')
    expect(parseProbeMessage('Liveness probe failed: sh: 1: curl: not found')?.name).toBe('curl')
  })

  test('other events are not probe events', () => {
    expect(parseProbeMessage('Back-off restarting failed container app in pod web_shop(1)')).toBeUndefined()
    expect(parseProbeMessage('Container app failed liveness probe, will be restarted')).toBeUndefined()
  })

  test('each class is in the table once', () => {
    const classes = PROBE_MESSAGE_PATTERNS.map((pattern) => pattern.class)
    expect(new Set(classes).size).toBe(classes.length)
  })
})
