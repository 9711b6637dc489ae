import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { clusterOf } from './builders.ts'
import { crashing, httpProbe, killing, log, podWith, unhealthy, unready } from './diagnosis.ts'

type Fields = Readonly<Record<string, unknown>>

/** A failure that users meet, or something that only looks like it. */
export interface FieldCase {
  /** Row of the table in spec/failures.md. */
  readonly row: number
  /** What is the matter. */
  readonly when?: string
  /** Instead: how it differs from the row, so that something else is the matter. */
  readonly near?: string
  readonly given: readonly KubeObject[]
  /** The log of container `app`. */
  readonly logs?: string
  /** `Severity code[/probe] Confidence Effect` of every loud root cause. */
  readonly finds: readonly string[]
  /** What the text about the first of them says. */
  readonly says?: RegExp
  readonly saysNot?: RegExp
}

/** All that `probe-check` finds in a case, the rules for the configuration included. */
export const checked = ({ given, logs }: Pick<FieldCase, 'given' | 'logs'>): readonly Finding[] =>
  probeCheck(clusterOf(given, { logs: logs === undefined ? [] : log(logs) }), {
    selection: { targets: [], selector: [] },
  }).findings

export const loudRoots = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ rootCause, severity }) => rootCause && severity !== 'Info')

export const verdict = ({ severity, code, subject: { probe }, confidence, effect }: Finding): string =>
  `${severity} ${code}${probe === undefined ? '' : `/${probe}`} ${confidence} ${effect}`

/** The answer of an application that is asked on this port. */
export const get = (rest: string, port = 8080, scheme = 'http'): string =>
  `Get "${scheme}://10.0.0.7:${port}/healthz": ${rest}`

export const refused = (port = 8080): string =>
  get(`dial tcp 10.0.0.7:${port}: connect: connection refused`, port)

export const execProbe = (...command: readonly string[]) => ({
  exec: { command },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
})

export const grpcProbe = (grpc: Fields = {}) => ({
  grpc: { port: 8080, service: '', ...grpc },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
})

/** Never Ready, with this event again and again about its readiness probe. */
export const neverReady = (
  message: string,
  readinessProbe: object = httpProbe(),
  fields: Fields = {},
  more: Fields = {},
): readonly KubeObject[] => [
  unready({ readinessProbe, ...fields }, more),
  unhealthy(`Readiness probe ${message}`, 108),
]

/** Restarted by its liveness probe again and again, with the life of a container that never answered. */
export const killed = (
  message: string,
  livenessProbe: object = httpProbe(),
  fields: Fields = {},
  terminated: Fields = {},
): readonly KubeObject[] => [
  crashing({ livenessProbe, ...fields }, 13, terminated),
  unhealthy(`Liveness probe ${message}`, 12, 21),
  killing('liveness'),
]

/** Restarted by its startup probe again and again. */
export const neverStarted = (
  message: string,
  startupProbe: object = httpProbe(),
  fields: Fields = {},
): readonly KubeObject[] => [
  crashing({ startupProbe, ...fields }, 13),
  unhealthy(`Startup probe ${message}`, 12, 21),
  killing('startup'),
]

/** Ready and never restarted, with this event again and again about its liveness probe. */
export const aliveWith = (
  message: string,
  livenessProbe: object = httpProbe(),
  count = 40,
  fields: Fields = {},
): readonly KubeObject[] => [
  podWith({ livenessProbe, ...fields }),
  unhealthy(`Liveness probe ${message}`, count),
]
