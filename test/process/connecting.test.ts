import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, connect as dial } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { apiServer, listKindAt, nothing } from '../helpers/apiserver.ts'
import { folderWith } from '../helpers/folder.ts'
import { type PluginOptions, plugin } from '../helpers/plugin.ts'
import { pem, tls } from '../helpers/tls.ts'

jest.setTimeout(30_000)

// What depends on the runtime, asked of the plugin as a process: the executables run on another one than the tests.

const CA = `--certificate-authority=${pem('ca')}`
const mutual = { ...tls('server'), ca: readFileSync(pem('ca')), requestCert: true }

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const check = (args: readonly string[], options: PluginOptions = {}) =>
  plugin('probe_check', ['-o', 'name', ...args], options)
const GOOD = { code: 0, stdout: '', stderr: '' }

describe('TLS', () => {
  test('with a private CA and a client certificate', async () => {
    const { url } = await apiServer(nothing, mutual)
    const client = [`--client-certificate=${pem('client')}`, `--client-key=${pem('client-key')}`]
    expect(await check([`--server=${url}`, CA, ...client])).toEqual(GOOD)
  })

  test.each([
    ['an unknown CA', 'server', [], 'x509: certificate signed by unknown authority'],
    ['an expired certificate', 'expired', [CA], 'x509: certificate has expired or is not yet valid'],
    [
      'another name',
      'server',
      [CA, '--tls-server-name=elsewhere'],
      'x509: certificate is valid for kubernetes, 127.0.0.1, not elsewhere',
    ],
  ])(
    'refuses %s in the words of kubectl, unless it is told not to verify',
    async (_, certificate, args, words) => {
      const { url } = await apiServer(nothing, tls(certificate))
      const { code, stderr } = await check([`--server=${url}`, ...args])
      expect(stderr.split('\n')[0]).toBe(`Unable to connect to the server: ${words}`)
      expect(code).toBe(2)
      expect(await check([`--server=${url}`, '--insecure-skip-tls-verify'])).toEqual(GOOD)
    },
  )

  test('verifies the name that it is told', async () => {
    const { url } = await apiServer(nothing, tls('server'))
    expect(await check([`--server=${url}`, CA, '--tls-server-name=kubernetes'])).toEqual(GOOD)
  })

  test('says what is wrong with a client certificate', async () => {
    const { url } = await apiServer(nothing, mutual)
    const expired = [
      `--client-certificate=${pem('client-expired')}`,
      `--client-key=${pem('client-expired-key')}`,
    ]
    const { code, stderr } = await check([`--server=${url}`, CA, ...expired])
    expect(stderr).toMatch(/^Unable to connect to the server: (remote error: tls: certificate expired|EOF)\n/)
    expect(stderr).toContain('The client certificate expired at 20')
    expect(code).toBe(2)
  })

  test('says that the server speaks plain HTTP', async () => {
    const { host } = await apiServer(nothing)
    const { stderr } = await check([`--server=https://${host}`, CA])
    expect(stderr).toContain('http: server gave HTTP response to HTTPS client')
  })
})

