import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, connect as dial } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type Connection, connect, readCluster } from '../../src/kube/api/live.ts'
import type { ClusterFlags } from '../../src/kube/kubeconfig/flags.ts'
import { apiServer, nothing } from '../helpers/apiserver.ts'
import { folderWith } from '../helpers/folder.ts'
import { pem, tls } from '../helpers/tls.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

async function connected(flags: ClusterFlags, env: Record<string, string> = {}): Promise<Connection> {
  const connection = await connect(flags, { HOME: '/nowhere', ...env })
  open.push(connection)
  return connection
}
const read = async (flags: ClusterFlags, env: Record<string, string> = {}) =>
  readCluster(await connected(flags, env), { resources: ['pods'] })

describe('TLS', () => {
  const ca = { 'certificate-authority': pem('ca') }

  test('the CA counts, also without a user', async () => {
    const { url } = await apiServer(nothing, tls('server'))
    await expect(read({ server: url, ...ca })).resolves.toMatchObject({ objects: { pods: [] } })
  })

  test.each([
    ['an unknown CA', 'server', {}, 'x509: certificate signed by unknown authority'],
    ['an expired certificate', 'expired', ca, 'x509: certificate has expired or is not yet valid'],
    [
      'another name',
      'server',
      { ...ca, 'tls-server-name': 'elsewhere' },
      'x509: certificate is valid for kubernetes, 127.0.0.1, not elsewhere',
    ],
  ])('%s', async (_, certificate, flags, reason) => {
    const { url } = await apiServer(nothing, tls(certificate))
    await expect(read({ server: url, ...flags })).rejects.toMatchObject({
      name: 'ServerError',
      message: `Unable to connect to the server: ${reason}`,
      hint: expect.any(String),
    })
    await expect(read({ server: url, 'insecure-skip-tls-verify': true })).resolves.toBeDefined()
  })

  test('--tls-server-name', async () => {
    const { url } = await apiServer(nothing, tls('server'))
    await expect(read({ server: url, ...ca, 'tls-server-name': 'kubernetes' })).resolves.toBeDefined()
  })

  const mutual = { ...tls('server'), ca: readFileSync(pem('ca')), requestCert: true }
  const client = (name: string) => ({ 'client-certificate': pem(name), 'client-key': pem(`${name}-key`) })

  test('client certificates', async () => {
    const { url } = await apiServer(nothing, mutual)
    await expect(read({ server: url, ...ca, ...client('client') })).resolves.toBeDefined()
  })

  test.each([
    ['no client certificate', {}, /(remote error: tls: certificate required|EOF)$/],
    [
      'a key of another certificate',
      { ...client('client'), 'client-key': pem('server-key') },
      /private key does not match public key/,
    ],
    [
      'no certificate at all',
      {
        'client-certificate': join(import.meta.dirname, '../fixtures/tls/make.sh'),
        'client-key': pem('client-key'),
      },
      /PEM/,
    ],
  ])('%s', async (_, flags, message) => {
    const { url } = await apiServer(nothing, mutual)
    await expect(read({ server: url, ...ca, ...flags })).rejects.toThrow(message)
  })

  test('a client certificate that has expired', async () => {
    const { url } = await apiServer(nothing, mutual)
    await expect(read({ server: url, ...ca, ...client('client-expired') })).rejects.toMatchObject({
      // Which of the two it is depends on who hangs up first.
      message: expect.stringMatching(
        /^Unable to connect to the server: (remote error: tls: certificate expired|EOF)$/,
      ),
      hint: expect.stringContaining('The client certificate expired at 20'),
    })
  })

  test('a server that forgives an expired client certificate and answers 401', async () => {
    const unauthorized = () => ({ code: 401, body: 'Unauthorized' })
    const { url } = await apiServer(unauthorized, { ...mutual, rejectUnauthorized: false })
    await expect(read({ server: url, ...ca, ...client('client-expired') })).rejects.toMatchObject({
      message: 'You must be logged in to the server (Unauthorized)',
      hint: expect.stringContaining('The client certificate expired at 20'),
    })
  })

  test('a server without TLS', async () => {
    const { host } = await apiServer(nothing)
    await expect(read({ server: `https://${host}`, ...ca })).rejects.toThrow(
      'Unable to connect to the server: http: server gave HTTP response to HTTPS client',
    )
  })
})

