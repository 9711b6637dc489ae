import { type EffectiveProbe, killWindow, resolvePort } from '../../model/kubernetes/probe.ts'
import { CONFIDENCES, type Confidence, type Evidence } from '../../model/report/finding.ts'
import type { Cause } from '../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { describeFix, eventsFix, logsFix } from '../fixes.ts'
import {
  type ContainerView,
  conditionOf,
  lostEvents,
  type PodView,
  runningSeconds,
  secondsAgo,
} from '../pod-info.ts'
import { stateOf } from '../severity.ts'
import { withSurroundings } from './context/context.ts'
import type { ProbeFailure } from './failure.ts'
import { replayEvidence, replayOf } from './replay.ts'
import type { Verdict } from './rules/common.ts'
import { judgeRefused } from './rules/connect.ts'
import { inertWords } from './rules/exec.ts'
import { unresolvedPorts } from './rules/port-name.ts'
import { PROBE_RULES } from './rules/rules.ts'
import { assumed } from './run-length.ts'

/** What a dead or restarting process shows: nothing of the probe's own. */
const SYMPTOMS = /^(net\.|grpc\.connect|exec\.(gone|output|empty)|noip)/

/** The causes behind the failing probes of a pod, by container. */
export function probeCauses(pod: PodView, failures: readonly ProbeFailure[]): readonly Cause[] {
  if (pod.terminating) return []
  const unresolved = pod.containers.flatMap(unresolvedPorts)
  const failing = failures.flatMap((failure) => {
    const state = stateOf(failure)
    if (state === undefined || unresolved.some((cause) => sameProbe(cause, failure))) return []
    const judged = verdictOf(failure)
    if (judged === undefined) return []
    const verdict = withSurroundings(failure, judged)
    const { evidence = [], explanation, ...rest } = verdict
    const inert = /never counts/.test(explanation) ? '' : inertWords(failure)
    return [
      {
        ...rest,
        ...state,
        ...(state.effect === 'None' ? { confidence: atMost('Likely', rest.confidence) } : {}),
        layer: 'probe' as const,
        container: failure.view.name,
        probe: failure.probe.type,
        explanation: `${explanation}${inert}${state.effect === 'None' ? NOT_YET : ''}`,
        evidence: [
          ...eventsOf(failure),
          ...replayEvidence(failure.view, failure.probe),
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

const sameProbe = (cause: Cause, { view, probe }: ProbeFailure): boolean =>
  cause.container === view.name && cause.probe === probe.type

const verdictOf = (failure: ProbeFailure): Verdict | undefined =>
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

function statusOf({ view, killed }: ProbeFailure): readonly Evidence[] {
  const { status } = view
  if (status === undefined) return []
  if (killed !== 'no') return terminationEvidence(view)
  if (!status.ready) return [statusEvidence(view, status.started === false ? 'started' : 'ready', 'false')]
  return []
}

/** Longer than most starts take. */
const UNEXPLAINED_SECONDS = 300

/** Containers that run, are not ready, and of which nothing tells why. */
export function unexplainedReadiness(
  view: ContainerView,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const { status, podView } = view
  const readiness = view.probes.find(({ type }) => type === 'readiness')
  const startup = view.probes.find(({ type }) => type === 'startup')
  const probe = status?.started === false ? startup : readiness
  if (podView.terminating || status?.state?.running === undefined || status.ready || probe === undefined)
    return []
  const heard = failures.some((failure) => failure.view === view && failure.probe === probe)
  // Where events tell something else, the log does not overrule them.
  const told = heard ? undefined : toldByLog(view, probe)
  if (told !== undefined) return [told]
  const since = secondsAgo(podView.cluster, conditionOf(podView.pod, 'ContainersReady')?.lastTransitionTime)
  if (Math.min(since, runningSeconds(view) ?? 0) < UNEXPLAINED_SECONDS) return []
  return [
    {
      code: 'not-ready-unexplained',
      layer: 'probe',
      container: view.name,
      probe: probe.type,
      severity: 'Error',
      confidence: 'Possible',
      effect: probe.type === 'startup' ? 'NotStarted' : 'Unready',
      summary: `${probe.type} probe does not pass, and the events that would say why ${lostEvents(podView).split(':')[0]}`,
      explanation:
        `The container runs and is not ready. The events that would say why ${lostEvents(podView)}. ` +
        'The next attempt must tell.',
      evidence: [
        statusEvidence(view, probe.type === 'startup' ? 'started' : 'ready', 'false'),
        ...replayEvidence(view, probe),
      ],
      fixes: [describeFix(podView), eventsFix(podView), logsFix(view)],
    },
  ]
}

/** Without events the log still tells that the probed port is on loopback, or another one. */
function toldByLog(view: ContainerView, probe: EffectiveProbe): Cause | undefined {
  const { handler } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(view.container, handler.port)
  const running = runningSeconds(view) ?? 0
  if (port === undefined || running < killWindow(probe, 0).max) return undefined
  // It can't be refused if it answers: what it answers is the cause.
  if (replayOf(view, probe)?.attempts.some((attempt) => attempt.port === 'answered')) return undefined
  const verdict = judgeRefused(assumed(view, probe, port))
  if (verdict.evidence?.some(({ source }) => source === 'Log') !== true) return undefined
  return {
    evidence: [],
    ...verdict,
    layer: 'probe',
    container: view.name,
    probe: probe.type,
    severity: 'Error',
    confidence: verdict.confidence === 'Certain' ? 'Likely' : 'Possible',
    effect: probe.type === 'startup' ? 'NotStarted' : 'Unready',
  }
}
