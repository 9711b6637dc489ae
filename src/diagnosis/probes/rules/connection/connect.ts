import { sortedBy } from '../../../../model/text/sort.ts'
import type { Diagnosis } from '../../../cause.ts'
import { type Listener, listenersOf, loopbackListener } from '../../../logs/listeners.ts'
import { readinessLostAt, secondsAgo } from '../../../pod-info.ts'
import type { ProbeFailure } from '../../failure.ts'
import { replayedPort } from '../../replay.ts'
import { perhapsWrongPort, tooSlow } from '../start.ts'
import { boundToLoopback } from './loopback.ts'
import { type Connection, portClosed } from './port-closed.ts'
import { isDeclared, otherPorts, ownerOf } from './ports.ts'

/** Nothing accepts connections on the port. */
export const judgeRefused = (failure: ProbeFailure): Diagnosis => judgeNoConnection(failure, 'refused')

/** What holds for a refused connection can only be guessed from a gRPC timeout. */
export function judgeNoGrpcConnection(failure: ProbeFailure): Diagnosis {
  const diagnosis = judgeNoConnection(failure, 'grpc')
  return {
    ...diagnosis,
    confidence: diagnosis.confidence === 'Certain' ? 'Likely' : 'Possible',
    explanation: `A gRPC probe does not say why it cannot connect. ${diagnosis.explanation}`,
  }
}

/**
 * In order: the log says loopback, the log or the spec says another port, the container is killed before it ever
 * listened, it listened once; else the port is right and only the address can be wrong.
 */
function judgeNoConnection(failure: ProbeFailure, connection: Connection): Diagnosis {
  const { container, port } = failure
  if (port === undefined) return portClosed(failure, connection, { confidence: 'Possible' })
  const listeners = listenersOf(container)
  const loopback = loopbackListener(listeners, port)
  const replayed = replayedPort(failure)
  if (replayed?.port === 'open' || (loopback !== undefined && replayed?.port !== 'refused'))
    return boundToLoopback(failure, connection, { port, listener: loopback, replayed })
  const here = listeners.filter((listener) => listener.port === port)
  const others = otherPorts(container, port)
  const undeclared = !isDeclared(container, port)
  const elsewhere = here.length > 0 ? undefined : preferred(listeners, others)
  if (elsewhere !== undefined && (undeclared || !others.includes(elsewhere.port)))
    return portClosed(failure, connection, {
      confidence: undeclared ? 'Certain' : 'Likely',
      instead: {
        kind: 'Logged',
        port: elsewhere.port,
        evidence: elsewhere.evidence,
        declared: undeclared && others.includes(elsewhere.port),
        loopback: elsewhere.loopback === 'yes',
      },
    })
  if (undeclared && others.length > 0)
    return portClosed(failure, connection, {
      confidence: 'Likely',
      instead: { kind: 'Declared', ports: others },
    })
  // A startup probe is over once it has passed: what it said was before.
  const closedLater = failure.everPassed === true && failure.probe.type !== 'startup'
  if (failure.killed !== 'no' && !closedLater) {
    if (isHeldBack(failure)) return portClosed(failure, connection, { confidence: 'Possible' })
    const slow = tooSlow(failure)
    if (undeclared && here.length === 0) return perhapsWrongPort(slow, port)
    // On a slow node the run was longer than the probe allows: it may have been well at first.
    const mayHavePassed =
      failure.killed === 'proven' && failure.everPassed === undefined && !isHeldBack(failure)
    return mayHavePassed ? { ...slow, confidence: 'Possible' } : slow
  }
  if (closedLater)
    return portClosed(failure, connection, { confidence: hasJustClosed(failure) ? 'Possible' : 'Likely' })
  if ((undeclared && here.length === 0) || replayed?.port === 'refused')
    return portClosed(failure, connection, { confidence: 'Possible' })
  const everywhere = here.find((listener) => listener.loopback === 'no')
  if (everywhere !== undefined)
    return portClosed(failure, connection, { confidence: 'Possible', though: everywhere })
  const owner = ownerOf(container, port)
  if (owner !== undefined && owner !== container)
    return portClosed(failure, connection, { confidence: 'Possible', owner })
  return boundToLoopback(failure, connection, { port, listener: undefined, replayed: undefined })
}

/** For so long a container that has ended may still be told of as running, by a kubelet that has much to do. */
const STATUS_LAG_SECONDS = 15

const hasJustClosed = ({ container, attempts }: ProbeFailure): boolean =>
  secondsAgo(container.podInfo.cluster, readinessLostAt(container) ?? attempts.firstSeen) < STATUS_LAG_SECONDS

/** The liveness probe only begins after the startup probe has passed, so the start was over. */
const isHeldBack = ({ container, probe }: ProbeFailure): boolean =>
  probe.type === 'liveness' && container.probes.some(({ type }) => type === 'startup')

/** Of the ports that a log names, one that the container also declares says most. */
const preferred = (listeners: readonly Listener[], declared: readonly number[]): Listener | undefined =>
  sortedBy(listeners, ({ port, loopback }) => [
    declared.includes(port) ? 0 : 1,
    loopback === 'yes' ? 1 : 0,
    port,
  ])[0]
