import type { Container, ReplicaSet } from '../../../model/kubernetes/objects.ts'
import {
  describeHandler,
  type EffectiveProbe,
  effectiveProbes,
  type Handler,
  probeField,
  resolvePort,
} from '../../../model/kubernetes/probe.ts'
import { controllerOf, describeObject } from '../../../model/kubernetes/reference.ts'
import type { Evidence, Fix } from '../../../model/report/finding.ts'
import { listed } from '../../../model/text/words.ts'
import type { Code } from '../../codes/codes.ts'
import { type ContainerPatch, containerFix } from '../../fixes.ts'
import type { ContainerInfo } from '../../pod-info.ts'
import { readyRevision, revisionOf } from '../../revisions.ts'
import type { ProbeFailure } from '../failure.ts'
import { alike, probeNames } from '../rules/common.ts'

/** What worked before, and how to go back to it. */
export interface Before {
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
}

/** Causes that a change of what the probe asks can have brought. */
const ABOUT_TARGET: readonly Code[] = [
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
const ABOUT_TIME: readonly Code[] = [
  'cpu-starved',
  'exec-timeout',
  'slow-start',
  'startup-budget',
  'timeout-too-short',
]

const TIMES = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'failureThreshold',
] as const satisfies readonly (keyof EffectiveProbe)[]

/**
 * How the probe stood in the newest other revision of the Deployment that has ready pods now, if it differs in what
 * can have brought this cause (spec/failures.md 14).
 */
export function before(
  failure: Pick<ProbeFailure, 'container' | 'probe' | 'port'>,
  code: Code,
): Before | undefined {
  const { container } = failure
  const found = revisionBefore(container)
  if (found === undefined) return undefined
  const probes = alike(failure).flatMap((now) => {
    const then = found.probes.find(({ type }) => type === now.type)
    const change = then && changeTo(container, now, then, found.container, code)
    return then === undefined || change === undefined ? [] : [{ now, then, ...change }]
  })
  const [first] = probes
  if (first === undefined) return addedBefore(container, found, code)
  const evidence = probes.flatMap(({ then, facts }) =>
    facts.map(({ field, text }) => evidenceOf(found, `${probeField(then.type)}.${field}`, text)),
  )
  const patch = Object.fromEntries(probes.map(({ now, patch: own }) => [probeField(now.type), own]))
  const names = probeNames(probes.map(({ now }) => now))
  const title = `Put back ${first.words} of ${found.origin}, with which pods are ready, in the ${names}`
  return { evidence, fixes: containerFix(container, title, patch) }
}

interface Revision {
  readonly replicaSet: ReplicaSet
  /** `revision 3`. */
  readonly origin: string
  readonly container: Container
  readonly index: number
  readonly probes: readonly EffectiveProbe[]
}

function revisionBefore({ podInfo, name, type }: ContainerInfo): Revision | undefined {
  const { cluster, workload, pod } = podInfo
  if (type !== 'container') return undefined
  const replicaSet = readyRevision(cluster, workload, controllerOf(pod)?.uid)
  const index = replicaSet?.spec?.template?.spec?.containers.findIndex((one) => one.name === name) ?? -1
  const container = replicaSet?.spec?.template?.spec?.containers[index]
  if (replicaSet === undefined || container === undefined) return undefined
  const number = revisionOf(replicaSet)
  const origin = number === 0 ? describeObject(replicaSet) : `revision ${number}`
  return { replicaSet, origin, container, index, probes: effectiveProbes(container) }
}

const evidenceOf = ({ replicaSet, index }: Revision, field: string, text: string): Evidence => ({
  source: 'Spec',
  object: describeObject(replicaSet),
  path: `spec.template.spec.containers[${index}].${field}`,
  text,
})

interface Change {
  readonly patch: ContainerPatch
  readonly words: string
  /** Fields below the probe as they were. */
  readonly facts: readonly { readonly field: string; readonly text: string }[]
}

