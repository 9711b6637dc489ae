import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { type Confidence, tentative } from '../../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../../model/text/time.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence, terminationEvidence } from '../../evidence.ts'
import { eventsFix, execFix, inspectFix, logsFix, replayFixes } from '../../fixes/commands.ts'
import { containerFix } from '../../fixes/patch.ts'
import { lastLogLine } from '../../logs/lines.ts'
import {
  type ContainerInfo,
  containerEvents,
  RECENT_SECONDS,
  secondsAgo,
  type Terminated,
} from '../../pod-info.ts'
import type { Ending } from '../../probes/ending.ts'
import { bothReadings, endingEvidence } from '../../probes/unproven-kill.ts'
import { backOffEvents, backOffEvidence, commandEvidence } from './evidence.ts'

/** What exit codes mean by convention (docs/reference/events.md#B1.3). */
const EXIT_CODES: Readonly<Record<number, string>> = {
  126: 'the command was found but may not be executed',
  127: 'the command was not found',
  132: 'illegal instruction: the program may be built for another processor',
  134: 'the program aborted itself',
  135: 'bus error',
  136: 'arithmetic error',
  137: 'killed by SIGKILL',
  139: 'segmentation fault',
  143: 'ended by SIGTERM',
  255: 'an error without a number of its own',
}

/** `137 (killed by SIGKILL)`. */
function exitCodeText(exitCode: number): string {
  const meaning = EXIT_CODES[exitCode]
  return meaning === undefined ? `${exitCode}` : `${exitCode} (${meaning})`
}

const afterText = (seconds: number | undefined): string =>
  seconds === undefined ? '' : seconds < 1 ? ' at once' : ` after ${humanDuration(seconds)}`

/** The memory limit, or the memory of the node, was reached. */
export function outOfMemory(container: ContainerInfo): Diagnosis {
  const limit = container.spec.resources?.limits?.['memory']
  return {
    code: 'oom-killed',
    confidence: 'Certain',
    summary: `container is killed because it runs out of memory${limit === undefined ? '' : `; its limit is ${limit}`}`,
    explanation:
      'The kernel killed a process of the container because its memory reached the limit. ' +
      (limit === undefined
        ? 'The container has no memory limit of its own, so the limit of the pod or the memory of the node was reached.'
        : 'Either the limit is too low for what the application normally needs, or it leaks. A heap that is sized by ' +
          'the memory of the node, and not of the limit, does this right at the start.'),
    evidence: [
      ...terminationEvidence(container),
      ...(limit === undefined ? [] : [specEvidence(container, 'resources.limits.memory', limit)]),
      ...lastLogLine(container),
    ],
    fixes: [
      inspectFix('See how much memory it uses', [
        'kubectl',
        'top',
        'pod',
        nameWord('Pod', container.podInfo.pod.metadata.name),
        ...inNamespace(container.podInfo.pod.metadata.namespace),
        '--containers',
      ]),
      ...(limit === undefined ? [] : memoryFix(container, limit)),
      logsFix(container),
    ],
  }
}

/** Doubles the limit; how much is really needed is not in the cluster. */
function memoryFix(container: ContainerInfo, limit: string) {
  const match = /^(\d+)([KMGT]i?)?$/.exec(limit)
  if (match === null) return []
  const doubled = `${Number(match[1]) * 2}${match[2] ?? ''}`
  return tentative(
    containerFix(
      container,
      `Double the memory limit to ${doubled} (a guess: measure first)`,
      { resources: { limits: { memory: doubled } } },
      'Disruptive',
    ),
  )
}

/** An init container that ended with an error. */
export function initFailed(container: ContainerInfo, last: Terminated): Diagnosis {
  return {
    code: 'init-failed',
    confidence: 'Certain',
    summary: `init container ends with exit code ${last.exitCode}, so the pod does not start`,
    explanation:
      `Init containers must end with 0, one after the other, before the containers of the pod start. This one ended with ` +
      `${exitCodeText(last.exitCode)} and is tried again, with a growing wait.`,
    evidence: [...terminationEvidence(container), ...backOffEvidence(container), ...lastLogLine(container)],
    fixes: [logsFix(container, 'Read what the init container says')],
  }
}

/** A shell that could not run its command. */
export function commandFailed(container: ContainerInfo, last: Terminated): Diagnosis {
  return {
    code: 'container-command-missing',
    confidence: 'Likely',
    summary: `container ends with exit code ${last.exitCode}: ${EXIT_CODES[last.exitCode]}`,
    explanation:
      'A shell ends with this code where the command that it should run is not in the image or may not be executed. The ' +
      'last line of the log usually names it.',
    evidence: [...terminationEvidence(container), ...commandEvidence(container), ...lastLogLine(container)],
    fixes: [logsFix(container)],
  }
}

