import { detectionWindow, type EffectiveProbe } from '../../model/kubernetes/probe.ts'
import { DOCS, probeOfType, probeSubject, type Rule, type RuleSubject } from './rule.ts'
import { thresholds } from './shared/evidence.ts'
import { fixContainer } from './shared/fixes.ts'

/** Liveness and readiness of a container that ask the same. */
export function* identicalProbes(subject: RuleSubject) {
  for (const container of subject.containers) {
    const [liveness, readiness] = [probeOfType(container, 'liveness'), probeOfType(container, 'readiness')]
    if (liveness === undefined || readiness === undefined) continue
    if (JSON.stringify(liveness.handler) !== JSON.stringify(readiness.handler)) continue
    const latest = (probe: EffectiveProbe) => detectionWindow(probe, probe.timeoutSeconds).max
    yield { container, liveness, readiness, lead: latest(readiness) - latest(liveness) }
  }
}

const SPLIT =
  'A fault that would pass by itself, such as a database that is away, then restarts every pod at about the same time.'

const livenessBeforeReadiness: Rule = {
  id: 'liveness-before-readiness',
  severity: 'Info',
  summary: 'The liveness probe restarts the container before the readiness probe takes it out of service.',
  docs: DOCS.probeConcepts,
  fix: 'Patch',
  *find(subject) {
    for (const { container, liveness, readiness, lead } of identicalProbes(subject)) {
      if (lead <= 0) continue
      const failureThreshold = Math.ceil(
        (detectionWindow(readiness, readiness.timeoutSeconds).max * 2) /
          Math.max(liveness.periodSeconds, liveness.timeoutSeconds),
      )
      yield {
        ...probeSubject({ container, probe: liveness }),
        summary: `liveness probe asks the same as the readiness probe, and gives up ${lead}s earlier`,
        explanation: `The pod is restarted while it still gets traffic, and has no chance to recover out of service. ${SPLIT}`,
        evidence: thresholds(container, [liveness, readiness]),
        fixes: fixContainer(
          subject,
          container,
          ['Raise', `failureThreshold of the liveness probe to ${failureThreshold}`],
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
  docs: DOCS.probeConcepts,
  fix: 'Patch',
  *find(subject) {
    for (const { container, liveness, readiness, lead } of identicalProbes(subject)) {
      if (lead !== 0) continue
      const failureThreshold = readiness.failureThreshold * 2
      yield {
        ...probeSubject({ container, probe: liveness }),
        summary: 'liveness and readiness probe ask the same with the same patience',
        explanation:
          'Whatever makes the pod not ready also restarts it. Liveness should ask only whether the process itself is ' +
          `stuck. ${SPLIT}`,
        evidence: thresholds(container, [liveness, readiness]),
        fixes: fixContainer(
          subject,
          container,
          [
            'Give',
            `liveness more patience: failureThreshold ${failureThreshold}; better, ask something that needs no one else`,
          ],
          { livenessProbe: { failureThreshold } },
        ),
      }
    }
  },
}

/** Rules on liveness probes that ask what readiness probes ask. */
export const LIVENESS_RULES: readonly Rule[] = [livenessBeforeReadiness, livenessSameAsReadiness]
