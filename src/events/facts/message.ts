import { backOffContainer } from '../../diagnosis/messages/back-off.ts'
import { type ProbeKill, parseKilling } from '../../diagnosis/messages/killing.ts'
import { type ProbeMessage, parseProbeMessage } from '../../diagnosis/messages/probe.ts'
import { type FailedDependency, failedDependencies } from './dependency.ts'
import { namesConditionTaint } from './node-taint.ts'

/** What the message of an event says besides its case: Kubernetes' own words, read once. */
export interface ParsedMessage {
  /** A probe failed, or warned. */
  readonly probe?: ProbeMessage
  /** A container is killed for its probe. */
  readonly kill?: ProbeKill
  /** The container that the text names. */
  readonly container?: string
  /** What outside of the object did not do its part. */
  readonly dependencies: readonly FailedDependency[]
  /** Nodes are tainted for their condition, or only said to be tainted. */
  readonly nodeTaint: boolean
  /** An autoscaler gets no figures of the pods that it scales. */
  readonly noPodMetrics: boolean
}

/** What the metrics API answers for pods that are not ready, or that it has not seen yet. */
const NO_POD_METRICS = /did not receive metrics|no metrics returned|invalid metrics/

/** Never throws: of words that nobody knows, nothing is set. */
export function parseMessage(message: string): ParsedMessage {
  const probe = parseProbeMessage(message)
  const kill = parseKilling(message)
  const container = kill?.container ?? backOffContainer(message)
  return {
    ...(probe === undefined ? {} : { probe }),
    ...(kill === undefined ? {} : { kill }),
    ...(container === undefined ? {} : { container }),
    dependencies: failedDependencies(message),
    nodeTaint: namesConditionTaint(message),
    noPodMetrics: NO_POD_METRICS.test(message),
  }
}
