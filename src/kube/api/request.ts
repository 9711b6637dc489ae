import * as http from 'node:http'
import * as https from 'node:https'
import { RequestTimeout } from './connection-failure.ts'

/** As client-go waits for a connection; `--request-timeout` is about the whole request. */
export const CONNECT_TIMEOUT_SECONDS = 30

/** An answer as it came, perhaps compressed. */
export interface Response {
  readonly code: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** What one request needs beyond its options. */
interface Limits {
  /** `--request-timeout`; 0 waits for ever. */
  readonly timeoutSeconds: number
  /** Ends it early, with an `AbortError`. */
  readonly signal?: AbortSignal
  /** Of the body no more than its end is kept, whatever its length. */
  readonly lastBytes?: number
}

/** One GET. A connection that the server closed while it was idle is no failure: the GET is sent once more. */
export async function send(url: URL, options: https.RequestOptions, limits: Limits): Promise<Response> {
  let reused = false
  try {
    return await sendOnce(url, options, limits, (request) => {
      reused = request.reusedSocket
    })
  } catch (error) {
    if (!reused || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
    return await sendOnce(url, options, limits, () => {})
  }
}

function sendOnce(
  url: URL,
  options: https.RequestOptions,
  { timeoutSeconds, signal, lastBytes = Number.POSITIVE_INFINITY }: Limits,
  failed: (request: http.ClientRequest) => void,
): Promise<Response> {
  const timeout = timeoutSeconds > 0 ? AbortSignal.timeout(timeoutSeconds * 1000) : undefined
  const signals = [timeout, signal].filter((one) => one !== undefined)
  const abort = signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { ...options, ...abort })
    const fail = (error: Error) => {
      failed(request)
      reject(timeout?.aborted && !signal?.aborted ? new RequestTimeout(timeoutSeconds) : error)
    }
    request.on('error', fail)
    request.on('socket', (socket) => {
      if (!socket.connecting) return
      const timer = setTimeout(
        () => request.destroy(Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' })),
        CONNECT_TIMEOUT_SECONDS * 1000,
      )
      socket.once('connect', () => clearTimeout(timer))
      socket.once('close', () => clearTimeout(timer))
    })
    request.on('response', (response) => {
      let chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        // Cut now and then, and not at each chunk.
        if (length <= 2 * lastBytes) return
        chunks = [Buffer.concat(chunks).subarray(-lastBytes)]
        length = lastBytes
      })
      response.on('error', fail)
      response.on('end', () => {
        const { statusCode: code = 0, headers } = response
        const body = Buffer.concat(chunks)
        resolve({ code, headers, body: length > lastBytes ? body.subarray(-lastBytes) : body })
      })
    })
    request.end()
  })
}
