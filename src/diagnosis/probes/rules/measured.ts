import { probeField } from '../../../model/kubernetes/probe.ts'
import type { Fix } from '../../../model/report/finding.ts'
import { secondsAbove } from '../../../model/text/time.ts'
import type { Diagnosis } from '../../cause.ts'
import { logsFix } from '../../fixes/commands.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ProbeFailure } from '../failure.ts'
import { type MeasuredAnswer, measuredAnswer } from '../measured-answer.ts'
import { probeNames, sameHandlerProbes, seeAnswer } from './common.ts'
import { timeoutEvidence } from './timeout-fix.ts'

/** One measurement is no upper bound: half as much again is allowed for. */
const MARGIN = 1.5

/**
 * A probe that runs into its timeout, where a replay has waited for the answer. A replay does not take the network of
 * the pod, so that what is slow there is the application.
 */
export function judgeMeasured(failure: ProbeFailure): Diagnosis | undefined {
  const { container, probe } = failure
  const measured = measuredAnswer(container, probe)
  if (measured === undefined) return undefined
  return measured.answer === 'None' ? silent(failure, measured) : slow(failure, measured)
}

/** `2.0 s`, of one measurement or of the slowest. */
const tookText = ({ seconds, attempts }: MeasuredAnswer, timeoutSeconds: number): string =>
  `${secondsAbove(seconds, timeoutSeconds)} s (${attempts === 1 ? 'one measurement' : `the slowest of ${attempts} measurements`})`

function slow(failure: ProbeFailure, measured: MeasuredAnswer): Diagnosis {
  const { probe, container } = failure
  const { answer, message } = measured
  const isCommand = probe.handler.kind === 'exec'
  const verb = isCommand ? 'ends' : 'answers'
  const subject = isCommand ? 'The command' : 'The application'
  return {
    code: isCommand ? 'exec-timeout' : 'timeout-too-short',
    confidence: isCommand ? 'Certain' : 'Likely',
    summary: `${probe.type} probe${isCommand ? ' command' : ''} ${isCommand ? 'ends' : 'is answered'} after ${secondsAbove(measured.seconds, probe.timeoutSeconds)} s, the timeout is ${probe.timeoutSeconds} s`,
    explanation: [
      `${subject} ${verb} after ${tookText(measured, probe.timeoutSeconds)}, run from here, and the kubelet waits for ${probe.timeoutSeconds} s only.`,
      answer === 'Passes'
        ? 'A longer timeout lets it pass; whether it should take that long is another question.'
        : `A longer timeout alone does not help: what comes then is a failure as well (${message}).`,
    ].join(' '),
    evidence: [timeoutEvidence(failure)],
    fixes: [
      ...(answer === 'Passes' ? measuredFix(failure, measured) : seeAnswer(failure, 'Read the late answer')),
      logsFix(container, 'See what takes so long'),
    ],
  }
}

/** The timeout that lets the answer pass which was measured; the period is no shorter. */
function measuredFix(failure: ProbeFailure, measured: MeasuredAnswer): readonly Fix[] {
  const { container, probe } = failure
  const seconds = Math.max(
    Math.ceil(Number((measured.seconds * MARGIN).toFixed(1))),
    Math.floor(measured.seconds) + 1,
  )
  const probes = sameHandlerProbes(failure).filter(({ timeoutSeconds }) => timeoutSeconds < seconds)
  const patch = Object.fromEntries(
    probes.map(({ type, periodSeconds }) => [
      probeField(type),
      { timeoutSeconds: seconds, ...(periodSeconds < seconds ? { periodSeconds: seconds } : {}) },
    ]),
  )
  const period = probes.some(({ periodSeconds }) => periodSeconds < seconds)
    ? `, and periodSeconds to ${seconds} where it is shorter`
    : ''
  return containerFix(
    container,
    `Raise timeoutSeconds of the ${probeNames(probes)} from ${probe.timeoutSeconds} to ${seconds}${period}: half as much again as the ${tookText(measured, probe.timeoutSeconds)}`,
    patch,
  )
}

function silent(failure: ProbeFailure, { seconds }: MeasuredAnswer): Diagnosis {
  const { probe, container } = failure
  const isCommand = probe.handler.kind === 'exec'
  const nothing = isCommand ? 'does not end' : 'gives no answer'
  return {
    code: isCommand ? 'exec-timeout' : 'hang',
    confidence: isCommand ? 'Certain' : 'Likely',
    summary: `${probe.type} probe${isCommand ? ' command' : ''} ${nothing} within ${seconds} s`,
    explanation:
      `Run from here, it was waited for ${seconds} s and not only for the timeout of ${probe.timeoutSeconds} s, and it ${nothing}. ` +
      'A longer timeout does not mend that: a deadlock, an exhausted pool of threads or connections, or a wait for something else does it.',
    evidence: [timeoutEvidence(failure)],
    fixes: [
      logsFix(
        container,
        'Read the last lines before it stopped answering; a thread dump at that time tells most',
      ),
    ],
  }
}
