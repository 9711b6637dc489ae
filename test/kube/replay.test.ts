import { createServer, type RequestListener } from 'node:http'
import { createServer as createH2Server, type Http2Server } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterAll, describe, expect, test } from '@jest/globals'
import { connect } from '../../src/kube/api/live.ts'
import { healthRequest, servingStatus } from '../../src/kube/replay/grpc.ts'
import { replayProbes } from '../../src/kube/replay/replay.ts'
import type { ReplayAction, ReplayAttempt } from '../../src/model/snapshot/replay.ts'
import { type Command, CUT_OFF, type StreamServer, streamServer, UNFORWARDABLE } from '../helpers/streams.ts'
import { pem, tls } from '../helpers/tls.ts'

const stops: (() => void)[] = []
afterAll(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Listens on localhost in place of a container; the port, after which nothing of it outlives the tests. */
async function listen(server: Server | Http2Server): Promise<number> {
  const sockets = new Set<Socket>()
  ;(server as Server).on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const http = (listener: RequestListener) => listen(createServer(listener) as Server)

async function closedPort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

interface Options {
  readonly pod?: string
  readonly count?: number
  readonly timeoutSeconds?: number
  readonly answerSeconds?: number
  readonly flags?: object
  readonly commands?: Readonly<Record<string, Command>>
  readonly forbidden?: Readonly<Record<string, number>>
  readonly server?: StreamServer
}

async function replay(action: ReplayAction, options: Options = {}) {
  const { pod = 'web-1', count = 1, timeoutSeconds = 1, flags = {}, commands = {}, forbidden = {} } = options
  const { answerSeconds = 0 } = options
  const server = options.server ?? (await streamServer({ tls: tls('server'), commands, forbidden }))
  const connection = await connect({ server: server.url, 'certificate-authority': pem('ca'), ...flags }, {})
  try {
    const place = { namespace: 'shop', pod, container: 'app', probe: 'readiness' as const }
    const done = await replayProbes(connection, [{ ...place, timeoutSeconds, action }], {
      count,
      answerSeconds,
    })
    return { ...done, asked: server.asked, headers: server.headers }
  } finally {
    connection.close()
  }
}

async function attempt(action: ReplayAction, options: Options = {}): Promise<ReplayAttempt> {
  const { replays } = await replay(action, options)
  const [first] = replays[0]?.attempts ?? []
  if (first === undefined) throw new Error(`no attempt: ${replays[0]?.stopped}`)
  return first
}

const get = (port: number, fields: object = {}): ReplayAction => ({
  kind: 'httpGet',
  scheme: 'http',
  host: '10.0.0.7',
  port,
  path: '/healthz',
  headers: [],
  userAgent: 'kube-probe/1.36',
  ...fields,
})

describe('HTTP', () => {
  test('asks as the kubelet asks', async () => {
    const seen: unknown[] = []
    const port = await http(({ method, url, rawHeaders }, response) => {
      seen.push(method, url, rawHeaders)
      response.end('fine')
    })
    const headers = [
      { name: 'X-Team', value: 'a' },
      { name: 'x-team', value: 'b' },
    ]
    expect(await attempt(get(port, { path: 'ready?deep=1', headers }))).toMatchObject({
      outcome: 'Passed',
      message: 'HTTP status 200',
      output: 'fine',
      port: 'answered',
    })
    const [method, url, raw] = seen as [string, string, string[]]
    expect([method, url]).toEqual(['GET', '/ready?deep=1'])
    const sent = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1]}`] : []))
    expect(sent.sort()).toEqual([
      'Connection: close',
      'accept: */*',
      `host: 10.0.0.7:${port}`,
      'user-agent: kube-probe/1.36',
      'x-team: a',
      'x-team: b',
    ])
  })

  test.each([
    ['', '/'],
    ['/a/../b?c=d?e#f', '/a/../b?c=d?e'],
    ['/käse und', '/k%C3%A4se%20und'],
    ['/a%2Fb', '/a%2Fb'],
  ])('path %j is asked for as %j', async (path, target) => {
    const port = await http(({ url }, response) => response.end(url))
    expect((await attempt(get(port, { path }))).output).toBe(target)
  })

  test('headers of the probe come before those of the kubelet', async () => {
    let seen: unknown
    const port = await http(({ headers }, response) => {
      seen = headers
      response.end()
    })
    const headers = [
      { name: 'Host', value: 'shop.example' },
      { name: 'User-Agent', value: 'mine' },
      { name: 'Accept', value: '' },
    ]
    await attempt(get(port, { headers }))
    expect(seen).toEqual({ host: 'shop.example', 'user-agent': 'mine', connection: 'close' })
  })

  test.each([
    [199 + 1, 'Passed'],
    [399, 'Warned'],
    [304, 'Warned'],
    [404, 'Failed'],
    [503, 'Failed'],
  ])('status %i: %s', async (status, outcome) => {
    const port = await http((_, response) => response.writeHead(status).end())
    expect((await attempt(get(port))).outcome).toBe(outcome)
  })

  test('redirects are followed on the same host, also to another port', async () => {
    const target = await http(({ url, headers }, response) => response.end(`${url} ${headers.host}`))
    const port = await http(({ url }, response) => {
      const location = url === '/healthz' ? '/next' : `http://10.0.0.7:${target}/there`
      response.writeHead(302, { location }).end()
    })
    expect((await attempt(get(port))).output).toBe(`/there 10.0.0.7:${target}`)
  })

  test('a redirect to another host is a success with a warning', async () => {
    const port = await http((_, response) =>
      response.writeHead(301, { location: 'https://login.example/' }).end('moved'),
    )
    expect(await attempt(get(port))).toMatchObject({ outcome: 'Warned', output: 'moved' })
  })

  test('a loop of redirects fails', async () => {
    const port = await http((_, response) => response.writeHead(302, { location: '/healthz' }).end())
    expect(await attempt(get(port), { timeoutSeconds: 10 })).toMatchObject({
      outcome: 'Failed',
      message: 'stopped after 10 redirects',
    })
  })

  /** Answers 503 after so many milliseconds. */
  const slow = (after: number) =>
    http((_, response) => void setTimeout(() => response.writeHead(503).end('late'), after).unref())

  test.concurrent('an answer after the timeout is waited for, and is too late all the same', async () => {
    const { milliseconds, ...rest } = await attempt(get(await slow(1000)), {
      timeoutSeconds: 0.4,
      answerSeconds: 10,
    })
    expect(rest).toEqual({
      outcome: 'TimedOut',
      message: 'no answer in time',
      late: { outcome: 'Failed', message: 'HTTP status 503' },
      output: 'late',
      port: 'answered',
    })
    expect(milliseconds).toBeGreaterThanOrEqual(990)
    expect(milliseconds).toBeLessThan(2600)
  })

  test.concurrent('an answer is waited for no longer than one may', async () => {
    const silent = await http(() => {})
    const limits = { timeoutSeconds: 0.3, answerSeconds: 0.8 }
    const { outcome, milliseconds, late } = await attempt(get(silent), limits)
    expect([outcome, late]).toEqual(['TimedOut', undefined])
    expect(milliseconds).toBeGreaterThanOrEqual(790)
    expect(milliseconds).toBeLessThan(1900)
    // Nor is a timeout that is longer cut short.
    expect((await attempt(get(await slow(400)), { timeoutSeconds: 3, answerSeconds: 0 })).outcome).toBe(
      'Failed',
    )
  })

  test.concurrent('who never answers is waited for once', async () => {
    const limits = { timeoutSeconds: 0.2, answerSeconds: 1.5 }
    const { replays } = await replay(get(await http(() => {})), { ...limits, count: 3 })
    const waited = replays[0]?.attempts.map(({ milliseconds = 0 }) => milliseconds >= 1490)
    expect(waited).toEqual([true, false, false])
  })

  test.concurrent('a body that stalls, or is too short, is an error that does not count', async () => {
    const stalls = await http((_, response) => response.writeHead(500, { 'content-length': 9 }).write('half'))
    expect((await attempt(get(stalls), { timeoutSeconds: 0.7 })).outcome).toBe('Errored')
    const slowBody = await http((_, response) => {
      response.writeHead(200, { 'content-length': 4 }).write('ha')
      setTimeout(() => response.end('lf'), 1300).unref()
    })
    expect(await attempt(get(slowBody), { timeoutSeconds: 0.7, answerSeconds: 10 })).toMatchObject({
      outcome: 'Errored',
      output: 'half',
      late: { outcome: 'Passed', message: 'HTTP status 200' },
    })
    const short = await http((_, response) => {
      response.writeHead(200, { 'content-length': 9 })
      response.write('half', () => response.destroy())
    })
    expect((await attempt(get(short))).outcome).toBe('Errored')
  })

  test('no more than 10 KiB of a body', async () => {
    const port = await http((_, response) => response.end('x'.repeat(300_000)))
    expect(await attempt(get(port))).toMatchObject({ outcome: 'Passed', output: 'x'.repeat(10_240) })
  })

  test('nothing listens', async () => {
    expect(await attempt(get(await closedPort()))).toMatchObject({
      outcome: 'Failed',
      message: 'connection refused inside of the pod',
      port: 'refused',
    })
  })

  test('hangs up without an answer', async () => {
    const port = await listen(createTcpServer((socket) => socket.once('data', () => socket.end())))
    expect(await attempt(get(port))).toMatchObject({
      outcome: 'Failed',
      message: 'the connection was closed before an answer',
    })
  })

  test('a stream that is cut off on the way says nothing of the probe', async () => {
    expect(await attempt(get(CUT_OFF))).toMatchObject({
      outcome: 'Unknown',
      message: 'the stream to the node was cut off on the way',
    })
  })

  test('HTTPS without looking at the certificate', async () => {
    const port = await listen(createTlsServer(tls('server'), (_, response) => response.end('safe')))
    expect(await attempt(get(port, { scheme: 'https' }))).toMatchObject({ outcome: 'Passed', output: 'safe' })
  })

  test.each([
    ['http', 'HTTPS', 'the port does not speak TLS, and the probe has scheme HTTPS'],
    ['tls', 'HTTP', 'the port speaks TLS, and the probe has scheme HTTP'],
    ['h2c', 'HTTP', 'the port speaks HTTP/2 in clear text (gRPC), not HTTP/1.1'],
    ['redis', 'HTTP', 'the answer is not HTTP'],
  ])('%s where the probe says %s', async (server, scheme, message) => {
    const says: Readonly<Record<string, Buffer | string>> = {
      tls: Buffer.from([0x15, 3, 1, 0, 2, 2, 10]),
      h2c: Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
      redis: '-ERR what?\r\n',
    }
    const port = await (server === 'http'
      ? http((_, response) => response.end())
      : listen(createTcpServer((socket) => void socket.once('data', () => socket.write(says[server] ?? '')))))
    expect(await attempt(get(port, { scheme: scheme.toLowerCase() }))).toMatchObject({
      outcome: 'Failed',
      message,
      port: 'answered',
    })
  })
})

