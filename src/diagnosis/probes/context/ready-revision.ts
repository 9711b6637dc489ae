import type { Container, ReplicaSet } from '../../../model/kubernetes/objects.ts'
import {
  describeHandler,
  type EffectiveProbe,
  effectiveProbes,
  probeField,
  resolvePort,
} from '../../../model/kubernetes/probe.ts'
import { controllerOf, describeObject } from '../../../model/kubernetes/reference.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import { listed } from '../../../model/text/words.ts'
import type { Code } from '../../codes/codes.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ContainerInfo } from '../../pod-info.ts'
import { readyRevision, revisionOf } from '../../revisions.ts'
import { type ProbedPort, probeNames, sameHandlerProbes } from '../rules/common.ts'
import type { Addition, ContextRule } from './context-rule.ts'
import { handlerDifference, type ProbeDifference } from './handler-difference.ts'

/** Causes that a change of what the probe asks can have brought. */
const BY_HANDLER: readonly Code[] = [
  'bound-to-localhost',
  'connection-closed',
  'exec-command-missing',
  'exec-exit-code',
  'exec-not-executable',
  'grpc-service-unknown',
  'grpc-unimplemented',
  'http-not-found',
  'http-redirect',
  'http-status',
  'http-unauthorized',
  'not-grpc',
  'not-http',
  'port-closed',
  'port-name-unknown',
  'probe-host',
  'scheme-mismatch',
  'tls-client-cert',
  'tls-handshake',
  'unreachable',
]

/** Causes that a change of how long the probe waits can have brought. */
const BY_TIMING: readonly Code[] = [
  'cpu-starved',
  'exec-timeout',
  'slow-start',
  'startup-budget',
  'timeout-too-short',
]

const TIMING_FIELDS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'failureThreshold',
] as const satisfies readonly (keyof EffectiveProbe)[]

/** How the probe stood in another revision that has ready pods, if it differs. */
export const readyRevisionContext: ContextRule = (failure, { code }) => fromReadyRevision(failure, code)

/**
 * How the probe stands in the newest other revision of the Deployment that has ready pods now, if it differs in what
 * can have brought this cause (docs/reference/probe-failures.md#F14).
 */
export function fromReadyRevision(failure: ProbedPort, code: Code): Addition | undefined {
  const { container } = failure
  const revision = revisionWithReadyPods(container)
  if (revision === undefined) return undefined
  const differing = sameHandlerProbes(failure).flatMap((present) => {
    const ready = revision.probes.find(({ type }) => type === present.type)
    const difference = ready && differenceOf(container, present, ready, revision.container, code)
    return difference === undefined ? [] : [{ present, ...difference }]
  })
  const [first] = differing
  if (first === undefined) return startupProbeOf(container, revision, code)
  const evidence = differing.flatMap(({ present, facts }) =>
    facts.map(({ field, text }) => revisionEvidence(revision, `${probeField(present.type)}.${field}`, text)),
  )
  const patch = Object.fromEntries(
    differing.map(({ present, patch: own }) => [probeField(present.type), own]),
  )
  const names = probeNames(differing.map(({ present }) => present))
  const title = `Put back ${first.words} of ${revision.origin}, with which pods are ready, in the ${names}`
  return { evidence, fixes: containerFix(container, title, patch) }
}

/** A revision that has ready pods, and the container as it stands there. */
interface Revision {
  readonly replicaSet: ReplicaSet
  /** `revision 3`. */
  readonly origin: string
  readonly container: Container
  readonly index: number
  readonly probes: readonly EffectiveProbe[]
}

function revisionWithReadyPods({ podInfo, name, type }: ContainerInfo): Revision | undefined {
  const { cluster, workload, pod } = podInfo
  if (type !== 'container') return undefined
  const replicaSet = readyRevision(cluster, workload, controllerOf(pod)?.uid)
  const containers = replicaSet?.spec?.template?.spec?.containers ?? []
  const index = containers.findIndex((one) => one.name === name)
  const container = containers[index]
  if (replicaSet === undefined || container === undefined) return undefined
  const number = revisionOf(replicaSet)
  const origin = number === 0 ? describeObject(replicaSet) : `revision ${number}`
  return { replicaSet, origin, container, index, probes: effectiveProbes(container) }
}

const revisionEvidence = ({ replicaSet, index }: Revision, field: string, text: string): Evidence => ({
  source: 'Spec',
  object: describeObject(replicaSet),
  path: `spec.template.spec.containers[${index}].${field}`,
  text,
})

function differenceOf(
  container: ContainerInfo,
  present: EffectiveProbe,
  ready: EffectiveProbe,
  readyContainer: Container,
  code: Code,
): ProbeDifference | undefined {
  const handler = BY_HANDLER.includes(code)
    ? handlerDifference(
        { probe: present, container: container.spec },
        { probe: ready, container: readyContainer },
      )
    : undefined
  const fields = BY_TIMING.includes(code)
    ? TIMING_FIELDS.filter((field) => present[field] !== ready[field])
    : []
  if (handler === undefined && fields.length === 0) return undefined
  return {
    patch: { ...handler?.patch, ...Object.fromEntries(fields.map((field) => [field, ready[field]])) },
    words: listed([
      ...(handler === undefined ? [] : [handler.words]),
      ...fields.map((field) => `${field} ${ready[field]}`),
    ]),
    facts: [...(handler?.facts ?? []), ...fields.map((field) => ({ field, text: `${ready[field]}` }))],
  }
}

/** The startup probe that the other revision has, and this one has not. */
function startupProbeOf(container: ContainerInfo, revision: Revision, code: Code): Addition | undefined {
  const startup = revision.probes.find(({ type }) => type === 'startup')
  if (code !== 'slow-start' || startup === undefined || container.spec.startupProbe) return undefined
  const { handler } = startup
  if (handler.kind !== 'exec' && resolvePort(container.spec, handler.port) === undefined) return undefined
  const title = `Put back the startup probe of ${revision.origin}, with which pods are ready`
  return {
    evidence: [revisionEvidence(revision, 'startupProbe', describeHandler(handler))],
    fixes: containerFix(container, title, { startupProbe: startup.probe }),
  }
}
