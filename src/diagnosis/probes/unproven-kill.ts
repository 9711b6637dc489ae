import { type EffectiveProbe, resolvePort, safeStartSeconds } from '../../model/kubernetes/probe.ts'
import type { Evidence } from '../../model/report/finding.ts'
import { humanDuration } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { Diagnosis } from '../cause.ts'
import { probeEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { eventsFix, logsFix, replayFixes } from '../fixes/commands.ts'
import type { LastWords } from '../logs/last-words.ts'
import { listenersOf } from '../logs/listeners.ts'
import { lostEvents } from '../lost-events.ts'
import type { ContainerInfo } from '../pod-info.ts'
import { assumedRefusal } from './assumed-refusal.ts'
import type { Ending } from './ending.ts'
import { judgeRefused } from './rules/connection/connect.ts'

/**
 * A run that ended as a kill by a probe ends, where no event is left that would tell
 * (docs/reference/probes.md#run-length). Never more than Possible: other things end in the same way.
 */
export function unprovenKill(container: ContainerInfo, ending: Ending): Diagnosis {
  const { probe, reach } = ending
  const why = reach === 'Fits' ? whyProbeFails(container, ending) : unexplained(ending)
  return {
    code: why.code,
    confidence: 'Possible',
    summary: summaryOf(container, ending),
    explanation: [bothReadings(container, ending), why.explanation].join(' '),
    evidence: [
      ...endingEvidence(container, ending),
      probeEvidence(container, probe),
      ...(why.evidence ?? []),
    ],
    fixes: [
      ...replayFixes(container.podInfo),
      eventsFix(container.podInfo, 'Look at the events right after the next restart'),
      logsFix(container, 'Read what the application says before its end'),
      ...why.fixes,
    ],
  }
}

function summaryOf(container: ContainerInfo, { last, seconds, probe, reach }: Ending): string {
  const lost = lostEvents(container.podInfo, last.finishedAt).short
  const after = seconds === undefined ? '' : ` after ${humanDuration(seconds)}`
  return reach === 'Fits'
    ? `runs end${after}, just when the ${probe.type} probe would give up; the events that would prove it ${lost}`
    : `container ends with exit code ${last.exitCode}${after}, perhaps killed for its ${probe.type} probe; the events that would prove it ${lost}`
}

/** What the end rests on: the status, the last words of the log, and the wait before the restart. */
export const endingEvidence = (container: ContainerInfo, { log, backOff }: Ending): readonly Evidence[] => [
  ...terminationEvidence(container),
  ...log.evidence,
  ...(backOff === 'Unknown' ? [] : waitEvidence(container)),
]

function waitEvidence(container: ContainerInfo): readonly Evidence[] {
  const { waiting, running } = container.status?.state ?? {}
  if (waiting != null)
    return [
      statusEvidence(
        container,
        'state.waiting',
        [waiting.reason, waiting.message].filter(Boolean).join(': '),
      ),
    ]
  return running?.startedAt == null
    ? []
    : [statusEvidence(container, 'state.running.startedAt', running.startedAt, running.startedAt)]
}

/** Both that can have ended the run, with what speaks for each. */
export function bothReadings(container: ContainerInfo, ending: Ending): string {
  const lost = lostEvents(container.podInfo, ending.last.finishedAt).long
  const kill = `For the kill: ${factsText(killFacts(container, ending))}.`
  const own = `For an end of its own: ${factsText(ownFacts(ending))}.`
  return [
    `The kubelet killed the container for its ${ending.probe.type} probe, or the process ended by itself; the events that would tell ${lost}.`,
    ...(ending.leading === 'Kill' ? [kill, own] : [own, kill]),
  ].join(' ')
}

const factsText = (facts: readonly string[]): string =>
  facts.length === 0 ? 'nothing that is known' : facts.join('; ')

function killFacts(container: ContainerInfo, ending: Ending): readonly string[] {
  const { last, seconds = 0, probe, reach, log, backOff, alike } = ending
  const grace = last.exitCode === 137 ? ' and the grace period after it' : ''
  const others = alike === 0 ? '' : `, as did ${plural(alike, 'other run')}`
  return [
    ...(reach === 'Fits'
      ? [
          `the run lasted ${humanDuration(seconds)}, as long as the probe allows a container that never answers${grace}${others}`,
        ]
      : []),
    ...(last.exitCode === 143 ? ['the exit code is that of an end by SIGTERM'] : []),
    ...KILL_WORDS[log.words],
    ...(backOff === 'Killed'
      ? ['the kubelet waits less before the restarts than it does after an end of the process']
      : []),
    ...(probe.type === 'liveness' && reach === 'Can' && container.status?.ready === false
      ? ['the container is not ready either']
      : []),
  ]
}

const KILL_WORDS: Readonly<Record<LastWords, readonly string[]>> = {
  Signal: ['its log ends with a signal or a request to stop'],
  Stopping: ['its log ends with a shutdown'],
  Finished: [],
  Other: [],
  NoLog: [],
}

function ownFacts({ last, log, backOff, reach }: Ending): readonly string[] {
  return [
    ...(log.words === 'Finished' ? ['its log ends with work that is done'] : []),
    ...(backOff === 'EndedItself' ? ['the kubelet waits before the restarts as after such an end'] : []),
    ...(OWN_CODES(last.exitCode) ? [`exit code ${last.exitCode} is one of its own`] : []),
    ...(reach === 'Can' && backOff === 'Unknown' ? ['the length of the run is that of no start'] : []),
  ]
}

const OWN_CODES = (exitCode: number): boolean => exitCode > 0 && exitCode < 126

type Why = Pick<Diagnosis, 'code' | 'explanation' | 'fixes'> & Partial<Pick<Diagnosis, 'evidence'>>

/**
 * Why a probe fails that gives up on every start. If the log says that the application did listen on the port, being
 * refused was not the reason; without a log nobody knows whether it listened.
 */
function whyProbeFails(container: ContainerInfo, ending: Ending): Why {
  const { probe, log } = ending
  const { handler } = probe
  if (handler.kind === 'exec') return unexplained(ending)
  const port = resolvePort(container.spec, handler.port)
  const listens = listenersOf(container).some(
    (listener) => listener.port === port && listener.loopback !== 'yes',
  )
  if (listens) return unexplained(ending)
  const refused = judgeRefused(assumedRefusal(container, probe, port))
  return log.words === 'NoLog' && START_CODES.includes(refused.code) ? unexplained(ending) : refused
}

/** What only a port that is closed until the end of the run would tell. */
const START_CODES: readonly Diagnosis['code'][] = ['slow-start', 'startup-budget']

const unexplained = ({ probe, reach }: Ending): Why => ({
  code: 'probe-kill-unexplained',
  explanation: `If it was the probe, what its attempts ended in is not known${
    reach === 'Fits'
      ? `: a start that takes longer than the ${humanDuration(safeStartSeconds(probe))} that it allows for sure, or a port, a path or a command that is wrong`
      : ''
  }.`,
  fixes: [],
})

/** The events say that a probe killed the container, and none is left that says why it failed. */
export const killWithoutReason = (container: ContainerInfo, probe: EffectiveProbe): Diagnosis => ({
  code: 'probe-kill-unexplained',
  confidence: 'Certain',
  summary: `${probe.type} probe kills the container; the events that would say why it fails ${lostEvents(container.podInfo).short}`,
  explanation: `The kubelet writes that it killed the container for this probe. The events of the attempts that failed ${
    lostEvents(container.podInfo).long
  }.`,
  evidence: [...terminationEvidence(container), probeEvidence(container, probe)],
  fixes: [
    ...replayFixes(container.podInfo),
    eventsFix(container.podInfo, 'Look at the events right after the next restart'),
    logsFix(container, 'Read what the application says before its end'),
  ],
})
