import { type EffectiveProbe, killWindow, resolvePort } from '../../model/kubernetes/probe.ts'
import type { Effect, Severity } from '../../model/report/finding.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { Cause } from '../cause.ts'
import { conditionEvidence, probeEvidence, statusEvidence } from '../evidence.ts'
import { describeFix, logsFix, nodeFix, replayFixes } from '../fixes/commands.ts'
import { lostEvents } from '../lost-events.ts'
import {
  type ContainerInfo,
  containerEvents,
  graceSeconds,
  probeOf,
  readinessLostAt,
  runningSeconds,
  secondsAgo,
} from '../pod-info.ts'
import { assumedRefusal } from './assumed-refusal.ts'
import { isOnlyStarting } from './causes.ts'
import type { ProbeFailure } from './failure.ts'
import { replayEvidence, replayOf } from './replay.ts'
import { observedStart } from './rules/common.ts'
import { judgeRefused } from './rules/connection/connect.ts'

/** Longer than most starts take. */
const LONG_SECONDS = 300

/** Where nothing tells more, a start that takes longer than this is not ordinary. */
const START_SECONDS = 60

/** Containers that run, are not ready, and of which nothing tells why. */
export function unexplainedReadiness(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const { status, podInfo } = container
  if (podInfo.terminating || status?.state?.running === undefined || status.ready) return []
  const waitsFor = status.started === false ? 'startup' : 'readiness'
  const probe = probeOf(container, waitsFor)
  if (probe === undefined) return withoutProbe(container)
  const failure = failures.find((one) => one.container === container && one.probe === probe)
  // Where events tell something else, the log does not overrule them.
  const byLog = failure === undefined ? causeByLog(container, probe) : undefined
  if (byLog !== undefined) return [byLog]
  const wait = waitOf(container, probe)
  if (wait === undefined) return []
  if (failure !== undefined && isOnlyStarting(failure)) return []
  const severity = severityOf(container, probe, wait)
  if (severity === undefined) return []
  // The kubelet writes an event for each attempt that fails, also now.
  const lost = lostEvents(podInfo, rfc3339(podInfo.cluster.now))
  return [
    {
      code: 'not-ready-unexplained',
      layer: 'probe',
      container: container.name,
      probe: probe.type,
      severity,
      confidence: 'Possible',
      effect: effectOf(probe),
      summary: `${probe.type} probe ${wait.lost ? 'no longer passes' : 'has not passed'} since ${wait.since}; the events that would say why ${lost.short}`,
      explanation: [
        wait.lost
          ? 'The container runs and was ready before.'
          : 'The container runs and was not ready once in this run.',
        `What an attempt ended in stands in events alone, and these ${lost.long}.`,
        ...hints(container, probe, wait),
      ].join(' '),
      evidence: [
        statusEvidence(container, probe.type === 'startup' ? 'started' : 'ready', 'false'),
        ...(wait.lost
          ? conditionEvidence(podInfo, 'ContainersReady')
          : [statusEvidence(container, 'state.running.startedAt', wait.since, wait.since)]),
        probeEvidence(container, probe),
        ...replayEvidence(container, probe),
      ],
      fixes: [...replayFixes(podInfo), describeFix(podInfo), logsFix(container)],
    },
  ]
}

/** Since when a container is not ready, as far as the status tells. */
interface Wait {
  /** RFC 3339: when it was last ready; else the start of its run. */
  readonly since: string
  readonly seconds: number
  /** It was ready in this run. */
  readonly lost: boolean
}

function waitOf(container: ContainerInfo, { type }: EffectiveProbe): Wait | undefined {
  const startedAt = container.status?.state?.running?.startedAt
  if (startedAt == null) return undefined
  const lostAt = type === 'readiness' ? readinessLostAt(container) : undefined
  const since = lostAt ?? startedAt
  return { since, lost: lostAt !== undefined, seconds: secondsAgo(container.podInfo.cluster, since) }
}

