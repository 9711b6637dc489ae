import type { Evidence, Fix } from '../../../model/report/finding.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import { logEvidence, specEvidence } from '../../evidence.ts'
import { logsFix } from '../../fixes.ts'
import { type Listener, listenersOf, loopbackListener } from '../../logs/listeners.ts'
import type { ContainerInfo } from '../../pod-info.ts'
import type { ProbeFailure } from '../failure.ts'
import { type ReplayedPort, replayedPort } from '../replay.ts'
import { type Diagnosis, handlerFix, listeningFix, portEvidence } from './common.ts'
import { tooSlow } from './start.ts'

/** The ports that a container declares, except one. */
const otherPorts = ({ spec }: ContainerInfo, except: number | undefined): readonly number[] => [
  ...new Set(
    (spec.ports ?? [])
      .filter(({ protocol, containerPort }) => (protocol ?? 'TCP') === 'TCP' && containerPort !== except)
      .map(({ containerPort }) => containerPort),
  ),
]

const isDeclared = ({ podInfo }: ContainerInfo, port: number): boolean =>
  podInfo.containers.some(({ spec }) => spec.ports?.some(({ containerPort }) => containerPort === port))

/**
 * Nothing accepts connections on the port. In order: the log says loopback, the log or the spec says another port,
 * the container is killed before it ever listened, it listened once; else the port is right and only the address
 * can be wrong.
 */
export function judgeRefused(failure: ProbeFailure): Diagnosis {
  const { container, port } = failure
  const listeners = listenersOf(container)
  if (port === undefined) return closed(failure, 'Possible', [], undefined)
  const loopback = loopbackListener(listeners, port)
  const seen = replayedPort(failure)
  if (seen?.port === 'open' || (loopback !== undefined && seen?.port !== 'refused'))
    return onLoopback(failure, port, loopback, seen)
  const here = listeners.some((listener) => listener.port === port)
  const elsewhere = listeners.filter((listener) => listener.port !== port)
  const others = otherPorts(container, port)
  const wrong = !isDeclared(container, port)
  if (!here && elsewhere.length > 0 && (wrong || !elsewhere.some(({ port: one }) => others.includes(one)))) {
    const target = preferred(elsewhere, others)
    return closed(
      failure,
      wrong ? 'Certain' : 'Likely',
      [logEvidence(container, target.line.slice(0, 300), target.previous)],
      target.port,
    )
  }
  if (wrong && others.length > 0)
    return closed(failure, 'Likely', [], others.length === 1 ? others[0] : undefined)
  if (failure.killed !== 'no' && failure.everPassed !== true)
    return heldBack(failure)
      ? closed(failure, 'Possible', [], undefined)
      : wrong && !here
        ? perhapsWrongPort(tooSlow(failure), port)
        : tooSlow(failure)
  if (failure.everPassed === true) return closed(failure, 'Likely', [], undefined)
  if ((wrong && !here) || seen?.port === 'refused') return closed(failure, 'Possible', [], undefined)
  const everywhere = listeners.find((listener) => listener.port === port && listener.loopback === 'no')
  if (everywhere !== undefined) return closedThoughLogged(failure, everywhere)
  const owner = ownerOf(container, port)
  if (owner !== undefined && owner !== container) return closedBeside(failure, owner)
  return onLoopback(failure, port, undefined)
}

/** The container that declares a port: the probed one if it does. */
const ownerOf = (container: ContainerInfo, port: number): ContainerInfo | undefined =>
  [container, ...container.podInfo.containers].find(({ spec }) =>
    spec.ports?.some(({ containerPort }) => containerPort === port),
  )

/** The log says that the port is open to all, and yet the kubelet is refused. */
function closedThoughLogged(failure: ProbeFailure, { line, previous }: Listener): Diagnosis {
  const verdict = closed(
    failure,
    'Possible',
    [logEvidence(failure.container, line.slice(0, 300), previous)],
    undefined,
  )
  return ipv6(failure) && /0\.0\.0\.0/.test(line)
    ? {
        ...verdict,
        confidence: 'Likely',
        summary: `${failure.probe.type} probe is refused on port ${failure.port}: the application listens on IPv4 only, and the pod is probed by IPv6`,
      }
    : {
        ...verdict,
        explanation:
          `${verdict.explanation} The log says that the application listens on it, so it may have closed it since, or ` +
          'a firewall between node and pod refuses in its place.',
      }
}

const closedBeside = (failure: ProbeFailure, owner: ContainerInfo): Diagnosis => {
  const verdict = closed(failure, 'Possible', [], undefined)
  return {
    ...verdict,
    explanation:
      `${verdict.explanation} Not this container but container ${owner.name} declares the port: see whether that one is up, ` +
      'and whether this probe is meant for it.',
  }
}

/** The liveness probe only begins after the startup probe has passed, so the start was over. */
const heldBack = ({ container, probe }: ProbeFailure): boolean =>
  probe.type === 'liveness' && container.probes.some(({ type }) => type === 'startup')

/** Of the ports that a log names, one that the container also declares says most. */
const preferred = (listeners: readonly Listener[], declared: readonly number[]): Listener =>
  sortedBy(listeners, ({ port, loopback }) => [
    declared.includes(port) ? 0 : 1,
    loopback === 'yes' ? 1 : 0,
    port,
  ])[0] as Listener

