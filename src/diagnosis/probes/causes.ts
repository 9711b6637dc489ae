import type { EffectiveProbe } from '../../model/kubernetes/probe.ts'
import type { Evidence } from '../../model/report/finding.ts'
import { humanDuration, rfc3339 } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { atMost, type Cause, type Diagnosis } from '../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import type { ProbeMessageClass } from '../messages/probe-classes.ts'
import { includes, NETWORK_CLASSES } from '../messages/probe-classes.ts'
import type { PodInfo } from '../pod-info.ts'
import { withContext } from './context/context.ts'
import type { ProbeFailure } from './failure.ts'
import { isOutdated } from './outdated.ts'
import { replayEvidence } from './replay.ts'
import { unresolvedPorts } from './rules/port-name.ts'
import { PROBE_RULES } from './rules/rules.ts'
import { type SeverityAndEffect, severityOf } from './severity.ts'
import { withDoubt } from './start/doubt.ts'
import { isStarting, startPhase } from './start/phase.ts'
import { EFFECT_AT_START, oneForEachQuestion, startingCause } from './start/starting.ts'
import { consequenceOfErrors } from './uncounted.ts'

/** The causes behind the failing probes of a pod, by container. */
export function probeCauses(podInfo: PodInfo, failures: readonly ProbeFailure[]): readonly Cause[] {
  if (podInfo.terminating) return []
  const unresolved = podInfo.containers.flatMap(unresolvedPorts)
  const failing = failures.flatMap((failure) =>
    unresolved.some((cause) => isSameProbe(cause, failure)) ? [] : (causeOf(failure) ?? []),
  )
  const handlerOf = (cause: Cause) =>
    JSON.stringify(failures.find((one) => isSameProbe(cause, one))?.probe.handler)
  return [...unresolved, ...oneForEachQuestion(failing, handlerOf)]
}

/** Whether a probe that fails may be no more than a start that is not over. */
export const isOnlyStarting = (failure: ProbeFailure): boolean => causeOf(failure)?.starting !== undefined

function causeOf(failure: ProbeFailure): Cause | undefined {
  const phase = startPhase(failure)
  const starting = phase !== undefined && isStarting(failure, phase)
  const severity = starting ? AT_START[failure.probe.type] : severityOf(failure, phase)
  if (severity === undefined) return undefined
  const judged = PROBE_RULES.find(({ applies }) => applies(failure))?.judge(failure)
  if (judged === undefined) return undefined
  if (starting && judged.settled !== true) return startingCause(failure, phase, judged)
  const young = phase !== undefined && phase.failureFrom > failure.container.podInfo.cluster.now
  return failureCause(failure, young ? withDoubt(failure, judged) : judged, severity)
}

/** What a failure does that is no matter of starting, before its probe has acted. */
const AT_START: Readonly<Record<EffectiveProbe['type'], SeverityAndEffect>> = {
  startup: { severity: 'Error', effect: EFFECT_AT_START.startup },
  readiness: { severity: 'Error', effect: EFFECT_AT_START.readiness },
  liveness: { severity: 'Error', effect: EFFECT_AT_START.liveness },
}

function failureCause(
  failure: ProbeFailure,
  judged: Diagnosis,
  { severity, effect, intermittent, recoveredFor }: SeverityAndEffect,
): Cause {
  const { container, probe, killed, attempts } = failure
  const { evidence, explanation, summary, ...diagnosis } = withContext(failure, judged)
  const { confidence } = diagnosis
  const outdated = isOutdated(failure)
  return {
    ...diagnosis,
    summary: recoveredFor === undefined ? summary : recoveredSummary(failure, summary, recoveredFor),
    severity,
    effect,
    ...(recoveredFor === undefined ? {} : { recovered: recoveredAt(failure, recoveredFor) }),
    confidence: atMost(
      outdated ? 'Possible' : intermittent || recoveredFor !== undefined ? 'Likely' : 'Certain',
      confidence,
    ),
    layer: 'probe',
    container: container.name,
    probe: probe.type,
    explanation: [
      explanation,
      ...(attempts.message.counted ? [] : [uncounted(failure)]),
      ...(recoveredFor === undefined ? [] : [OVER]),
      ...(intermittent ? [NOT_YET] : []),
      ...(effect === 'None' && severity === 'Error' ? [soon(failure)] : []),
      ...(outdated ? [OUTDATED] : []),
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

/** `was not ready until 60s ago: readiness probe gets 500 from /healthz on port 8080, 6 times`. */
function recoveredSummary({ attempts }: ProbeFailure, summary: string, recoveredFor: number): string {
  const times = `${attempts.countIsLowerBound ? 'at least ' : ''}${plural(attempts.count, 'time')}`
  return `was not ready until ${humanDuration(recoveredFor)} ago: ${summary}, ${times}`
}

const recoveredAt = ({ container }: ProbeFailure, recoveredFor: number): string =>
  rfc3339(container.podInfo.cluster.now - recoveredFor * 1000)

const OVER = 'The container is Ready again. What failed for a while may fail again: find out what it was.'

/** The next failures may be one more in a row. */
const NOT_YET =
  'The probe passes in between, so that nothing has come of it yet; often enough in a row, it will act.'

/** A liveness probe that has not acted yet. */
const soon = ({ probe: { failureThreshold } }: ProbeFailure): string =>
  `The kubelet restarts the container when ${plural(failureThreshold, 'attempt')} in a row ${failureThreshold === 1 ? 'has' : 'have'} failed.`

/** The container is as it was, so that attempts went on failing. */
const OUTDATED =
  'The newest of these events is older than the last attempts, of which none is left: by now it may fail for another reason.'

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
