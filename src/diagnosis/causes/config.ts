import type { Cause } from '../cause.ts'
import { eventEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { describeFix, inspect } from '../fixes.ts'
import { type ContainerView, lastTermination } from '../pod-info.ts'
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
export function createCauses(view: ContainerView): readonly Cause[] {
  const { podView } = view
  if (podView.terminating) return []
  const text = createError(view)
  if (text === undefined) return []
  const base = {
    container: view.name,
    severity: 'Error' as const,
    confidence: 'Certain' as const,
    effect: 'NotStarted' as const,
    evidence: evidenceOf(view),
  }
  const config = missingConfig(view, text)
  if (config !== undefined) return [{ ...base, layer: 'config', ...config }]
  if (/runAsNonRoot/.test(text)) return [{ ...base, layer: 'config', ...asRoot(view, text) }]
  const layer = view.type === 'init' ? 'init' : 'container'
  if (/init was OOM-killed/i.test(text))
    return [{ ...base, layer, code: 'oom-killed', ...oomAtStart, fixes: [describeFix(podView)] }]
  if (COMMAND.test(text)) return [{ ...base, layer, ...commandMissing(view, text) }]
  return [{ ...base, layer, ...createFailed(view, text) }]
}

/** The error of the present state; between two tries, of the last one. */
function createError({ status }: ContainerView): string | undefined {
  const waiting = status?.state?.waiting
  if (CREATE_REASONS.includes(waiting?.reason ?? '')) return waiting?.message ?? ''
  const last = lastTermination(status)
  const failed = last?.reason === 'StartError' || last?.reason === 'ContainerCannotRun'
  return failed && status?.state?.running === undefined ? (last?.message ?? '') : undefined
}

function evidenceOf(view: ContainerView): Cause['evidence'] {
  const waiting = view.status?.state?.waiting
  const event = view.podView.events.findLast(
    ({ reason, container, message }) =>
      reason === 'Failed' && container === view.name && message.startsWith('Error: '),
  )
  return [
    ...(waiting?.message
      ? [statusEvidence(view, 'state.waiting', `${waiting.reason}: ${waiting.message}`)]
      : terminationEvidence(view)),
    ...(event === undefined ? [] : [eventEvidence(event)]),
    ...commandEvidence(view),
  ]
}

type Details = Pick<Cause, 'code' | 'summary' | 'explanation' | 'fixes'>

function missingConfig(view: ContainerView, text: string): Details | undefined {
  const namespace = view.podView.pod.metadata.namespace ?? 'default'
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
      inspect(`See which ${word}s there are`, ['kubectl', 'get', kind, '-n', namespace]),
      ...(key === null
        ? []
        : [inspect(`See which keys the ${word} has`, ['kubectl', 'describe', kind, name, '-n', namespace])]),
    ],
  }
}

const asRoot = ({ podView }: ContainerView, text: string): Details => ({
  code: 'run-as-root',
  summary:
    'container is not created: runAsNonRoot is set, and the image runs as root or as a user without a number',
  explanation: `${text.trim()}. Set runAsUser to a number other than 0 that the image can run with, or build the image with a numeric USER.`,
  fixes: [describeFix(podView)],
})

const oomAtStart = {
  summary: 'container runs out of memory while it is created: its memory limit is too low to start anything',
  explanation:
    'The limit is so low that not even the runtime could start the process. Limits below a few MiB do that.',
}

function commandMissing(view: ContainerView, text: string): Details {
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
      inspect('See the command that the container gets', [
        'kubectl',
        'get',
        'pod',
        view.podView.pod.metadata.name,
        '-n',
        view.podView.pod.metadata.namespace ?? 'default',
        '-o',
        `jsonpath={.spec.${view.type === 'container' ? 'containers' : 'initContainers'}[?(@.name=="${view.name}")].command}`,
      ]),
      describeFix(view.podView),
    ],
  }
}

const createFailed = ({ podView }: ContainerView, text: string): Details => ({
  code: 'container-create-failed',
  summary: `container cannot be created: ${text.trim().slice(0, 200)}`,
  explanation:
    'The runtime refused to create or start the container. A mount of a folder onto a file, a missing device, a security ' +
    'profile that is not on the node, or a runtime in trouble do that.',
  fixes: [describeFix(podView)],
})
