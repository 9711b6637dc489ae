import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { LIMITS, type Limits, readingSeconds } from '../../src/kube/api/limits.ts'
import { type Connection, connect, readCluster } from '../../src/kube/api/live.ts'
import type { ClusterFlags } from '../../src/kube/kubeconfig/flags.ts'
import { apiServer, type Handler, listKindAt, lists, refusal } from '../helpers/apiserver.ts'
import { folderWith } from '../helpers/folder.ts'
import { pem } from '../helpers/tls.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

interface Options {
  readonly flags?: ClusterFlags
  readonly env?: Readonly<Record<string, string>>
  readonly limits?: Partial<Limits>
}

async function connected(server: string, { flags, env, limits }: Options): Promise<Connection> {
  const connection = await connect(
    { server, ...flags },
    { HOME: '/nowhere', ...env },
    { ...LIMITS, ...limits },
  )
  open.push(connection)
  return connection
}

/** Reads pods and nodes; pods come from `handler`, and there are no nodes. */
async function read(handler: Handler, options: Options = {}) {
  const { url, paths } = await apiServer(async (address, request) =>
    address.pathname === '/api/v1/pods'
      ? handler(address, request)
      : lists({ '/api/v1/nodes': [] })(address, request),
  )
  const connection = await connected(url, options)
  const { objects, gaps } = await readCluster(connection, { resources: ['pods', 'nodes'] })
  return { pods: objects.pods, gap: gaps.find(({ resource }) => resource === 'pods')?.message, paths }
}

/** A server that accepts connections and says nothing, or what `say` writes. */
async function mute(say: (write: (text: string) => void) => void = () => {}): Promise<string> {
  const server = createServer((socket) => {
    open.push({ close: () => socket.destroy() })
    socket.on('error', () => {})
    say((text) => socket.write(text))
  }).listen(0, '127.0.0.1')
  open.push(server)
  await new Promise((resolve) => server.once('listening', resolve))
  return `127.0.0.1:${(server.address() as { port: number }).port}`
}

const page = (items: readonly object[], next?: string) => ({
  body: { ...listKindAt('/pods'), metadata: next === undefined ? {} : { continue: next }, items },
})
const pod = (name: string) => ({ metadata: { name, namespace: 'ns' }, spec: { containers: [] }, status: {} })

describe('an answer that is too long is a gap', () => {
  const limits = { pageBytes: 1000, listBytes: 4000 }
  const long = { body: { ...listKindAt('/pods'), items: [pod('x'.repeat(2000))] } }

  test('where it is', async () => {
    expect(await read(() => long, { limits })).toMatchObject({
      pods: [],
      gap: 'the answer of the server is longer than 1000 bytes',
    })
  })

  test('where it is only after decompression', async () => {
    const body = gzipSync(JSON.stringify(long.body))
    expect(body.length).toBeLessThan(limits.pageBytes)
    const compressed = { body, headers: { 'content-encoding': 'gzip' } }
    expect((await read(() => compressed, { limits })).gap).toMatch(/longer than 1000 bytes/)
  })

  test('unless it is a whole list without pages', async () => {
    const { pods, gap } = await read(() => long, { limits, flags: { 'chunk-size': 0 } })
    expect([pods.length, gap]).toEqual([1, undefined])
  })

  test('where all answers together are', async () => {
    const { gap } = await read(({ searchParams }) => page([], `${searchParams.get('continue') ?? ''}x`), {
      limits: { totalBytes: 2000 },
    })
    expect(gap).toBe('all answers of the server together are longer than 2000 bytes')
  })

  test('where it never ends', async () => {
    const server = createHttpServer((request, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      if (!request.url?.startsWith('/api/v1/pods'))
        return response.end(JSON.stringify({ ...listKindAt('/nodes'), items: [] }))
      const writing = setInterval(() => response.write(' '.repeat(300)), 5)
      return response.on('close', () => clearInterval(writing))
    }).listen(0, '127.0.0.1')
    open.push({ close: () => server.close().closeAllConnections() })
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const connection = await connected(`http://127.0.0.1:${port}`, { limits })
    const { gaps } = await readCluster(connection, { resources: ['pods', 'nodes'] })
    expect(gaps.find(({ resource }) => resource === 'pods')?.message).toMatch(/longer than 1000 bytes/)
  })
})

