import { humanDuration, secondsBetween } from '../../../model/text/time.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence, terminationEvidence } from '../../evidence.ts'
import { execFix, inspectFix, logsFix } from '../../fixes/commands.ts'
import { containerFix } from '../../fixes/patch.ts'
import { lastLogLine } from '../../logs/lines.ts'
import { type ContainerInfo, containerEvents, lostEvents, type Terminated } from '../../pod-info.ts'
import { backOffEvidence, commandEvidence } from './evidence.ts'

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
  seconds === undefined ? '' : ` after ${humanDuration(seconds)}`

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
        container.podInfo.pod.metadata.name,
        '-n',
        container.podInfo.pod.metadata.namespace ?? 'default',
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
  return containerFix(
    container,
    `Double the memory limit to ${doubled} (a guess: measure first)`,
    { resources: { limits: { memory: doubled } } },
    'Disruptive',
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

/** A process that came to its end, and is started again. */
export function completed(container: ContainerInfo, last: Terminated): Diagnosis {
  const life = secondsBetween(last.startedAt, last.finishedAt)
  return {
    code: 'completed-restart',
    confidence: mayBeProbe(container) ? 'Possible' : 'Likely',
    summary: `container ends with exit code 0${afterText(life)} and is started again`,
    explanation:
      'The process came to its end without an error, and restartPolicy Always starts it again. Either the command is one ' +
      'that does its work and ends, which belongs in a Job, or a server went to the background or got no command to run.' +
      (mayBeProbe(container)
        ? ` A kill by a probe also ends so where the process stops cleanly, and the events that would tell ${lostEvents(container.podInfo).long}.`
        : ''),
    evidence: [
      ...terminationEvidence(container),
      ...commandEvidence(container),
      ...backOffEvidence(container),
      ...lastLogLine(container),
    ],
    fixes: [logsFix(container, 'See whether it did what it should')],
  }
}

/** No event is left of a container that a probe could have killed. */
const mayBeProbe = (container: ContainerInfo): boolean =>
  container.probes.some(({ type }) => type !== 'readiness') && containerEvents(container).length === 0

/** A process that ended with an error, or by a signal. */
export function crashed(container: ContainerInfo, last: Terminated): Diagnosis {
  const killed = last.exitCode === 137 || last.exitCode === 143
  const life = secondsBetween(last.startedAt, last.finishedAt)
  return {
    code: 'crash',
    confidence: killed ? 'Possible' : 'Certain',
    summary: `container ends with exit code ${exitCodeText(last.exitCode)}${afterText(life)}`,
    explanation: killed
      ? 'Something sent a signal to the process, and it was not the memory limit of the container. Who did is not known: ' +
        `events of a kill by a probe, if there was one, ${lostEvents(container.podInfo).long}. The memory of the node, a kill from ` +
        'inside, or a probe are possible.'
      : 'The process ended by itself. Probes that are refused after that only see that nobody is there.',
    evidence: [...terminationEvidence(container), ...backOffEvidence(container), ...lastLogLine(container)],
    fixes: [
      logsFix(container, 'Read the last lines before the end'),
      ...(life !== undefined && life < 5 && container.status?.state?.running
        ? [execFix(container, 'Look around inside while it runs', ['sh'])]
        : []),
    ],
  }
}
