import type { ContainerInfo } from '../pod-info.ts'

/** Something that a log says the application listens on. `loopback` is undefined where no address is named. */
export interface Listener {
  readonly port: number
  readonly loopback: 'yes' | 'perhaps' | 'no' | undefined
  readonly line: string
  readonly previous: boolean
}

const SPEAKS_OF_LISTENING =
  /\b(listen\w*|serving|serves?|server|served|bound|bind\w*|binds|start\w*|running|ready|accept\w*|https?|grpc|h2c|on|at|address|endpoint|url|local)\b/i

/** Lines about connections to somewhere else, requests, and failures. */
const SPEAKS_OF_OTHERS =
  /\b(connect(?!ions?\b)\w*|dial\w*|refused|fail\w*|error|unable|cannot|can't|proxy\w*|upstream|forward\w*|backend|client|request|remote|from|jdbc|GET|POST|HEAD|retry\w*|waiting|timeout|register\w*|broker|database|db|redis|postgres\w*|mysql|mongo\w*|kafka|zookeeper|etcd|consul|in use)\b/i

const ADDRESS =
  /(?:^|[\s"'=@(]|\/\/)(\[[0-9a-f:.]*\]|\d{1,3}(?:\.\d{1,3}){3}|localhost|\*|)?:(\d{2,5})(?![\d.:])/gi
const PORT = /\bport(?:\(s\))?[\s:=]+"?(\d{2,5})\b/gi

/** What the logs of a container say that it listens on. Best effort: a log that says nothing proves nothing. */
export function listenersOf({ log, previousLog }: ContainerInfo): readonly Listener[] {
  return [...listenersIn(log ?? '', false), ...listenersIn(previousLog ?? '', true)]
}

function listenersIn(log: string, previous: boolean): readonly Listener[] {
  return log.split('\n').flatMap((line) => {
    if (line.length > 1000 || !SPEAKS_OF_LISTENING.test(line) || SPEAKS_OF_OTHERS.test(line)) return []
    const withoutTime = line.replace(/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b/g, '')
    const addresses = [...withoutTime.matchAll(ADDRESS)].map(
      ([, host = '', port]): Listener => ({ port: Number(port), loopback: loopbackOf(host), line, previous }),
    )
    const ports = [...withoutTime.matchAll(PORT)].map(
      ([, port]): Listener => ({ port: Number(port), loopback: undefined, line, previous }),
    )
    const bare = /\blisten\w*(?: on| at)?:? (\d{2,5})\b(?![.:\d])/i.exec(withoutTime)
    const listeners = [...addresses, ...ports]
    if (listeners.length === 0 && bare !== null)
      listeners.push({ port: Number(bare[1]), loopback: undefined, line, previous })
    return listeners.filter(({ port }) => port > 0 && port < 65536)
  })
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
