import type { Evidence } from '../../model/report/finding.ts'
import type { ContainerInfo } from '../pod-info.ts'

/** Longer lines are cut where they are shown, and are not looked into beyond this. */
const SHOWN_CHARACTERS = 300
const READ_CHARACTERS = 2000

/** A line of a log as a fact; `previous` is true for the log of the run before. */
export const logEvidence = (
  { logObject, name }: ContainerInfo,
  line: string,
  previous: boolean,
): Evidence => ({
  source: 'Log',
  object: logObject,
  path: previous ? `${name} (previous)` : name,
  text: line.slice(0, SHOWN_CHARACTERS),
})

/** Both logs of a container, the newest run first. */
export const logsOf = ({ log, previousLog }: ContainerInfo) =>
  [
    { text: log, previous: false },
    { text: previousLog, previous: true },
  ] as const

/** What a server says of credentials that are missing, in its log or in the body of its answer. */
const AUTHENTICATION =
  /\b(unauthori[sz]ed|unauthenticated|authenticat\w*|authori[sz]ation|credentials?|bearer|jwt|oauth\w*|rbac|csrf|login|token)\b/i
const REFUSAL = /\b(403|forbidden|denied|missing|invalid|required|unauthori[sz]ed)\b/i
const CREDENTIALS = new RegExp(`^(?=.*${AUTHENTICATION.source})(?=.*${REFUSAL.source})`, 'i')

/** Whether a text says that credentials are wanted. */
export const wantsCredentials = (text: string): boolean => CREDENTIALS.test(text)

/** What applications, frameworks and web servers log of requests that they refuse. */
const REFUSALS = {
  credentials: CREDENTIALS,
  /** A folder without an index page, or a rule of the web server. */
  folder: /directory index of|index\.\w+ .*forbidden|access forbidden by rule|client denied/i,
  /** The name in the Host header (docs/reference/probe-failures.md#F20). */
  host: /DisallowedHost|Invalid HTTP_HOST|ALLOWED_HOSTS|Invalid host(?:name)? header|Blocked hosts?:|host (?:header )?not allowed|untrusted host/i,
  /** Plain HTTP to a port that speaks TLS. */
  plainHttp:
    /HTTP request to an HTTPS server|plain HTTP request (?:was sent )?to HTTPS port|TLS handshake error|speaking plain HTTP to an SSL|unsupported protocol.*ssl|http request received on https port/i,
  /** A connection that ended before a TLS handshake did. */
  handshake: /TLS handshake|SSL routines|plain HTTP request/i,
  /** HTTP/2 without TLS to a port that speaks TLS. */
  plainGrpc: /TLS handshake|first record does not look like a TLS|ssl/i,
} as const

/** The first log line that tells of such a refusal, newest run first. */
export function refusalLine(container: ContainerInfo, refusal: keyof typeof REFUSALS): Evidence | undefined {
  const pattern = REFUSALS[refusal]
  for (const { text, previous } of logsOf(container)) {
    const line = text?.split('\n').find((one) => pattern.test(one.slice(0, READ_CHARACTERS)))
    if (line !== undefined) return logEvidence(container, line, previous)
  }
  return undefined
}

/** Lines that a runtime puts in the place of a log that is gone. */
const NO_LOG = /^unable to retrieve container logs|^failed to try resolving symlinks|^Error from server/

/** The last line of a log that says something; of a container that runs, that of the run before. */
export function lastLogLine(container: ContainerInfo): readonly Evidence[] {
  const running = container.status?.state?.running !== undefined
  for (const { text, previous } of logsOf(container)) {
    if (running && !previous) continue
    const last = (text ?? '').split('\n').findLast((line) => line.trim() !== '' && !NO_LOG.test(line))
    if (last !== undefined) return [logEvidence(container, last, previous)]
  }
  return []
}
