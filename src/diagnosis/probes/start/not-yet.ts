import type { ProbeMessage } from '../../messages/probe.ts'
import { includes, type ProbeMessageClass } from '../../messages/probe-classes.ts'

/** How an attempt ended. */
interface Outcome {
  readonly class: ProbeMessageClass
  readonly message: Pick<ProbeMessage, 'status' | 'name'>
}

/** An application on its way up shows these; they only mean something when they last. */
const SHOWN_WHILE_STARTING: readonly ProbeMessageClass[] = [
  'net.refused',
  'net.reset',
  'net.eof',
  'net.timeout.conn',
  'net.timeout.headers',
  'net.tlshandshake.timeout',
  'grpc.connect',
  'grpc.timeout',
  'grpc.status',
  'grpc.rpc',
  'exec.output',
  'exec.output.file',
  'exec.empty',
  'exec.timeout',
  'exec.runtime',
]

/** Not available yet, or a proxy in front of the application says so of it. */
const STATUSES_WHILE_STARTING: readonly number[] = [502, 503, 504]

/**
 * Whether an application that is not up yet can be the reason: it gives no answer of its own, or one that says "not
 * yet" (docs/reference/probe-failures.md#starting).
 */
export const mayBeStarting = ({ class: name, message }: Outcome): boolean => {
  if (name === 'http.status') return STATUSES_WHILE_STARTING.includes(message.status ?? 0)
  // The health service is there, and does not know what it is asked for.
  if (name === 'grpc.status' && message.name === 'SERVICE_UNKNOWN') return false
  return includes(SHOWN_WHILE_STARTING, name)
}