/** A process that came to its end, and is started again. `ending` is given where a probe may have ended it, too. */
export function completed(container: ContainerInfo, last: Terminated, ending?: Ending): Diagnosis {
  const life = secondsBetween(last.startedAt, last.finishedAt)
  return {
    code: 'completed-restart',
    confidence: ending === undefined ? 'Likely' : 'Possible',
    summary: `container ends with exit code 0${afterText(life)} and is started again${
      ending === undefined ? '' : `; perhaps its ${ending.probe.type} probe killed it`
    }`,
    explanation:
      (ending === undefined
        ? 'The process came to its end without an error'
        : bothReadings(container, ending)) +
      (ending === undefined
        ? ', and restartPolicy Always starts it again. Either the command'
        : ' If it was no probe, the command') +
      ' is one that does its work and ends, which belongs in a Job, or a server went to the background or got no ' +
      'command to run.',
    evidence: [
      ...(ending === undefined
        ? [...terminationEvidence(container), ...lastLogLine(container)]
        : endingEvidence(container, ending)),
      ...commandEvidence(container),
      ...backOffEvidence(container),
    ],
    fixes: [logsFix(container, 'See whether it did what it should'), ...probeFixes(container, ending)],
  }
}

const probeFixes = ({ podInfo }: ContainerInfo, ending: Ending | undefined) =>
  ending === undefined ? [] : [...replayFixes(podInfo), eventsFix(podInfo, NEXT_RESTART)]

const NEXT_RESTART = 'Look at the events right after the next restart'

const SIGNALS: readonly number[] = [137, 143]

/** A process that ended with an error, or by a signal. `ending` is given where a probe may have ended it, too. */
export function crashed(container: ContainerInfo, last: Terminated, ending?: Ending): Diagnosis {
  const killed = SIGNALS.includes(last.exitCode)
  const confidence = killed ? 'Possible' : ownEndConfidence(container, last, ending)
  const perhaps =
    ending === undefined || confidence !== 'Possible'
      ? ''
      : `; perhaps its ${ending.probe.type} probe killed it`
  const life = secondsBetween(last.startedAt, last.finishedAt)
  return {
    code: 'crash',
    confidence,
    summary: `container ends with exit code ${exitCodeText(last.exitCode)}${afterText(life)}${perhaps}`,
    explanation: [
      ...(killed ? [SIGNALLED] : []),
      ...(ending === undefined ? [killed ? NO_PROBE : ENDED_BY_ITSELF] : [bothReadings(container, ending)]),
    ].join(' '),
    evidence: [
      ...(ending === undefined
        ? [...terminationEvidence(container), ...lastLogLine(container)]
        : endingEvidence(container, ending)),
      ...backOffEvidence(container),
    ],
    fixes: [
      logsFix(container, 'Read the last lines before the end'),
      ...probeFixes(container, ending),
      ...(life !== undefined && life < 5 && container.status?.state?.running
        ? [execFix(container, 'Look around inside while it runs', ['sh'])]
        : []),
    ],
  }
}

/** How sure it is that nobody ended a process which ended with a code of its own. */
function ownEndConfidence(
  container: ContainerInfo,
  last: Terminated,
  ending: Ending | undefined,
): Confidence {
  if (ending === undefined || isAmongEvents(container, last)) return 'Certain'
  if (ending.backOff === 'EndedItself' && ending.log.words !== 'Stopping') return 'Certain'
  return ending.log.words === 'Stopping' || ending.backOff === 'Killed' ? 'Possible' : 'Likely'
}

const SIGNALLED =
  'Something sent a signal to the process. The status does not name the memory limit of the container (OOMKilled), which ' +
  'a busy runtime may miss; the memory of the node, a kill from inside, or the kubelet are possible, too.'
const NO_PROBE = 'No probe can have ended a run of that length.'
const ENDED_BY_ITSELF =
  'The process ended by itself. Probes that are refused after that only see that nobody is there.'

/**
 * The events of that time are there: one of the container is as young as its end. A kill by a probe would then have
 * an event, too (docs/reference/probes.md#kill-evidence).
 */
function isAmongEvents(container: ContainerInfo, { finishedAt }: Terminated): boolean {
  if (secondsAgo(container.podInfo.cluster, finishedAt) > RECENT_SECONDS) return false
  return [...containerEvents(container), ...backOffEvents(container)].some(({ lastSeen }) => {
    const after = secondsBetween(finishedAt, lastSeen)
    return after !== undefined && after >= -3
  })
}