/** Evidence for what the container declares instead of the probed port. */
function declaredEvidence(container: ContainerInfo): readonly Evidence[] {
  const ports = container.spec.ports ?? []
  if (ports.length === 0) return [specEvidence(container, 'ports', 'no ports are declared')]
  return ports.map(({ name, containerPort }, index) =>
    specEvidence(container, `ports[${index}].containerPort`, `${containerPort}${name ? ` (${name})` : ''}`),
  )
}

function closed(
  failure: ProbeFailure,
  confidence: Diagnosis['confidence'],
  evidence: readonly Evidence[],
  target: number | undefined,
): Diagnosis {
  const { container, probe, port, everPassed } = failure
  const others = otherPorts(container, port)
  const seen = replayedPort(failure)
  const sure = seen?.port === 'refused' ? (seen.settled ? 'Certain' : 'Likely') : confidence
  const instead =
    target === undefined
      ? others.length > 0 && port !== undefined && !isDeclared(container, port)
        ? `; the container declares ${others.join(', ')}`
        : ''
      : evidence.length > 0
        ? `; the application listens on ${target}`
        : `; the container declares ${target}`
  const before = everPassed
    ? 'The port was open before, so the application closed it or the process that held it is gone while the container still runs.'
    : 'The connection is refused at once: nothing accepts connections on this port of the pod.'
  return {
    code: 'port-closed',
    confidence: confidence === 'Certain' ? confidence : sure,
    summary: `${probe.type} probe is refused: nothing listens on port ${port ?? '?'}${instead}`,
    explanation:
      `${before} Declared ports are only documentation, but they usually name the port that the application listens on.` +
      (ipv6(failure)
        ? ' The pod has an IPv6 address first, and an application bound to 0.0.0.0 does not listen there.'
        : ''),
    evidence: [portEvidence(failure), ...declaredEvidence(container), ...evidence],
    fixes: [
      ...(target === undefined ? [] : portFix(failure, target)),
      // Once the log itself names the port, there is nothing left to look up.
      ...(target !== undefined && evidence.length > 0
        ? []
        : [logsFix(container, 'See on which port the application says it listens')]),
      ...(everPassed || target !== undefined ? [] : [listeningFix(failure)]),
    ],
  }
}

const ipv6 = ({ container: { podInfo } }: ProbeFailure): boolean =>
  podInfo.pod.status?.podIP?.includes(':') === true

function portFix(failure: ProbeFailure, target: number): readonly Fix[] {
  const { kind } = failure.probe.handler
  return kind === 'exec'
    ? []
    : handlerFix(failure, `Set port ${target} in place of ${failure.port}`, { port: target })
}

function onLoopback(
  failure: ProbeFailure,
  port: number,
  listener: Listener | undefined,
  seen?: ReplayedPort,
): Diagnosis {
  const { container, probe } = failure
  const isOpen = seen?.port === 'open'
  const told = listener === undefined ? 'Possible' : listener.loopback === 'yes' ? 'Certain' : 'Likely'
  const sure = isOpen && told !== 'Certain' ? (seen.settled ? 'Certain' : 'Likely') : told
  return {
    code: 'bound-to-localhost',
    confidence: sure,
    summary: isOpen
      ? `${probe.type} probe is refused on port ${port}, which is open on localhost of the pod: the application listens on loopback only`
      : listener === undefined
        ? `${probe.type} probe is refused on port ${port}, though the container runs and declares it: perhaps it listens on 127.0.0.1 only`
        : `${probe.type} probe is refused on port ${port}: the application listens on loopback only`,
    explanation:
      (isOpen
        ? `A port-forward connects to localhost inside of the pod and gets through; the kubelet connects to the IP of the pod and does not.${seen.settled ? '' : ' The application may also have opened the port only just now: look again.'}${ipv6(failure) ? ' The pod has an IPv6 address first, and an application bound to 0.0.0.0 does not listen there either.' : ''}`
        : listener === undefined
          ? 'The port is the declared one and the process has been up for a while, yet connections to the IP of the pod are ' +
            'refused. Most often the application binds 127.0.0.1; it may also still be starting, or listen on another port.'
          : 'The kubelet connects to the IP of the pod, and a listener on loopback is not reachable there.') +
      ' Bind 0.0.0.0 (or [::]). Do not set host in the probe: it would then go to the node.',
    evidence: [
      portEvidence(failure),
      ...declaredEvidence(container),
      ...(listener === undefined
        ? []
        : [logEvidence(container, listener.line.slice(0, 300), listener.previous)]),
    ],
    fixes: [
      logsFix(
        container,
        'See which address the application binds; change it to 0.0.0.0 by its flag, setting or environment',
      ),
      listeningFix(failure),
    ],
  }
}

/** Neither the spec nor the log ties the port to the application, so that another cause fits as well. */
const perhapsWrongPort = (verdict: Diagnosis, port: number): Diagnosis => ({
  ...verdict,
  confidence: 'Possible',
  explanation:
    `${verdict.explanation} No container declares port ${port}, though, and no log line names it: if the log shows ` +
    'that the application is up before the kill, the port of the probe is wrong.',
})
