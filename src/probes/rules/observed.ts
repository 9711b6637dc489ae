import { terminationEvidence } from '../../diagnosis/evidence.ts'
import { logsFix } from '../../diagnosis/fixes/commands.ts'
import {
  type ContainerInfo,
  graceSeconds,
  lastTermination,
  podInfoOf,
  RECENT_SECONDS,
  restarts,
  secondsAgo,
} from '../../diagnosis/pod-info.ts'
import { KILL_EXIT_CODES } from '../../diagnosis/probes/kills.ts'
import { observedStart, thresholdFor } from '../../diagnosis/probes/rules/common.ts'
import type { ContainerStatus } from '../../model/kubernetes/objects.ts'
import {
  type EffectiveProbe,
  killWindow,
  probeField,
  safeStartSeconds,
} from '../../model/kubernetes/probe.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { humanDuration, millis, secondsBetween } from '../../model/text/time.ts'
import { identicalProbes } from './liveness.ts'
import { type ContainerProbe, DOCS, probeOfType, probeSubject, type Rule, type RuleSubject } from './rule.ts'
import { fieldEvidence } from './shared/evidence.ts'
import { fixContainer } from './shared/fixes.ts'

/**
 * Seconds that a pod was seen to need. Becoming ready again after a fault looks the same as a slow start, so it counts
 * only where the probe that guards the start could not have let a longer one pass, and where the readiness probe was
 * not the one that waited.
 */
function trustedStart(container: ContainerInfo, guard: EffectiveProbe): number | undefined {
  const observed = observedStart(container)
  const readiness = probeOfType(container, 'readiness')
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
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['slow-start', 'startup-budget'],
  *find(subject) {
    for (const container of subject.containers) {
      const guard = probeOfType(container, 'startup') ?? probeOfType(container, 'liveness')
      if (guard === undefined || !restarts(container, 1)) continue
      const observed = trustedStart(container, guard)
      const safe = safeStartSeconds(guard)
      if (observed === undefined || observed * 1.5 <= safe) continue
      const failureThreshold = thresholdFor(observed * 2, guard.initialDelaySeconds, guard.periodSeconds)
      yield {
        ...probeSubject({ container, probe: guard } satisfies ContainerProbe),
        ...(observed > safe ? {} : { severity: 'Info' as const }),
        confidence: 'Likely',
        summary: `a start took ${humanDuration(observed)}; the ${guard.type} probe is sure to allow ${humanDuration(safe)}`,
        explanation:
          'The time that a probe allows depends on when its attempts happen to fall. Sure are only initialDelaySeconds + ' +
          `(failureThreshold - 1) × periodSeconds, here ${safe}s. A start that takes longer may be killed, and then it begins anew.`,
        evidence: [
          fieldEvidence(container, guard, 'failureThreshold', guard.failureThreshold),
          fieldEvidence(container, guard, 'periodSeconds', guard.periodSeconds),
        ],
        fixes: fixContainer(
          subject,
          container,
          [
            'Raise',
            `failureThreshold of the ${guard.type} probe to ${failureThreshold}, for twice the time that was seen`,
          ],
          { [probeField(guard.type)]: { failureThreshold } },
        ),
      }
    }
  },
}

/** Pods that end within this time have a reason in common. */
const TOGETHER_SECONDS = 90

/** Seconds between the first and the last of the ends of all pods, where all ended lately as a kill ends. */
function endedWithin({ workload, cluster }: RuleSubject, { name }: ContainerInfo): number | undefined {
  const ends = workload.pods.flatMap((pod) => {
    const last = lastTermination(pod.status?.containerStatuses?.find((one) => one.name === name))
    const at = millis(last?.finishedAt)
    const killed =
      last !== undefined && last.reason !== 'OOMKilled' && KILL_EXIT_CODES.includes(last.exitCode)
    return killed && at !== undefined && secondsAgo(cluster, last.finishedAt) <= RECENT_SECONDS ? [at] : []
  })
  if (workload.pods.length < 2 || ends.length < workload.pods.length) return undefined
  const apart = (Math.max(...ends) - Math.min(...ends)) / 1000
  return apart <= TOGETHER_SECONDS ? apart : undefined
}

