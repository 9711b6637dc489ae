import { inNamespace, nameWord } from '../../../model/command/command.ts'
import type { Cause, Diagnosis } from '../../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../../evidence.ts'
import { describeFix, inspectFix } from '../../fixes/commands.ts'
import { lastLogLine } from '../../logs/lines.ts'
import { type ConfigSource, type CreateError, parseCreateError } from '../../messages/create-container.ts'
import type { ExecError } from '../../messages/exec-error.ts'
import { parseFailed } from '../../messages/failed.ts'
import { type ContainerInfo, containerEvents, lastTermination } from '../../pod-info.ts'
import { commandEvidence } from './evidence.ts'

/** States of a container that was never created or started (docs/reference/events.md#B1.2). */
const CREATE_REASONS: readonly string[] = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
]

/** How the last run of a container ended that could not be started. */
const START_REASONS: readonly string[] = ['StartError', 'ContainerCannotRun']

/** Containers that cannot be created: missing configuration, a command that is not there, a runtime that refuses. */
export function createCauses(container: ContainerInfo): readonly Cause[] {
  const text = container.podInfo.terminating ? undefined : createError(container)
  if (text === undefined) return []
  const error = parseCreateError(text)
  return [
    {
      container: container.name,
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      evidence: createEvidence(container),
      layer: IS_CONFIG[error.kind] ? 'config' : container.type === 'init' ? 'init' : 'container',
      ...createWords(container, error, text),
    },
  ]
}

/** What lies in the configuration, and not in the image or the runtime. */
const IS_CONFIG: Readonly<Record<CreateError['kind'], boolean>> = {
  MissingObject: true,
  MissingKey: true,
  RunsAsRoot: true,
  OutOfMemory: false,
  Command: false,
  Other: false,
}

/** The error of the present state; between two tries, of the last one. */
function createError({ status }: ContainerInfo): string | undefined {
  const waiting = status?.state?.waiting
  if (CREATE_REASONS.includes(waiting?.reason ?? '')) return waiting?.message ?? ''
  const last = lastTermination(status)
  const failed = START_REASONS.includes(last?.reason ?? '')
  return failed && status?.state?.running === undefined ? (last?.message ?? '') : undefined
}

function createEvidence(container: ContainerInfo): Cause['evidence'] {
  const waiting = container.status?.state?.waiting
  const event = containerEvents(container).findLast(
    ({ reason, message }) => reason === 'Failed' && parseFailed(message) === 'Create',
  )
  return [
    ...(waiting?.message
      ? [statusEvidence(container, 'state.waiting', `${waiting.reason}: ${waiting.message}`)]
      : terminationEvidence(container)),
    ...(event === undefined ? [] : [eventEvidence(event)]),
    ...commandEvidence(container),
  ]
}

type Words = Pick<Diagnosis, 'code' | 'summary' | 'explanation' | 'fixes'>

function createWords(container: ContainerInfo, error: CreateError, text: string): Words {
  switch (error.kind) {
    case 'MissingObject':
    case 'MissingKey':
      return missingConfig(container, error)
    case 'RunsAsRoot':
      return {
        code: 'run-as-root',
        summary:
          'container is not created: runAsNonRoot is set, and the image runs as root or as a user without a number',
        explanation: `${text.trim()}. Set runAsUser to a number other than 0 that the image can run with, or build the image with a numeric USER.`,
        fixes: [describeFix(container.podInfo)],
      }
    case 'OutOfMemory':
      return {
        code: 'oom-killed',
        summary:
          'container runs out of memory while it is created: its memory limit is too low to start anything',
        explanation:
          'The limit is so low that not even the runtime could start the process. Limits below a few MiB do that.',
        fixes: [describeFix(container.podInfo)],
      }
    case 'Command':
      return commandMissing(container, error)
    case 'Other':
      return {
        code: 'container-create-failed',
        summary: `container cannot be created: ${text.trim().slice(0, 200)}`,
        explanation:
          'The runtime refused to create or start the container. A mount of a folder onto a file, a missing device, a security ' +
          'profile that is not on the node, or a runtime in trouble do that.',
        fixes: [describeFix(container.podInfo)],
      }
  }
}

const RESOURCE: Readonly<Record<ConfigSource, string>> = { ConfigMap: 'configmap', Secret: 'secret' }

function missingConfig(
  { podInfo: { pod } }: ContainerInfo,
  error: Extract<CreateError, { readonly kind: 'MissingObject' | 'MissingKey' }>,
): Words {
  const { namespace = 'default' } = pod.metadata
  const { source, name } = error
  const resource = RESOURCE[source]
  const what = error.kind === 'MissingObject' ? 'does not exist' : `has no key ${error.key}`
  return {
    code: 'config-missing',
    summary: `container is not created: ${source} "${name}" ${what} in namespace ${namespace}`,
    explanation:
      'The environment of the container refers to it. Once it is there, the kubelet goes on by itself, without a restart ' +
      'of the pod. Where it is not needed, mark the reference as optional.',
    fixes: [
      inspectFix(`See which ${source}s there are`, ['kubectl', 'get', resource, ...inNamespace(namespace)]),
      ...(error.kind === 'MissingObject'
        ? []
        : [
            inspectFix(`See which keys the ${source} has`, [
              ...['kubectl', 'describe', resource, nameWord(source, name), ...inNamespace(namespace)],
            ]),
          ]),
    ],
  }
}

type CommandError = Extract<CreateError, { readonly kind: 'Command' }>

const COMMAND_WORDS: Readonly<Record<CommandError['why'] | 'NoInterpreter', string>> = {
  NoInterpreter: 'needs an interpreter or a loader that is not in the image',
  NotExecutable: 'may not be executed',
  OtherProcessor: 'is not a program for the processor of this node',
  Missing: 'is not in the image',
}

/** The kernel refused the command of a container that had already started, which only its log says. */
export const commandRefused = (container: ContainerInfo, { name, why }: ExecError): Diagnosis => ({
  ...commandMissing(container, { name, why: why === 'Missing' ? 'NoInterpreter' : why }),
  confidence: 'Certain',
  evidence: [...terminationEvidence(container), ...lastLogLine(container), ...commandEvidence(container)],
})

function commandMissing(
  { podInfo, type, name: container }: ContainerInfo,
  { name, why }: { readonly name: string | undefined; readonly why: CommandError['why'] | 'NoInterpreter' },
): Words {
  const { pod } = podInfo
  const list = type === 'container' ? 'containers' : 'initContainers'
  return {
    code: 'container-command-missing',
    summary: `container cannot be started: its command ${name === undefined ? '' : `"${name}" `}${COMMAND_WORDS[why]}`,
    explanation:
      'The runtime could not start the command. The command of the pod replaces the ENTRYPOINT of the image and args ' +
      'replace its CMD; a path that is right in one version of the image may be wrong in another.',
    fixes: [
      inspectFix('See the command that the container gets', [
        ...[
          'kubectl',
          'get',
          'pod',
          nameWord('Pod', pod.metadata.name),
          ...inNamespace(pod.metadata.namespace),
        ],
        ...['-o', `jsonpath={.spec.${list}[?(@.name=="${container}")].command}`],
      ]),
      describeFix(podInfo),
    ],
  }
}
