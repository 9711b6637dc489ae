import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll } from '@jest/globals'

/** What a command does: prints on stdout and stderr, and ends with a status after some milliseconds; or never. */
export interface Command {
  readonly stdout?: string
  readonly stderr?: string
  readonly status?: object
  readonly after?: number
}

interface Options {
  readonly tls: ServerOptions
  /** What runs in the container; without it the command is not found. */
  readonly commands?: Readonly<Record<string, Command>>
  /** Refuses streams of pods with these names with this status. */
  readonly forbidden?: Readonly<Record<string, number>>
}

export interface StreamServer {
  readonly url: string
  /** Method, path and query of every request so far; a stream is an upgrade. */
  readonly asked: string[]
  readonly headers: IncomingMessage['headers'][]
}

const stops: (() => void)[] = []
afterAll(() => {
  for (const stop of stops.splice(0)) stop()
})

/**
 * A TLS server that speaks what the API server and a kubelet speak for exec and port-forward: WebSockets with the
 * subprotocol v4.channel.k8s.io, where the first byte of each message is its channel. A port of any pod is the
 * same port of this machine. Source: k8s.io/cri-streaming pkg/streaming/{remotecommand,portforward}/websocket.go.
 */
export async function streamServer({ tls, commands = {}, forbidden = {} }: Options): Promise<StreamServer> {
  const asked: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer(tls, (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const [code, body] = refusalOf(request, forbidden) ?? [200, { gitVersion: 'v1.36.3' }]
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  const sockets = new Set<Socket>()
  server.on('secureConnection', (socket) => sockets.add(socket as unknown as Socket))
  server.on('upgrade', (request, socket: Socket) => {
    asked.push(`UPGRADE ${request.url}`)
    headers.push(request.headers)
    socket.on('error', () => {})
    const refusal = refusalOf(request, forbidden)
    if (refusal !== undefined) {
      socket.end(
        `HTTP/1.1 ${refusal[0]} No\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(refusal[1])}`,
      )
      return
    }
    accept(request, socket)
    const url = new URL(request.url ?? '', 'https://x')
    if (url.pathname.endsWith('/portforward')) forward(Number(url.searchParams.get('ports')), socket)
    else run(commands[url.searchParams.getAll('command').join(' ')], socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, headers }
}

function refusalOf(
  { url = '' }: IncomingMessage,
  forbidden: Readonly<Record<string, number>>,
): readonly [number, object] | undefined {
  const [, namespace, pod = '', subresource] = /namespaces\/([^/]+)\/pods\/([^/]+)\/(\w+)/.exec(url) ?? []
  const code = forbidden[pod]
  if (code === undefined) return undefined
  const message = `pods "${pod}" is forbidden: User "jane" cannot create resource "pods/${subresource}" in API group "" in the namespace "${namespace}"`
  return [code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code, message }]
}

function accept({ headers }: IncomingMessage, socket: Socket): void {
  const key = createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
  )
}

function send(socket: Socket, channel: number, data: Buffer | string): void {
  const body = Buffer.concat([Buffer.from([channel]), Buffer.from(data as string)])
  const head = Buffer.alloc(body.length < 126 ? 2 : 4)
  head[0] = 0x82
  if (body.length < 126) head[1] = body.length
  else {
    head[1] = 126
    head.writeUInt16BE(body.length, 2)
  }
  socket.write(Buffer.concat([head, body]))
}

/** Large chunks are cut, so that each message has a length of 16 bits. */
function sendAll(socket: Socket, channel: number, data: Buffer): void {
  for (let from = 0; from < data.length; from += 60_000)
    send(socket, channel, data.subarray(from, from + 60_000))
}

const hangUp = (socket: Socket): void => {
  socket.end(Buffer.from([0x88, 0]))
}

/** The messages of a client, unmasked; a close frame ends them. */
function receive(
  socket: Socket,
  onMessage: (channel: number, data: Buffer) => void,
  onClose: () => void,
): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      if (rest.length < 2) return
      const short = (rest[1] ?? 0) & 127
      const start = short === 126 ? 4 : 2
      const length = short === 126 ? rest.readUInt16BE(2) : short
      if (rest.length < start + 4 + length) return
      const mask = rest.subarray(start, start + 4)
      const body = rest
        .subarray(start + 4, start + 4 + length)
        .map((byte, index) => byte ^ (mask[index % 4] ?? 0))
      const opcode = (rest[0] ?? 0) & 15
      rest = rest.subarray(start + 4 + length)
      if (opcode === 8) onClose()
      else if (opcode === 2) onMessage(body[0] ?? 0, Buffer.from(body.subarray(1)))
    }
  })
  socket.on('close', onClose)
}

/** A port that the node can't forward. */
export const UNFORWARDABLE = 7
/** A port whose stream breaks off without a closing handshake as soon as something is sent. */
export const CUT_OFF = 9

function forward(port: number, socket: Socket): void {
  for (const channel of [0, 1]) send(socket, channel, Buffer.from([port & 255, port >> 8]))
  if (port === UNFORWARDABLE) {
    send(
      socket,
      1,
      `error forwarding port ${port} to pod 5f, uid : unable to do port forwarding: socat not found`,
    )
    hangUp(socket)
    return
  }
  if (port === CUT_OFF) {
    socket.once('data', () => socket.destroy())
    return
  }
  const inside = connect(port, '127.0.0.1')
  receive(
    socket,
    (channel, data) => {
      if (channel === 0) inside.write(data)
    },
    () => inside.destroy(),
  )
  inside.on('data', (data) => sendAll(socket, 0, data))
  inside.on('end', () => hangUp(socket))
  inside.on('error', (error: NodeJS.ErrnoException) => {
    const words = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message
    send(socket, 1, `error forwarding port ${port} to pod 5f, uid : dial tcp4 127.0.0.1:${port}: ${words}`)
    hangUp(socket)
  })
}

function run(command: Command | undefined, socket: Socket): void {
  receive(
    socket,
    () => {},
    () => socket.destroy(),
  )
  const notFound = 'error executing command in container: exec: "x": executable file not found in $PATH'
  const {
    stdout = '',
    stderr = '',
    after = 0,
    status,
  } = command ?? {
    status: { status: 'Failure', reason: 'InternalError', message: notFound },
  }
  if (stdout !== '') sendAll(socket, 1, Buffer.from(stdout))
  if (stderr !== '') sendAll(socket, 2, Buffer.from(stderr))
  if (status === undefined) return
  setTimeout(() => {
    send(socket, 3, JSON.stringify(status))
    hangUp(socket)
  }, after)
}
