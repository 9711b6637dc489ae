/** Why a node does not get an image. `Unknown`: the text of runtime and registry says it in words of its own. */
export type PullError =
  | 'RateLimited'
  | 'NoPlatform'
  | 'UntrustedCertificate'
  | 'PlainHttp'
  | 'Unreachable'
  | 'DiskFull'
  | 'Denied'
  | 'NotFound'
  | 'PullQps'
  | 'Signature'
  | 'Unknown'

/** What runtimes and registries write; the first match wins (docs/reference/events.md#B1.1). */
const PULL_ERRORS: readonly { readonly pattern: RegExp; readonly error: PullError }[] = [
  { pattern: /toomanyrequests|429|rate limit/i, error: 'RateLimited' },
  { pattern: /no match for platform|no matching manifest/i, error: 'NoPlatform' },
  { pattern: /x509|certificate/i, error: 'UntrustedCertificate' },
  { pattern: /server gave HTTP response to HTTPS client/i, error: 'PlainHttp' },
  {
    pattern:
      /no such host|RegistryUnavailable|registry is unavailable|server misbehaving|i\/o timeout|connection refused|no route to host|network is unreachable|TLS handshake timeout|context deadline exceeded|DeadlineExceeded|connection reset/i,
    error: 'Unreachable',
  },
  { pattern: /no space left/i, error: 'DiskFull' },
  {
    pattern:
      /insufficient_scope|pull access denied|unauthorized|authentication required|no basic auth|401|403|forbidden|denied/i,
    error: 'Denied',
  },
  { pattern: /not found|manifest unknown|404/i, error: 'NotFound' },
  { pattern: /QPS exceeded/i, error: 'PullQps' },
  { pattern: /signature/i, error: 'Signature' },
]

/** Reads what event and status say of a pull; the name of the image must not be taken for a part of the error. */
export function parsePullError(message: string, image: string): PullError {
  const text = image === '' ? message : message.replaceAll(image, '')
  return PULL_ERRORS.find(({ pattern }) => pattern.test(text))?.error ?? 'Unknown'
}
