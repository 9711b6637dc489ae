import {
  commandOf,
  inContainer,
  inNamespace,
  nameWord,
  typeAndName,
  type Word,
} from '../../model/command/command.ts'
import type { Fix } from '../../model/report/finding.ts'
import { type ContainerInfo, type PodInfo, RECENT_SECONDS, secondsAgo } from '../pod-info.ts'

/** A command that only looks. Without the command where it could not be pasted safely. */
export const inspectFix = (title: string, words: readonly Word[]): Fix => ({
  title,
  risk: 'Inspect',
  ...commandOf(words),
})

/** The arguments that name a pod to kubectl. */
const podArguments = ({ pod: { metadata } }: PodInfo): readonly Word[] => [
  nameWord('Pod', metadata.name),
  ...inNamespace(metadata.namespace),
]

/** `kubectl logs` of the run that tells most: the one before, where the container was restarted. */
export const logsFix = (container: ContainerInfo, title = 'Read what the application itself says'): Fix =>
  inspectFix(title, [
    'kubectl',
    'logs',
    ...podArguments(container.podInfo),
    ...inContainer(container.name),
    ...(tellsInPreviousRun(container) ? ['--previous'] : []),
  ])

/** The present run tells nothing yet of what ended the one before. */
const tellsInPreviousRun = ({ podInfo, status }: ContainerInfo): boolean =>
  status?.state?.terminated === undefined &&
  (status?.restartCount ?? 0) > 0 &&
  secondsAgo(podInfo.cluster, status?.lastState?.terminated?.finishedAt) <= RECENT_SECONDS

export const execFix = (container: ContainerInfo, title: string, command: readonly string[]): Fix =>
  inspectFix(title, [
    'kubectl',
    'exec',
    ...podArguments(container.podInfo),
    ...inContainer(container.name),
    '--',
    ...command,
  ])

export const describeFix = (podInfo: PodInfo, title = 'See the pod with its events'): Fix =>
  inspectFix(title, ['kubectl', 'describe', 'pod', ...podArguments(podInfo)])

/** How to look at a node. */
export const nodeFix = (name: string) =>
  inspectFix('See the node with its conditions and events', [
    'kubectl',
    'describe',
    'node',
    nameWord('Node', name),
  ])

/** All events of one pod, also the Normal ones that say who killed a container. */
export const eventsFix = ({ pod }: PodInfo, title = 'See every event of the pod'): Fix =>
  inspectFix(title, [
    'kubectl',
    'get',
    'events',
    ...inNamespace(pod.metadata.namespace),
    '--field-selector',
    nameWord('Pod', pod.metadata.name, 'involvedObject.name='),
  ])

/** Runs the probes of the pod once more, which tells what no event is left of; nothing where that was done. */
export const replayFixes = ({ pod, cluster }: PodInfo): readonly Fix[] =>
  cluster.snapshot.replays !== undefined
    ? []
    : [
        inspectFix('Run the probe once more and see what it answers', [
          'kubectl',
          'probe-check',
          typeAndName('Pod', pod.metadata.name),
          ...inNamespace(pod.metadata.namespace),
          '--replay',
        ]),
      ]

export const portForwardFix = (
  podInfo: PodInfo,
  [local, remote]: readonly [number, number],
  title: string,
): Fix =>
  inspectFix(title, [
    'kubectl',
    'port-forward',
    nameWord('Pod', podInfo.pod.metadata.name, 'pod/'),
    ...inNamespace(podInfo.pod.metadata.namespace),
    `${local}:${remote}`,
  ])
