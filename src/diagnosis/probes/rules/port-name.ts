import { type EffectiveProbe, type ProbeType, resolvePort } from '../../../model/kubernetes/probe.ts'
import type { Effect, Fix } from '../../../model/report/finding.ts'
import { nearest } from '../../../model/text/nearest.ts'
import type { Cause } from '../../cause.ts'
import { eventEvidence, specEvidence, statusEvidence } from '../../evidence.ts'
import { logsFix } from '../../fixes/commands.ts'
import { handlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import { parseProbeMessage } from '../../messages/probe.ts'
import { type ContainerInfo, containerEvents } from '../../pod-info.ts'
import { fromReadyRevision } from '../context/ready-revision.ts'
import { consequenceOfErrors } from '../uncounted.ts'
import { handlerField, probeNames } from './common.ts'

/** Ports that no attempt can resolve: seen in the spec, whether or not an event is left. */
export function unresolvedPorts(container: ContainerInfo): readonly Cause[] {
  if (container.status?.state?.running === undefined) return []
  const unresolved = container.probes.flatMap((probe) => {
    const { handler } = probe
    if (handler.kind === 'exec' || handler.kind === 'grpc') return []
    return resolvePort(container.spec, handler.port) === undefined ? [{ probe, port: handler.port }] : []
  })
  return unresolved.map((one) =>
    unresolvedPort(
      container,
      one,
      unresolved.filter(({ port }) => port === one.port).map(({ probe }) => probe),
    ),
  )
}

interface Unresolved {
  readonly probe: EffectiveProbe
  /** As it is written in the probe. */
  readonly port: number | string
}

/** `same` are the probes of the container with this port, itself among them. */
function unresolvedPort(
  container: ContainerInfo,
  { probe, port }: Unresolved,
  same: readonly EffectiveProbe[],
): Cause {
  const { type } = probe
  const { status, podInfo } = container
  const ports = container.spec.ports ?? []
  const ready = status?.ready === true
  const target = meantPort(container, port)
  const owner = podInfo.containers.find(({ spec }) => spec.ports?.some(({ name }) => name === port))
  const event = unresolvedEvent(container, type)
  const past =
    target === undefined
      ? fromReadyRevision({ container, probe, port: undefined }, 'port-name-unknown')
      : undefined
  return {
    code: 'port-name-unknown',
    layer: 'probe',
    container: container.name,
    probe: type,
    severity: 'Error',
    confidence: 'Certain',
    effect: effectOf(type, ready),
    summary: `${type} probe asks for port "${port}", which ${
      isNumber(port) ? 'is not between 1 and 65535' : 'the container does not declare'
    }${declaredText(container)}`,
    explanation: [
      'The kubelet looks the name up among the ports of this container only, at every attempt, and an attempt that cannot ' +
        `resolve it never counts: ${consequenceOfErrors(type, ready)}`,
      ...(owner === undefined ? [] : [`Container ${owner.name} declares a port of that name.`]),
    ].join(' '),
    evidence: [
      specEvidence(container, handlerField(probe, 'port'), `${port}`),
      ...ports.map(({ name, containerPort }, index) =>
        specEvidence(container, `ports[${index}]`, `${name ?? '(no name)'}: ${containerPort}`),
      ),
      ...(past?.evidence ?? []),
      ...(event === undefined ? [] : [eventEvidence(event)]),
      ...(ready ? [] : [statusEvidence(container, type === 'startup' ? 'started' : 'ready', 'false')]),
    ],
    fixes:
      target === undefined
        ? [...(past?.fixes ?? []), declareFix(container, same)]
        : containerFix(
            container,
            `Set port ${target} in the ${probeNames(same)}`,
            handlerPatch(same, { port: target }),
          ),
  }
}

const isNumber = (port: number | string): boolean => /^[+-]?\d+$/.test(`${port}`)

function effectOf(type: ProbeType, ready: boolean): Effect {
  if (type === 'startup') return 'NotStarted'
  return type === 'readiness' && !ready ? 'Unready' : 'Inert'
}

/** The port that was probably meant: the nearest name, else the only port that there is. */
function meantPort({ spec }: ContainerInfo, port: number | string): number | string | undefined {
  const ports = spec.ports ?? []
  const names = ports.flatMap(({ name }) => (name ? [name] : []))
  const [only, ...others] = ports
  return nearest(`${port}`, names) ?? (others.length === 0 ? (only?.name ?? only?.containerPort) : undefined)
}

function declaredText({ spec }: ContainerInfo): string {
  const declared = (spec.ports ?? []).map(({ name, containerPort }) =>
    name ? `${name} (${containerPort})` : `${containerPort}`,
  )
  return declared.length > 0 ? `; it declares ${declared.join(', ')}` : ''
}

/** The event that says so; combined ones have the container of another message. */
const unresolvedEvent = (container: ContainerInfo, type: ProbeType) =>
  containerEvents(container).findLast(({ combined, message }) => {
    const parsed = combined ? undefined : parseProbeMessage(message)
    return parsed?.probe === type && parsed.class === 'port.unknown'
  })

/** No declared port can be meant, so the user must say which number it is. */
const declareFix = (container: ContainerInfo, probes: readonly EffectiveProbe[]): Fix => ({
  ...logsFix(container),
  title: `See on which port it listens, then declare it in container ${container.name} or set the number in the ${probeNames(probes)}`,
})
