import { CONFIDENCES, type Confidence, type Evidence } from '../../model/report/finding.ts'
import type { Cause } from '../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import type { ProbeMessageClass } from '../messages/probe-classes.ts'
import { includes, NETWORK_CLASSES } from '../messages/probe-classes.ts'
import type { PodInfo } from '../pod-info.ts'
import { withContext } from './context/context.ts'
import type { ProbeFailure } from './failure.ts'
import { replayEvidence } from './replay.ts'
import { unresolvedPorts } from './rules/port-name.ts'
import { PROBE_RULES } from './rules/rules.ts'
import { type SeverityAndEffect, severityOf } from './severity.ts'
import { consequenceOfErrors } from './uncounted.ts'

/** The causes behind the failing probes of a pod, by container. */
export function probeCauses(podInfo: PodInfo, failures: readonly ProbeFailure[]): readonly Cause[] {
  if (podInfo.terminating) return []
  const unresolved = podInfo.containers.flatMap(unresolvedPorts)
  const failing = failures.flatMap((failure) => {
    const severity = severityOf(failure)
    return severity === undefined || unresolved.some((cause) => isSameProbe(cause, failure))
      ? []
      : (causeOf(failure, severity) ?? [])
  })
  return [...unresolved, ...failing]
}

function causeOf(failure: ProbeFailure, { severity, effect }: SeverityAndEffect): Cause | undefined {
  const judged = PROBE_RULES.find(({ applies }) => applies(failure))?.judge(failure)
  if (judged === undefined) return undefined
  const { container, probe, killed, attempts } = failure
  const { evidence, explanation, ...diagnosis } = withContext(failure, judged)
  const { confidence } = diagnosis
  return {
    ...diagnosis,
    severity,
    effect,
    confidence: effect === 'None' ? atMost('Likely', confidence) : confidence,
    layer: 'probe',
    container: container.name,
    probe: probe.type,
    explanation: [
      explanation,
      ...(attempts.message.counted ? [] : [uncounted(failure)]),
      ...(effect === 'None' ? [NOT_YET] : []),
    ].join(' '),
    evidence: [
      ...attemptsEvidence(failure),
      ...replayEvidence(container, probe),
      ...evidence,
      ...stateEvidence(failure),
    ],
    symptom: killed === 'no' && includes(SYMPTOMS, attempts.class) && confidence !== 'Certain',
  }
}

/** What a dead or restarting process shows: nothing of the probe's own. */
const SYMPTOMS: readonly ProbeMessageClass[] = [
  ...NETWORK_CLASSES,
  'grpc.connect',
  'exec.gone',
  'exec.output',
  'exec.output.tool',
  'exec.output.denied',
  'exec.output.file',
  'exec.empty',
  'noip',
]

const uncounted = ({ probe, container }: ProbeFailure): string =>
  `Such an error never counts: ${consequenceOfErrors(probe.type, container.status?.ready === true)}`

/** The next failures may be one more in a row. */
const NOT_YET =
  'The probe passes in between, so that nothing has come of it yet; often enough in a row, it will act.'

const atMost = (limit: Confidence, confidence: Confidence): Confidence =>
  CONFIDENCES.indexOf(confidence) > CONFIDENCES.indexOf(limit) ? limit : confidence

const isSameProbe = (cause: Cause, { container, probe }: ProbeFailure): boolean =>
  cause.container === container.name && cause.probe === probe.type

function attemptsEvidence({ attempts, kills, killed }: ProbeFailure): readonly Evidence[] {
  const last = attempts.occurrences.at(-1)
  const kill = killed === 'proven' ? kills.at(-1) : undefined
  return [
    ...(last === undefined
      ? []
      : [
          {
            ...eventEvidence(last),
            time: attempts.lastSeen,
            count: attempts.count,
            ...(attempts.countIsLowerBound ? { countIsLowerBound: true } : {}),
          },
        ]),
    ...(kill === undefined ? [] : [eventEvidence(kill)]),
  ]
}

function stateEvidence({ container, killed }: ProbeFailure): readonly Evidence[] {
  const { status } = container
  if (status === undefined) return []
  if (killed !== 'no') return terminationEvidence(container)
  if (status.ready) return []
  return [statusEvidence(container, status.started === false ? 'started' : 'ready', 'false')]
}