describe('no connection', () => {
  test('refused', async () => {
    await expect(read({ server: 'https://127.0.0.1:1' })).rejects.toMatchObject({
      message:
        'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      hint: expect.stringContaining('current-context'),
    })
  })

  test('refused where nothing was configured', async () => {
    await expect(read({ server: '' }, { KUBECONFIG: '/nowhere' })).rejects.toMatchObject({
      message: expect.stringContaining('The connection to the server localhost:8080 was refused'),
      hint: expect.stringContaining('No kubeconfig was found'),
    })
  })

  test('an unknown name', async () => {
    await expect(read({ server: 'https://no-such-host.invalid:6443' })).rejects.toThrow(
      'Unable to connect to the server: lookup no-such-host.invalid: no such host',
    )
  })

  test('closed without an answer', async () => {
    const server = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    open.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await expect(read({ server: `http://127.0.0.1:${port}` })).rejects.toThrow(
      'Unable to connect to the server: EOF',
    )
  })
})

describe('who asks', () => {
  const ca = { 'certificate-authority': pem('ca') }
  const asked = async (flags: ClusterFlags, env: Record<string, string> = {}) => {
    const server = await apiServer(nothing, tls('server'))
    await read({ server: server.url, ...ca, ...flags }, env)
    return server.requests.at(-1)?.headers ?? {}
  }

  test('a token, and impersonation', async () => {
    const { requests, url } = await apiServer(nothing, tls('server'))
    await read({ server: url, ...ca, token: 'secret', as: 'jane', 'as-group': ['a', 'b'], 'as-uid': '7' })
    const request = requests.at(-1)
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'impersonate-user': 'jane',
      'impersonate-uid': '7',
    })
    expect(request?.headersDistinct['impersonate-group']).toEqual(['a', 'b'])
  })

  const configOf = (user: object, cluster: object = {}) => ({
    clusters: [{ name: 'c', cluster: { server: 'https://unused', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  })

  test('nobody over plain http, and a refusal says so', async () => {
    const { requests, url } = await apiServer(() => ({ code: 401, body: 'Unauthorized' }))
    const flags = { server: url, token: 'secret', as: 'jane' }
    await expect(read(flags)).rejects.toMatchObject({
      hint: expect.stringContaining('not sent over plain http'),
    })
    expect(Object.keys(requests[0]?.headers ?? {})).not.toContain('authorization')
    expect(JSON.stringify(requests[0]?.rawHeaders)).not.toMatch(/secret|jane/)
  })

  test('a token file', async () => {
    const folder = folderWith({ config: configOf({ tokenFile: 'token' }), token: 'of-file\n' })
    expect(await asked({ kubeconfig: join(folder, 'config') })).toMatchObject({
      authorization: 'Bearer of-file',
    })
  })

  test('user name and password', async () => {
    const folder = folderWith({ config: configOf({ username: 'jane', password: 'pw' }) })
    expect(await asked({ kubeconfig: join(folder, 'config') })).toMatchObject({
      authorization: `Basic ${Buffer.from('jane:pw').toString('base64')}`,
    })
  })

  const plugin = (script: string, exec: object = {}, cluster: object = {}) => {
    const folder = folderWith({
      login: `#!/bin/sh\n${script}`,
      config: configOf({ exec: { command: './login', ...exec } }, cluster),
    })
    return { kubeconfig: join(folder, 'config') }
  }
  const PATH = { PATH: process.env['PATH'] ?? '' }

  test('an exec plugin: its arguments, its environment, and what kubectl tells it', async () => {
    const flags = plugin(
      `info=$(echo "$KUBERNETES_EXEC_INFO" | tr -d '"')
echo '{"kind":"ExecCredential","status":{"token":"'"$1/$REGION/$info"'"}}'`,
      {
        apiVersion: 'client.authentication.k8s.io/v1',
        args: ['get-token'],
        env: [{ name: 'REGION', value: 'eu' }],
        provideClusterInfo: true,
      },
      { extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }] },
    )
    const { authorization } = await asked(flags, PATH)
    expect(authorization).toMatch(/^Bearer get-token\/eu\/\{kind:ExecCredential,/)
    expect(authorization).toContain('apiVersion:client.authentication.k8s.io/v1')
    expect(authorization).toContain('interactive:false')
    expect(authorization).toContain('config:{audience:x}')
  })

  test('an exec plugin that hands out a certificate', async () => {
    const flags = plugin(`cat "$CREDENTIAL"`)
    const credential = folderWith({
      credential: {
        status: {
          clientCertificateData: readFileSync(pem('client'), 'utf8'),
          clientKeyData: readFileSync(pem('client-key'), 'utf8'),
        },
      },
    })
    const { url } = await apiServer(nothing, {
      ...tls('server'),
      ca: readFileSync(pem('ca')),
      requestCert: true,
    })
    const trusted = { ...flags, server: url, 'certificate-authority': pem('ca') }
    await expect(
      read(trusted, { ...PATH, CREDENTIAL: join(credential, 'credential') }),
    ).resolves.toBeDefined()
  })

  const FAILED = 'Unable to connect to the server: getting credentials: exec: executable'
  test.each([
    [
      'fails',
      'echo "Error: session expired" >&2; exit 3',
      `${FAILED} login failed with exit code 3`,
      'It said: Error: session expired',
    ],
    [
      'prints nonsense',
      'echo hello secret-token',
      `${FAILED} login printed no credential`,
      'It must print an ExecCredential',
    ],
  ])('an exec plugin that %s', async (_, script, message, hint) => {
    await expect(connected(plugin(script), PATH)).rejects.toMatchObject({
      message,
      hint: expect.stringContaining(hint),
    })
  })

  test('an exec plugin that is not installed', async () => {
    const missing = configOf({ exec: { command: 'no-such-plugin', installHint: 'Get it from the shop.' } })
    const flags = { kubeconfig: join(folderWith({ config: missing }), 'config') }
    await expect(connected(flags, PATH)).rejects.toMatchObject({
      message: `${FAILED} no-such-plugin not found`,
      hint: 'Get it from the shop.',
    })
  })
})

