import { type EffectiveProbe, resolvePort } from '../../../model/kubernetes/probe.ts'
import { nearest } from '../../../model/text/nearest.ts'
import type { Cause } from '../../cause.ts'
import { eventEvidence, specEvidence, statusEvidence } from '../../evidence.ts'
import { containerFix, handlerPatch, logsFix } from '../../fixes.ts'
import { type ContainerInfo, containerEvents } from '../../pod-info.ts'
import { before } from '../context/ready-revision.ts'
import { handlerField, probeNames } from './common.ts'

/** Named ports that the container does not declare: seen in the spec, whether or not an event is left. */
export function unresolvedPorts(container: ContainerInfo): readonly Cause[] {
  if (container.status?.state?.running === undefined) return []
  const broken = container.probes.filter(
    ({ handler }) =>
      (handler.kind === 'httpGet' || handler.kind === 'tcpSocket') &&
      resolvePort(container.spec, handler.port) === undefined,
  )
  return broken.map((probe) => unresolvedPort(container, probe, broken))
}

function unresolvedPort(
  container: ContainerInfo,
  probe: EffectiveProbe,
  broken: readonly EffectiveProbe[],
): Cause {
  const { handler, type } = probe
  const port = handler.kind === 'httpGet' || handler.kind === 'tcpSocket' ? handler.port : ''
  const same = broken.filter((one) => 'port' in one.handler && one.handler.port === port)
  const ports = container.spec.ports ?? []
  const names = ports.flatMap(({ name }) => (name ? [name] : []))
  const meant = nearest(`${port}`, names) ?? (ports.length === 1 ? ports[0]?.name : undefined)
  const number = ports.length === 1 ? ports[0]?.containerPort : undefined
  const target = meant ?? number
  const owner = container.podInfo.containers.find(({ spec }) => spec.ports?.some(({ name }) => name === port))
  const declared = ports.map(({ name, containerPort }) =>
    name ? `${name} (${containerPort})` : `${containerPort}`,
  )
  const event = containerEvents(container).findLast(
    ({ message }) =>
      message.toLowerCase().startsWith(type) &&
      (message.includes('strconv') || message.includes('not found')),
  )
  const { status } = container
  const ready = status?.ready === true
  const past =
    target === undefined ? before({ container, probe, port: undefined }, 'port-name-unknown') : undefined
  return {
    code: 'port-name-unknown',
    layer: 'probe',
    container: container.name,
    probe: type,
    severity: 'Error',
    confidence: 'Certain',
    effect: type === 'startup' ? 'NotStarted' : type === 'readiness' && !ready ? 'Unready' : 'Inert',
    summary: `${type} probe asks for port "${port}", which ${
      /^[+-]?\d+$/.test(`${port}`) ? 'is not between 1 and 65535' : 'the container does not declare'
    }${declared.length > 0 ? `; it declares ${declared.join(', ')}` : ''}`,
    explanation:
      'The kubelet looks the name up among the ports of this container only, at every attempt, and an attempt that cannot ' +
      `resolve it never counts: ${
        type === 'liveness'
          ? 'the container is never restarted, whatever state it is in.'
          : type === 'startup'
            ? 'the container is never taken for started, and never restarted either.'
            : ready
              ? 'the container stays Ready, whatever state it is in.'
              : 'the container will never become Ready.'
      }${owner === undefined ? '' : ` Container ${owner.name} declares a port of that name.`}`,
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
        ? [...(past?.fixes ?? []), ...containerNeedsPort(container, same)]
        : containerFix(
            container,
            `Set port ${target} in the ${probeNames(same)}`,
            handlerPatch(same, { port: target }),
          ),
  }
}

/** No declared port can be meant, so the user must say which number it is. */
const containerNeedsPort = (container: ContainerInfo, probes: readonly EffectiveProbe[]): Cause['fixes'] => [
  {
    ...logsFix(container),
    title: `See on which port it listens, then declare it in container ${container.name} or set the number in the ${probeNames(probes)}`,
  },
]
