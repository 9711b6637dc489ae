import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll } from '@jest/globals'

/** What a server of these tests answers: a body (bytes, text, or an object as JSON) with a status and headers. */
export interface Reply {
  readonly code?: number
  readonly body: string | Buffer | object
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (url: URL, request: IncomingMessage) => Reply | Promise<Reply>

export interface ApiServer {
  readonly url: string
  readonly host: string
  /** Path and query of every request so far. */
  readonly paths: string[]
  readonly requests: IncomingMessage[]
  /** TCP connections so far. */
  connections: number
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server on a free local port, closed after the tests. With `tls` it speaks HTTPS. */
export async function apiServer(handler: Handler, tls?: ServerOptions): Promise<ApiServer> {
  const server = (tls === undefined ? createServer() : createTlsServer(tls)) as Server
  servers.push(server)
  const own: { -readonly [K in keyof ApiServer]: ApiServer[K] } = {
    url: '',
    host: '',
    paths: [],
    requests: [],
    connections: 0,
  }
  server.on(tls === undefined ? 'connection' : 'secureConnection', () => {
    own.connections++
  })
  server.on('request', async (request, response) => {
    own.paths.push(request.url ?? '')
    own.requests.push(request)
    const { code = 200, body, headers = {} } = await handler(new URL(request.url ?? '', 'http://x'), request)
    const isText = typeof body === 'string'
    response.writeHead(code, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers })
    response.end(isText || Buffer.isBuffer(body) ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  own.url = `${tls === undefined ? 'http' : 'https'}://${own.host}`
  return own
}

export const refusal = (code: number, reason: string, message: string): Reply => ({
  code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message },
})

/** The lists at these paths, in pages as the API server makes them; anything else is not found. */
export const lists =
  (content: Readonly<Record<string, readonly object[] | Reply>>): Handler =>
  ({ pathname, searchParams }) => {
    if (pathname === '/version') return { body: { gitVersion: 'v1.36.3' } }
    const found = content[pathname]
    if (found === undefined)
      return refusal(404, 'NotFound', 'the server could not find the requested resource')
    if (!Array.isArray(found)) return found as Reply
    const from = Number(searchParams.get('continue') ?? 0)
    const to = from + (Number(searchParams.get('limit') ?? 0) || found.length)
    const next = to < found.length ? { continue: `${to}`, remainingItemCount: found.length - to } : {}
    return {
      body: {
        kind: 'SomeList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '7', ...next },
        items: found.slice(from, to),
      },
    }
  }