const checksDependency: Rule = {
  id: 'liveness-checks-dependency',
  severity: 'Warning',
  summary:
    'All pods were killed at the same time, and their liveness probe asks what their readiness probe asks.',
  docs: DOCS.probeConcepts,
  fix: 'Patch',
  coveredBy: ['http-server-error', 'hang', 'timeout-too-short'],
  *find(subject) {
    for (const { container, liveness } of identicalProbes(subject)) {
      const apart = endedWithin(subject, container)
      const { handler } = liveness
      if (apart === undefined) continue
      yield {
        ...probeSubject({ container, probe: liveness }),
        confidence: 'Likely',
        summary: `all ${subject.workload.pods.length} pods were killed within ${Math.ceil(apart)}s of each other`,
        explanation:
          'Pods that fail at the same moment have lost something that they share: a database, a queue, the network. A ' +
          'restart cannot mend that, and all pods start anew at once when it comes back. Readiness alone takes them out ' +
          'of service meanwhile.',
        evidence: [
          fieldEvidence(container, liveness, 'failureThreshold', liveness.failureThreshold),
          {
            source: 'Status',
            object: `${subject.workload.kind} ${subject.workload.namespace}/${subject.workload.name}`,
            text: `lastState.terminated of all ${subject.workload.pods.length} pods within ${Math.ceil(apart)}s`,
          },
        ],
        fixes:
          handler.kind === 'httpGet' || handler.kind === 'grpc'
            ? fixContainer(
                subject,
                container,
                ['Let', `liveness only test that port ${handler.port} is open, and readiness ask the rest`],
                { livenessProbe: { [handler.kind]: null, tcpSocket: { port: handler.port } } },
              )
            : [{ title: 'Let liveness ask only whether the process itself is stuck', risk: 'Low' }],
      }
    }
  },
}

/** Below this, a SIGKILL says little: few applications promise to end so soon. */
const PATIENT_SECONDS = 10

/** A run that ended with SIGKILL, and not for want of memory, so lately that it says something of today. */
const isFreshKill = (cluster: Cluster, status: ContainerStatus): boolean => {
  const last = lastTermination(status)
  return (
    last?.exitCode === 137 &&
    last.reason !== 'OOMKilled' &&
    secondsAgo(cluster, last.finishedAt) <= RECENT_SECONDS
  )
}

/**
 * The last run of a container that was killed, where its length tells that the probe which guards the start stopped
 * it, and that the process then lived until SIGKILL at the end of the grace period
 * (docs/reference/probes.md#kill-grace, #formulas). A grace period not longer than the window of the kill itself
 * tells nothing: the kill may have come late instead.
 */
function outlivedStop(container: ContainerInfo) {
  const guard = probeOfType(container, 'startup') ?? probeOfType(container, 'liveness')
  const last = lastTermination(container.status)
  const run = secondsBetween(last?.startedAt, last?.finishedAt)
  if (guard === undefined || run === undefined) return undefined
  const grace = graceSeconds(container, guard)
  const earliest = killWindow(guard, 0).min
  const latest = killWindow(guard, guard.timeoutSeconds).max
  // Two seconds for the clock's whole seconds and the kubelet's own work.
  const fits = run >= earliest + grace - 2 && run <= latest + grace + 2
  return fits && grace >= PATIENT_SECONDS && run > latest + 2 ? { container, run, guard, grace } : undefined
}

const graceBelowObservedStop: Rule = {
  id: 'grace-below-observed-stop',
  severity: 'Info',
  summary: 'A container needed longer to stop than its grace period, and was killed with SIGKILL.',
  docs: DOCS.lifecycle,
  fix: 'Command',
  coveredBy: ['slow-stop'],
  *find({ workload, cluster, containers }) {
    const stops = workload.pods
      .filter(({ status }) =>
        [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].some((one) =>
          isFreshKill(cluster, one),
        ),
      )
      .flatMap((pod) => podInfoOf(cluster, workload, pod).containers)
      .filter(({ status }) => status !== undefined && isFreshKill(cluster, status))
      .flatMap((container) => outlivedStop(container) ?? [])
    for (const { name } of containers) {
      const stop = stops.find(({ container }) => container.name === name)
      if (stop === undefined) continue
      const { container, run, guard, grace } = stop
      yield {
        ...probeSubject({ container, probe: guard }),
        confidence: 'Likely',
        summary: `container ${name} does not stop within its grace period of ${grace}s`,
        explanation:
          `Its last run of ${humanDuration(run)} fits a kill by the ${guard.type} probe, then the whole grace period, ` +
          'then SIGKILL. Either the process needs longer to stop, and loses what it was doing, or SIGTERM never reaches ' +
          'it: a shell as first process does not pass signals on. Every restart and every rollout takes that much longer.',
        evidence: [
          ...terminationEvidence(container),
          fieldEvidence(container, guard, 'failureThreshold', guard.failureThreshold),
          fieldEvidence(container, guard, 'periodSeconds', guard.periodSeconds),
        ],
        fixes: [
          logsFix(container, 'See whether the application heard SIGTERM, and what it was doing at the end'),
        ],
      }
    }
  },
}

/** Rules that compare the configuration with what the pods went through. */
export const OBSERVED_RULES: readonly Rule[] = [budgetBelowObserved, checksDependency, graceBelowObservedStop]
