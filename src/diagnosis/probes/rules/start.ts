import { probeField } from '../../../model/kubernetes/probe.ts'
import { humanDuration, secondsBetween } from '../../../model/text/time.ts'
import { plural } from '../../../model/text/words.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { logsFix } from '../../fixes/commands.ts'
import type { ContainerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import { type ContainerInfo, lastTermination } from '../../pod-info.ts'
import { type ProbedPort, portEvidence, probeNames, startBudget, thresholdFor } from './common.ts'

/** Killed by the probe in every run, before the application ever listened. */
export const tooSlow = (failure: ProbedPort): Diagnosis =>
  failure.probe.type === 'startup' ? startupTooShort(failure) : livenessTooEarly(failure)

/** Neither the spec nor the log ties the port to the application, so that another cause fits as well. */
export const perhapsWrongPort = (diagnosis: Diagnosis, port: number): Diagnosis => ({
  ...diagnosis,
  confidence: 'Possible',
  explanation:
    `${diagnosis.explanation} No container declares port ${port}, though, and no log line names it: if the log shows ` +
    'that the application is up before the kill, the port of the probe is wrong.',
})

/** What the last run says of the time that the probe allows, as a sentence with a blank before it. */
function lastRunText({ status }: ContainerInfo): string {
  const last = lastTermination(status)
  const life = secondsBetween(last?.startedAt, last?.finishedAt)
  return life === undefined
    ? ''
    : ` The last run lasted ${humanDuration(life)}, which is what the probe allows.`
}

/** The startup probe that asks what the liveness probe asks, without what only liveness needs. */
function startupLike({ spec: { livenessProbe } }: ContainerInfo, failureThreshold: number): ContainerPatch {
  const {
    initialDelaySeconds: _delay,
    terminationGracePeriodSeconds: _grace,
    failureThreshold: _threshold,
    successThreshold: _success,
    ...same
  } = (livenessProbe ?? {}) as Record<string, unknown>
  return { ...same, failureThreshold }
}

function livenessTooEarly(failure: ProbedPort): Diagnosis {
  const { container, probe } = failure
  const { seconds, why } = startBudget(container, probe)
  const allows = humanDuration(probe.initialDelaySeconds + (probe.failureThreshold - 1) * probe.periodSeconds)
  const threshold = thresholdFor(seconds, 0, probe.periodSeconds)
  const wouldAllow = humanDuration((threshold - 1) * probe.periodSeconds)
  return {
    code: 'slow-start',
    confidence: 'Likely',
    summary: `liveness probe kills the container after about ${allows}, before it listens on port ${failure.port ?? '?'}`,
    explanation:
      'The port is still closed when the liveness probe gives up, in every run, so the start ' +
      `never gets to its end.${lastRunText(container)} A startup probe holds the liveness probe back until the application is up. ` +
      'If it never comes up at all, its log says why.',
    evidence: [
      portEvidence(failure),
      specEvidence(container, probeField('liveness'), `no startup probe; ${allows} are sure before the kill`),
    ],
    fixes: [
      ...containerFix(container, `Add a startup probe that allows ${wouldAllow} for the start (${why})`, {
        startupProbe: startupLike(container, threshold),
      }),
      logsFix(container, 'See how far the start gets before the kill'),
    ],
  }
}

function startupTooShort({ container, probe }: ProbedPort): Diagnosis {
  const { initialDelaySeconds, periodSeconds, failureThreshold } = probe
  const { seconds, why } = startBudget(container, probe)
  const threshold = thresholdFor(seconds, initialDelaySeconds, periodSeconds)
  const allows = humanDuration(initialDelaySeconds + (failureThreshold - 1) * periodSeconds)
  const wouldAllow = humanDuration(initialDelaySeconds + (threshold - 1) * periodSeconds)
  return {
    code: 'startup-budget',
    confidence: 'Likely',
    summary: `startup probe gives up after about ${allows}, before the application is up`,
    explanation:
      `The startup probe allows ${plural(failureThreshold, 'attempt')} every ${periodSeconds}s, and the ` +
      `application is not up by then, in any run.${lastRunText(container)} Give it more attempts; a longer initialDelaySeconds ` +
      'would delay every start. If it never comes up at all, its log says why.',
    evidence: [specEvidence(container, 'startupProbe.failureThreshold', `${failureThreshold}`)],
    fixes: [
      ...containerFix(
        container,
        `Raise failureThreshold of the ${probeNames([probe])} to ${threshold}, which allows ${wouldAllow} (${why})`,
        { startupProbe: { failureThreshold: threshold } },
      ),
      logsFix(container, 'See how far the start gets before the kill'),
    ],
  }
}
