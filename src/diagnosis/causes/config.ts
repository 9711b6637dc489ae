import type { Cause } from '../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { describeFix, inspectFix } from '../fixes.ts'
import { type ContainerInfo, containerEvents, lastTermination } from '../pod-info.ts'
import { commandEvidence } from './container.ts'

/** States of a container that was never created or started (spec/events.md B.1.2). */
const CREATE_REASONS: readonly string[] = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
]

const MISSING_OBJECT = /\b(configmap|secret)s? "([^"]+)" not found/i
const MISSING_KEY = /couldn't find key (\S+) in (ConfigMap|Secret) (\S+)\/(\S+)/i
const COMMAND =
  /executable file not found|exec: "[^"]*":.*(?:no such file or directory|permission denied|is a directory)|exec format error|exec: \\?"[^"]*\\?": stat |no command specified/i

/** Containers that cannot be created: missing configuration, a command that is not there, a runtime that refuses. */
export function createCauses(container: ContainerInfo): readonly Cause[] {
  const { podInfo } = container
  if (podInfo.terminating) return []
  const text = createError(container)
  if (text === undefined) return []
  const base = {
    container: container.name,
    severity: 'Error' as const,
    confidence: 'Certain' as const,
    effect: 'NotStarted' as const,
    evidence: evidenceOf(container),
  }
  const config = missingConfig(container, text)
  if (config !== undefined) return [{ ...base, layer: 'config', ...config }]
  if (/runAsNonRoot/.test(text)) return [{ ...base, layer: 'config', ...asRoot(container, text) }]
  const layer = container.type === 'init' ? 'init' : 'container'
  if (/init was OOM-killed/i.test(text))
    return [{ ...base, layer, code: 'oom-killed', ...oomAtStart, fixes: [describeFix(podInfo)] }]
  if (COMMAND.test(text)) return [{ ...base, layer, ...commandMissing(container, text) }]
  return [{ ...base, layer, ...createFailed(container, text) }]
}

/** The error of the present state; between two tries, of the last one. */
function createError({ status }: ContainerInfo): string | undefined {
  const waiting = status?.state?.waiting
  if (CREATE_REASONS.includes(waiting?.reason ?? '')) return waiting?.message ?? ''
  const last = lastTermination(status)
  const failed = last?.reason === 'StartError' || last?.reason === 'ContainerCannotRun'
  return failed && status?.state?.running === undefined ? (last?.message ?? '') : undefined
}

function evidenceOf(container: ContainerInfo): Cause['evidence'] {
  const waiting = container.status?.state?.waiting
  const event = containerEvents(container).findLast(
    ({ reason, message }) => reason === 'Failed' && message.startsWith('Error: '),
  )
  return [
    ...(waiting?.message
      ? [statusEvidence(container, 'state.waiting', `${waiting.reason}: ${waiting.message}`)]
      : terminationEvidence(container)),
    ...(event === undefined ? [] : [eventEvidence(event)]),
    ...commandEvidence(container),
  ]
}

type Details = Pick<Cause, 'code' | 'summary' | 'explanation' | 'fixes'>

function missingConfig(container: ContainerInfo, text: string): Details | undefined {
  const namespace = container.podInfo.pod.metadata.namespace ?? 'default'
  const object = MISSING_OBJECT.exec(text)
  const key = MISSING_KEY.exec(text)
  if (object === null && key === null) return undefined
  const kind = (object?.[1] ?? key?.[2] ?? '').toLowerCase()
  const name = object?.[2] ?? key?.[4]?.replace(/[^\w.-]+$/, '') ?? ''
  const word = kind === 'secret' ? 'Secret' : 'ConfigMap'
  const what = key === null ? `${word} "${name}" does not exist` : `${word} "${name}" has no key ${key[1]}`
  return {
    code: 'config-missing',
    summary: `container is not created: ${what} in namespace ${namespace}`,
    explanation:
      `The environment of the container refers to it. Once it is there, the kubelet goes on by itself, without a restart ` +
      `of the pod. Where it is not needed, mark the reference as optional.`,
    fixes: [
      inspectFix(`See which ${word}s there are`, ['kubectl', 'get', kind, '-n', namespace]),
      ...(key === null
        ? []
        : [
            inspectFix(`See which keys the ${word} has`, [
              'kubectl',
              'describe',
              kind,
              name,
              '-n',
              namespace,
            ]),
          ]),
    ],
  }
}

const asRoot = ({ podInfo }: ContainerInfo, text: string): Details => ({
  code: 'run-as-root',
  summary:
    'container is not created: runAsNonRoot is set, and the image runs as root or as a user without a number',
  explanation: `${text.trim()}. Set runAsUser to a number other than 0 that the image can run with, or build the image with a numeric USER.`,
  fixes: [describeFix(podInfo)],
})

const oomAtStart = {
  summary: 'container runs out of memory while it is created: its memory limit is too low to start anything',
  explanation:
    'The limit is so low that not even the runtime could start the process. Limits below a few MiB do that.',
}

function commandMissing(container: ContainerInfo, text: string): Details {
  const name = /exec: \\?"([^"\\]*)\\?"/.exec(text)?.[1]
  const why = /permission denied/i.test(text)
    ? 'may not be executed'
    : /exec format error/i.test(text)
      ? 'is not a program for the processor of this node'
      : 'is not in the image'
  return {
    code: 'container-command-missing',
    summary: `container cannot be started: its command ${name === undefined ? '' : `"${name}" `}${why}`,
    explanation:
      'The runtime could not start the command. The command of the pod replaces the ENTRYPOINT of the image and args ' +
      'replace its CMD; a path that is right in one version of the image may be wrong in another.',
    fixes: [
      inspectFix('See the command that the container gets', [
        'kubectl',
        'get',
        'pod',
        container.podInfo.pod.metadata.name,
        '-n',
        container.podInfo.pod.metadata.namespace ?? 'default',
        '-o',
        `jsonpath={.spec.${container.type === 'container' ? 'containers' : 'initContainers'}[?(@.name=="${container.name}")].command}`,
      ]),
      describeFix(container.podInfo),
    ],
  }
}

const createFailed = ({ podInfo }: ContainerInfo, text: string): Details => ({
  code: 'container-create-failed',
  summary: `container cannot be created: ${text.trim().slice(0, 200)}`,
  explanation:
    'The runtime refused to create or start the container. A mount of a folder onto a file, a missing device, a security ' +
    'profile that is not on the node, or a runtime in trouble do that.',
  fixes: [describeFix(podInfo)],
})