/** How bad it is by now; undefined while it is ordinary. */
function severityOf(container: ContainerInfo, probe: EffectiveProbe, wait: Wait): Severity | undefined {
  const { periodSeconds, timeoutSeconds, initialDelaySeconds, successThreshold } = probe
  const attempt = periodSeconds + timeoutSeconds
  // Enough attempts have failed; a kubelet that was restarted needs one to find it ready again.
  if (wait.lost) return wait.seconds > attempt ? 'Error' : undefined
  const others = Math.min(LONG_SECONDS, 2 * (observedStart(container) ?? 0))
  const ordinary = Math.max(
    START_SECONDS,
    others,
    initialDelaySeconds + successThreshold * periodSeconds + attempt,
  )
  if (probe.type === 'startup') {
    if (wait.seconds > budgetOf(container, probe)) return 'Error'
    return wait.seconds > Math.max(LONG_SECONDS, ordinary) ? 'Warning' : undefined
  }
  if (wait.seconds <= ordinary) return undefined
  // When the startup probe has passed is recorded nowhere.
  const startup = probeOf(container, 'startup')
  const latest = startup === undefined ? 0 : killWindow(startup, startup.timeoutSeconds).max
  return wait.seconds <= latest + ordinary ? 'Warning' : 'Error'
}

/** Seconds after which a startup probe whose attempts fail has killed the container, whatever they end in. */
const budgetOf = (container: ContainerInfo, probe: EffectiveProbe): number =>
  killWindow(probe, Math.max(probe.timeoutSeconds, probe.periodSeconds)).max +
  graceSeconds(container, probe) +
  2

/** What else the state tells: attempts that fail would have had the container killed; other pods are ready. */
function hints(container: ContainerInfo, probe: EffectiveProbe, wait: Wait): readonly string[] {
  const { workload, pod } = container.podInfo
  const running = runningSeconds(container) ?? 0
  const killer =
    probe.type === 'startup'
      ? probe
      : container.probes.find(
          ({ type, handler }) =>
            type === 'liveness' && JSON.stringify(handler) === JSON.stringify(probe.handler),
        )
  const outlived = killer !== undefined && Math.min(running, wait.seconds) > budgetOf(container, killer)
  const ready = workload.pods.filter(
    (other) =>
      other !== pod &&
      other.status?.containerStatuses?.some(({ name, ready: isReady }) => name === container.name && isReady),
  )
  return [
    ...(outlived
      ? [
          `The ${killer.type} probe ${killer === probe ? '' : 'asks the same and '}has not restarted the container, as it does when attempts fail. So they are perhaps errors, which never count: a command or a port name that is not there, or an answer that does not end.`,
        ]
      : []),
    ...(ready.length === 0
      ? []
      : [
          `${plural(ready.length, 'other pod')} of the workload ${ready.length === 1 ? 'is' : 'are'} ready there: ${
            ready.length === 1 ? 'compare with it' : 'compare with one'
          }, ${ready[0]?.metadata.name}.`,
        ]),
  ]
}

/** Neither the kubelet nor a probe keeps such a container from being ready. */
function withoutProbe(container: ContainerInfo): readonly Cause[] {
  const { podInfo } = container
  if (container.type !== 'container' || (runningSeconds(container) ?? 0) <= START_SECONDS) return []
  // Its events tell more, and explain-events tells them.
  if (containerEvents(container).some(({ type }) => type === 'Warning')) return []
  return [
    {
      code: 'not-ready-unexplained',
      layer: 'container',
      container: container.name,
      severity: 'Error',
      confidence: 'Possible',
      effect: 'Unready',
      summary: 'container runs and is not ready, though no probe of it can keep it from being ready',
      explanation:
        'Without a readiness probe a container is ready as soon as it runs. The status may be old: the kubelet of the node ' +
        'may not report any more.',
      evidence: [statusEvidence(container, 'ready', 'false')],
      fixes: [
        describeFix(podInfo),
        ...(podInfo.pod.spec?.nodeName ? [nodeFix(podInfo.pod.spec.nodeName)] : []),
      ],
    },
  ]
}

const effectOf = ({ type }: EffectiveProbe): Effect => (type === 'startup' ? 'NotStarted' : 'Unready')

/** Without events the log still tells that the probed port is on loopback, or another one. */
function causeByLog(container: ContainerInfo, probe: EffectiveProbe): Cause | undefined {
  const { handler } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(container.spec, handler.port)
  const running = runningSeconds(container) ?? 0
  if (port === undefined || running < killWindow(probe, 0).max) return undefined
  // It can't be refused if it answers: what it answers is the cause.
  if (replayOf(container, probe)?.attempts.some((attempt) => attempt.port === 'answered')) return undefined
  const { evidence, ...diagnosis } = judgeRefused(assumedRefusal(container, probe, port))
  if (!evidence.some(({ source }) => source === 'Log')) return undefined
  return {
    evidence,
    ...diagnosis,
    layer: 'probe',
    container: container.name,
    probe: probe.type,
    severity: 'Error',
    confidence: diagnosis.confidence === 'Certain' ? 'Likely' : 'Possible',
    effect: effectOf(probe),
  }
}
