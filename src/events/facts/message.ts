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
  /** The image that is pulled, or was. */
  readonly image?: string
  /** The volume that is attached, mounted or grown, or was. */
  readonly volume?: string
  /** The pod or the claim that a controller deletes, creates or updates by its name: `Pod web-0`. */
  readonly member?: string
  /** What outside of the object did not do its part. */
  readonly dependencies: readonly FailedDependency[]
  /** Nodes are tainted for their condition, or only said to be tainted. */
  readonly nodeTaint: boolean
  /** An autoscaler gets no figures of the pods that it scales. */
  readonly noPodMetrics: boolean
}

/** What the metrics API answers for pods that are not ready, or that it has not seen yet. */
const NO_POD_METRICS = /did not receive metrics|no metrics returned|invalid metrics/

/** Until 1.34 (docs/reference/events.md#B1). */
const STARTED = /^(?:Created|Started) container:? (\S+)$/
const IMAGE =
  /^(?:Failed to pull image|Back-off pulling image|Pulling image|Successfully pulled image|Container image|Failed to inspect image|Failed to apply default image tag) "([^"]+)"/
const VOLUME = /\bfor volume "([^"]+)"/
const MEMBER = /^(?:create|update|delete) (Pod|Claim) (\S+) /i
const DELETED_POD = /^(?:Deleted pod: |Error deleting: pods? ")([^"\s]+)/

function memberOf(message: string): string | undefined {
  const pod = DELETED_POD.exec(message)?.[1]
  if (pod !== undefined) return `Pod ${pod}`
  const [, kind, name] = MEMBER.exec(message) ?? []
  return name === undefined ? undefined : `${kind} ${name}`
}

/** Never throws: of words that nobody knows, nothing is set. */
export function parseMessage(message: string): ParsedMessage {
  const probe = parseProbeMessage(message)
  const kill = parseKilling(message)
  const container = kill?.container ?? backOffContainer(message) ?? STARTED.exec(message)?.[1]
  const image = IMAGE.exec(message)?.[1]
  const volume = VOLUME.exec(message)?.[1]
  const member = memberOf(message)
  return {
    ...(probe === undefined ? {} : { probe }),
    ...(kill === undefined ? {} : { kill }),
    ...(container === undefined ? {} : { container }),
    ...(image === undefined ? {} : { image }),
    ...(volume === undefined ? {} : { volume }),
    ...(member === undefined ? {} : { member }),
    dependencies: failedDependencies(message),
    nodeTaint: namesConditionTaint(message),
    noPodMetrics: NO_POD_METRICS.test(message),
  }
}
