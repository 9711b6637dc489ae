import { type EffectiveProbe, killWindow, resolvePort } from '../../model/kubernetes/probe.ts'
import type { Effect } from '../../model/report/finding.ts'
import type { Cause } from '../cause.ts'
import { statusEvidence } from '../evidence.ts'
import { describeFix, eventsFix, logsFix } from '../fixes/commands.ts'
import { lostEvents } from '../lost-events.ts'
import { type ContainerInfo, conditionOf, runningSeconds, secondsAgo } from '../pod-info.ts'
import { assumedRefusal } from './assumed-refusal.ts'
import type { ProbeFailure } from './failure.ts'
import { replayEvidence, replayOf } from './replay.ts'
import { judgeRefused } from './rules/connection/connect.ts'

/** Longer than most starts take. */
const UNEXPLAINED_SECONDS = 300

/** Containers that run, are not ready, and of which nothing tells why. */
export function unexplainedReadiness(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const { status, podInfo } = container
  const waitsFor = status?.started === false ? 'startup' : 'readiness'
  const probe = container.probes.find(({ type }) => type === waitsFor)
  if (podInfo.terminating || status?.state?.running === undefined || status.ready || probe === undefined)
    return []
  const hasEvents = failures.some((failure) => failure.container === container && failure.probe === probe)
  // Where events tell something else, the log does not overrule them.
  const byLog = hasEvents ? undefined : causeByLog(container, probe)
  if (byLog !== undefined) return [byLog]
  const since = secondsAgo(podInfo.cluster, conditionOf(podInfo.pod, 'ContainersReady')?.lastTransitionTime)
  if (Math.min(since, runningSeconds(container) ?? 0) < UNEXPLAINED_SECONDS) return []
  const lost = lostEvents(podInfo)
  return [
    {
      code: 'not-ready-unexplained',
      layer: 'probe',
      container: container.name,
      probe: probe.type,
      severity: 'Error',
      confidence: 'Possible',
      effect: effectOf(probe),
      summary: `${probe.type} probe does not pass, and the events that would say why ${lost.short}`,
      explanation: `The container runs and is not ready. The events that would say why ${lost.long}. The next attempt must tell.`,
      evidence: [
        statusEvidence(container, probe.type === 'startup' ? 'started' : 'ready', 'false'),
        ...replayEvidence(container, probe),
      ],
      fixes: [describeFix(podInfo), eventsFix(podInfo), logsFix(container)],
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