describe('TCP', () => {
  test('open, open and talking, closed', async () => {
    const quiet = await listen(createTcpServer())
    expect(await attempt({ kind: 'tcpSocket', port: quiet })).toEqual({
      outcome: 'Passed',
      message: 'the port accepts connections',
      port: 'open',
    })
    const talks = await listen(createTcpServer((socket) => void socket.write('220 ready\r\n')))
    expect(await attempt({ kind: 'tcpSocket', port: talks })).toMatchObject({ port: 'answered' })
    expect(await attempt({ kind: 'tcpSocket', port: await closedPort() })).toMatchObject({
      outcome: 'Failed',
      port: 'refused',
    })
  })
})

describe('gRPC', () => {
  /** A health service that knows `up`, `down` and `slow`. */
  async function health(): Promise<number> {
    const server = createH2Server()
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const service = Buffer.concat(chunks).subarray(7).toString()
        if (service === 'slow') return
        if (service === 'late') {
          setTimeout(
            () => stream.respond({ ':status': 200, 'grpc-status': 5 }, { endStream: true }),
            1000,
          ).unref()
          return
        }
        const known = headers[':path'] === '/grpc.health.v1.Health/Check' && /^(up|down)$/.test(service)
        if (!known) {
          const code = service === 'none' ? 12 : 5
          stream.respond(
            { ':status': 200, 'grpc-status': code, 'grpc-message': 'unknown%20service' },
            { endStream: true },
          )
          return
        }
        stream.respond({ ':status': 200 }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, service === 'up' ? 1 : 2]))
      })
    })
    return listen(server)
  }

  test.each([
    ['up', 'Passed', 'SERVING'],
    ['down', 'Failed', 'NOT_SERVING'],
    ['other', 'Failed', 'NotFound: unknown service'],
    [
      'none',
      'Failed',
      'the server does not implement the gRPC health protocol: Unimplemented: unknown service',
    ],
  ])('service %s: %s', async (service, outcome, message) => {
    const action = { kind: 'grpc', host: '10.0.0.7', port: await health(), service, userAgent: 'x' } as const
    expect(await attempt(action)).toMatchObject({ outcome, message })
  })

  test.concurrent('no answer', async () => {
    const action = { kind: 'grpc', host: '10.0.0.7', service: 'slow', userAgent: 'x' } as const
    const port = await health()
    expect(await attempt({ ...action, port }, { timeoutSeconds: 0.3 })).toMatchObject({
      outcome: 'TimedOut',
      message: 'no answer in time',
    })
  })

  test.concurrent('an answer after the timeout', async () => {
    const action = {
      kind: 'grpc',
      host: '10.0.0.7',
      port: await health(),
      service: 'late',
      userAgent: 'x',
    } as const
    expect(await attempt(action, { timeoutSeconds: 0.4, answerSeconds: 10 })).toMatchObject({
      outcome: 'TimedOut',
      late: { outcome: 'Failed', message: 'NotFound' },
    })
  })

  test('a port that does not speak it', async () => {
    const action = { kind: 'grpc', host: '10.0.0.7', service: '', userAgent: 'x' } as const
    const port = await http((_, response) => response.end())
    expect(await attempt({ ...action, port })).toMatchObject({
      outcome: 'Failed',
      message: 'the port does not speak gRPC in clear text',
    })
    expect(await attempt({ ...action, port: await closedPort() })).toMatchObject({ port: 'refused' })
  })

  test('messages', () => {
    expect(healthRequest('')).toEqual(Buffer.from([0, 0, 0, 0, 0]))
    expect(healthRequest('a')).toEqual(Buffer.from([0, 0, 0, 0, 3, 0x0a, 1, 97]))
    expect(healthRequest('a'.repeat(200)).subarray(0, 8)).toEqual(
      Buffer.from([0, 0, 0, 0, 203, 0x0a, 200, 1]),
    )
    expect(servingStatus(Buffer.from([0, 0, 0, 0, 0]))).toBe('UNKNOWN')
    expect(servingStatus(Buffer.from([0, 0, 0, 0, 2, 8, 3]))).toBe('SERVICE_UNKNOWN')
  })
})

