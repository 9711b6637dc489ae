import type { Code } from '../../diagnosis/codes/codes.ts'
import { causeCode } from '../../diagnosis/codes/codes.ts'
import {
  type ProbeMessage,
  type ProbeMessageClass,
  parseProbeMessage,
  probeClassMeaning,
} from '../../diagnosis/messages/probe.ts'
import type { Severity } from '../../model/report/finding.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { reasonInfo } from '../catalogue/catalogue.ts'
import type { Noise, ReasonCase, ReasonInfo, Stage } from '../catalogue/types.ts'
import { SITE } from '../catalogue/types.ts'

/** What the catalogue knows about one event. */
export interface Classified {
  /** Absent for reasons that the catalogue does not know. */
  readonly info?: ReasonInfo
  /** Of contract.md where the text admits one, else made of the reason. */
  readonly code: string
  readonly meaning: string
  readonly advice: string
  readonly severity: Severity
  readonly noise: Noise
  readonly stage?: Stage
  readonly closedBy: readonly string[]
  /** True where the text itself says what the cause is. */
  readonly refined: boolean
  readonly docs: string
}

const EVENTS_PAGE = `${SITE}/reference/kubernetes-api/cluster-resources/event-v1/`

/** `FailedGetScale` as a code: `failed-get-scale`. */
export const codeOfReason = (reason: string): string =>
  reason
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase() || 'unknown'

/** What reason and text of one event say; never more than they say. */
export function classify(occurrence: Occurrence): Classified {
  const info = reasonInfo(occurrence)
  if (info === undefined) return unknownReason(occurrence)
  const found = caseOf(info, occurrence.message)
  const probe = info.reason === 'Unhealthy' ? parseProbeMessage(occurrence.message) : undefined
  const probeCode = probe === undefined ? undefined : probeCause(probe)
  const cause = probeCode ?? found?.causeCode ?? info.causeCode
  const stage = found?.stage ?? info.stage
  return {
    info,
    code: cause ?? found?.name ?? (probe ? `${probe.probe}-probe-failed` : codeOfReason(info.reason)),
    meaning: probe === undefined ? (found?.meaning ?? info.meaning) : probeMeaning(probe, probeCode),
    advice: found?.advice ?? info.advice,
    severity: found?.severity ?? info.severity,
    noise: found?.noise ?? info.noise,
    ...(stage === undefined ? {} : { stage }),
    closedBy: found?.closedBy ?? info.closedBy ?? [],
    refined: found !== undefined || probeCode !== undefined,
    docs: info.see ?? (cause === undefined ? EVENTS_PAGE : causeCode(cause).docs),
  }
}

function unknownReason({ type, reason, message }: Occurrence): Classified {
  const warning = type === 'Warning'
  return {
    code: codeOfReason(reason),
    meaning: `${reason === '' ? 'An event without a reason' : reason}: ${message}`,
    advice: warning
      ? 'This reason is not one of Kubernetes itself: look at the object and at the component that wrote it.'
      : 'Nothing to do.',
    severity: warning ? 'Warning' : 'Info',
    noise: warning ? 0 : 2,
    closedBy: [],
    refined: false,
    docs: EVENTS_PAGE,
  }
}

function caseOf(info: ReasonInfo, message: string): ReasonCase | undefined {
  if (info.counted) return headline(info.cases ?? [], message)
  return info.cases?.find(({ pattern }) => pattern.test(message))
}

/**
 * The case that keeps most nodes from the pod: `0/5 nodes are available: 1 a, 4 b. preemption: ...` (spec/events.md
 * B.4.1). What preemption could do says nothing about the reason.
 */
function headline(cases: readonly ReasonCase[], message: string): ReasonCase | undefined {
  const text = message.split(/\bpreemption: /)[0] ?? ''
  const clauses = [
    ...(text.split('nodes are available: ')[1] ?? '').matchAll(/(\d+) (.+?)(?=, \d+ |\.(?:\s|$)|$)/g),
  ]
  let best: { readonly found: ReasonCase; readonly nodes: number } | undefined
  for (const [, count, clause = ''] of clauses) {
    const found = cases.find(({ pattern }) => pattern.test(clause))
    const nodes = Number(count)
    if (found !== undefined && (best === undefined || nodes > best.nodes)) best = { found, nodes }
  }
  return best?.found ?? cases.find(({ pattern }) => pattern.test(text))
}

/** Probe output that tells the cause by itself. A refused connection does not: the process may have ended. */
const PROBE_CODES: Readonly<Partial<Record<ProbeMessageClass, Code>>> = {
  'exec.denied': 'exec-not-executable',
  'exec.format': 'exec-not-executable',
  'exec.missing': 'exec-command-missing',
  'exec.timeout': 'exec-timeout',
  'grpc.auth': 'grpc-unauthorized',
  'grpc.notfound': 'grpc-service-unknown',
  'grpc.status': 'grpc-not-serving',
  'grpc.unimplemented': 'grpc-unimplemented',
  'http.malformed': 'scheme-mismatch',
  'http.malformed.other': 'not-http',
  'http.redirect.warn': 'http-redirect',
  'http.redirectloop': 'http-redirect',
  'port.unknown': 'port-name-unknown',
  'tls.clientcert': 'tls-client-cert',
  'tls.plainserver': 'scheme-mismatch',
}

function probeCause({ class: name, status = 0 }: ProbeMessage): Code | undefined {
  if (name !== 'http.status') return PROBE_CODES[name]
  if (status >= 500) return 'http-server-error'
  if (status === 404) return 'http-not-found'
  if (status === 401) return 'http-unauthorized'
  return status >= 400 ? 'http-status' : undefined
}

/** Words that any program may have written say nothing by themselves. */
const VAGUE: readonly ProbeMessageClass[] = ['exec.output']

function probeMeaning({ probe, class: name }: ProbeMessage, code: Code | undefined): string {
  if (code !== undefined) return `The ${probe} probe fails: ${lowerFirst(causeCode(code).meaning)}`
  const what = VAGUE.includes(name) ? '' : `: ${probeClassMeaning(name)}`
  return `The ${probe} probe of the container fails${what}.`
}

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
