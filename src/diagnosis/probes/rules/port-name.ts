import { type EffectiveProbe, resolvePort } from '../../../model/kubernetes/probe.ts'
import { nearest } from '../../../model/text/nearest.ts'
import type { Cause } from '../../cause.ts'
import { eventEvidence, specEvidence, statusEvidence } from '../../evidence.ts'
import { containerFix, handlerPatch, logsFix } from '../../fixes.ts'
import type { ContainerView } from '../../pod-info.ts'
import { before } from '../context/ready-revision.ts'
import { handlerField, probeNames } from './common.ts'

/** Named ports that the container does not declare: seen in the spec, whether or not an event is left. */
export function unresolvedPorts(view: ContainerView): readonly Cause[] {
  if (view.status?.state?.running === undefined) return []
  const broken = view.probes.filter(
    ({ handler }) =>
      (handler.kind === 'httpGet' || handler.kind === 'tcpSocket') &&
      resolvePort(view.container, handler.port) === undefined,
  )
  return broken.map((probe) => unresolvedPort(view, probe, broken))
}

function unresolvedPort(
  view: ContainerView,
  probe: EffectiveProbe,
  broken: readonly EffectiveProbe[],
): Cause {
  const { handler, type } = probe
  const port = handler.kind === 'httpGet' || handler.kind === 'tcpSocket' ? handler.port : ''
  const same = broken.filter((one) => 'port' in one.handler && one.handler.port === port)
  const ports = view.container.ports ?? []
  const names = ports.flatMap(({ name }) => (name ? [name] : []))
  const meant = nearest(`${port}`, names) ?? (ports.length === 1 ? ports[0]?.name : undefined)
  const number = ports.length === 1 ? ports[0]?.containerPort : undefined
  const target = meant ?? number
  const owner = view.podView.containers.find(({ container }) =>
    container.ports?.some(({ name }) => name === port),
  )
  const declared = ports.map(({ name, containerPort }) =>
    name ? `${name} (${containerPort})` : `${containerPort}`,
  )
  const event = view.podView.events.findLast(
    ({ message, container }) =>
      container === view.name &&
      message.toLowerCase().startsWith(type) &&
      (message.includes('strconv') || message.includes('not found')),
  )
  const { status } = view
  const ready = status?.ready === true
  const past =
    target === undefined ? before({ view, probe, port: undefined }, 'port-name-unknown') : undefined
  return {
    code: 'port-name-unknown',
    layer: 'probe',
    container: view.name,
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
      specEvidence(view, handlerField(probe, 'port'), `${port}`),
      ...ports.map(({ name, containerPort }, index) =>
        specEvidence(view, `ports[${index}]`, `${name ?? '(no name)'}: ${containerPort}`),
      ),
      ...(past?.evidence ?? []),
      ...(event === undefined ? [] : [eventEvidence(event)]),
      ...(ready ? [] : [statusEvidence(view, type === 'startup' ? 'started' : 'ready', 'false')]),
    ],
    fixes:
      target === undefined
        ? [...(past?.fixes ?? []), ...containerNeedsPort(view, same)]
        : containerFix(
            view,
            `Set port ${target} in the ${probeNames(same)}`,
            handlerPatch(same, { port: target }),
          ),
  }
}

/** No declared port can be meant, so the user must say which number it is. */
const containerNeedsPort = (view: ContainerView, probes: readonly EffectiveProbe[]): Cause['fixes'] => [
  {
    ...logsFix(view),
    title: `See on which port it listens, then declare it in container ${view.name} or set the number in the ${probeNames(probes)}`,
  },
]
