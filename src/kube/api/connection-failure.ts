import { ServerError, UserError } from '../../model/errors.ts'
import { shownUrl, withoutSecrets } from '../../model/text/shown-url.ts'
import { oneLine } from '../../model/text/words.ts'
import { type Endpoint, expiredHint } from './endpoint.ts'

/**
 * `REQUEST_TIMEOUT`: there was no answer within `--request-timeout`. `READING_TIMEOUT`: one reading of the cluster took
 * longer than it may, see `Limits.readingSeconds`.
 */
type TimeoutCode = 'REQUEST_TIMEOUT' | 'READING_TIMEOUT'

/** The time is over for one request, or for all of them. */
export class TimeOver extends Error {
  readonly code: TimeoutCode
  readonly seconds: number

  constructor(code: TimeoutCode, seconds: number) {
    super()
    this.code = code
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
    codes: ['REQUEST_TIMEOUT' satisfies TimeoutCode],
    message: (error) => `no answer within ${(error as TimeOver).seconds}s (--request-timeout)`,
    hint: 'Give it more time with --request-timeout, or smaller pages with --chunk-size.',
  },
  {
    codes: ['READING_TIMEOUT' satisfies TimeoutCode],
    message: (error) => `the cluster was not read within ${(error as TimeOver).seconds}s`,
    hint: 'Read less (-n, not -A), or give it more time: --request-timeout says how long one request may take, and all of them may take 20 times as long.',
  },
  {
    codes: ['TLS_TIMEOUT'],
    message: () => 'net/http: TLS handshake timeout',
    hint: 'Something accepts the connection and says nothing: check the address, the VPN and the proxy.',
  },
  {
    codes: ['PROXY_TIMEOUT'],
    message: (_, { proxy }) =>
      proxy === undefined ? 'no connection in time' : `proxyconnect tcp: ${shownUrl(proxy)}: i/o timeout`,
    hint: 'Check HTTPS_PROXY and proxy-url.',
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
  const proxy = endpoint.proxy === undefined ? undefined : shownUrl(endpoint.proxy)
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
  const { server, proxy: given = '' } = endpoint
  return unableToConnect(withoutSecrets(oneLine(error.message || code || 'unknown error'), [server, given]))
}

/** kubectl's sentence for everything that keeps it from an answer. */
export const unableToConnect = (reason: string, hint?: string): ServerError =>
  new ServerError(`Unable to connect to the server: ${reason}`, hint)
