import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll } from '@jest/globals'
import { listPath } from '../../src/kube/api/list.ts'
import {
  apiVersionOf,
  KINDS,
  RESOURCES,
  type Resource,
  resourceOf,
} from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'

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

/** What the API server would answer to a list at this path: the kind and the version that its last words name. */
export function listKindAt(pathname: string): { readonly kind: string; readonly apiVersion: string } {
  const words = pathname.split('/')
  const resource = RESOURCES.find((one) => one === words.at(-1))
  return resource === undefined
    ? { kind: 'UnknownList', apiVersion: 'v1' }
    : { kind: `${KINDS[resource].kind}List`, apiVersion: apiVersionOf(resource) }
}

/** An item with the fields that the API server writes of every object, if only as `{}`. */
function asWritten(pathname: string, item: { readonly spec?: object }): object {
  if (pathname.endsWith('/events')) return { involvedObject: {}, ...item }
  const written = { spec: {}, status: {}, ...item }
  return pathname.endsWith('/pods') ? { ...written, spec: { containers: [], ...item.spec } } : written
}

/** A cluster without any object. */
export const nothing: Handler = ({ pathname }) =>
  pathname === '/version'
    ? { body: { gitVersion: 'v1.36.3' } }
    : { body: { ...listKindAt(pathname), metadata: {}, items: [] } }

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
        ...listKindAt(pathname),
        metadata: { resourceVersion: '7', ...next },
        items: found.slice(from, to).map((item) => asWritten(pathname, item)),
      },
    }
  }

/** Every list of a cluster of these objects, of all namespaces and of each, without those that `except` names. */
export function clusterLists(
  objects: readonly KubeObject[],
  except: Readonly<{ [R in Resource]?: Reply }> = {},
): Handler {
  const content: Record<string, readonly object[] | Reply> = {}
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))
  for (const resource of RESOURCES) {
    const own = objects.filter(({ apiVersion, kind }) => resourceOf(apiVersion, kind) === resource)
    content[listPath(resource, undefined)] = except[resource] ?? own
    if (!KINDS[resource].namespaced) continue
    for (const namespace of namespaces)
      content[listPath(resource, namespace)] =
        except[resource] ?? own.filter(({ metadata }) => metadata.namespace === namespace)
  }
  return lists(content)
}
