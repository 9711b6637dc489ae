import type { Confidence, Evidence, Fix } from '../../../../model/report/finding.ts'
import type { Diagnosis } from '../../../cause.ts'
import { logsFix } from '../../../fixes/commands.ts'
import type { Listener } from '../../../logs/listeners.ts'
import type { ContainerInfo } from '../../../pod-info.ts'
import type { ProbeFailure } from '../../failure.ts'
import { type ReplayedPort, replayedPort } from '../../replay.ts'
import { handlerFix, listeningFix, portEvidence } from '../common.ts'
import { declaredEvidence, isProbedByIpv6 } from './ports.ts'

/** How the connection fails: HTTP and TCP probes are refused, a gRPC probe does not say what happened. */
export type Connection = 'refused' | 'grpc'

/** The predicate of a sentence about a probe that gets no connection. */
export const NO_CONNECTION: Readonly<Record<Connection, string>> = {
  refused: 'is refused',
  grpc: 'gets no gRPC connection',
}

const NOTHING_LISTENS: Readonly<Record<Connection, string>> = {
  refused: 'The connection is refused at once: nothing accepts connections on this port of the pod.',
  grpc: 'Most likely nothing accepts connections on this port of the pod.',
}

const CLOSED_LATER =
  'The port was open before, so the application closed it or the process that held it is gone while the container still runs.'

/** Where the application listens instead: as its log says, or on one of the ports that the container declares. */
type Instead =
  | {
      readonly kind: 'Logged'
      readonly port: number
      readonly evidence: Evidence
      /** The container declares this port, and nobody the probed one. */
      readonly declared: boolean
      /** There, too, the kubelet would not reach it. */
      readonly loopback: boolean
    }
  | { readonly kind: 'Declared'; readonly ports: readonly number[] }

interface ClosedPort {
  readonly confidence: Confidence
  readonly instead?: Instead
  /** What the log says is listening on this very port, open to all. */
  readonly though?: Listener
  /** Another container, which declares the port. */
  readonly owner?: ContainerInfo
}

/** Nothing listens on the probed port. */
export function portClosed(
  failure: ProbeFailure,
  connection: Connection,
  { confidence, instead, though, owner }: ClosedPort,
): Diagnosis {
  const { container, probe, port, everPassed } = failure
  const byIpv6 = isProbedByIpv6(container)
  // The log tells of IPv4 only, and the pod is probed by the other.
  const onOtherFamily = byIpv6 && though?.onlyIpv4 === true
  const target = instead && targetOf(instead)
  const logged = instead?.kind === 'Logged' ? instead.evidence : though?.evidence
  return {
    code: 'port-closed',
    // Many applications open another port first, but not the one that they are declared to serve.
    settled: onOtherFamily || (instead?.kind === 'Logged' && instead.declared),
    confidence: onOtherFamily ? 'Likely' : withReplay(confidence, replayedPort(failure)),
    summary: onOtherFamily
      ? `${probe.type} probe ${NO_CONNECTION[connection]} on port ${port}: the application listens on IPv4 only, and the pod is probed by IPv6`
      : `${probe.type} probe ${NO_CONNECTION[connection]}: nothing listens on port ${port ?? '?'}${insteadText(instead)}`,
    explanation: [
      everPassed ? CLOSED_LATER : NOTHING_LISTENS[connection],
      ...(isOnLoopback(instead) ? [ALSO_LOOPBACK] : []),
      'Declared ports are only documentation, but they usually name the port that the application listens on.',
      ...(byIpv6
        ? ['The pod has an IPv6 address first, and an application bound to 0.0.0.0 does not listen there.']
        : []),
      ...(though === undefined || onOtherFamily ? [] : [CLOSED_THOUGH_LOGGED]),
      ...(owner === undefined ? [] : [closedBeside(owner)]),
    ].join(' '),
    evidence: [
      portEvidence(failure),
      ...declaredEvidence(container),
      ...(logged === undefined ? [] : [logged]),
    ],
    fixes: [
      ...(target === undefined ? [] : portFix(failure, target)),
      // Once the log itself names the port, there is nothing left to look up.
      ...(instead?.kind === 'Logged' && !instead.loopback
        ? []
        : [
            logsFix(
              container,
              isOnLoopback(instead) ? BIND_ALL : 'See on which port the application says it listens',
            ),
          ]),
      ...(everPassed || target !== undefined ? [] : [listeningFix(failure)]),
    ],
  }
}

const isOnLoopback = (instead: Instead | undefined): boolean => instead?.kind === 'Logged' && instead.loopback

const ALSO_LOOPBACK =
  'On the port that it names it listens on 127.0.0.1 only, where the kubelet does not reach it: it has to bind 0.0.0.0 (or ' +
  '[::]) first, and then the probe has to name that port.'

const BIND_ALL =
  'See which address the application binds; change it to 0.0.0.0 by its flag, setting or environment'

const CLOSED_THOUGH_LOGGED =
  'The log says that the application listens on it, so it may have closed it since, or a firewall between node and pod ' +
  'refuses in its place.'

const closedBeside = ({ name }: ContainerInfo): string =>
  `Not this container but container ${name} declares the port: see whether that one is up, and whether this probe is ` +
  'meant for it.'

/** A replay that found the port closed inside of the pod, too, leaves little doubt. */
function withReplay(confidence: Confidence, replayed: ReplayedPort | undefined): Confidence {
  if (confidence === 'Certain' || replayed?.port !== 'refused') return confidence
  return replayed.settled ? 'Certain' : 'Likely'
}

function insteadText(instead: Instead | undefined): string {
  switch (instead?.kind) {
    case undefined:
      return ''
    case 'Logged':
      return `; the application listens on ${instead.port}${instead.loopback ? ', and there on 127.0.0.1 only' : ''}`
    case 'Declared':
      return `; the container declares ${instead.ports.join(', ')}`
  }
}

/** The port to probe in place of this one, where only one can be meant. */
function targetOf(instead: Instead): number | undefined {
  if (instead.kind === 'Logged') return instead.loopback ? undefined : instead.port
  return instead.ports.length === 1 ? instead.ports[0] : undefined
}

const portFix = (failure: ProbeFailure, target: number): readonly Fix[] =>
  failure.probe.handler.kind === 'exec'
    ? []
    : handlerFix(failure, `Set port ${target} in place of ${failure.port}`, { port: target })