describe('commands', () => {
  const exit = (code: string) => ({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: code }] },
  })
  const commands = {
    'cat /tmp/ready': { stdout: 'ok\n', status: { status: 'Success' } },
    'check -v': { stdout: 'no: ', stderr: 'db down\n', status: exit('3'), after: 30 },
    hang: { stdout: 'trying' },
    slow: { stdout: 'done', status: exit('1'), after: 1000 },
  }
  const run = (...command: readonly string[]) => attempt({ kind: 'exec', command }, { commands })

  test('exit code 0', async () => {
    expect(await run('cat', '/tmp/ready')).toMatchObject({
      outcome: 'Passed',
      message: 'exit code 0',
      output: 'ok\n',
    })
  })

  test('another exit code, with what it printed on both streams', async () => {
    expect(await run('check', '-v')).toMatchObject({
      outcome: 'Failed',
      message: 'exit code 3',
      output: 'no: db down\n',
    })
  })

  test('a command that is not there is an error, which the kubelet does not count', async () => {
    const result = await run('curl')
    expect(result.outcome).toBe('Errored')
    expect(result.message).toContain('executable file not found')
  })

  test.concurrent('a command that does not end', async () => {
    const action = { kind: 'exec', command: ['hang'] } as const
    expect(await attempt(action, { commands, timeoutSeconds: 0.7 })).toMatchObject({
      outcome: 'TimedOut',
      output: 'trying',
    })
  })

  test.concurrent('a command that ends after the timeout', async () => {
    const limits = { timeoutSeconds: 0.4, answerSeconds: 10 }
    const slow = await attempt({ kind: 'exec', command: ['slow'] }, { commands, ...limits })
    expect(slow).toMatchObject({
      outcome: 'TimedOut',
      late: { outcome: 'Failed', message: 'exit code 1' },
      output: 'done',
    })
    expect(slow.milliseconds).toBeGreaterThanOrEqual(990)
  })

  test('only the command of the probe is run, in its container', async () => {
    const { asked } = await replay({ kind: 'exec', command: ['cat', '/tmp/ready'] }, { commands, count: 2 })
    const path =
      '/api/v1/namespaces/shop/pods/web-1/exec?stdout=true&stderr=true&stdin=false&tty=false&command=cat&command=%2Ftmp%2Fready&container=app'
    expect(asked.filter((one) => !one.endsWith('/version'))).toEqual([`UPGRADE ${path}`, `UPGRADE ${path}`])
  })
})

