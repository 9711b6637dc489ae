import type { Confidence } from '../../../../model/report/finding.ts'
import type { Diagnosis } from '../../../cause.ts'
import { logsFix } from '../../../fixes/commands.ts'
import type { Listener } from '../../../logs/listeners.ts'
import type { ProbeFailure } from '../../failure.ts'
import type { ReplayedPort } from '../../replay.ts'
import { listeningFix, portEvidence } from '../common.ts'
import { type Connection, NO_CONNECTION } from './port-closed.ts'
import { declaredEvidence, isProbedByIpv6 } from './ports.ts'

/** What shows that the port is open on loopback only: a replay reached it, the log says so, or nothing else fits. */
type Sign = 'replayed' | 'logged' | 'guessed'

interface Loopback {
  readonly port: number
  readonly listener: Listener | undefined
  readonly replayed: ReplayedPort | undefined
}

/** The application listens on loopback, where the kubelet cannot reach it. */
export function boundToLoopback(
  failure: ProbeFailure,
  connection: Connection,
  { port, listener, replayed }: Loopback,
): Diagnosis {
  const { container, probe } = failure
  const sign: Sign = replayed?.port === 'open' ? 'replayed' : listener === undefined ? 'guessed' : 'logged'
  return {
    code: 'bound-to-localhost',
    confidence: confidenceOf(listener, sign === 'replayed' ? replayed : undefined),
    settled: listener?.loopback === 'yes' || replayed?.settled === true,
    summary: `${probe.type} probe ${NO_CONNECTION[connection]} on port ${port}${SUMMARIES[sign]}`,
    explanation: [
      EXPLANATIONS[sign],
      ...(sign === 'replayed' && replayed?.settled === false
        ? ['The application may also have opened the port only just now: look again.']
        : []),
      ...(sign === 'replayed' && isProbedByIpv6(container)
        ? [
            'The pod has an IPv6 address first, and an application bound to 0.0.0.0 does not listen there either.',
          ]
        : []),
      'Bind 0.0.0.0 (or [::]). Do not set host in the probe: it would then go to the node.',
    ].join(' '),
    evidence: [
      portEvidence(failure),
      ...declaredEvidence(container),
      ...(listener === undefined ? [] : [listener.evidence]),
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

const SUMMARIES: Readonly<Record<Sign, string>> = {
  replayed: ', which is open on localhost of the pod: the application listens on loopback only',
  logged: ': the application listens on loopback only',
  guessed: ', though the container runs and declares it: perhaps it listens on 127.0.0.1 only',
}

const EXPLANATIONS: Readonly<Record<Sign, string>> = {
  replayed:
    'A port-forward connects to localhost inside of the pod and gets through; the kubelet connects to the IP of the pod and does not.',
  logged: 'The kubelet connects to the IP of the pod, and a listener on loopback is not reachable there.',
  guessed:
    'The port is the declared one and the process has been up for a while, yet connections to the IP of the pod are ' +
    'refused. Most often the application binds 127.0.0.1; it may also still be starting, or listen on another port.',
}

/** A log that names an address proves it; "localhost" is often printed by what listens everywhere. */
function confidenceOf(listener: Listener | undefined, replayed: ReplayedPort | undefined): Confidence {
  if (listener?.loopback === 'yes') return 'Certain'
  if (replayed !== undefined) return replayed.settled ? 'Certain' : 'Likely'
  return listener === undefined ? 'Possible' : 'Likely'
}
