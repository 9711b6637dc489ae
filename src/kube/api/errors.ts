import { X509Certificate } from 'node:crypto'
import { ServerError, UserError } from '../../model/errors.ts'
import { rfc3339 } from '../../model/text/time.ts'

/** A refusal of the API server: `metav1.Status`, or what can be said where it sent none. */
export interface StatusError {
  /** The HTTP status. */
  readonly code: number
  /** `Forbidden`, `NotFound`, ...; '' where the server gave none. */
  readonly reason: string
  readonly message: string
}

/** What is known about the connection, for the hints. */
export interface Endpoint {
  readonly server: string
  readonly proxy?: string
  readonly configured: boolean
  /** The client certificate in PEM, if one is used. */
  readonly certificate?: string
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

/** The refusal in a response that is not 200. */
export function statusError(code: number, body: string): StatusError {
  const [reason, message] = REASONS[code] ?? ['', `the server answered with HTTP status ${code}`]
  try {
    const status = JSON.parse(body) as { kind?: string; reason?: string; message?: string } | null
    if (status?.kind === 'Status')
      return { code, reason: status.reason || reason, message: oneLine(status.message || message) }
  } catch {
    // A proxy or a load balancer answers in its own way: one line of text is worth showing, a page is not.
    const text = body.trim()
    if (code !== 401 && text.length > 0 && text.length < 200 && !/[<\n]/.test(text))
      return { code, reason, message: text }
  }
  return { code, reason, message }
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim()

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
      expiredHint(endpoint) ?? UNAUTHORIZED_HINT,
    )
  const hint =
    HINTS[code] ?? (code >= 500 ? 'Try again; if it stays, look at the health of the server.' : undefined)
  return new ServerError(`Error from server${reason ? ` (${reason})` : ''}: ${message}`, hint)
}

const UNAUTHORIZED_HINT =
  'The token or certificate is not valid (any more): log in again, then try "kubectl auth whoami".'

/** Said in place of a guess where the client certificate is the likely cause. */
function expiredHint({ certificate }: Endpoint): string | undefined {
  if (certificate === undefined) return undefined
  try {
    const end = new X509Certificate(certificate).validToDate.getTime()
    return end < Date.now() ? `The client certificate expired at ${rfc3339(end)}: get a new one.` : undefined
  } catch {
    return undefined
  }
}

const REQUEST_TIMEOUT = 'REQUEST_TIMEOUT'

/** There was no answer within `--request-timeout`. */
export class RequestTimeout extends Error {
  readonly code = REQUEST_TIMEOUT
  readonly seconds: number

  constructor(seconds: number) {
    super()
    this.seconds = seconds
  }
}

const UNKNOWN_AUTHORITY: readonly string[] = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]
const CA_HINT =
  "Give the cluster's CA with --certificate-authority, or write the kubeconfig anew; a proxy that reads TLS also causes this."
const DATE_HINT = 'The certificate of the server has to be renewed, or the clock of this machine is wrong.'

