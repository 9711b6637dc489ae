import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Exchange, Misbehaviour } from './proxy.ts'

/** Seconds that a request may take in these tests: `--request-timeout`. */
export const REQUEST_TIMEOUT = 2

/** A way in which a server, or what stands before it, spoils the list of one kind. */
export interface Fault extends Misbehaviour {
  readonly name: string
  /**
   * `Same`: the whole answer comes through, and the report is the one without the fault. `Told`: it does not, and the
   * command says so, by a gap of that kind or by exit code 2.
   */
  readonly outcome: 'Same' | 'Told'
  /** It takes seconds, and is tried on one list of each command only. */
  readonly slow?: true
}

const JSON_TYPE = { 'content-type': 'application/json' }
const LOGIN =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="/login"></form></body></html>'

const status = (code: number, reason: string, message: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code })

/** The head of an answer as bytes, for what the HTTP module would not send. */
const head = (fields: readonly string[], line = 'HTTP/1.1 200 OK'): string =>
  [line, 'Content-Type: application/json', ...fields, '', ''].join('\r\n')

const told = (name: string, answer: (exchange: Exchange) => void | Promise<void>): Fault => ({
  name,
  outcome: 'Told',
  answer,
})
const same = (name: string, answer: (exchange: Exchange) => void | Promise<void>): Fault => ({
  name,
  outcome: 'Same',
  answer,
})
const slow = (fault: Fault): Fault => ({ ...fault, slow: true })
/** Only the first request is spoilt. */
const once = (fault: Fault): Fault => ({
  name: `${fault.name}, once`,
  outcome: 'Same',
  answer: (exchange) => (exchange.attempt === 1 ? fault.answer?.(exchange) : exchange.pass()),
})
const replaced = (
  name: string,
  body: (body: Buffer) => Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Fault => told(name, ({ pass, upstream }) => pass({ code: 200, body: body(upstream.body), headers }))
const refused = (code: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault =>
  told(`${code}${Object.entries(headers).map(([name, value]) => ` ${name}: ${value}`)}`, ({ pass }) =>
    pass({ code, body, headers: { ...JSON_TYPE, ...headers } }),
  )

const half = (body: Buffer): Buffer => body.subarray(0, body.length / 2)
/** The list with something in the place of its objects. */
const list = (body: Buffer, change: (list: Record<string, unknown>) => unknown): string =>
  JSON.stringify(change(JSON.parse(body.toString()) as Record<string, unknown>))

const busy = (value?: string): Fault =>
  refused(
    429,
    status(429, 'TooManyRequests', 'too many requests'),
    value === undefined ? {} : { 'retry-after': value },
  )

const TIME: readonly Fault[] = [
  slow(
    same('waits a second before the head', async ({ pass }) => {
      await sleep(1000)
      pass()
    }),
  ),
  slow(
    same('drips its answer in a second', async ({ response, upstream: { body } }) => {
      response.writeHead(200, JSON_TYPE)
      for (let from = 0; from < body.length; from += Math.ceil(body.length / 20)) {
        response.write(body.subarray(from, from + Math.ceil(body.length / 20)))
        await sleep(50)
      }
      response.end()
    }),
  ),
  slow(told('never answers', () => {})),
  slow(
    told('stops in the middle and keeps the connection', ({ response, upstream: { body } }) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': `${body.length}` })
      response.write(half(body))
    }),
  ),
  slow(
    told('drips for ever', async ({ response }) => {
      response.writeHead(200, JSON_TYPE)
      response.write('{"kind":')
      while (!response.destroyed) {
        response.write(' ')
        await sleep(20)
      }
    }),
  ),
  slow(
    told('sends heads for ever', async ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      while (!socket.destroyed) {
        socket.write('X: y\r\n')
        await sleep(20)
      }
    }),
  ),
]

