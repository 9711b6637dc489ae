import { ServerError, UserError } from '../../model/errors.ts'
import { oneLine } from '../../model/text/words.ts'
import { type Endpoint, expiredHint } from './endpoint.ts'

/** A refusal of the API server: `metav1.Status`, or what can be said where it sent none. */
export interface StatusError {
  /** The HTTP status; 200 for what is no answer to the request, whatever the server meant by it. */
  readonly code: number
  /** `Forbidden`, `NotFound`, ...; '' where the server gave none. */
  readonly reason: string
  readonly message: string
}

/** Reasons by status, for bodies that are not a Status. Source: apimachinery pkg/api/errors NewGenericServerResponse. */
const REASONS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'the server does not allow this request'],
  404: ['NotFound', 'the server could not find the requested resource'],
  410: ['Expired', 'the page of the list is no longer available'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'an error on the server has prevented the request from succeeding'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted'],
}

/** Of what others write, no more than belongs into a sentence. */
export const cut = (text: string, most = 300): string =>
  text.length <= most ? text : `${text.slice(0, most).trimEnd()}...`

/** An answer with status 200 that is not what was asked for: a refusal that is not the server's own. */
export const notTheAnswer = (message: string): StatusError => ({ code: 200, reason: '', message })

/** The refusal in a response that is not 200. */
export function statusError(code: number, body: string): StatusError {
  const [reason, message] = REASONS[code] ?? ['', `the server answered with HTTP status ${code}`]
  try {
    const status = JSON.parse(body) as { kind?: unknown; reason?: unknown; message?: unknown } | null
    if (status?.kind === 'Status')
      return {
        code,
        reason: cut(wordsOf(status.reason) ?? reason, 60),
        message: cut(oneLine(wordsOf(status.message) ?? message), 1000),
      }
  } catch {
    // A proxy or a load balancer answers in its own way: one line of text is worth showing, a page is not.
    const text = body.trim()
    if (code !== 401 && text.length > 0 && text.length < 200 && !/[<\n]/.test(text))
      return { code, reason, message: text }
  }
  return { code, reason, message }
}

const wordsOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const HINTS: Readonly<Record<number, string>> = {
  403: 'docs/reading.md lists the rights that are needed; "kubectl auth can-i --list" shows yours.',
  404: 'Check that the server is a Kubernetes API server, and its path.',
  429: 'Try again in a minute.',
}

/** A refusal in the words of kubectl. Source: kubectl pkg/cmd/util/helpers.go StandardErrorMessage. */
export function statusFailure({ code, reason, message }: StatusError, endpoint: Endpoint): UserError {
  if (code === 401)
    return new UserError(
      `You must be logged in to the server (${message})`,
      expiredHint(endpoint) ?? (endpoint.server.startsWith('http:') ? PLAIN_HTTP_HINT : UNAUTHORIZED_HINT),
    )
  if (code === 200) return new UserError(message, NOT_AN_API_SERVER)
  const hint =
    HINTS[code] ?? (code >= 500 ? 'Try again; if it stays, look at the health of the server.' : undefined)
  return new ServerError(`Error from server${reason ? ` (${reason})` : ''}: ${message}`, hint)
}

const NOT_AN_API_SERVER =
  'Check the address: a proxy, a login page or another web server may be there; or something changed the answer.'

const PLAIN_HTTP_HINT =
  'Credentials are not sent over plain http, as with kubectl: log in at the https address of the server.'

const UNAUTHORIZED_HINT =
  'The token or certificate is not valid (any more): log in again, then try "kubectl auth whoami".'