/** How Go words what Node calls by a code, and what helps. */
const FAILURES: readonly {
  readonly codes: readonly string[]
  readonly message: (error: NodeJS.ErrnoException, endpoint: Endpoint) => string
  readonly hint: string
}[] = [
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA'],
    message: (error, { server, proxy }) =>
      `lookup ${(error as { hostname?: string }).hostname ?? new URL(proxy ?? server).hostname}: no such host`,
    hint: 'Check the name in the kubeconfig, the VPN, and the DNS of this machine.',
  },
  {
    codes: ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'],
    message: (error, { server }) =>
      `dial tcp ${new URL(server).host}: ${error.code === 'ETIMEDOUT' ? 'i/o timeout' : 'no route to host'}`,
    hint: 'Check the VPN and the firewall; the cluster may be switched off.',
  },
  {
    codes: [REQUEST_TIMEOUT],
    message: (error) => `no answer within ${(error as RequestTimeout).seconds}s (--request-timeout)`,
    hint: 'Give it more time with --request-timeout, or smaller pages with --chunk-size.',
  },
  {
    codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    message: () => 'x509: certificate has expired or is not yet valid',
    hint: DATE_HINT,
  },
  { codes: UNKNOWN_AUTHORITY, message: () => 'x509: certificate signed by unknown authority', hint: CA_HINT },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    message: (error, { server }) => {
      const names = (error as { cert?: { subjectaltname?: string } }).cert?.subjectaltname
      const valid = names?.replaceAll(/(DNS|IP Address):/g, '') || 'no name'
      return `x509: certificate is valid for ${valid}, not ${(error as { host?: string }).host ?? server}`
    },
    hint: 'Use a name of the certificate as the server, or name it with --tls-server-name.',
  },
  {
    codes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'],
    message: () => 'http: server gave HTTP response to HTTPS client',
    hint: 'The server does not speak TLS on this port: check the address and the port.',
  },
  {
    codes: ['ERR_OSSL_X509_KEY_VALUES_MISMATCH'],
    message: () => 'tls: private key does not match public key',
    hint: 'The client certificate and the client key in the kubeconfig do not belong together.',
  },
  {
    codes: ['ECONNRESET', 'EPIPE', 'HPE_INVALID_CONSTANT', 'ECONNABORTED'],
    message: () => 'EOF',
    hint: 'The server, or a proxy before it, closed the connection: check the address, and try again.',
  },
]

/** Anything that went wrong before there was an answer, as one sentence in the words of kubectl. */
export function connectionFailure(thrown: unknown, endpoint: Endpoint): UserError {
  if (thrown instanceof UserError) return thrown
  const error = thrown as NodeJS.ErrnoException
  const code = error.code ?? ''
  const proxy = endpoint.proxy === undefined ? undefined : withoutPassword(endpoint.proxy)
  if (code === 'ECONNREFUSED') {
    if (proxy !== undefined)
      return unableToConnect(
        `proxyconnect tcp: ${proxy}: connection refused`,
        'Check HTTPS_PROXY and proxy-url.',
      )
    const { host } = new URL(endpoint.server)
    return new ServerError(
      `The connection to the server ${host} was refused - did you specify the right host or port?`,
      endpoint.configured
        ? 'Check that the cluster runs, and that "kubectl config current-context" is the one you mean.'
        : 'No kubeconfig was found: set KUBECONFIG or --kubeconfig, or read a recording with -f.',
    )
  }
  const known = FAILURES.find(({ codes }) => codes.includes(code))
  if (known !== undefined) {
    // With TLS 1.3 a server that does not accept the client certificate may just hang up.
    const hint = code === 'ECONNRESET' || code === 'EPIPE' ? expiredHint(endpoint) : undefined
    return unableToConnect(known.message(error, endpoint), hint ?? known.hint)
  }
  const answer = /^Bad response: (\d+)$/.exec(error.message ?? '')
  if (answer !== null && proxy !== undefined)
    return unableToConnect(
      `the proxy ${proxy} answered with HTTP status ${answer[1]}`,
      'Check HTTPS_PROXY and proxy-url.',
    )
  if (/^ERR_SSL_.*ALERT/.test(code))
    return unableToConnect(
      `remote error: tls: ${code
        .replace(/^ERR_SSL_(SSLV3|TLSV1|TLSV13)_ALERT_/, '')
        .toLowerCase()
        .replaceAll('_', ' ')}`,
      expiredHint(endpoint) ??
        'The server does not accept the client certificate of the kubeconfig: get a new one.',
    )
  if (/^ERR_OSSL_/.test(code))
    return unableToConnect(
      'tls: a certificate or key of the kubeconfig is not valid PEM',
      'Write the kubeconfig anew.',
    )
  return unableToConnect(oneLine(error.message || code || 'unknown error'))
}

/** kubectl's sentence for everything that keeps it from an answer. */
export const unableToConnect = (reason: string, hint?: string): ServerError =>
  new ServerError(`Unable to connect to the server: ${reason}`, hint)

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')
