import { type EffectiveProbe, killWindow, type ProbeType, resolvePort } from '../../model/kubernetes/probe.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import type { Diagnosis } from '../cause.ts'
import { terminationEvidence } from '../evidence.ts'
import { eventsFix } from '../fixes/commands.ts'
import { saysItStops } from '../logs/lines.ts'
import { listenersOf } from '../logs/listeners.ts'
import {
  type ContainerInfo,
  containerEvents,
  graceSeconds,
  lastTermination,
  lostEvents,
  probeOf,
} from '../pod-info.ts'
import { assumedRefusal } from './assumed-refusal.ts'
import { judgeRefused } from './rules/connection/connect.ts'

/**
 * A run that lasted as long as a probe allows and ended as a kill ends, where no event is left that would tell
 * (docs/reference/probes.md#run-length). Never more than Possible: other things end with the same exit codes.
 */
export function diagnoseRunLength(
  container: ContainerInfo,
): (Diagnosis & { readonly probe: ProbeType }) | undefined {
  const last = lastTermination(container.status)
  const seconds = secondsBetween(last?.startedAt, last?.finishedAt)
  const probe = probeOf(container, 'startup') ?? probeOf(container, 'liveness')
  if (last === undefined || seconds === undefined || probe === undefined) return undefined
  if (!fitsKill(container, probe, seconds, last.exitCode)) return undefined
  if (containerEvents(container).some(({ reason }) => reason === 'Unhealthy')) return undefined
  const lost = lostEvents(container.podInfo)
  const why = whyProbeFails(container, probe)
  return {
    ...why,
    probe: probe.type,
    confidence: 'Possible',
    summary: `runs end after ${humanDuration(seconds)}, just when the ${probe.type} probe would give up; the events that would prove it ${lost.short}`,
    explanation:
      'The length of the run and its exit code are those of a kill by this probe. The events that would prove it, and say ' +
      `why the probe fails, ${lost.long}. ${why.explanation}`,
    evidence: [...terminationEvidence(container), ...(why.evidence ?? [])],
    fixes: [eventsFix(container.podInfo, 'Watch the events through the next restart'), ...why.fixes],
  }
}

type Why = Pick<Diagnosis, 'code' | 'explanation' | 'fixes'> & Partial<Pick<Diagnosis, 'evidence'>>

/** If the log says that the application did listen on the port, being refused was not the reason. */
function whyProbeFails(container: ContainerInfo, probe: EffectiveProbe): Why {
  const { handler } = probe
  if (handler.kind === 'exec') return UNEXPLAINED
  const port = resolvePort(container.spec, handler.port)
  const listens = listenersOf(container).some(
    (listener) => listener.port === port && listener.loopback !== 'yes',
  )
  return listens ? UNEXPLAINED : judgeRefused(assumedRefusal(container, probe, port))
}

const UNEXPLAINED: Why = {
  code: 'probe-kill-unexplained',
  explanation: 'The next restart will write them again.',
  fixes: [],
}

/** Whether a run of so many seconds with this exit code is what a kill by this probe leaves. */
function fitsKill(
  container: ContainerInfo,
  probe: EffectiveProbe,
  seconds: number,
  exitCode: number,
): boolean {
  const { min, max } = killWindow(probe, 0)
  if (seconds < min - 1) return false
  switch (exitCode) {
    // A clean end comes at once after SIGTERM, and only a word in the log tells it from an end of its own.
    case 0:
      return (saysItStops(container) || containerEvents(container).length === 0) && seconds <= max + 2
    case 143:
      return seconds <= max + 2
    case 137: {
      const grace = graceSeconds(container, probe)
      return seconds >= min + grace - 2 && seconds <= max + grace + 3
    }
    default:
      return false
  }
}
