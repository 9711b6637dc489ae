import { type EffectiveProbe, killWindow, resolvePort } from '../../model/kubernetes/probe.ts'
import { CONFIDENCES, type Confidence, type Evidence } from '../../model/report/finding.ts'
import type { Cause } from '../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { describeFix, eventsFix, logsFix } from '../fixes.ts'
import {
  type ContainerInfo,
  conditionOf,
  lostEvents,
  type PodInfo,
  runningSeconds,
  secondsAgo,
} from '../pod-info.ts'
import { severityOf } from '../severity.ts'
import { withContext } from './context/context.ts'
import type { ProbeFailure } from './failure.ts'
import { replayEvidence, replayOf } from './replay.ts'
import type { Diagnosis } from './rules/common.ts'
import { judgeRefused } from './rules/connect.ts'
import { uncountedConsequence } from './rules/exec.ts'
import { unresolvedPorts } from './rules/port-name.ts'
import { PROBE_RULES } from './rules/rules.ts'
import { assumedRefusal } from './run-length.ts'

/** What a dead or restarting process shows: nothing of the probe's own. */
const SYMPTOMS = /^(net\.|grpc\.connect|exec\.(gone|output|empty)|noip)/

/** The causes behind the failing probes of a pod, by container. */
export function probeCauses(pod: PodInfo, failures: readonly ProbeFailure[]): readonly Cause[] {
  if (pod.terminating) return []
  const unresolved = pod.containers.flatMap(unresolvedPorts)
  const failing = failures.flatMap((failure) => {
    const state = severityOf(failure)
    if (state === undefined || unresolved.some((cause) => sameProbe(cause, failure))) return []
    const judged = verdictOf(failure)
    if (judged === undefined) return []
    const verdict = withContext(failure, judged)
    const { evidence = [], explanation, ...rest } = verdict
    const inert = /never counts/.test(explanation) ? '' : uncountedConsequence(failure)
    return [
      {
        ...rest,
        ...state,
        ...(state.effect === 'None' ? { confidence: atMost('Likely', rest.confidence) } : {}),
        layer: 'probe' as const,
        container: failure.container.name,
        probe: failure.probe.type,
        explanation: `${explanation}${inert}${state.effect === 'None' ? NOT_YET : ''}`,
        evidence: [
          ...eventsOf(failure),
          ...replayEvidence(failure.container, failure.probe),
          ...evidence,
          ...statusOf(failure),
        ],
        symptom:
          failure.killed === 'no' && SYMPTOMS.test(failure.main.class) && verdict.confidence !== 'Certain',
      },
    ]
  })
  return [...unresolved, ...failing]
}

/** The next failures may be one more in a row. */
const NOT_YET =
  ' The probe passes in between, so that nothing has come of it yet; often enough in a row, it will act.'

const atMost = (limit: Confidence, confidence: Confidence): Confidence =>
  CONFIDENCES.indexOf(confidence) > CONFIDENCES.indexOf(limit) ? limit : confidence

const sameProbe = (cause: Cause, { container, probe }: ProbeFailure): boolean =>
  cause.container === container.name && cause.probe === probe.type

const verdictOf = (failure: ProbeFailure): Diagnosis | undefined =>
  PROBE_RULES.find(({ applies }) => applies(failure))?.judge(failure)

function eventsOf({ main, kills, killed }: ProbeFailure): readonly Evidence[] {
  const last = main.occurrences.at(-1)
  const kill = killed === 'proven' ? kills.at(-1) : undefined
  return [
    ...(last === undefined
      ? []
      : [
          {
            ...eventEvidence(last),
            time: main.lastSeen,
            count: main.count,
            ...(main.countIsLowerBound ? { countIsLowerBound: true } : {}),
          },
        ]),
    ...(kill === undefined ? [] : [eventEvidence(kill)]),
  ]
}

function statusOf({ container, killed }: ProbeFailure): readonly Evidence[] {
  const { status } = container
  if (status === undefined) return []
  if (killed !== 'no') return terminationEvidence(container)
  if (!status.ready)
    return [statusEvidence(container, status.started === false ? 'started' : 'ready', 'false')]
  return []
}

/** Longer than most starts take. */
const UNEXPLAINED_SECONDS = 300

/** Containers that run, are not ready, and of which nothing tells why. */
export function unexplainedReadiness(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const { status, podInfo } = container
  const readiness = container.probes.find(({ type }) => type === 'readiness')
  const startup = container.probes.find(({ type }) => type === 'startup')
  const probe = status?.started === false ? startup : readiness
  if (podInfo.terminating || status?.state?.running === undefined || status.ready || probe === undefined)
    return []
  const heard = failures.some((failure) => failure.container === container && failure.probe === probe)
  // Where events tell something else, the log does not overrule them.
  const told = heard ? undefined : toldByLog(container, probe)
  if (told !== undefined) return [told]
  const since = secondsAgo(podInfo.cluster, conditionOf(podInfo.pod, 'ContainersReady')?.lastTransitionTime)
  if (Math.min(since, runningSeconds(container) ?? 0) < UNEXPLAINED_SECONDS) return []
  return [
    {
      code: 'not-ready-unexplained',
      layer: 'probe',
      container: container.name,
      probe: probe.type,
      severity: 'Error',
      confidence: 'Possible',
      effect: probe.type === 'startup' ? 'NotStarted' : 'Unready',
      summary: `${probe.type} probe does not pass, and the events that would say why ${lostEvents(podInfo).short}`,
      explanation:
        `The container runs and is not ready. The events that would say why ${lostEvents(podInfo).long}. ` +
        'The next attempt must tell.',
      evidence: [
        statusEvidence(container, probe.type === 'startup' ? 'started' : 'ready', 'false'),
        ...replayEvidence(container, probe),
      ],
      fixes: [describeFix(podInfo), eventsFix(podInfo), logsFix(container)],
    },
  ]
}

/** Without events the log still tells that the probed port is on loopback, or another one. */
function toldByLog(container: ContainerInfo, probe: EffectiveProbe): Cause | undefined {
  const { handler } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(container.spec, handler.port)
  const running = runningSeconds(container) ?? 0
  if (port === undefined || running < killWindow(probe, 0).max) return undefined
  // It can't be refused if it answers: what it answers is the cause.
  if (replayOf(container, probe)?.attempts.some((attempt) => attempt.port === 'answered')) return undefined
  const verdict = judgeRefused(assumedRefusal(container, probe, port))
  if (verdict.evidence?.some(({ source }) => source === 'Log') !== true) return undefined
  return {
    evidence: [],
    ...verdict,
    layer: 'probe',
    container: container.name,
    probe: probe.type,
    severity: 'Error',
    confidence: verdict.confidence === 'Certain' ? 'Likely' : 'Possible',
    effect: probe.type === 'startup' ? 'NotStarted' : 'Unready',
  }
}
