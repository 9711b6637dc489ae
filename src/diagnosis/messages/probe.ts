import type { ProbeType } from '../../model/kubernetes/probe.ts'
import { PROBE_MESSAGE_PATTERNS, type ProbeMessageClass } from './probe-patterns.ts'

export type { ProbeMessageClass } from './probe-patterns.ts'

/** What the text of an `Unhealthy`, `ProbeWarning` or OpenShift `ProbeError` event says. */
export interface ProbeMessage {
  readonly probe: ProbeType
  readonly verb: 'failed' | 'errored' | 'warning'
  /** Whether the attempt counts towards `failureThreshold`: errors are thrown away, warnings are successes. */
  readonly counted: boolean
  readonly class: ProbeMessageClass
  /** The part after the colon. */
  readonly text: string
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

/** Reads a probe event's text; undefined for every other text (spec/probes.md 4 to 6). */
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
  return {
    probe: type.toLowerCase() as ProbeType,
    verb,
    counted: verb === 'failed',
    class: verb === 'warning' ? 'http.redirect.warn' : (found?.class ?? 'exec.output'),
    text,
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

/** What a `Killing` event says about a probe. */
export interface ProbeKill {
  readonly container: string
  readonly probe: 'liveness' | 'startup'
  readonly willRestart: boolean
  /** An init container with `restartPolicy: Always`, which is always restarted though the text does not say so. */
  readonly init: boolean
}

/** Reads a `Killing` event's text; undefined where no probe was the reason (spec/probes.md 4.1). */
export function parseKilling(message: string): ProbeKill | undefined {
  const match =
    /^(?:\(combined from similar events\): )?(Init container|Container) (\S+) failed (liveness|startup) probe(, will be restarted)?/.exec(
      message,
    )
  if (match === null) return undefined
  const [, kind, container = '', probe, restart] = match
  const init = kind === 'Init container'
  return { container, probe: probe as ProbeKill['probe'], willRestart: init || restart !== undefined, init }
}

/** What varies between two messages about the same thing, in the order in which it is replaced (spec/events.md A.3). */
const VARIABLE_PARTS: readonly { readonly pattern: RegExp; readonly by: string }[] = [
  { pattern: /^\(combined from similar events\): /, by: '' },
  { pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, by: '<uid>' },
  { pattern: /\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/g, by: '<id>' },
  {
    pattern: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4} \w+)?/g,
    by: '<time>',
  },
  { pattern: /\b(read|write) tcp \S+->/g, by: '$1 tcp <source>->' },
  { pattern: /\[[0-9a-fA-F]*:[0-9a-fA-F:.]*\](?=:\d)/g, by: '<ip>' },
  { pattern: /\b\d{1,3}(?:\.\d{1,3}){3}\b/g, by: '<ip>' },
  // The alphabet is the one of Kubernetes' random names, which spells no words.
  { pattern: /-[4-9bcdf]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g, by: '-<hash>' },
  { pattern: /\b(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|h|m|s))+(?![\w.])/g, by: '<duration>' },
  { pattern: /\b\d+ bytes\b/g, by: '<n> bytes' },
  { pattern: /\b(resourceVersion|RequestID|request id|requestId)([:=] ?"?)[\w-]+/gi, by: '$1$2<id>' },
]

/**
 * The message without what differs each time: ids, addresses (ports stay), times, durations, sizes, pod hashes.
 * Two events with the same result tell the same thing.
 */
export const normaliseMessage = (message: string): string =>
  VARIABLE_PARTS.reduce((text, { pattern, by }) => text.replace(pattern, by), message)