describe('no connection', () => {
  test.each([
    ['https://127.0.0.1:1', 'The connection to the server 127.0.0.1:1 was refused'],
    ['https://no-such-host.invalid:6443', 'lookup no-such-host.invalid: no such host'],
  ])('%s is one sentence', async (server, words) => {
    const { code, stdout, stderr } = await check([`--server=${server}`])
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('    at ')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('--request-timeout ends the wait for a server that does not answer', async () => {
    const { url } = await apiServer(() => new Promise(() => {}))
    const { code, stderr } = await check([`--server=${url}`, '--request-timeout=1s'])
    expect(stderr).toContain('no answer within 1s')
    expect(code).toBe(2)
  })
})

describe('who asks', () => {
  test('a token and impersonation are sent, and compressed answers understood', async () => {
    const { url, requests } = await apiServer(
      ({ pathname }) => ({
        body: gzipSync(JSON.stringify({ ...listKindAt(pathname), metadata: {}, items: [] })),
        headers: { 'content-encoding': 'gzip' },
      }),
      tls('server'),
    )
    const who = ['--token=secret', '--as=jane', '--as-group=a', '--as-group=b']
    expect(await check([`--server=${url}`, CA, ...who])).toEqual(GOOD)
    const last = requests.at(-1)
    expect(last?.headers).toMatchObject({ authorization: 'Bearer secret', 'impersonate-user': 'jane' })
    expect(last?.headersDistinct['impersonate-group']).toEqual(['a', 'b'])
  })

  const withPlugin = (script: string) => {
    const folder = folderWith({
      login: `#!/bin/sh\n${script}\n`,
      config: {
        clusters: [{ name: 'c', cluster: { server: 'https://unused' } }],
        users: [{ name: 'u', user: { exec: { command: './login', args: ['get-token'] } } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'c',
      },
    })
    return { KUBECONFIG: join(folder, 'config') }
  }

  test('an exec plugin gives the token', async () => {
    const { url, requests } = await apiServer(nothing, tls('server'))
    const env = withPlugin(`echo '{"kind":"ExecCredential","status":{"token":"'"from-$1"'"}}'`)
    expect(await check([`--server=${url}`, CA], { env })).toEqual(GOOD)
    expect(requests.at(-1)?.headers.authorization).toBe('Bearer from-get-token')
  })

  test('an exec plugin that fails is named with what it said', async () => {
    const env = withPlugin('echo "session expired" >&2; exit 3')
    const { code, stderr } = await check([], { env })
    expect(stderr).toContain('executable login failed with exit code 3')
    expect(stderr).toContain('It said: session expired')
    expect(code).toBe(2)
  })
})

describe('a proxy of the environment', () => {
  /** An HTTP proxy that tunnels to this machine, and what it was asked for. */
  async function proxy() {
    const targets: string[] = []
    const server = createServer().listen(0, '127.0.0.1')
    open.push({ close: () => server.close().closeAllConnections() })
    server.on('connect', ({ url = '', headers }, socket) => {
      targets.push(`${url} ${headers['proxy-authorization'] ?? ''}`.trim())
      const there = dial(Number(url.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        there.pipe(socket).pipe(there)
      })
      for (const end of [there, socket]) end.on('error', () => {})
      open.push({ close: () => there.destroy() })
    })
    await new Promise((resolve) => server.once('listening', resolve))
    return { targets, host: `127.0.0.1:${(server.address() as { port: number }).port}` }
  }

  test('is gone through with its password, and the server behind it is verified', async () => {
    const [{ host }, { targets, host: proxyHost }] = [await apiServer(nothing, tls('server')), await proxy()]
    const server = `kubernetes:${host.split(':')[1]}`
    const env = { HTTPS_PROXY: `http://joe:pw@${proxyHost}` }
    expect(await check([`--server=https://${server}`, CA], { env })).toEqual(GOOD)
    expect(targets[0]).toBe(`${server} Basic ${Buffer.from('joe:pw').toString('base64')}`)
  })

  test('that says nothing does not keep the process when the time is over', async () => {
    const mute = createTcpServer((socket) => open.push({ close: () => socket.destroy() })).listen(
      0,
      '127.0.0.1',
    )
    open.push(mute)
    await new Promise((resolve) => mute.once('listening', resolve))
    const { port } = mute.address() as { port: number }
    const env = { HTTPS_PROXY: `http://joe:hunter2@127.0.0.1:${port}` }
    const { code, stderr } = await check(['--server=https://kubernetes:1', CA, '--request-timeout=1s'], {
      env,
    })
    expect(stderr).toContain('no answer within 1s')
    expect(stderr).not.toContain('hunter2')
    expect(code).toBe(2)
  })

  test('is passed by for what NO_PROXY names', async () => {
    const [{ url }, { targets, host }] = [await apiServer(nothing, tls('server')), await proxy()]
    const env = { HTTPS_PROXY: `http://${host}`, NO_PROXY: '127.0.0.1' }
    expect(await check([`--server=${url}`, CA], { env })).toEqual(GOOD)
    expect(targets).toEqual([])
  })
})
