import type { Evidence } from '../../model/report/finding.ts'
import type { ContainerInfo } from '../pod-info.ts'
import { logEvidence, logsOf } from './lines.ts'

/** Something that a log says the application listens on. */
export interface Listener {
  readonly port: number
  /** Undefined where no address is named. */
  readonly loopback: 'yes' | 'perhaps' | 'no' | undefined
  /** Undefined where the line names no protocol. */
  readonly protocol: 'http' | 'https' | 'grpc' | undefined
  /** Bound to 0.0.0.0, which is every address, but of IPv4 only. */
  readonly onlyIpv4: boolean
  readonly evidence: Evidence
}

const SPEAKS_OF_LISTENING =
  /\b(listen\w*|serving|serves?|server|served|bound|bind\w*|binds|start\w*|running|ready|accept\w*|https?|grpc|h2c|on|at|address|endpoint|url|local)\b/i

/** Lines about connections to somewhere else, requests, and failures. */
const SPEAKS_OF_OTHERS =
  /\b(connect(?!ions?\b)\w*|dial\w*|refused|fail\w*|error|unable|cannot|can't|proxy\w*|upstream|forward\w*|backend|client|request|remote|from|jdbc|GET|POST|HEAD|retry\w*|waiting|timeout|register\w*|broker|database|db|redis|postgres\w*|mysql|mongo\w*|kafka|zookeeper|etcd|consul|in use)\b/i

const ADDRESS =
  /(?:^|[\s"'=@(]|\/\/)(\[[0-9a-f:.]*\]|\d{1,3}(?:\.\d{1,3}){3}|localhost|\*|)?:(\d{2,5})(?![\d.:])/gi
const PORT = /\bport(?:\(s\))?[\s:=]+"?(\d{2,5})\b/gi
const BARE_PORT = /\blisten\w*(?: on| at)?:? (\d{2,5})\b(?![.:\d])/i
const TIME = /\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b/g

/** Longer lines are dumps of requests or of objects, which tell nothing of listening. */
const READ_CHARACTERS = 1000

/** What the logs of a container say that it listens on. Best effort: a log that says nothing proves nothing. */
export const listenersOf = (container: ContainerInfo): readonly Listener[] =>
  logsOf(container).flatMap(({ text, previous }) =>
    (text ?? '').split('\n').flatMap((line) => listenersIn(container, line, previous)),
  )

function listenersIn(container: ContainerInfo, line: string, previous: boolean): readonly Listener[] {
  if (line.length > READ_CHARACTERS || !SPEAKS_OF_LISTENING.test(line) || SPEAKS_OF_OTHERS.test(line))
    return []
  const ports = portsIn(line.replace(TIME, '')).filter(({ port }) => port > 0 && port < 65536)
  if (ports.length === 0) return []
  const evidence = logEvidence(container, line, previous)
  const known = { protocol: protocolOf(line), onlyIpv4: /0\.0\.0\.0/.test(line), evidence }
  return ports.map((one) => ({ ...one, ...known }))
}

function portsIn(text: string): readonly Pick<Listener, 'port' | 'loopback'>[] {
  const addresses = [...text.matchAll(ADDRESS)].map(([, host = '', port]) => ({
    port: Number(port),
    loopback: loopbackOf(host),
  }))
  const ports = [...text.matchAll(PORT)].map(([, port]) => ({ port: Number(port), loopback: undefined }))
  const found = [...addresses, ...ports]
  if (found.length > 0) return found
  const bare = BARE_PORT.exec(text)?.[1]
  return bare === undefined ? [] : [{ port: Number(bare), loopback: undefined }]
}

function protocolOf(line: string): Listener['protocol'] {
  if (/grpc/i.test(line)) return 'grpc'
  if (/\bhttps\b/i.test(line)) return 'https'
  return /\bhttp\b/i.test(line) ? 'http' : undefined
}

/** Many programs print "localhost" for convenience and listen everywhere. */
function loopbackOf(host: string): Listener['loopback'] {
  if (/^127\./.test(host) || host === '[::1]') return 'yes'
  if (host.toLowerCase() === 'localhost') return 'perhaps'
  return host === '' ? undefined : 'no'
}

/** The listener that shows that this port is open on loopback only. */
export function loopbackListener(listeners: readonly Listener[], port: number): Listener | undefined {
  const here = listeners.filter((listener) => listener.port === port)
  if (here.some(({ loopback }) => loopback === 'no')) return undefined
  return (
    here.find(({ loopback }) => loopback === 'yes') ?? here.find(({ loopback }) => loopback === 'perhaps')
  )
}
