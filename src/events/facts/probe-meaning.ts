import { type Code, causeCode } from '../../diagnosis/codes/codes.ts'
import { type ProbeMessage, probeClassMeaning } from '../../diagnosis/messages/probe.ts'
import type { ProbeMessageClass } from '../../diagnosis/messages/probe-classes.ts'
import { withoutFullStop } from '../../model/text/words.ts'
import { lowerFirst } from '../catalogue/sentence.ts'

/** Probe output that tells the cause by itself. A refused connection does not: the process may have ended. */
const PROBE_CODES: Readonly<Partial<Record<ProbeMessageClass, Code>>> = {
  'exec.denied': 'exec-not-executable',
  'exec.format': 'exec-not-executable',
  'exec.missing': 'exec-command-missing',
  'exec.interpreter': 'exec-command-missing',
  'exec.timeout': 'exec-timeout',
  'grpc.auth': 'grpc-unauthorized',
  'grpc.http': 'grpc-unimplemented',
  'grpc.notfound': 'grpc-service-unknown',
  'grpc.status': 'grpc-not-serving',
  'grpc.unimplemented': 'grpc-unimplemented',
  'http.malformed': 'scheme-mismatch',
  'http.malformed.other': 'not-http',
  'http.redirect.warn': 'http-redirect',
  'http.redirectloop': 'http-redirect',
  'port.unknown': 'port-name-unknown',
  'tls.clientcert': 'tls-client-cert',
  'tls.handshake': 'tls-client-cert',
  'tls.plainserver': 'scheme-mismatch',
}

/** The cause that the text of a failed probe admits by itself; undefined where it admits several. */
export function probeCause({ class: name, status = 0 }: ProbeMessage): Code | undefined {
  if (name !== 'http.status') return PROBE_CODES[name]
  if (status >= 500) return 'http-server-error'
  if (status === 404) return 'http-not-found'
  if (status === 401) return 'http-unauthorized'
  return status >= 400 ? 'http-status' : undefined
}

/** Words that any program may have written say nothing by themselves. */
const VAGUE: ReadonlySet<ProbeMessageClass> = new Set(['exec.output'])

/** What a failed probe means: one sentence, without its full stop. */
export function probeMeaning({ probe, class: name }: ProbeMessage, code: Code | undefined): string {
  if (code !== undefined) return `The ${probe} probe fails: ${clause(causeCode(code).meaning)}`
  return VAGUE.has(name)
    ? `The ${probe} probe of the container fails`
    : `The ${probe} probe of the container fails: ${probeClassMeaning(name)}`
}

/** A sentence as a part of another one. */
const clause = (sentence: string): string => withoutFullStop(lowerFirst(sentence))
