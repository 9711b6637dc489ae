import { BlockList, isIP } from 'node:net'
import { UserError } from '../../model/errors.ts'
import { shownUrl } from '../../model/text/shown-url.ts'
import type { Env } from './kubeconfig.ts'

/**
 * The proxy for a server, from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in either case, as Go reads them; undefined
 * for a direct connection. Source: golang.org/x/net/http/httpproxy.
 * @throws UserError for what is not a URL
 */
export function proxyFromEnv(server: URL, env: Env): string | undefined {
  const get = (name: string) => env[name] || env[name.toLowerCase()] || undefined
  const proxy = get(server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === undefined || bypasses(server, get('NO_PROXY') ?? '')) return undefined
  const url = /^(https?|socks[45]?[ah]?):\/\//i.test(proxy) ? proxy : `http://${proxy}`
  if (URL.canParse(url)) return url
  throw new UserError(
    `the proxy "${shownUrl(proxy)}" of the environment is not a URL`,
    'Write HTTPS_PROXY as http://HOST:PORT; in a password, @ is %40, / is %2F and # is %23.',
  )
}

function bypasses(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || isLoopback(host)) return true
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, host, port))
}

const isLoopback = (host: string): boolean => host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** `*`, an address, a CIDR, `host`, `.domain` or `*.domain` (with everything below), each perhaps with a port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const cidr = /^(.+)\/(\d+)$/.exec(entry)
  if (cidr !== null) return inNetwork(host, cidr[1] ?? '', Number(cidr[2]))
  const [, name = '', ownPort] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(entry) ?? []
  if (isIP(entry) === 6) return entry === host
  if (ownPort !== undefined && ownPort !== port) return false
  const domain = name.replace(/^\*/, '')
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`)
}

function inNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(host)
  if (family === 0 || isIP(network) !== family || prefix > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
