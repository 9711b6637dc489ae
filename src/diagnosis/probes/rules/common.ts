import { commandLine } from '../../../model/command/command.ts'
import { type EffectiveProbe, probeField, safeStartSeconds } from '../../../model/kubernetes/probe.ts'
import type { Evidence, Fix } from '../../../model/report/finding.ts'
import { humanDuration } from '../../../model/text/time.ts'
import { listed, plural } from '../../../model/text/words.ts'
import { specEvidence } from '../../evidence.ts'
import { execFix, portForwardFix } from '../../fixes/commands.ts'
import { type ContainerPatch, handlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ContainerInfo } from '../../pod-info.ts'
import type { ProbeFailure } from '../failure.ts'
import { readySeconds } from '../start/earlier-starts.ts'

/** As much of a failure as the spec alone tells. */
export type ProbedPort = Pick<ProbeFailure, 'container' | 'probe' | 'port'>

/** The probes of the container that ask exactly the same: what is wrong with one is wrong with all. */
export const sameHandlerProbes = ({ container, probe }: ProbedPort): readonly EffectiveProbe[] =>
  container.probes.filter(({ handler }) => JSON.stringify(handler) === JSON.stringify(probe.handler))

/** `liveness probe`, `liveness and readiness probes`. */
export const probeNames = (probes: readonly EffectiveProbe[]): string =>
  `${listed(probes.map(({ type }) => type))} ${probes.length === 1 ? 'probe' : 'probes'}`

/** `livenessProbe.httpGet.port` of the handler the probe has. */
export const handlerField = ({ type, handler }: EffectiveProbe, field: string): string =>
  `${probeField(type)}.${handler.kind}.${field}`

export const handlerEvidence = ({ container, probe }: ProbedPort, field: string, text: string): Evidence =>
  specEvidence(container, handlerField(probe, field), text)

/** The port as it stands in the probe, and the number behind a name. */
export const portEvidence = ({ container, probe, port }: ProbedPort): Evidence => {
  const written = probe.handler.kind === 'exec' ? '' : `${probe.handler.port}`
  const text = port === undefined || written === `${port}` ? written : `${written} (${port})`
  return specEvidence(container, handlerField(probe, 'port'), text)
}

/** Changes one field of the handler, in all probes that ask the same. */
export const handlerFix = (failure: ProbeFailure, what: string, change: ContainerPatch): readonly Fix[] => {
  const probes = sameHandlerProbes(failure)
  return containerFix(failure.container, `${what} in the ${probeNames(probes)}`, handlerPatch(probes, change))
}

/**
 * How to see the answer that the kubelet does not record: through a port-forward, which needs no tool in the image.
 * The title holds the second command, because both must run at the same time.
 */
export function seeAnswer(
  { container, probe: { handler }, port }: ProbeFailure,
  title: string,
): readonly Fix[] {
  if (port === undefined) return []
  // Ports below 1024 can't be opened on the user's machine without privileges.
  const local = port < 1024 ? port + 8000 : port
  if (handler.kind !== 'httpGet') return [portForwardFix(container.podInfo, [local, port], title)]
  const path = handler.path.startsWith('/') ? handler.path : `/${handler.path}`
  const url = `${handler.scheme.toLowerCase()}://127.0.0.1:${local}${path}`
  const inAnother = url.includes('\n') ? undefined : commandLine(['curl', '-ik', url])
  return [
    portForwardFix(
      container.podInfo,
      [local, port],
      inAnother === undefined ? title : `${title}: run this, and in another terminal ${inAnother}`,
    ),
  ]
}

/** A container that a service mesh put beside the application (docs/reference/probe-failures.md#F38). */
export const isMeshProxy = ({ name }: ContainerInfo): boolean => MESH_PROXIES.includes(name)

const MESH_PROXIES: readonly string[] = ['istio-proxy', 'linkerd-proxy']

/** How to see what listens inside of the pod. */
export const listeningFix = ({ container }: ProbeFailure): Fix =>
  execFix(container, 'See which ports are open in the pod (in hexadecimal; state 0A is listening)', [
    'cat',
    '/proc/net/tcp',
    '/proc/net/tcp6',
  ])

/** The longest time that a ready sibling needed from container start to Ready, in seconds. */
export function observedStart(container: ContainerInfo): number | undefined {
  const times = readySeconds(container).map(({ seconds }) => seconds)
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Seconds to allow for a start, and the words that say where the number comes from. */
export function startBudget(
  container: ContainerInfo,
  probe: EffectiveProbe,
): { seconds: number; why: string } {
  const observed = observedStart(container)
  const present = safeStartSeconds(probe)
  if (observed !== undefined && observed * 2 > present)
    return {
      seconds: Math.ceil(observed * 2),
      why: `twice the ${humanDuration(Math.ceil(observed))} that the slowest ready pod needed`,
    }
  const seconds = Math.max(300, 4 * present)
  return {
    seconds,
    why: `so far it is ${humanDuration(present)}; how long the start really takes is not known yet`,
  }
}

/**
 * `failureThreshold` that gives at least this many seconds: F×P is only the upper edge
 * (docs/reference/probes.md#formulas).
 */
export const thresholdFor = (seconds: number, initialDelaySeconds: number, periodSeconds: number): number =>
  Math.max(1, Math.ceil((seconds - initialDelaySeconds) / periodSeconds) + 1)

/** `at least 12 attempts`. */
export const attemptsText = ({ attempts: { count, countIsLowerBound } }: ProbeFailure): string =>
  `${countIsLowerBound ? 'at least ' : ''}${plural(count, 'attempt')}`