const CUTS: readonly Fault[] = [
  told('cut by the length it gave', ({ response, upstream: { body }, socket }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': `${body.length}` })
    response.write(half(body), () => socket.destroySoon())
  }),
  told('cut between chunks', ({ response, upstream: { body }, socket }) => {
    response.writeHead(200, JSON_TYPE)
    response.write(half(body), () => socket.destroySoon())
  }),
  told('cut where nothing tells the length', ({ upstream: { body }, socket }) => {
    socket.end(Buffer.concat([Buffer.from(head(['Connection: close'])), half(body)]))
  }),
  told('cut within compressed data', ({ upstream: { body }, socket }) => {
    const fields = ['Content-Encoding: gzip', 'Connection: close']
    socket.end(Buffer.concat([Buffer.from(head(fields)), half(gzipSync(body))]))
  }),
  told('cut before the head', ({ socket }) => void socket.destroySoon()),
  told('cut within the head', ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nContent-Ty')),
  told('reset before the head', ({ reset }) => reset()),
  told('reset in the middle', ({ response, upstream: { body }, reset }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': `${body.length}` })
    response.write(half(body), () => setTimeout(reset, 20))
  }),
  told('shorter than it is', ({ upstream: { body }, socket }) => {
    const fields = [`Content-Length: ${Math.floor(body.length / 2)}`, 'Connection: close']
    socket.end(Buffer.concat([Buffer.from(head(fields)), body]))
  }),
  same('no length, closed at the end', ({ upstream: { body }, socket }) => {
    socket.end(Buffer.concat([Buffer.from(head(['Connection: close'])), body]))
  }),
  same('closes after each answer', ({ pass }) => pass({ headers: { connection: 'close' } })),
  same('reset of a connection that was idle', ({ pass, reset, response }) => {
    response.once('finish', () => setTimeout(reset, 50))
    pass()
  }),
]

const REFUSALS: readonly Fault[] = [
  once(busy('1')),
  once(busy('0')),
  once(refused(503, status(503, 'ServiceUnavailable', 'starting'), { 'retry-after': '1' })),
  busy(),
  busy('0'),
  slow(busy('1')),
  slow(busy('99999')),
  slow(busy(new Date(Date.UTC(2036, 0)).toUTCString())),
  busy('soon'),
  busy('-1'),
  slow(busy('1e400')),
  refused(500, status(500, 'InternalError', 'etcdserver: request timed out')),
  refused(500, ''),
  refused(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', { 'content-type': 'text/html' }),
  refused(503, status(503, 'ServiceUnavailable', 'apiserver not ready')),
  refused(504, status(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout')),
  refused(401, status(401, 'Unauthorized', 'Unauthorized')),
  refused(403, status(403, 'Forbidden', 'it is forbidden')),
  refused(403, LOGIN, { 'content-type': 'text/html' }),
  refused(404, '404 page not found\n', { 'content-type': 'text/plain' }),
  refused(410, status(410, 'Expired', 'The provided continue parameter is too old')),
  refused(302, '', { location: 'https://login.example/' }),
  refused(307, '', { location: '/elsewhere' }),
  refused(204, ''),
  refused(206, '{"kind":'),
  refused(304, ''),
  refused(999, status(999, 'Odd', 'odd')),
]

const BODIES: readonly Fault[] = [
  replaced('a login page', () => LOGIN, { 'content-type': 'text/html' }),
  replaced('a login page that calls itself JSON', () => LOGIN, JSON_TYPE),
  replaced('protobuf', (body) => Buffer.concat([Buffer.from('k8s\0'), body]), {
    'content-type': 'application/vnd.kubernetes.protobuf',
  }),
  replaced('JSON that calls itself protobuf', (body) => body, {
    'content-type': 'application/vnd.kubernetes.protobuf',
  }),
  replaced('YAML', () => 'apiVersion: v1\nkind: List\nitems: []\n', { 'content-type': 'application/yaml' }),
  same('JSON with a charset', ({ pass }) =>
    pass({ headers: { 'content-type': 'application/json; charset=utf-8' } }),
  ),
  same('JSON in capitals', ({ pass }) => pass({ headers: { 'content-type': 'Application/JSON' } })),
  replaced('nothing', () => ''),
  replaced('blanks', () => '  \n'),
  replaced('two documents', (body) => Buffer.concat([body, body])),
  replaced('something after the list', (body) => Buffer.concat([body, Buffer.from('<!-- proxied -->')])),
  replaced('zero bytes within', (body) => body.toString().replace('"items"', '"items\0"')),
  replaced('{}', () => '{}'),
  replaced('[]', () => '[]'),
  replaced('5', () => '5'),
  replaced('null', () => 'null'),
  replaced('a refusal with status 200', () => status(403, 'Forbidden', 'it is forbidden')),
  replaced('a Table', (body) =>
    list(body, () => ({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions: [], rows: [] })),
  ),
  replaced('a list of another kind', (body) =>
    list(body, (real) => ({ ...real, kind: 'ConfigMapList', items: [] })),
  ),
  replaced('a list without items', (body) => list(body, ({ items: _, ...rest }) => rest)),
  replaced('items that are no list', (body) => list(body, (real) => ({ ...real, items: {} }))),
  replaced('items without names', (body) =>
    list(body, (real) => ({ ...real, items: [{ metadata: {} }, { spec: {} }] })),
  ),
]

const COMPRESSION: readonly Fault[] = [
  same('compressed', ({ pass, upstream }) =>
    pass({ body: gzipSync(upstream.body), headers: { 'content-encoding': 'gzip' } }),
  ),
  replaced('calls itself compressed and is not', (body) => body, { 'content-encoding': 'gzip' }),
  replaced('compressed and does not say so', (body) => gzipSync(body)),
  replaced('deflate', (body) => deflateSync(body), { 'content-encoding': 'deflate' }),
  replaced('brotli', (body) => brotliCompressSync(body), { 'content-encoding': 'br' }),
  // Go's client, too, decodes nothing that it has not asked for, and reads what is there.
  same('an encoding that is not one', ({ pass }) => pass({ headers: { 'content-encoding': 'x-own' } })),
  replaced(
    'compressed with a wrong checksum',
    (body) => {
      const sent = gzipSync(body)
      sent.writeUInt32LE(1, sent.length - 8)
      return sent
    },
    { 'content-encoding': 'gzip' },
  ),
]

const HTTP: readonly Fault[] = [
  told('no HTTP', ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.7\r\n')),
  told('two different lengths', ({ upstream: { body }, socket }) => {
    const fields = [`Content-Length: ${body.length}`, 'Content-Length: 2']
    socket.end(Buffer.concat([Buffer.from(head(fields)), body]))
  }),
  told('a head without end', ({ socket }) => {
    socket.on('error', () => {})
    socket.end(`HTTP/1.1 200 OK\r\n${'X-Long: '.padEnd(200_000, 'x')}\r\n\r\n{}`)
  }),
  told('a length that is not one', ({ upstream: { body }, socket }) => {
    socket.end(Buffer.concat([Buffer.from(head(['Content-Length: many'])), body]))
  }),
  same('an interim answer before the real one', ({ response, pass }) => {
    response.writeProcessing()
    pass()
  }),
]

/** Lists that come in pages: the tests ask for pages of one object. */
const PAGES: readonly Fault[] = [
  slow(
    same('410 in the middle of the pages', ({ attempt, pass }) =>
      attempt === 2 ? pass({ code: 410, body: status(410, 'Expired', 'too old') }) : pass(),
    ),
  ),
  slow(
    told('410 for every page', ({ pass }) => pass({ code: 410, body: status(410, 'Expired', 'too old') })),
  ),
  slow(
    told('the same page for ever', ({ pass, upstream: { body } }) =>
      pass({
        body: list(body, (real) => ({ ...real, metadata: { continue: 'again' } })),
        code: 200,
      }),
    ),
  ),
  slow(
    told('the second page is refused', ({ attempt, pass }) =>
      attempt > 1 ? pass({ code: 500, body: status(500, 'InternalError', 'no') }) : pass(),
    ),
  ),
  slow(
    told('the second page is cut', ({ attempt, pass, upstream: { body } }) =>
      attempt > 1 ? pass({ body: half(body) }) : pass(),
    ),
  ),
]

/** About a list: what the server answers to it. */
export const LIST_FAULTS: readonly Fault[] = [
  ...TIME,
  ...CUTS,
  ...REFUSALS,
  ...BODIES,
  ...COMPRESSION,
  ...HTTP,
]
/** About a list of several pages. */
export const PAGE_FAULTS = PAGES

const connections = (
  name: string,
  spoil: (socket: Parameters<NonNullable<Misbehaviour['connection']>>[0]) => void,
): Fault => ({
  name,
  outcome: 'Told',
  connection: (socket) => {
    spoil(socket)
    return true
  },
})

/** About every connection. */
export const CONNECTION_FAULTS: readonly Fault[] = [
  connections('closes what is opened', (socket) => socket.destroy()),
  connections('resets what is opened', (socket) => socket.resetAndDestroy()),
  connections('answers TLS with HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  connections('answers TLS with noise', (socket) => socket.end(Buffer.alloc(64, 7))),
  slow(connections('never ends the TLS handshake', () => {})),
  slow(
    connections('closes in the middle of the TLS handshake', (socket) =>
      socket.once('data', () => {
        socket.write(Buffer.from([0x16, 3, 3, 0, 0x7a]))
        setTimeout(() => socket.destroy(), 100)
      }),
    ),
  ),
]
