import { type EffectiveProbe, killWindow, resolvePort } from '../../model/kubernetes/probe.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import type { Cause } from '../cause.ts'
import { terminationEvidence } from '../evidence.ts'
import { eventsFix } from '../fixes.ts'
import { listenersOf } from '../logs/listeners.ts'
import {
  type ContainerInfo,
  containerEvents,
  graceSeconds,
  lastTermination,
  lostEvents,
} from '../pod-info.ts'
import type { ProbeFailure } from './failure.ts'
import { judgeRefused } from './rules/connect.ts'

/** What a program prints when it is asked to stop. */
const STOPPING = /\b(terminated|SIGTERM|signal|shut(?:ting)? ?down|stopping|interrupt\w*|graceful\w*)\b/i

/**
 * A run that lasted as long as a probe allows and ended as a kill ends, where no event is left that would tell
 * (spec/probes.md 9.4). Never more than Possible: other things end with the same exit codes.
 */
export function diagnoseRunLength(
  container: ContainerInfo,
):
  | Pick<Cause, 'code' | 'probe' | 'confidence' | 'summary' | 'explanation' | 'evidence' | 'fixes'>
  | undefined {
  const last = lastTermination(container.status)
  const life = secondsBetween(last?.startedAt, last?.finishedAt)
  const probe =
    container.probes.find(({ type }) => type === 'startup') ??
    container.probes.find(({ type }) => type === 'liveness')
  if (
    last === undefined ||
    life === undefined ||
    probe === undefined ||
    !fits(container, probe, life, last.exitCode)
  )
    return undefined
  if (containerEvents(container).some(({ reason }) => reason === 'Unhealthy')) return undefined
  const { handler } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(container.spec, handler.port)
  const verdict = handler.kind === 'exec' ? unexplained() : whyRefused(container, probe, port)
  return {
    ...verdict,
    probe: probe.type as 'startup' | 'liveness',
    confidence: 'Possible',
    summary: `runs end after ${humanDuration(life)}, just when the ${probe.type} probe would give up; the events that would prove it ${lostEvents(container.podInfo).short}`,
    explanation:
      'The length of the run and its exit code are those of a kill by this probe. The events that would prove it, and say ' +
      `why the probe fails, ${lostEvents(container.podInfo).long}. ${verdict.explanation}`,
    evidence: [...terminationEvidence(container), ...(verdict.evidence ?? [])],
    fixes: [eventsFix(container.podInfo, 'Watch the events through the next restart'), ...verdict.fixes],
  }
}

type Why = Pick<Cause, 'code' | 'explanation' | 'fixes'> & { readonly evidence?: Cause['evidence'] }

/** If the log says that the application did listen on the port, being refused was not the reason. */
function whyRefused(container: ContainerInfo, probe: EffectiveProbe, port: number | undefined): Why {
  const listens = listenersOf(container).some(
    (listener) => listener.port === port && listener.loopback !== 'yes',
  )
  return listens ? unexplained() : judgeRefused(assumedRefusal(container, probe, port))
}

const unexplained = (): Why => ({
  code: 'probe-kill-unexplained',
  explanation: 'The next restart will write them again.',
  fixes: [],
})

function fits(container: ContainerInfo, probe: EffectiveProbe, life: number, exitCode: number): boolean {
  const { min, max } = killWindow(probe, 0)
  if (life < min - 1) return false
  const stops =
    STOPPING.test((container.log ?? '').slice(-2000)) ||
    STOPPING.test((container.previousLog ?? '').slice(-2000))
  // A clean end comes at once after SIGTERM, and only a word in the log tells it from an end of its own.
  const silent = containerEvents(container).length === 0
  if (exitCode === 0) return (stops || silent) && life <= max + 2
  if (exitCode === 143) return life <= max + 2
  return (
    exitCode === 137 &&
    life >= min + graceSeconds(container, probe) - 2 &&
    life <= max + graceSeconds(container, probe) + 3
  )
}

/** What the events would have said of a probe that is refused: logs and spec then tell more. */
export const assumedRefusal = (
  container: ContainerInfo,
  probe: EffectiveProbe,
  port: number | undefined,
): ProbeFailure => ({
  container,
  probe,
  port,
  main: {
    class: 'net.refused',
    message: { probe: probe.type, verb: 'failed', counted: true, class: 'net.refused', text: '' },
    occurrences: [],
    count: 0,
    countIsLowerBound: true,
    firstSeen: '',
    lastSeen: '',
  },
  all: [],
  kills: [],
  killed: probe.type === 'readiness' ? 'no' : 'likely',
  everPassed: undefined,
})
