import type { Evidence } from '../../../model/report/finding.ts'
import { plural } from '../../../model/text/words.ts'
import type { Diagnosis } from '../../cause.ts'
import { logsFix } from '../../fixes/commands.ts'
import { slowestAnswer } from '../../logs/answer-time.ts'
import { listenersOf } from '../../logs/listeners.ts'
import { stallLine } from '../../logs/stalls.ts'
import type { ProbeFailure } from '../failure.ts'
import { type Doubt, isClosedWay, passesInBetween, suspectOf } from '../no-answer/suspect.ts'
import { isNotConnected } from '../no-answer/way.ts'
import { attemptsText, seeAnswer } from './common.ts'
import { judgeMeasured } from './measured.ts'
import { judgeUnreachable, neighboursFix } from './network.ts'
import { cpuStarved, nodeStarved, starvingLimit } from './starved.ts'
import { guessedSeconds, PLENTY_SECONDS, timeoutEvidence, timeoutFix } from './timeout-fix.ts'

/**
 * No answer in time. The text does not tell a slow application from dropped packets, so what else is known decides
 * (docs/reference/probe-failures.md#no-answer).
 */
export function judgeTimeout(failure: ProbeFailure): Diagnosis {
  const measured = judgeMeasured(failure)
  if (measured !== undefined && starvingLimit(failure) === undefined) return measured
  const suspect = suspectOf(failure)
  if (isClosedWay(suspect)) return judgeUnreachable(failure, suspect)
  if (suspect.type === 'Node') return nodeStarved(failure, suspect)
  return withDoubt(judgeApplication(failure), suspect, failure)
}

function judgeApplication(failure: ProbeFailure): Diagnosis {
  const starved = starvingLimit(failure)
  if (starved !== undefined) return cpuStarved(failure, starved)
  if (passesInBetween(failure)) return tooShort(failure)
  if (failure.everPassed === true) return hang(failure)
  return failure.probe.timeoutSeconds >= PLENTY_SECONDS ? hang(failure) : tooShort(failure)
}

/** Says what speaks for the application and against the network, or what would tell the two apart. */
function withDoubt(
  diagnosis: Diagnosis,
  { reached, against, silent }: Doubt,
  failure: ProbeFailure,
): Diagnosis {
  const { container, probe } = failure
  const stall = stallLine(container, probe.timeoutSeconds)
  const { confidence, explanation, evidence, fixes } = diagnosis
  const node = container.podInfo.pod.spec?.nodeName ?? '?'
  return {
    ...diagnosis,
    confidence: confidence === 'Possible' && stall !== undefined ? 'Likely' : confidence,
    explanation: [
      explanation,
      ...(stall === undefined ? [] : ['Its log says that it stood still.']),
      ...(passesInBetween(failure) ? [] : networkWords(failure, { reached, against, silent })),
    ].join(' '),
    evidence: [...evidence, ...(stall === undefined ? [] : [stall]), ...against],
    fixes: [...fixes, ...(silent === 0 ? [] : [neighboursFix(node)])],
  }
}

function networkWords({ container }: ProbeFailure, { reached, against, silent }: Doubt): readonly string[] {
  const { nodeName: node = '?', hostNetwork } = container.podInfo.pod.spec ?? {}
  if (hostNetwork || (reached && against.length === 0)) return []
  if (against.length > 0)
    return [
      `Probes on node ${node} do get through (see the evidence), so the network of the node is not the reason.`,
    ]
  return [
    ...(silent === 0
      ? []
      : [
          `${plural(silent, 'other workload')} on node ${node} give no answer either: look at their CPU, at the node and at its ` +
            'network as well.',
        ]),
    'Packets that are dropped read the same. A port-forward does not take the network of the pod: an answer that is late ' +
      'there, too, is the application; one that comes at once was lost on the way from the node.',
  ]
}

/** A timeout that suffices: twice the slowest answer that the log tells of, else a guess. */
function enoughSeconds(failure: ProbeFailure) {
  const seen = slowestAnswer(failure)
  if (seen === undefined)
    return { seconds: guessedSeconds(failure), why: '', evidence: [] as readonly Evidence[] }
  return {
    seconds: Math.ceil(seen.seconds * 2),
    why: `, twice the ${Number(seen.seconds.toFixed(1))}s that its log tells of`,
    evidence: [seen.evidence],
  }
}

function tooShort(failure: ProbeFailure): Diagnosis {
  const { probe, container, port } = failure
  const { seconds, why, evidence } = enoughSeconds(failure)
  const listens = listenersOf(container).some((listener) => listener.port === port)
  const some = passesInBetween(failure)
  const byDefault = probe.timeoutSeconds === 1 ? ', which is the default' : ''
  return {
    code: 'timeout-too-short',
    confidence: some || listens ? 'Likely' : 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s${some ? ' now and then' : ''}`,
    explanation: [
      `${attemptsText(failure)} ended without an answer within timeoutSeconds ${probe.timeoutSeconds}${byDefault}.`,
      ...(some ? ['Others in between passed, so the application is slow and not dead.'] : []),
      'How long the answer really takes is not recorded.',
    ].join(' '),
    evidence: [timeoutEvidence(failure), ...evidence],
    fixes: [
      ...seeAnswer(failure, 'Measure how long the answer takes'),
      ...timeoutFix(failure, seconds, why),
      logsFix(container),
    ],
  }
}

function hang(failure: ProbeFailure): Diagnosis {
  const { probe, container, everPassed, attempts } = failure
  const before = everPassed === true
  const notConnected = isNotConnected(attempts.class)
  return {
    code: 'hang',
    // Its kernel makes connections for a process that hangs, until the queue is full.
    confidence: before && !notConnected ? 'Likely' : 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s${before ? ', after it had passed' : ''}`,
    explanation: [
      before
        ? 'The probe passed before, and then every attempt ran into the timeout while the process went on.'
        : `Every attempt ran into the timeout, and ${probe.timeoutSeconds}s are plenty for a health check.`,
      'A deadlock, an exhausted pool of threads or connections, or a wait for something else does that.',
      ...(notConnected ? ['Not even a connection is made, as where its queue of connections is full.'] : []),
    ].join(' '),
    evidence: [timeoutEvidence(failure)],
    fixes: [
      ...seeAnswer(failure, 'See whether it answers at all'),
      logsFix(
        container,
        'Read the last lines before it stopped answering; a thread dump at that time tells most',
      ),
    ],
  }
}

/** Headers came, the body did not: an error that never counts (docs/reference/probes.md#http-body). */
export function judgeBody(failure: ProbeFailure): Diagnosis {
  const { probe, attempts, container } = failure
  const short = attempts.class === 'http.body.short'
  return {
    code: short ? 'connection-closed' : 'timeout-too-short',
    confidence: 'Likely',
    summary: short
      ? `${probe.type} probe gets only a part of the answer, and the result is thrown away`
      : `${probe.type} probe does not get the body of the answer within ${probe.timeoutSeconds}s, and the result is thrown away`,
    explanation:
      'The headers of the answer arrive, the body does not arrive whole. The kubelet takes that for an error of its own ' +
      'and counts it neither as failure nor as success, even for a status of 500. Probe a path with a small answer.',
    evidence: [timeoutEvidence(failure)],
    fixes: [...seeAnswer(failure, 'See how long the whole answer takes'), logsFix(container)],
  }
}
