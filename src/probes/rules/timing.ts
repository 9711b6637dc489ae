import { observedStart, thresholdFor } from '../../diagnosis/causes/probe-common.ts'
import { specEvidence } from '../../diagnosis/evidence.ts'
import { type ContainerView, restarts } from '../../diagnosis/view.ts'
import {
  detectionWindow,
  type EffectiveProbe,
  killWindow,
  probeField,
  safeStartSeconds,
} from '../../model/probe.ts'
import { listed } from '../../model/text.ts'
import { humanDuration } from '../../model/time.ts'
import {
  about,
  changeContainer,
  type PlacedProbe,
  probeOfType,
  probesOf,
  type Rule,
  type RuleSubject,
  SEE,
} from './rule.ts'

const fieldEvidence = (view: ContainerView, { type }: EffectiveProbe, field: string, value: number) =>
  specEvidence(view, `${probeField(type)}.${field}`, `${value}`)

const timeoutExceedsPeriod: Rule = {
  id: 'timeout-exceeds-period',
  severity: 'Info',
  summary: 'A probe may still be waiting for its answer when the next attempt is due.',
  see: SEE.probes,
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { view, probe } = placed
      const { timeoutSeconds, periodSeconds } = probe
      if (timeoutSeconds <= periodSeconds) continue
      yield {
        ...about(placed),
        summary: `timeoutSeconds ${timeoutSeconds} of the ${probe.type} probe is longer than its periodSeconds ${periodSeconds}`,
        explanation:
          'Attempts do not overlap: while one waits, the next ones are left out. Where the application hangs, the period ' +
          `is ${timeoutSeconds}s and not ${periodSeconds}s, and the verdict comes that much later.`,
        evidence: [
          fieldEvidence(view, probe, 'timeoutSeconds', timeoutSeconds),
          fieldEvidence(view, probe, 'periodSeconds', periodSeconds),
        ],
        fixes: changeContainer(subject, view, `Raise periodSeconds to ${timeoutSeconds}`, {
          [probeField(probe.type)]: { periodSeconds: timeoutSeconds },
        }),
      }
    }
  },
}

/** Liveness and readiness of a container that ask the same. */
function* twins(subject: RuleSubject) {
  for (const view of subject.containers) {
    const [liveness, readiness] = [probeOfType(view, 'liveness'), probeOfType(view, 'readiness')]
    if (liveness === undefined || readiness === undefined) continue
    if (JSON.stringify(liveness.handler) !== JSON.stringify(readiness.handler)) continue
    const latest = (probe: EffectiveProbe) => detectionWindow(probe, probe.timeoutSeconds).max
    yield { view, liveness, readiness, lead: latest(readiness) - latest(liveness) }
  }
}

const thresholds = (view: ContainerView, probes: readonly EffectiveProbe[]) =>
  probes.map((probe) => fieldEvidence(view, probe, 'failureThreshold', probe.failureThreshold))

const SPLIT =
  'A fault that would pass by itself, such as a database that is away, then restarts every pod at about the same time.'

const livenessBeforeReadiness: Rule = {
  id: 'liveness-before-readiness',
  severity: 'Info',
  summary: 'The liveness probe restarts the container before the readiness probe takes it out of service.',
  see: SEE.probeConcepts,
  *find(subject) {
    for (const { view, liveness, readiness, lead } of twins(subject)) {
      if (lead <= 0) continue
      const failureThreshold = Math.ceil(
        (detectionWindow(readiness, readiness.timeoutSeconds).max * 2) /
          Math.max(liveness.periodSeconds, liveness.timeoutSeconds),
      )
      yield {
        ...about({ view, probe: liveness }),
        summary: `liveness probe asks the same as the readiness probe, and gives up ${lead}s earlier`,
        explanation: `The pod is restarted while it still gets traffic, and has no chance to recover out of service. ${SPLIT}`,
        evidence: thresholds(view, [liveness, readiness]),
        fixes: changeContainer(
          subject,
          view,
          `Raise failureThreshold of the liveness probe to ${failureThreshold}`,
          {
            livenessProbe: { failureThreshold },
          },
        ),
      }
    }
  },
}

const livenessSameAsReadiness: Rule = {
  id: 'liveness-same-as-readiness',
  severity: 'Info',
  summary: 'Liveness and readiness ask the same and give up at the same time.',
  see: SEE.probeConcepts,
  *find(subject) {
    for (const { view, liveness, readiness, lead } of twins(subject)) {
      if (lead !== 0) continue
      const failureThreshold = readiness.failureThreshold * 2
      yield {
        ...about({ view, probe: liveness }),
        summary: 'liveness and readiness probe ask the same with the same patience',
        explanation:
          'Whatever makes the pod not ready also restarts it. Liveness should ask only whether the process itself is ' +
          `stuck. ${SPLIT}`,
        evidence: thresholds(view, [liveness, readiness]),
        fixes: changeContainer(
          subject,
          view,
          `Give liveness more patience: failureThreshold ${failureThreshold}; better, ask something that needs no one else`,
          { livenessProbe: { failureThreshold } },
        ),
      }
    }
  },
}

const failureThresholdOne: Rule = {
  id: 'failure-threshold-one',
  severity: 'Info',
  summary: 'One failed attempt of the liveness probe restarts the container.',
  see: SEE.probes,
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { view, probe } = placed
      if (probe.type !== 'liveness' || probe.failureThreshold !== 1) continue
      yield {
        ...about(placed),
        summary: `liveness probe restarts the container after one failure, with timeoutSeconds ${probe.timeoutSeconds}`,
        explanation: `One answer that takes longer than ${probe.timeoutSeconds}s is enough: a garbage collection or a busy node.`,
        evidence: thresholds(view, [probe]),
        fixes: changeContainer(subject, view, 'Set failureThreshold to 3, the default', {
          livenessProbe: { failureThreshold: 3 },
        }),
      }
    }
  },
}

