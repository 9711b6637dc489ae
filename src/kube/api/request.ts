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

/** One GET. A connection that the server closed while it was idle is no failure: the GET is sent once more. */
export async function send(
  url: URL,
  options: https.RequestOptions,
  timeoutSeconds: number,
): Promise<Response> {
  let reused = false
  try {
    return await sendOnce(url, options, timeoutSeconds, (request) => {
      reused = request.reusedSocket
    })
  } catch (error) {
    if (!reused || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
    return await sendOnce(url, options, timeoutSeconds, () => {})
  }
}

function sendOnce(
  url: URL,
  options: https.RequestOptions,
  timeoutSeconds: number,
  failed: (request: http.ClientRequest) => void,
): Promise<Response> {
  const signal = timeoutSeconds > 0 ? { signal: AbortSignal.timeout(timeoutSeconds * 1000) } : {}
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { ...options, ...signal })
    const fail = (error: Error) => {
      failed(request)
      reject(signal.signal?.aborted ? new RequestTimeout(timeoutSeconds) : error)
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
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () => {
        const { statusCode: code = 0, headers } = response
        resolve({ code, headers, body: Buffer.concat(chunks) })
      })
    })
    request.end()
  })
}
