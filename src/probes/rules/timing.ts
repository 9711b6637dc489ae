import { specEvidence } from '../../diagnosis/evidence.ts'
import { thresholdFor } from '../../diagnosis/probes/rules/common.ts'
import { probeField, safeStartSeconds } from '../../model/kubernetes/probe.ts'
import { humanDuration } from '../../model/text/time.ts'
import { listed } from '../../model/text/words.ts'
import { LIVENESS_RULES } from './liveness.ts'
import { DOCS, probeOfType, probeSubject, probesOf, type Rule } from './rule.ts'
import { fieldEvidence, thresholds } from './shared/evidence.ts'
import { fixContainer } from './shared/fixes.ts'

const timeoutExceedsPeriod: Rule = {
  id: 'timeout-exceeds-period',
  severity: 'Info',
  summary: 'A probe may still be waiting for its answer when the next attempt is due.',
  docs: DOCS.probes,
  fix: 'Patch',
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { container, probe } = placed
      const { timeoutSeconds, periodSeconds } = probe
      if (timeoutSeconds <= periodSeconds) continue
      yield {
        ...probeSubject(placed),
        summary: `timeoutSeconds ${timeoutSeconds} of the ${probe.type} probe is longer than its periodSeconds ${periodSeconds}`,
        explanation:
          'Attempts do not overlap: while one waits, the next ones are left out. Where the application hangs, the period ' +
          `is ${timeoutSeconds}s and not ${periodSeconds}s, and the verdict comes that much later.`,
        evidence: [
          fieldEvidence(container, probe, 'timeoutSeconds', timeoutSeconds),
          fieldEvidence(container, probe, 'periodSeconds', periodSeconds),
        ],
        fixes: fixContainer(subject, container, ['Raise', `periodSeconds to ${timeoutSeconds}`], {
          [probeField(probe.type)]: { periodSeconds: timeoutSeconds },
        }),
      }
    }
  },
}

const failureThresholdOne: Rule = {
  id: 'failure-threshold-one',
  severity: 'Info',
  summary: 'One failed attempt of the liveness probe restarts the container.',
  docs: DOCS.probes,
  fix: 'Patch',
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { container, probe } = placed
      if (probe.type !== 'liveness' || probe.failureThreshold !== 1) continue
      yield {
        ...probeSubject(placed),
        summary: `liveness probe restarts the container after one failure, with timeoutSeconds ${probe.timeoutSeconds}`,
        explanation: `One answer that takes longer than ${probe.timeoutSeconds}s is enough: a garbage collection or a busy node.`,
        evidence: thresholds(container, [probe]),
        fixes: fixContainer(subject, container, ['Set', 'failureThreshold to 3, the default'], {
          livenessProbe: { failureThreshold: 3 },
        }),
      }
    }
  },
}

const LONG_DELAY_SECONDS = 30

const longDelay: Rule = {
  id: 'no-startup-probe-long-delay',
  severity: 'Info',
  summary: 'A long initial delay of the liveness probe stands in for a startup probe.',
  docs: DOCS.probes,
  fix: 'Patch',
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { container, probe } = placed
      const { initialDelaySeconds: delay, periodSeconds, timeoutSeconds, handler } = probe
      if (probe.type !== 'liveness' || delay < LONG_DELAY_SECONDS || container.spec.startupProbe) continue
      const failureThreshold = thresholdFor(safeStartSeconds(probe), 0, periodSeconds)
      yield {
        ...probeSubject(placed),
        summary: `liveness probe waits ${humanDuration(delay)} after each start; there is no startup probe`,
        explanation:
          'After every restart, a hang goes unseen for that long, and a start that takes longer is killed all the same. A ' +
          'startup probe waits as long as it must, and lets liveness begin as soon as the application answers.',
        evidence: [fieldEvidence(container, probe, 'initialDelaySeconds', delay)],
        fixes: fixContainer(
          subject,
          container,
          [
            'Add',
            `a startup probe with the same ${humanDuration(safeStartSeconds(probe))} for the start, and remove the delay`,
          ],
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
  docs: DOCS.probes,
  fix: 'Patch',
  *find(subject) {
    for (const container of subject.containers) {
      if (probeOfType(container, 'startup') === undefined) continue
      const delayed = container.probes.filter(
        ({ type, initialDelaySeconds }) => type !== 'startup' && initialDelaySeconds > 0,
      )
      if (delayed.length === 0) continue
      const names = listed(delayed.map(({ type }) => type))
      yield {
        container: container.name,
        summary: `${names} ${delayed.length === 1 ? 'has' : 'have'} initialDelaySeconds although there is a startup probe`,
        explanation:
          'Liveness and readiness begin when the startup probe has succeeded. Their delay counts from the start of the ' +
          'container as well, so that it either does nothing, or keeps a pod waiting that could serve.',
        evidence: delayed.map((probe) =>
          fieldEvidence(container, probe, 'initialDelaySeconds', probe.initialDelaySeconds),
        ),
        fixes: fixContainer(
          subject,
          container,
          ['Remove', `the delay of ${names}`],
          Object.fromEntries(delayed.map(({ type }) => [probeField(type), { initialDelaySeconds: 0 }])),
        ),
      }
    }
  },
}

const timeoutAtDefault: Rule = {
  id: 'timeout-at-default',
  severity: 'Info',
  summary: 'A liveness or startup probe waits one second for its answer, as it does by default.',
  docs: DOCS.probes,
  fix: 'Patch',
  optIn: true,
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { container, probe } = placed
      // To connect takes no second; not to be ready for a moment kills nothing.
      if (probe.timeoutSeconds !== 1 || probe.type === 'readiness' || probe.handler.kind === 'tcpSocket')
        continue
      yield {
        ...probeSubject(placed),
        summary: `${probe.type} probe has timeoutSeconds 1`,
        explanation:
          'A garbage collection, a busy node or a CPU limit can hold an answer up for longer than that. Enough such ' +
          'answers in a row, and a process that works is killed.',
        evidence: [fieldEvidence(container, probe, 'timeoutSeconds', 1)],
        fixes: fixContainer(subject, container, ['Raise', 'timeoutSeconds to 3'], {
          [probeField(probe.type)]: { timeoutSeconds: 3 },
        }),
      }
    }
  },
}

const noLiveness: Rule = {
  id: 'no-liveness-probe',
  severity: 'Info',
  summary: 'A container has no liveness probe, so that a process that hangs is not restarted.',
  docs: DOCS.probeConcepts,
  fix: 'Words',
  optIn: true,
  *find(subject) {
    if (/Job$/.test(subject.workload.kind)) return
    for (const container of subject.containers) {
      if (container.type !== 'container' || probeOfType(container, 'liveness') !== undefined) continue
      yield {
        container: container.name,
        summary: `container ${container.name} has no liveness probe`,
        explanation:
          'A process that ends is restarted without any probe. A liveness probe helps only against a process that runs ' +
          'and does nothing, and a wrong one does more harm than none: many do well without.',
        evidence: [specEvidence(container, 'livenessProbe', 'not set')],
        fixes: [
          {
            title: 'If it is known to hang, add one that asks only the process itself, with much patience',
            risk: 'Low',
          },
        ],
      }
    }
  },
}

/** Rules on how long probes wait and how much they forgive. */
export const TIMING_RULES: readonly Rule[] = [
  timeoutExceedsPeriod,
  ...LIVENESS_RULES,
  failureThresholdOne,
  longDelay,
  delayWithStartup,
  timeoutAtDefault,
  noLiveness,
]
