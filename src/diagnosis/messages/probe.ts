import type { ProbeType } from '../../model/kubernetes/probe.ts'
import { handlerOf, type ProbeMessageClass } from './probe-classes.ts'
import { PROBE_MESSAGE_PATTERNS } from './probe-patterns.ts'

/** What the text of an `Unhealthy`, `ProbeWarning` or OpenShift `ProbeError` event says. */
export interface ProbeMessage {
  readonly probe: ProbeType
  readonly verb: 'failed' | 'errored' | 'warning'
  /** Whether the attempt counts towards `failureThreshold`: errors are thrown away, warnings are successes. */
  readonly counted: boolean
  readonly class: ProbeMessageClass
  /** Which handlers can have said it. */
  readonly handler: ReturnType<typeof handlerOf>
  /** The part after the colon. */
  readonly text: string
  /** What of it is the error itself, without what was tried: `no route to host`. */
  readonly error: string
  /** The HTTP status of `HTTP probe failed with statuscode: 503`. */
  readonly status?: number
  /** The port number that the attempt went to, where the text names it. */
  readonly port?: number
  /** The port name, executable, host, service status or gRPC code that the text is about. */
  readonly name?: string
  /** The response body, which only OpenShift records. */
  readonly body?: string
}

/** The tolerance between the verb and the colon is for releases that tell there whether it will be acted upon. */
const PROBE =
  /^(?:\(combined from similar events\): )?(Liveness|Readiness|Startup) probe (failed|warning|errored|error)\b([^:\n]*)(?:: ?([\s\S]*))?$/

const VERBS = { failed: 'failed', error: 'failed', errored: 'errored', warning: 'warning' } as const

/**
 * Reads a probe event's text; undefined for every other text (docs/reference/probes.md#results, #messages,
 * #classification).
 */
export function parseProbeMessage(message: string): ProbeMessage | undefined {
  const match = PROBE.exec(message)
  if (match === null) return undefined
  const [, type = '', word = '', , rest = ''] = match
  const verb = VERBS[word as keyof typeof VERBS]
  const bodyAt = word === 'error' ? rest.indexOf('\nbody: ') : -1
  const text = bodyAt < 0 ? rest : rest.slice(0, bodyAt)
  const body = bodyAt < 0 ? {} : { body: rest.slice(bodyAt + '\nbody: '.length) }
  const found = firstPattern(text)
  const { status, port, name } = found?.groups ?? {}
  const address = port ?? portOf(text)
  const messageClass = verb === 'warning' ? 'http.redirect.warn' : (found?.class ?? 'exec.output')
  return {
    probe: type.toLowerCase() as ProbeType,
    verb,
    counted: verb === 'failed',
    class: messageClass,
    handler: handlerOf(messageClass),
    text,
    error: text.replace(/^.*connect: /s, ''),
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(address === undefined ? {} : { port: Number(address) }),
    ...(name === undefined ? {} : { name }),
    ...body,
  }
}

const MEANINGS: ReadonlyMap<ProbeMessageClass, string> = new Map(
  PROBE_MESSAGE_PATTERNS.map(({ class: name, meaning }) => [name, meaning]),
)

/** What texts of this class say: the end of a sentence, without a full stop. */
export const probeClassMeaning = (name: ProbeMessageClass): string => MEANINGS.get(name) ?? ''

function firstPattern(text: string) {
  for (const { class: name, pattern } of PROBE_MESSAGE_PATTERNS) {
    const match = pattern.exec(text)
    if (match !== null) return { class: name, groups: match.groups }
  }
  return undefined
}

/** The port of `dial tcp 10.0.0.7:8080:`, else of the URL or the gRPC address. */
const portOf = (text: string): string | undefined =>
  (/dial tcp \S*?:(\d+):/.exec(text) ??
    /^Get "?https?:\/\/(?:\[[^\]]*\]|[^\s/":]*):(\d+)/.exec(text) ??
    /failed to connect service (?:at )?"[^"]*:(\d+)"/.exec(text))?.[1]
