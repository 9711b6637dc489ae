import * as http from 'node:http'
import * as tls from 'node:tls'
import {
  type AttemptOrRefusal,
  type AttemptResult,
  endedEarly,
  isRefused,
  type Limits,
  refused,
  shortLine,
  timed,
} from './attempt.ts'
import { firstHop, type Hop, type HttpAction, headersOf, redirect } from './http-hop.ts'
import { type Forwarded, OUTPUT_BYTES, type Refusal } from './streams.ts'

/** Opens a connection to a port of the pod. */
type Open = (port: number) => Promise<Forwarded | Refusal>

/** The default of Go's client, which the kubelet keeps. */
const MAX_REDIRECTS = 10

/**
 * One HTTP attempt as the kubelet makes it (docs/reference/probes.md#http; pkg/probe/http/http.go): the same headers,
 * no check of certificates, redirects followed on the same host only, at most 10 KiB of the body. HTTP/1.1 also over
 * TLS.
 */
export async function attemptHttp(action: HttpAction, open: Open, limits: Limits): Promise<AttemptOrRefusal> {
  const first = await open(action.port)
  if (!first.ok) return first
  const opened: Forwarded[] = [first]
  const state = { hasHeaders: false }
  const attempt = await timed(
    limits,
    async () => {
      let hop = firstHop(action)
      let forwarded = first
      for (let hops = 0; ; hops++) {
        state.hasHeaders = false
        const answer = await exchange(forwarded, hop, action, state)
        if ('outcome' in answer) return answer
        const next = redirect(answer, hop)
        if (next === undefined || next.url.hostname !== hop.url.hostname) return judge(answer)
        if (hops + 1 >= MAX_REDIRECTS)
          return { outcome: 'Failed', message: 'stopped after 10 redirects', port: 'answered' }
        hop = next
        const more = await open(portOf(hop.url))
        if (!more.ok)
          return {
            outcome: 'Unknown',
            message: `the redirect to ${hop.url.href} could not be followed: ${more.error.message}`,
          }
        opened.push(more)
        forwarded = more
      }
    },
    () =>
      state.hasHeaders
        ? { outcome: 'Errored', message: 'the headers came in time, the body did not', port: 'answered' }
        : { outcome: 'TimedOut', message: 'no answer in time' },
  )
  for (const { close } of opened) close()
  return { ok: true, attempt }
}

interface HttpAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
  readonly whole: boolean
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80)

/** One request on an open stream. Failures of the connection are results, too. */
function exchange(
  forwarded: Forwarded,
  hop: Hop,
  action: HttpAction,
  state: { hasHeaders: boolean },
): Promise<HttpAnswer | AttemptResult> {
  return new Promise((resolve) => {
    forwarded.onEnd(() => {
      if (isRefused(forwarded)) resolve(refused)
    })
    const fail = (error: NodeJS.ErrnoException) => resolve(failure(error, forwarded, hop.url))
    try {
      const request = http.request({
        createConnection: () => secured(forwarded, hop.url, fail),
        path: hop.target,
        headers: headersOf(action, hop),
        setHost: false,
      })
      request.on('error', fail)
      request.on('response', (response) => {
        state.hasHeaders = true
        readBody(response, resolve)
      })
      request.end()
    } catch (error) {
      resolve({
        outcome: 'Unknown',
        message: `the request can't be made: ${shortLine((error as Error).message)}`,
      })
    }
  })
}

/** The kubelet verifies no certificate and sends no name to an IP (docs/reference/probes.md#tls). */
function secured(forwarded: Forwarded, url: URL, fail: (error: Error) => void): Forwarded['stream'] {
  if (url.protocol === 'http:') return forwarded.stream
  const socket = tls.connect({
    socket: forwarded.stream as never,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  })
  socket.on('error', fail)
  return socket
}

function readBody(response: http.IncomingMessage, done: (answer: HttpAnswer) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  const finish = (whole: boolean) =>
    done({
      status: response.statusCode ?? 0,
      location: response.headers.location,
      body: Buffer.concat(chunks).subarray(0, OUTPUT_BYTES).toString('utf8'),
      whole,
    })
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    // More than that the kubelet does not read, either.
    if (size >= OUTPUT_BYTES) finish(true)
  })
  response.on('end', () => finish(response.complete))
  response.on('error', () => finish(false))
}

function judge({ status, body, whole }: HttpAnswer): AttemptResult {
  const message = `HTTP status ${status}`
  const output = body === '' ? {} : { output: body }
  if (!whole)
    return {
      outcome: 'Errored',
      message: `${message}, and the body is shorter than announced`,
      ...output,
      port: 'answered',
    }
  const outcome = status < 200 || status >= 400 ? 'Failed' : status >= 300 ? 'Warned' : 'Passed'
  const more = outcome === 'Warned' ? ', a redirect that is not followed' : ''
  return { outcome, message: message + more, ...output, port: 'answered' }
}

/** What Node calls by a code, in words. All of these count as failures. */
function failure(error: NodeJS.ErrnoException, forwarded: Forwarded, url: URL): AttemptResult {
  const { code = '', message } = error
  const answered = (words: string): AttemptResult => ({ outcome: 'Failed', message: words, port: 'answered' })
  if (code.startsWith('HPE_')) return answered(malformed((error as { rawPacket?: Buffer }).rawPacket))
  if (isRefused(forwarded)) return refused
  if (url.protocol === 'https:' && /^(ERR_SSL_WRONG_VERSION|ERR_SSL_PACKET_LENGTH|EPROTO)/.test(code))
    return answered('the port does not speak TLS, and the probe has scheme HTTPS')
  const alert = /ALERT_(?:NUMBER_)?([A-Z_]+)$/.exec(code)?.[1]
  if (alert !== undefined) return answered(`TLS alert: ${alert.toLowerCase().replaceAll('_', ' ')}`)
  if (code.startsWith('ERR_SSL_')) return answered(`TLS: ${shortLine(message)}`)
  return endedEarly(forwarded)
}

function malformed(packet: Buffer | undefined): string {
  if (packet?.[0] === 0x15 && packet[1] === 0x03) return 'the port speaks TLS, and the probe has scheme HTTP'
  if (packet?.[0] === 0 && packet[1] === 0 && packet[3] === 4)
    return 'the port speaks HTTP/2 in clear text (gRPC), not HTTP/1.1'
  return 'the answer is not HTTP'
}
