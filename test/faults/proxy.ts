import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as send } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** What the real API server answered, as it came, uncompressed. */
export interface Upstream {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A request that a fault is about, with the real answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly upstream: Upstream
  /** How many requests the fault was about so far, this one included. */
  readonly attempt: number
  /** Answers as the real server did, with changed headers or another body. */
  pass(change?: {
    readonly code?: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Buffer | string
  }): void
  /** Bytes as they go over the connection, below HTTP. */
  readonly socket: Socket
  /** Ends the connection by a reset, as a machine that lost it does. */
  reset(): void
}

/** A way to misbehave. */
export interface Misbehaviour {
  /** Instead of the answer to a request. */
  readonly answer?: (exchange: Exchange) => void | Promise<void>
  /** Instead of passing a stream on (exec, port-forward): the two ends, once the real server has been asked. */
  readonly stream?: (client: Duplex, upgrade: Upgrade) => void | Promise<void>
  /** Before TLS; `false` lets the connection be. */
  readonly connection?: (socket: Socket, count: number) => boolean
}

/** A stream that a client asks for. */
export interface Upgrade {
  readonly request: IncomingMessage
  /** Connects to the real server and passes everything on; gives the server's end. */
  pass(): TLSSocket
}

export interface FaultyProxy {
  readonly url: string
  /** Requests whose path matches are answered so; `undefined` ends it. */
  misbehave(how: Misbehaviour | undefined, path?: RegExp): void
  /** Method and path of the requests since `misbehave` was called last. */
  asked(): readonly string[]
  close(): void
}

interface Identity {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca: Buffer
}

/** A TLS proxy in front of an API server: passes everything on as it is, but for what it is told to spoil. */
export async function faultyProxy(server: string, identity: Identity): Promise<FaultyProxy> {
  const upstream = new URL(server)
  const agent = new Agent({ ca: identity.ca, keepAlive: true })
  const sockets = new Set<Socket>()
  // Only the connection below TLS can be reset; the port at the other end tells which one it is.
  const connectionOf = ({ remotePort }: Socket) => [...sockets].find((one) => one.remotePort === remotePort)
  let how: Misbehaviour | undefined
  let about = /^/
  let [attempt, connections] = [0, 0]
  let asked: string[] = []

  const https = createServer(identity, (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const fault = about.test(request.url ?? '') ? how?.answer : undefined
    const number = fault === undefined ? 0 : ++attempt
    forward(request)
      .then(async (answer) => {
        const pass: Exchange['pass'] = ({ code, headers = {}, body } = {}) => {
          const { 'transfer-encoding': _, 'content-length': __, ...own } = answer.headers
          response.writeHead(code ?? answer.code, { ...own, ...headers })
          response.end(body ?? answer.body)
        }
        if (fault === undefined) pass()
        else
          await fault({
            request,
            response,
            upstream: answer,
            attempt: number,
            pass,
            socket: request.socket,
            reset: () => connectionOf(request.socket)?.resetAndDestroy(),
          })
      })
      .catch(() => request.socket.destroy())
  })
  https.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    asked.push(`UPGRADE ${request.url}`)
    socket.on('error', () => {})
    const pass = () => forwardUpgrade(request, socket, head)
    const fault = about.test(request.url ?? '') ? how?.stream : undefined
    if (fault === undefined) pass()
    else void fault(socket, { request, pass })
  })
  https.on('tlsClientError', () => {})

  function forward(request: IncomingMessage): Promise<Upstream> {
    const { 'accept-encoding': _, ...headers } = request.headers
    return new Promise((resolve, reject) => {
      const options = { method: request.method, headers: { ...headers, host: upstream.host }, agent }
      const sent = send(new URL(request.url ?? '/', server), options, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({ code: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        )
      })
      sent.on('error', reject)
      request.pipe(sent)
    })
  }

  function forwardUpgrade({ method, url, rawHeaders }: IncomingMessage, client: Duplex, head: Buffer) {
    const real = connectTls({ host: upstream.hostname, port: Number(upstream.port), ca: identity.ca })
    sockets.add(real)
    const headers = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
    )
    real.write(`${method} ${url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
    real.write(head)
    real.on('error', () => client.destroy())
    client.on('error', () => real.destroy())
    real.pipe(client).pipe(real)
    return real
  }

  // Below TLS, so that a connection can be spoilt before anything is said.
  const tcp = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    connections++
    if (how?.connection?.(socket, connections) === true) return
    https.emit('connection', socket)
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  return {
    url: `https://127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    misbehave: (next, path = /^/) => {
      ;[how, about, attempt, connections, asked] = [next, path, 0, 0, []]
    },
    asked: () => asked,
    close: () => {
      for (const socket of sockets) socket.destroy()
      agent.destroy()
      tcp.close()
    },
  }
}