function changeTo(
  container: ContainerInfo,
  now: EffectiveProbe,
  then: EffectiveProbe,
  past: Container,
  code: Code,
): Change | undefined {
  const target = ABOUT_TARGET.includes(code) ? targetChange(container, now, then, past) : undefined
  const times = ABOUT_TIME.includes(code) ? TIMES.filter((field) => now[field] !== then[field]) : []
  if (target === undefined && times.length === 0) return undefined
  return {
    patch: { ...target?.patch, ...Object.fromEntries(times.map((field) => [field, then[field]])) },
    words: listed([
      ...(target === undefined ? [] : [target.words]),
      ...times.map((field) => `${field} ${then[field]}`),
    ]),
    facts: [...(target?.facts ?? []), ...times.map((field) => ({ field, text: `${then[field]}` }))],
  }
}

/** The fields of a handler that say what is asked. */
const FIELDS: Readonly<Record<Handler['kind'], readonly string[]>> = {
  exec: ['command'],
  grpc: ['port', 'service'],
  httpGet: ['path', 'port', 'scheme', 'host', 'httpHeaders'],
  tcpSocket: ['port', 'host'],
}

function targetChange(
  container: ContainerInfo,
  { handler: now, probe: present }: EffectiveProbe,
  { handler: then, probe: old }: EffectiveProbe,
  past: Container,
): Change | undefined {
  const value = (from: object | undefined, field: string): unknown =>
    (from as Readonly<Record<string, unknown>> | undefined)?.[field] ?? null
  // The name of a port may stand for another number now, or for none.
  const port = then.kind === 'exec' ? undefined : resolvePort(past, then.port)
  const named = then.kind !== 'exec' && typeof then.port === 'string'
  const known = named && resolvePort(container.spec, then.port) === port
  const wanted = (field: string) =>
    field === 'port' && named && !known ? (port ?? null) : value(old[then.kind], field)
  if (now.kind !== then.kind) {
    const whole = Object.fromEntries(FIELDS[then.kind].map((field) => [field, wanted(field)]))
    const given = Object.fromEntries(Object.entries(whole).filter(([, one]) => one !== null))
    if (then.kind !== 'exec' && given['port'] === undefined) return undefined
    const words = describeHandler(then)
    return {
      patch: { [now.kind]: null, [then.kind]: given },
      words,
      facts: [{ field: then.kind, text: words }],
    }
  }
  const samePort = now.kind !== 'exec' && resolvePort(container.spec, now.port) === port
  const changed = FIELDS[then.kind].filter(
    (field) =>
      !(field === 'port' && samePort) &&
      JSON.stringify(value(present[now.kind], field)) !== JSON.stringify(wanted(field)),
  )
  if (changed.length === 0 || (changed.includes('port') && wanted('port') === null)) return undefined
  return {
    patch: { [then.kind]: Object.fromEntries(changed.map((field) => [field, wanted(field)])) },
    words: listed(
      changed.map((field) => (wanted(field) === null ? `no ${field}` : `${field} ${textOf(wanted(field))}`)),
    ),
    facts: changed.map((field) => ({ field: `${then.kind}.${field}`, text: textOf(wanted(field)) })),
  }
}

const textOf = (value: unknown): string =>
  value === null ? 'not set' : typeof value === 'object' || value === '' ? JSON.stringify(value) : `${value}`

/** The startup probe that the revision before had, and this one has not. */
function addedBefore(container: ContainerInfo, found: Revision, code: Code): Before | undefined {
  const then = found.probes.find(({ type }) => type === 'startup')
  if (code !== 'slow-start' || then === undefined || container.spec.startupProbe) return undefined
  if (then.handler.kind !== 'exec' && resolvePort(container.spec, then.handler.port) === undefined)
    return undefined
  const title = `Put back the startup probe of ${found.origin}, with which pods are ready`
  return {
    evidence: [evidenceOf(found, 'startupProbe', describeHandler(then.handler))],
    fixes: containerFix(container, title, { startupProbe: then.probe }),
  }
}
