import type { ReplayAction } from '../../model/snapshot/replay.ts'

export type HttpAction = Extract<ReplayAction, { kind: 'httpGet' }>

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL
  /** Path and query, as the request line has them. */
  readonly target: string
  /** The `Host` header where the probe sets one. */
  readonly host?: string | undefined
}

/** The request of the probe itself. */
export function firstHop(action: HttpAction): Hop {
  const { scheme, host, port, path } = action
  const [target = ''] = path.split('#')
  return {
    url: new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`),
    // As it stands, also with dots, which a URL would resolve and Go does not.
    target: encoded(target.startsWith('/') ? target : `/${target}`),
    host: hostHeader(action),
  }
}

/** What a request line can't hold, in UTF-8. */
const encoded = (text: string): string =>
  Array.from(text, (one) => (/[\x21-\x7e]/.test(one) ? one : escaped(one))).join('')

const escaped = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

const hostHeader = ({ headers }: HttpAction): string | undefined =>
  headers.find(({ name }) => name.toLowerCase() === 'host')?.value || undefined

/** Header names are the same in any case; an empty Accept takes it away, as in pkg/probe/http/request.go. */
export function headersOf(
  { headers, userAgent }: HttpAction,
  { url, host }: Hop,
): Record<string, string | string[]> {
  const all = new Map<string, string[]>([['host', [host ?? url.host]]])
  for (const { name, value } of headers) {
    const key = name.toLowerCase()
    if (key !== 'host') all.set(key, [...(all.get(key) ?? []), value])
  }
  if (!all.has('user-agent')) all.set('user-agent', [userAgent])
  if (!all.has('accept')) all.set('accept', ['*/*'])
  else if (all.get('accept')?.[0] === '') all.delete('accept')
  return Object.fromEntries(
    [...all].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

/** Where Go's client would go next; a `Host` of the probe lives on only through relative redirects. */
export function redirect(
  { status, location }: { readonly status: number; readonly location: string | undefined },
  { url, host }: Hop,
): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !location || !URL.canParse(location, url.href))
    return undefined
  const next = new URL(location, url)
  if (!/^https?:$/.test(next.protocol)) return undefined
  return {
    url: next,
    target: `${next.pathname}${next.search}`,
    host: URL.canParse(location) ? undefined : host,
  }
}
