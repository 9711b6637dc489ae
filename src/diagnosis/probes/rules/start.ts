import { probeField } from '../../../model/kubernetes/probe.ts'
import { humanDuration, secondsBetween } from '../../../model/text/time.ts'
import { plural } from '../../../model/text/words.ts'
import { specEvidence } from '../../evidence.ts'
import { type ContainerPatch, containerFix, logsFix } from '../../fixes.ts'
import { type ContainerInfo, lastTermination } from '../../pod-info.ts'
import {
  type Diagnosis,
  type ProbedPort,
  portEvidence,
  probeNames,
  startBudget,
  thresholdFor,
} from './common.ts'

/** Killed by the probe in every run, before the application ever listened. */
export function tooSlow(failure: ProbedPort): Diagnosis {
  return failure.probe.type === 'startup' ? startupTooShort(failure) : livenessTooEarly(failure)
}

function lifeWords(container: ContainerInfo): string {
  const last = lastTermination(container.status)
  const life = secondsBetween(last?.startedAt, last?.finishedAt)
  return life === undefined
    ? ''
    : ` The last run lasted ${humanDuration(life)}, which is what the probe allows.`
}

function livenessTooEarly(failure: ProbedPort): Diagnosis {
  const { container, probe } = failure
  const { seconds, why } = startBudget(container, probe)
  const allows = `${humanDuration(probe.initialDelaySeconds + (probe.failureThreshold - 1) * probe.periodSeconds)}`
  const threshold = thresholdFor(seconds, 0, probe.periodSeconds)
  const { livenessProbe } = container.spec
  const {
    initialDelaySeconds: _delay,
    terminationGracePeriodSeconds: _grace,
    failureThreshold: _threshold,
    successThreshold: _success,
    ...same
  } = (livenessProbe ?? {}) as Record<string, unknown>
  const startupProbe: ContainerPatch = { ...same, failureThreshold: threshold }
  return {
    code: 'slow-start',
    confidence: 'Likely',
    summary: `liveness probe kills the container after about ${allows}, before it listens on port ${failure.port ?? '?'}`,
    explanation:
      'The port is still closed when the liveness probe gives up, in every run, so the start ' +
      `never gets to its end.${lifeWords(container)} A startup probe holds the liveness probe back until the application is up. ` +
      'If it never comes up at all, its log says why.',
    evidence: [
      portEvidence(failure),
      specEvidence(container, probeField('liveness'), `no startup probe; ${allows} are sure before the kill`),
    ],
    fixes: [
      ...containerFix(
        container,
        `Add a startup probe that allows ${humanDuration((threshold - 1) * probe.periodSeconds)} for the start (${why})`,
        { startupProbe },
      ),
      logsFix(container, 'See how far the start gets before the kill'),
    ],
  }
}

function startupTooShort(failure: ProbedPort): Diagnosis {
  const { container, probe } = failure
  const { seconds, why } = startBudget(container, probe)
  const threshold = thresholdFor(seconds, probe.initialDelaySeconds, probe.periodSeconds)
  const present = probe.initialDelaySeconds + (probe.failureThreshold - 1) * probe.periodSeconds
  return {
    code: 'startup-budget',
    confidence: 'Likely',
    summary: `startup probe gives up after about ${humanDuration(present)}, before the application is up`,
    explanation:
      `The startup probe allows ${plural(probe.failureThreshold, 'attempt')} every ${probe.periodSeconds}s, and the ` +
      `application is not up by then, in any run.${lifeWords(container)} Give it more attempts; a longer initialDelaySeconds ` +
      'would delay every start. If it never comes up at all, its log says why.',
    evidence: [specEvidence(container, 'startupProbe.failureThreshold', `${probe.failureThreshold}`)],
    fixes: [
      ...containerFix(
        container,
        `Raise failureThreshold of the ${probeNames([probe])} to ${threshold}, which allows ${humanDuration(
          probe.initialDelaySeconds + (threshold - 1) * probe.periodSeconds,
        )} (${why})`,
        { startupProbe: { failureThreshold: threshold } },
      ),
      logsFix(container, 'See how far the start gets before the kill'),
    ],
  }
}