test.each([
  [get(UNFORWARDABLE)],
  [{ kind: 'tcpSocket', port: UNFORWARDABLE, CUT_OFF } as const],
  [{ kind: 'grpc', host: '10.0.0.7', port: UNFORWARDABLE, service: '', userAgent: 'x' } as const],
])('a node that cannot forward gives no verdict: %j', async (action) => {
  expect(await attempt(action)).toMatchObject({
    outcome: 'Unknown',
    message: expect.stringContaining('the node could not forward the port: '),
  })
})

describe('rights and limits', () => {
  test.each([
    ['pods/portforward', get(1)],
    ['pods/exec', { kind: 'exec', command: ['rm', '-rf', '/'] } as const],
  ])('without the right to %s there is a gap in the words of the server', async (resource, action) => {
    const { replays, gaps, asked } = await replay(action, { forbidden: { 'web-1': 403 }, count: 3 })
    const message = `to run the probe in pod shop/web-1 you need the verbs get and create of ${resource}: pods "web-1" is forbidden: User "jane" cannot create resource "${resource}" in API group "" in the namespace "shop"`
    expect(replays).toMatchObject([{ attempts: [], stopped: message }])
    expect(gaps).toEqual([{ resource, namespace: 'shop', reason: 'Forbidden', message }])
    // Asked for the reason, but never with the command, and not three times.
    expect(asked.filter((one) => one.includes(resource.slice(5)))).toHaveLength(2)
    expect(asked.filter((one) => one.startsWith('GET')).join()).not.toContain('rm')
  })

  test('impersonation and tokens go along', async () => {
    const port = await http((_, response) => response.end())
    const flags = { token: 'abc', as: 'jane', 'as-group': ['dev', 'ops'] }
    const { headers } = await replay(get(port), { flags })
    expect(headers[0]).toMatchObject({
      authorization: 'Bearer abc',
      'impersonate-user': 'jane',
      'impersonate-group': 'dev, ops',
    })
  })

  test.concurrent('--request-timeout cuts off, and then there is no verdict', async () => {
    const port = await http(() => {})
    const options = { timeoutSeconds: 10, flags: { 'request-timeout': 1 } }
    expect(await attempt(get(port), options)).toMatchObject({
      outcome: 'Unknown',
      message: 'no answer within --request-timeout',
    })
    // Beyond the timeout of the probe the verdict is known, and only the answer is not.
    const known = await attempt(get(port), {
      ...options,
      timeoutSeconds: 0.4,
      flags: { 'request-timeout': 1.2 },
      answerSeconds: 10,
    })
    expect(known).toMatchObject({ outcome: 'TimedOut' })
    expect(known.milliseconds).toBeLessThan(2700)
  })

  test('count attempts, one after the other', async () => {
    let asked = 0
    const port = await http((_, response) => response.writeHead(++asked % 2 === 0 ? 503 : 200).end())
    const { replays } = await replay(get(port), { count: 4 })
    expect(replays[0]?.attempts.map(({ outcome }) => outcome)).toEqual([
      'Passed',
      'Failed',
      'Passed',
      'Failed',
    ])
  })
})
