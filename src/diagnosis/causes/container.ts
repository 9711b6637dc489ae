import type { ContainerStatus } from '../../model/kubernetes/objects.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import type { Cause } from '../cause.ts'
import { eventEvidence, lastLogLine, specEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { containerFix, describeFix, execFix, inspectFix, logsFix } from '../fixes.ts'
import {
  type ContainerInfo,
  containerEvents,
  graceSeconds,
  lastTermination,
  lostEvents,
  restarts,
} from '../pod-info.ts'
import { KILL_EXIT_CODES, killsOf, type ProbeFailure } from '../probes/failure.ts'
import { diagnoseRunLength } from '../probes/run-length.ts'
import { restartSeverity } from '../severity.ts'

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>

/** What exit codes mean by convention (spec/events.md B.1.3). */
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

/** Why a container ended that no probe killed: memory, its command, its own error, or simply its end. */
export function terminationCauses(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const { status, podInfo } = container
  const last = lastTermination(status)
  if (status === undefined || last === undefined || podInfo.terminating) return []
  if (podInfo.pod.status?.phase === 'Succeeded' || nodeRestarted(container, last)) return []
  if (container.type === 'init' && (status.state?.terminated?.exitCode === 0 || status.state?.running))
    return []
  const ended = status.state?.terminated !== undefined && !restarts(container, last.exitCode)
  if (ended && last.exitCode === 0) return []
  const severity = ended ? 'Error' : restartSeverity(container)
  if (severity === undefined) return []
  const base = { ...commonFields(container), severity, ...(ended ? { effect: 'Unready' as const } : {}) }
  if (last.reason === 'OOMKilled') return [{ ...base, ...outOfMemory(container) }]
  if (killedByProbe(container, failures, last)) return []
  const bySignature = container.type === 'init' ? undefined : diagnoseRunLength(container)
  if (bySignature !== undefined) return [{ ...base, layer: 'probe', ...bySignature }]
  if (container.type === 'init') return [{ ...base, ...initFailed(container, last) }]
  if (last.exitCode === 126 || last.exitCode === 127) return [{ ...base, ...commandFailed(container, last) }]
  if (last.exitCode === 0) return [{ ...base, ...completed(container, last) }]
  return [{ ...base, ...crashed(container, last) }]
}

const commonFields = (container: ContainerInfo) => ({
  layer: container.type === 'init' ? ('init' as const) : ('container' as const),
  container: container.name,
  effect: container.type === 'init' ? ('NotStarted' as const) : ('Restarting' as const),
})

type Details = Pick<Cause, 'code' | 'confidence' | 'summary' | 'explanation' | 'evidence' | 'fixes'>

/** The reboot of a node, or a new sandbox, ends every container, and says nothing about any of them. */
function nodeRestarted({ podInfo }: ContainerInfo, last: Terminated): boolean {
  if (last.exitCode === 255 && last.reason === 'Unknown') return true
  return podInfo.events.some(({ reason, lastSeen }) => {
    const between = secondsBetween(last.finishedAt, lastSeen)
    return (
      reason === 'SandboxChanged' &&
      between !== undefined &&
      Math.abs(between) < 120 &&
      KILL_EXIT_CODES.includes(last.exitCode)
    )
  })
}

/** An event names the probe, or the run lasted as long as the probe allows and ended as a kill ends. */
function killedByProbe(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
  last: Terminated,
): boolean {
  if (failures.some((failure) => failure.container === container && failure.killed !== 'no')) return true
  if (!KILL_EXIT_CODES.includes(last.exitCode)) return false
  const kill = killsOf(container).at(-1)
  const between = secondsBetween(kill?.lastSeen, last.finishedAt)
  return between !== undefined && between >= -3 && between <= graceSeconds(container) + 10
}

function outOfMemory(container: ContainerInfo): Details {
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

function initFailed(container: ContainerInfo, last: Terminated): Details {
  return {
    code: 'init-failed',
    confidence: 'Certain',
    summary: `init container ends with exit code ${last.exitCode}, so the pod does not start`,
    explanation:
      `Init containers must end with 0, one after the other, before the containers of the pod start. This one ended with ` +
      `${last.exitCode}${EXIT_CODES[last.exitCode] === undefined ? '' : ` (${EXIT_CODES[last.exitCode]})`} and is tried again, with a growing wait.`,
    evidence: [...terminationEvidence(container), ...backOff(container), ...lastLogLine(container)],
    fixes: [logsFix(container, 'Read what the init container says')],
  }
}

function commandFailed(container: ContainerInfo, last: Terminated): Details {
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

export const commandEvidence = (container: ContainerInfo) => {
  const { command, args } = container.spec
  if (command != null && command.length > 0)
    return [specEvidence(container, 'command', JSON.stringify(command))]
  return args != null && args.length > 0 ? [specEvidence(container, 'args', JSON.stringify(args))] : []
}

function completed(container: ContainerInfo, last: Terminated): Details {
  const life = secondsBetween(last.startedAt, last.finishedAt)
  return {
    code: 'completed-restart',
    confidence: mayBeProbe(container) ? 'Possible' : 'Likely',
    summary: `container ends with exit code 0${life === undefined ? '' : ` after ${humanDuration(life)}`} and is started again`,
    explanation:
      'The process came to its end without an error, and restartPolicy Always starts it again. Either the command is one ' +
      'that does its work and ends, which belongs in a Job, or a server went to the background or got no command to run.' +
      (mayBeProbe(container)
        ? ` A kill by a probe also ends so where the process stops cleanly, and the events that would tell ${lostEvents(container.podInfo)}.`
        : ''),
    evidence: [
      ...terminationEvidence(container),
      ...commandEvidence(container),
      ...backOff(container),
      ...lastLogLine(container),
    ],
    fixes: [logsFix(container, 'See whether it did what it should')],
  }
}

/** No event is left of a container that a probe could have killed. */
const mayBeProbe = (container: ContainerInfo): boolean =>
  container.probes.some(({ type }) => type !== 'readiness') && containerEvents(container).length === 0

function crashed(container: ContainerInfo, last: Terminated): Details {
  const meaning = EXIT_CODES[last.exitCode]
  const killed = last.exitCode === 137 || last.exitCode === 143
  const life = secondsBetween(last.startedAt, last.finishedAt)
  return {
    code: 'crash',
    confidence: killed ? 'Possible' : 'Certain',
    summary: `container ends with exit code ${last.exitCode}${meaning === undefined ? '' : ` (${meaning})`}${
      life === undefined ? '' : ` after ${humanDuration(life)}`
    }`,
    explanation: killed
      ? 'Something sent a signal to the process, and it was not the memory limit of the container. Who did is not known: ' +
        `events of a kill by a probe, if there was one, ${lostEvents(container.podInfo)}. The memory of the node, a kill from ` +
        'inside, or a probe are possible.'
      : 'The process ended by itself. Probes that are refused after that only see that nobody is there.',
    evidence: [...terminationEvidence(container), ...backOff(container), ...lastLogLine(container)],
    fixes: [
      logsFix(container, 'Read the last lines before the end'),
      ...(life !== undefined && life < 5 && container.status?.state?.running
        ? [execFix(container, 'Look around inside while it runs', ['sh'])]
        : []),
    ],
  }
}

const backOff = (container: ContainerInfo) => {
  const event = container.podInfo.events.findLast(
    ({ reason, message }) =>
      reason === 'BackOff' &&
      message.startsWith(`Back-off restarting failed container ${container.name} in pod`),
  )
  return event === undefined ? [] : [eventEvidence(event)]
}

/** An init container that simply goes on: it waits for something that does not come. */
export function initRunning(container: ContainerInfo): readonly Cause[] {
  const startedAt = container.status?.state?.running?.startedAt
  if (container.type !== 'init' || startedAt == null || container.podInfo.terminating) return []
  const seconds = (container.podInfo.cluster.now - Date.parse(startedAt)) / 1000
  if (!(seconds > 600)) return []
  return [
    {
      code: 'init-running',
      layer: 'init',
      container: container.name,
      severity: 'Error',
      confidence: 'Likely',
      effect: 'NotStarted',
      summary: `init container has been running for ${humanDuration(seconds)}, so the pod does not start`,
      explanation:
        'The containers of the pod start when every init container has ended with 0. This one does not end; often it ' +
        'waits for a service, a database or a name that does not come.',
      evidence: [...terminationEvidence(container), ...commandEvidence(container)],
      fixes: [logsFix(container, 'See what it waits for')],
    },
  ]
}

/** States in which every container is for a while, and what other rules explain. */
const EXPLAINED_ELSEWHERE: readonly string[] = ['ContainerCreating', 'PodInitializing', 'PostStartHookError']

/** A container that waits for a reason which no other rule knows, or whose last run was not recorded. */
export function otherwiseWaiting(
  container: ContainerInfo,
  failures: readonly ProbeFailure[],
): readonly Cause[] {
  const waiting = container.status?.state?.waiting
  const { reason = '', message = '' } = waiting ?? {}
  if (
    waiting === undefined ||
    reason === '' ||
    EXPLAINED_ELSEWHERE.includes(reason) ||
    container.podInfo.terminating
  )
    return []
  if (
    lastTermination(container.status) !== undefined ||
    failures.some((failure) => failure.container === container && failure.killed !== 'no')
  )
    return []
  return [
    {
      code: 'not-started-unexplained',
      layer: container.type === 'init' ? 'init' : 'container',
      container: container.name,
      severity: 'Error',
      confidence: 'Possible',
      effect: 'NotStarted',
      summary: `container waits: ${reason}${message === '' ? '' : `: ${message.trim().slice(0, 160)}`}`,
      explanation: 'The container does not run, and how its last run ended was not recorded.',
      evidence: [
        statusEvidence(container, 'state.waiting', [reason, message].filter(Boolean).join(': ')),
        ...backOff(container),
      ],
      fixes: [logsFix(container), describeFix(container.podInfo)],
    },
  ]
}
