import * as http from 'node:http'
import * as https from 'node:https'
import { ReadingTimeout, RequestTimeout } from './connection-failure.ts'
import { type Reading, TooLong } from './reading.ts'

/** As client-go waits for a connection; `--request-timeout` is about the whole request. */
export const CONNECT_TIMEOUT_SECONDS = 30

/** As client-go waits for TLS, and Go for a proxy. Source: client-go transport/cache.go, net/http transport.go. */
const HANDSHAKE_SECONDS = 10
const PROXY_SECONDS = 60

/** What did not come in time, before the request was sent. */
type ConnectTimeout = 'PROXY_TIMEOUT' | 'ETIMEDOUT' | 'TLS_TIMEOUT'

/** An answer as it came, perhaps compressed. */
export interface Response {
  readonly code: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** What one request may cost. */
export interface Patience {
  /** `--request-timeout`; 0 is as long as the reading lasts. */
  readonly timeoutSeconds: number
  readonly reading: Reading
  /** Ends it early, with an `AbortError`. */
  readonly signal?: AbortSignal
  /** Of the body, as it is sent. */
  readonly mostBytes?: number
  /** Of the body no more than its end is kept, whatever its length. */
  readonly lastBytes?: number
}

/** One GET. A connection that the server closed while it was idle is no failure: the GET is sent once more. */
export async function send(url: URL, options: https.RequestOptions, patience: Patience): Promise<Response> {
  let reused = false
  try {
    return await sendOnce(url, options, patience, (request) => {
      reused = request.reusedSocket
    })
  } catch (error) {
    if (!reused || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
    return await sendOnce(url, options, patience, () => {})
  }
}

function sendOnce(
  url: URL,
  options: https.RequestOptions,
  {
    timeoutSeconds,
    reading,
    signal,
    mostBytes = Number.POSITIVE_INFINITY,
    lastBytes = Number.POSITIVE_INFINITY,
  }: Patience,
  failed: (request: http.ClientRequest) => void,
): Promise<Response> {
  const left = reading.millisecondsLeft()
  const own = timeoutSeconds > 0 ? timeoutSeconds * 1000 : Number.POSITIVE_INFINITY
  const late = own <= left ? new RequestTimeout(timeoutSeconds) : new ReadingTimeout(reading.seconds)
  const abort = signal === undefined ? {} : { signal }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { ...options, ...abort })
    let cause: Error | undefined
    const giveUp = (why: Error) => {
      cause ??= why
      request.destroy(why)
    }
    const timer = setTimeout(() => giveUp(late), Math.min(own, left, LONGEST_TIMER))
    const fail = (error: Error) => {
      clearTimeout(timer)
      failed(request)
      reject(cause ?? error)
    }
    request.on('error', fail)
    limitConnecting(request, giveUp)
    request.on('response', (response) => {
      let chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        if (length > mostBytes) giveUp(new TooLong('the answer of the server is', mostBytes))
        // Cut now and then, and not at each chunk.
        if (length <= 2 * lastBytes) return
        chunks = [Buffer.concat(chunks).subarray(-lastBytes)]
        length = lastBytes
      })
      response.on('error', fail)
      response.on('end', () => {
        clearTimeout(timer)
        const { statusCode: code = 0, headers } = response
        const body = Buffer.concat(chunks)
        resolve({ code, headers, body: length > lastBytes ? body.subarray(-lastBytes) : body })
      })
    })
    request.end()
  })
}

/** Of setTimeout, in milliseconds: a longer one ends at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Nobody waits for ever for a proxy, for a connection or for the other side of TLS. */
function limitConnecting(request: http.ClientRequest, giveUp: (why: Error) => void): void {
  let timer: NodeJS.Timeout | undefined
  const done = () => clearTimeout(timer)
  const within = (seconds: number, code: ConnectTimeout) => {
    done()
    timer = setTimeout(() => giveUp(Object.assign(new Error(code), { code })), seconds * 1000)
  }
  within(PROXY_SECONDS, 'PROXY_TIMEOUT')
  request.once('response', done)
  request.once('close', done)
  request.once('socket', (socket) => {
    const handshake = () => {
      if ((socket as { secureConnecting?: boolean }).secureConnecting !== true) return done()
      within(HANDSHAKE_SECONDS, 'TLS_TIMEOUT')
      socket.once('secureConnect', done)
    }
    if (socket.connecting) {
      within(CONNECT_TIMEOUT_SECONDS, 'ETIMEDOUT')
      socket.once('connect', handshake)
    } else handshake()
  })
}
