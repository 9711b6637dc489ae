import { killWindow } from '../../../model/kubernetes/probe.ts'
import type { Effect, Evidence, Starting } from '../../../model/report/finding.ts'
import { earlierStartsText } from '../../../model/report/starting.ts'
import { humanDuration, rfc3339 } from '../../../model/text/time.ts'
import { listed } from '../../../model/text/words.ts'
import type { Cause, Diagnosis } from '../../cause.ts'
import { eventEvidence, specEvidence, statusEvidence } from '../../evidence.ts'
import { logsFix } from '../../fixes/commands.ts'
import { loggedStart } from '../../logs/start-time.ts'
import { probeClassMeaning } from '../../messages/probe.ts'
import { runningSeconds } from '../../pod-info.ts'
import { attemptSeconds } from '../attempts.ts'
import type { ProbeFailure } from '../failure.ts'
import { replayEvidence } from '../replay.ts'
import type { StartPhase } from './phase.ts'

/** What a failing probe keeps from happening while the container starts. */
export const EFFECT_AT_START: Readonly<Record<ProbeFailure['probe']['type'], Effect>> = {
  startup: 'NotStarted',
  readiness: 'Unready',
  // It restarts the container at the end of its patience, and nothing before.
  liveness: 'None',
}

/**
 * A probe that fails while the container starts, which may be no more than that: what was seen, how long starts took
 * before, and from when on it is a failure. `judged` is what it would be called then.
 */
export function startingCause(failure: ProbeFailure, phase: StartPhase, judged: Diagnosis): Cause {
  const { container, probe } = failure
  const logged = loggedStart(container)
  return {
    code: 'starting',
    layer: 'probe',
    container: container.name,
    probe: probe.type,
    severity: 'Info',
    confidence: 'Certain',
    effect: EFFECT_AT_START[probe.type],
    summary: `${probe.type} probe does not pass yet: ${seenText(failure)}; it may be the start, and is a failure from ${rfc3339(phase.failureFrom)} on`,
    explanation: explanationOf(failure, phase),
    evidence: [
      ...seenEvidence(failure),
      statusEvidence(container, 'state.running.startedAt', phase.startedAt, phase.startedAt),
      ...replayEvidence(container, probe),
      ...judged.evidence.filter(({ source }) => source === 'Log'),
      ...(logged === undefined ? [] : [logged.evidence]),
      ...ruleEvidence(failure, phase),
    ],
    fixes: [logsFix(container, 'See how far the start has come')],
    symptom: true,
    starting: startingOf(phase),
  }
}

const startingOf = ({ startedAt, failureFrom, rule, earlier }: StartPhase): Starting => ({
  startedAt,
  failureFrom: rfc3339(failureFrom),
  rule,
  ...(earlier === undefined ? {} : { earlierStarts: earlier }),
})

/** Short, and the same at every look: how often it was seen is among the evidence. */
function seenText({ attempts: { class: name, message } }: ProbeFailure): string {
  if (name === 'http.status') return `HTTP status ${message.status}`
  if (name === 'grpc.status') return message.name ?? probeClassMeaning(name)
  if (name === 'net.refused') return 'connection refused'
  const [line = ''] = message.text.trim().split('\n')
  return name.startsWith('exec.output') ? line.slice(0, 100) : probeClassMeaning(name)
}

function seenEvidence({ attempts }: ProbeFailure): readonly Evidence[] {
  const last = attempts.occurrences.at(-1)
  if (last === undefined) return []
  const { lastSeen, count, countIsLowerBound } = attempts
  return [
    {
      ...eventEvidence(last),
      time: lastSeen,
      count,
      ...(countIsLowerBound ? { countIsLowerBound: true } : {}),
    },
  ]
}

function explanationOf(failure: ProbeFailure, phase: StartPhase): string {
  const { container } = failure
  const running = runningSeconds(container) ?? 0
  return [
    `The container runs for ${humanDuration(running)}, and an application that is not up yet gives no other answer.`,
    limitText(failure, phase),
    earlierText(failure, phase, running),
  ].join(' ')
}

/** What happens at the end of the time, and whose time it is. */
function limitText({ container, probe, attempts }: ProbeFailure, { rule }: StartPhase): string {
  const { min, max } = killWindow(probe, attemptSeconds(probe, attempts.class))
  switch (rule) {
    case 'StartupProbe':
    case 'LivenessProbe':
      return `The ${probe.type} probe gives a start ${min} to ${max}s; then the kubelet restarts the container.`
    case 'EarlierStarts':
      return 'Twice the time that other pods needed is allowed for.'
    case 'ReadinessProbe': {
      const guard = container.probes.some(({ type }) => type === 'liveness')
      return `Its readiness probe alone restarts nothing${guard ? '' : ', and it has no liveness probe that does'}.`
    }
  }
}

function earlierText({ container }: ProbeFailure, { earlier }: StartPhase, running: number): string {
  const logged = loggedStart(container)
  const before =
    logged === undefined
      ? ''
      : ` The log of the run before speaks of a start of ${humanDuration(Math.round(logged.seconds))}.`
  if (earlier === undefined) return `No other pod of the workload tells how long a start takes.${before}`
  const slow = running > earlier.maxSeconds ? ' This start takes longer than any of them.' : ''
  return `${earlierStartsText(earlier)}.${slow}${before}`
}

/** The fields that the time follows from. */
function ruleEvidence({ container, probe }: ProbeFailure, { rule }: StartPhase): readonly Evidence[] {
  if (rule === 'EarlierStarts') return []
  const { initialDelaySeconds, periodSeconds, failureThreshold, timeoutSeconds } = probe
  const numbers = [
    ...(initialDelaySeconds > 0 ? [`initialDelaySeconds ${initialDelaySeconds}`] : []),
    `periodSeconds ${periodSeconds}`,
    `timeoutSeconds ${timeoutSeconds}`,
    `failureThreshold ${failureThreshold}`,
  ]
  return [specEvidence(container, `${probe.type}Probe`, numbers.join(', '))]
}

/** Of the probes of one container that ask the same, the one whose time is over first speaks for all. */
export function oneForEachQuestion(
  causes: readonly Cause[],
  question: (cause: Cause) => string,
): readonly Cause[] {
  const starting = causes.filter((cause) => cause.starting !== undefined)
  const groups = Map.groupBy(starting, (cause) => `${cause.container} ${question(cause)}`)
  const speakers = new Map<Cause, Cause>()
  for (const group of groups.values()) {
    const [first, ...others] = group.toSorted((a, b) =>
      (a.starting?.failureFrom ?? '') < (b.starting?.failureFrom ?? '') ? -1 : 1,
    )
    if (first === undefined) continue
    const types = others.flatMap(({ probe }) => probe ?? [])
    const also =
      types.length === 0
        ? ''
        : ` The ${listed(types)} ${types.length === 1 ? 'probe asks' : 'probes ask'} the same, with the same outcome.`
    speakers.set(first, { ...first, explanation: first.explanation + also })
  }
  return causes.flatMap((cause) => (cause.starting === undefined ? [cause] : (speakers.get(cause) ?? [])))
}