const LONG_DELAY_SECONDS = 60

const longDelay: Rule = {
  id: 'no-startup-probe-long-delay',
  severity: 'Info',
  summary: 'A long initial delay of the liveness probe stands in for a startup probe.',
  see: SEE.probes,
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { view, probe } = placed
      const { initialDelaySeconds: delay, periodSeconds, timeoutSeconds, handler } = probe
      if (probe.type !== 'liveness' || delay < LONG_DELAY_SECONDS || view.container.startupProbe) continue
      const failureThreshold = thresholdFor(safeStartSeconds(probe), 0, periodSeconds)
      yield {
        ...about(placed),
        summary: `liveness probe waits ${humanDuration(delay)} after each start; there is no startup probe`,
        explanation:
          'After every restart, a hang goes unseen for that long, and a start that takes longer is killed all the same. A ' +
          'startup probe waits as long as it must, and lets liveness begin as soon as the application answers.',
        evidence: [fieldEvidence(view, probe, 'initialDelaySeconds', delay)],
        fixes: changeContainer(
          subject,
          view,
          `Add a startup probe with the same ${humanDuration(safeStartSeconds(probe))} for the start, and remove the delay`,
          {
            startupProbe: {
              [handler.kind]: probe.probe[handler.kind],
              periodSeconds,
              timeoutSeconds,
              failureThreshold,
            },
            livenessProbe: { initialDelaySeconds: 0 },
          },
        ),
      }
    }
  },
}

const delayWithStartup: Rule = {
  id: 'initial-delay-with-startup',
  severity: 'Info',
  summary: 'A probe has an initial delay although a startup probe holds it back already.',
  see: SEE.probes,
  *find(subject) {
    for (const view of subject.containers) {
      if (probeOfType(view, 'startup') === undefined) continue
      const delayed = view.probes.filter(
        ({ type, initialDelaySeconds }) => type !== 'startup' && initialDelaySeconds > 0,
      )
      if (delayed.length === 0) continue
      const names = listed(delayed.map(({ type }) => type))
      yield {
        container: view.name,
        summary: `${names} ${delayed.length === 1 ? 'has' : 'have'} initialDelaySeconds although there is a startup probe`,
        explanation:
          'Liveness and readiness begin when the startup probe has succeeded. Their delay counts from the start of the ' +
          'container as well, so that it either does nothing, or keeps a pod waiting that could serve.',
        evidence: delayed.map((probe) =>
          fieldEvidence(view, probe, 'initialDelaySeconds', probe.initialDelaySeconds),
        ),
        fixes: changeContainer(
          subject,
          view,
          `Remove the delay of ${names}`,
          Object.fromEntries(delayed.map(({ type }) => [probeField(type), { initialDelaySeconds: 0 }])),
        ),
      }
    }
  },
}

/**
 * Seconds that a pod was seen to need. Becoming ready again after a fault looks the same as a slow start, so it counts
 * only where the probe that guards the start could not have let a longer one pass, and where the readiness probe was
 * not the one that waited.
 */
function trustedStart(view: ContainerView, guard: EffectiveProbe): number | undefined {
  const observed = observedStart(view)
  const readiness = probeOfType(view, 'readiness')
  if (observed === undefined || observed > killWindow(guard, guard.timeoutSeconds).max) return undefined
  const first =
    readiness === undefined
      ? 0
      : readiness.initialDelaySeconds + readiness.successThreshold * readiness.periodSeconds
  return guard.type === 'liveness' && observed <= first + 1 ? undefined : observed
}

const budgetBelowObserved: Rule = {
  id: 'startup-budget-below-observed',
  severity: 'Warning',
  summary: 'Pods have needed longer for their start than their probes are sure to allow.',
  see: SEE.probes,
  saidBy: ['slow-start', 'startup-budget'],
  *find(subject) {
    for (const view of subject.containers) {
      const guard = probeOfType(view, 'startup') ?? probeOfType(view, 'liveness')
      if (guard === undefined || !restarts(view, 1)) continue
      const observed = trustedStart(view, guard)
      const safe = safeStartSeconds(guard)
      if (observed === undefined || observed * 1.5 <= safe) continue
      const failureThreshold = thresholdFor(observed * 2, guard.initialDelaySeconds, guard.periodSeconds)
      yield {
        ...about({ view, probe: guard } satisfies PlacedProbe),
        ...(observed > safe ? {} : { severity: 'Info' as const }),
        confidence: 'Likely',
        summary: `a start took ${humanDuration(observed)}; the ${guard.type} probe is sure to allow ${humanDuration(safe)}`,
        explanation:
          'The time that a probe allows depends on when its attempts happen to fall. Sure are only initialDelaySeconds + ' +
          `(failureThreshold - 1) × periodSeconds, here ${safe}s. A start that takes longer may be killed, and then it begins anew.`,
        evidence: [
          fieldEvidence(view, guard, 'failureThreshold', guard.failureThreshold),
          fieldEvidence(view, guard, 'periodSeconds', guard.periodSeconds),
        ],
        fixes: changeContainer(
          subject,
          view,
          `Raise failureThreshold of the ${guard.type} probe to ${failureThreshold}, for twice the time that was seen`,
          { [probeField(guard.type)]: { failureThreshold } },
        ),
      }
    }
  },
}

/** Rules on how long probes wait and how much they forgive. */
export const TIMING_RULES: readonly Rule[] = [
  budgetBelowObserved,
  timeoutExceedsPeriod,
  livenessBeforeReadiness,
  livenessSameAsReadiness,
  failureThresholdOne,
  longDelay,
  delayWithStartup,
]