describe('a list without end is a gap', () => {
  test('where each page names another one', async () => {
    const { gap, paths } = await read(
      ({ searchParams }) => page([pod('a')], `${searchParams.get('continue') ?? ''}x`),
      { limits: { pages: 4 } },
    )
    expect(gap).toMatch(/^the list of the server does not end: it has more than 4 pages/)
    expect(paths.filter((path) => path.startsWith('/api/v1/pods'))).toHaveLength(4)
  })

  test('where a page leads to itself', async () => {
    expect((await read(() => page([], 'again'))).gap).toMatch(/its pages lead back to themselves/)
  })

  test('where every page has expired, also of the list without pages', async () => {
    const { gap, paths } = await read(({ searchParams }) =>
      searchParams.has('continue') ? refusal(410, 'Expired', 'too old') : page([pod('a')], 'x'),
    )
    expect(gap).toBe('too old')
    expect(paths.filter((path) => path.startsWith('/api/v1/pods'))).toHaveLength(4)
  })
})

describe('nothing is waited for for ever', () => {
  const ca = { 'certificate-authority': pem('ca') }
  const failure = async (server: string, options: Options): Promise<string> => {
    const begun = performance.now()
    const connection = await connected(server, options)
    const told = await readCluster(connection, { resources: ['pods'] }).catch((error: Error) => error.message)
    expect(performance.now() - begun).toBeLessThan(4000)
    return `${told}`
  }

  test('not for the other side of TLS', async () => {
    const server = `https://${await mute()}`
    expect(await failure(server, { flags: ca, limits: { handshakeSeconds: 0.1 } })).toBe(
      'Unable to connect to the server: net/http: TLS handshake timeout',
    )
  })

  test('not for a proxy', async () => {
    const env = { HTTPS_PROXY: `http://joe:hunter2@${await mute()}` }
    const told = await failure('https://kubernetes:6443', { flags: ca, env, limits: { proxySeconds: 0.1 } })
    expect(told).toMatch(
      /^Unable to connect to the server: proxyconnect tcp: http:\/\/127\.[^@]*: i\/o timeout$/,
    )
  })

  test('not for a server that says nothing, without any --request-timeout', async () => {
    expect(await failure(`http://${await mute()}`, { limits: { readingSeconds: 0.2 } })).toBe(
      'Unable to connect to the server: the cluster was not read within 0.2s',
    )
  })

  test('not for a server that drips', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n'
    const server = await mute((write) => {
      write(head)
      const dripping = setInterval(() => write(' '), 10)
      open.push({ close: () => clearInterval(dripping) })
    })
    expect(await failure(`http://${server}`, { limits: { readingSeconds: 0.2 } })).toMatch(/within 0\.2s$/)
    expect(await failure(`http://${server}`, { flags: { 'request-timeout': 0.2 } })).toBe(
      'Unable to connect to the server: no answer within 0.2s (--request-timeout)',
    )
  })

  test('not for a server that is busy again and again', async () => {
    const { url } = await apiServer(() => ({
      ...refusal(429, 'TooManyRequests', 'later'),
      headers: { 'retry-after': '0' },
    }))
    expect(await failure(url, {})).toBe('Error from server (TooManyRequests): later')
  })

  const execPlugin = (script: string) => ({
    kubeconfig: join(
      folderWith({
        login: `#!/bin/sh\n${script}\n`,
        config: {
          clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
          users: [{ name: 'u', user: { exec: { command: './login' } } }],
          contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'c',
        },
      }),
      'config',
    ),
  })
  const env = { PATH: process.env['PATH'] ?? '' }

  test.each([
    ['hangs', 'exec sleep 60', /login gave no credential within 0\.3s$/],
    ['leaves a child that holds its output', 'sleep 60 & exit 0', /login gave no credential within 0\.3s$/],
    ['never stops to print', 'exec yes', /login printed more than 1 MiB$/],
  ])('not for an exec plugin that %s', async (_, script, message) => {
    const limits = { readingSeconds: script.includes('yes') ? 20 : 0.3 }
    await expect(connected('', { flags: execPlugin(script), env, limits })).rejects.toThrow(message)
  })
})

test('a reading may take as long as 20 slow requests, and ten minutes at least', () => {
  expect([0, 5, 60].map((timeout) => readingSeconds(LIMITS, timeout))).toEqual([600, 600, 1200])
})
