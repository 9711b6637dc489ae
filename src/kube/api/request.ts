import * as http from 'node:http'
import * as https from 'node:https'
import { LONGEST_TIMER } from '../../model/text/time.ts'
import { TimeOver } from './connection-failure.ts'
import type { Limits } from './limits.ts'
import { type Reading, TooLong } from './reading.ts'

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
  readonly connecting: Pick<Limits, 'connectSeconds' | 'handshakeSeconds' | 'proxySeconds'>
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
    connecting,
    signal,
    mostBytes = Number.POSITIVE_INFINITY,
    lastBytes = Number.POSITIVE_INFINITY,
  }: Patience,
  failed: (request: http.ClientRequest) => void,
): Promise<Response> {
  const left = reading.millisecondsLeft()
  const own = timeoutSeconds > 0 ? timeoutSeconds * 1000 : Number.POSITIVE_INFINITY
  const late =
    own <= left
      ? new TimeOver('REQUEST_TIMEOUT', timeoutSeconds)
      : new TimeOver('READING_TIMEOUT', reading.seconds)
  const abort = signal === undefined ? {} : { signal }
  // The agent asks the proxy on a connection of its own, which ends by this alone.
  const timeout = Math.min(own, left, connecting.proxySeconds * 1000)
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { ...options, ...abort, timeout })
    const end = () => {
      clearTimeout(timer)
      connected()
    }
    const fail = (error: Error) => {
      end()
      failed(request)
      reject(error)
    }
    // A request that has no socket yet, or whose answer is there, does not tell that it was destroyed.
    const giveUp = (why: Error) => {
      fail(why)
      request.destroy()
    }
    const timer = setTimeout(() => giveUp(late), Math.min(own, left, LONGEST_TIMER))
    request.on('error', fail)
    const connected = limitConnecting(request, connecting, giveUp)
    request.on('response', (response) => {
      let chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > mostBytes) return giveUp(new TooLong('the answer of the server is', mostBytes))
        chunks.push(chunk)
        // Cut now and then, and not at each chunk.
        if (length <= 2 * lastBytes) return
        chunks = [Buffer.concat(chunks).subarray(-lastBytes)]
        length = lastBytes
      })
      response.on('error', fail)
      response.on('end', () => {
        end()
        const { statusCode: code = 0, headers } = response
        const body = Buffer.concat(chunks)
        resolve({ code, headers, body: length > lastBytes ? body.subarray(-lastBytes) : body })
      })
    })
    request.end()
  })
}

/** Nobody waits for ever for a proxy, for a connection or for the other side of TLS. Gives what ends the waiting. */
function limitConnecting(
  request: http.ClientRequest,
  { connectSeconds, handshakeSeconds, proxySeconds }: Patience['connecting'],
  giveUp: (why: Error) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined
  const done = () => clearTimeout(timer)
  const within = (seconds: number, code: ConnectTimeout) => {
    done()
    timer = setTimeout(() => giveUp(Object.assign(new Error(code), { code })), seconds * 1000)
  }
  within(proxySeconds, 'PROXY_TIMEOUT')
  request.once('response', done)
  request.once('close', done)
  request.once('socket', (socket) => {
    const handshake = () => {
      if ((socket as { secureConnecting?: boolean }).secureConnecting !== true) return done()
      within(handshakeSeconds, 'TLS_TIMEOUT')
      socket.once('secureConnect', done)
    }
    if (socket.connecting) {
      within(connectSeconds, 'ETIMEDOUT')
      socket.once('connect', handshake)
    } else handshake()
  })
  return done
}