describe('a proxy', () => {
  /** An HTTP proxy that tunnels, and the targets it was asked for. */
  async function proxy(code = 200) {
    const targets: string[] = []
    const server = createServer().listen(0, '127.0.0.1')
    open.push({ close: () => server.close(() => {}).closeAllConnections() })
    server.on('connect', (request, socket) => {
      targets.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
      if (code !== 200) return socket.end(`HTTP/1.1 ${code} No\r\n\r\n`)
      const [host = '', port = ''] = (request.url ?? '').split(':')
      const there = dial(Number(port), host === 'kubernetes' ? '127.0.0.1' : host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        there.pipe(socket).pipe(there)
      })
      open.push({ close: () => there.destroy() })
      return undefined
    })
    await new Promise((resolve) => server.once('listening', resolve))
    return { targets, host: `127.0.0.1:${(server.address() as { port: number }).port}` }
  }
  const ca = { 'certificate-authority': pem('ca') }

  test('of the environment, with the name of the server verified at its end', async () => {
    const [{ host }, { targets, host: proxyHost }] = [await apiServer(nothing, tls('server')), await proxy()]
    const server = `https://kubernetes:${host.split(':')[1]}`
    await read({ server, ...ca }, { HTTPS_PROXY: `http://joe:pw@${proxyHost}` })
    expect(targets[0]).toBe(
      `${server.slice('https://'.length)} Basic ${Buffer.from('joe:pw').toString('base64')}`,
    )
  })

  test('that refuses is named, without its password', async () => {
    const { host } = await proxy(407)
    await expect(
      read({ server: 'https://kubernetes:1', ...ca }, { HTTPS_PROXY: `http://joe:pw@${host}` }),
    ).rejects.toThrow(
      `Unable to connect to the server: the proxy http://${host} answered with HTTP status 407`,
    )
    await expect(
      read({ server: 'https://kubernetes:1', ...ca }, { HTTPS_PROXY: 'http://joe:pw@127.0.0.1:1' }),
    ).rejects.toThrow(
      'Unable to connect to the server: proxyconnect tcp: http://127.0.0.1:1: connection refused',
    )
  })
})
