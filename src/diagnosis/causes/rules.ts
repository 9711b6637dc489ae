import type { Cause } from '../cause.ts'
import type { ContainerInfo, PodInfo } from '../pod-info.ts'
import { probeCauses } from '../probes/causes.ts'
import { type ProbeFailure, probeFailures } from '../probes/failure.ts'
import { unexplainedReadiness } from '../probes/unexplained.ts'
import { createCauses } from './container/create.ts'
import { postStartCauses, stopCauses } from './container/hooks.ts'
import { imageCauses } from './container/image.ts'
import { terminationCauses } from './container/termination.ts'
import { initRunningCauses, unknownWaitCauses } from './container/waiting.ts'
import { endedPodCauses } from './pod/ended.ts'
import { gateCauses } from './pod/gate.ts'
import { nodeNotReadyCauses } from './pod/node.ts'
import { schedulingCauses } from './pod/scheduling.ts'
import { stuckTerminating } from './pod/terminating.ts'
import { waitingPodCauses } from './pod/waiting.ts'

/** One kind of trouble of whole pods: the list is where to add another. */
export interface PodRule {
  readonly name: string
  readonly find: (podInfo: PodInfo) => readonly Cause[]
}

/** What stops a pod before its containers run, or ends it. All that hold are told. */
export const POD_RULES: readonly PodRule[] = [
  { name: 'node', find: nodeNotReadyCauses },
  { name: 'ended', find: endedPodCauses },
  { name: 'terminating', find: stuckTerminating },
  { name: 'scheduling', find: schedulingCauses },
  { name: 'volumes and sandbox', find: waitingPodCauses },
]

/** One kind of trouble of a container that its probes do not cause. `failures` are those of the probes of its pod. */
export interface ContainerRule {
  readonly name: string
  readonly find: (container: ContainerInfo, failures: readonly ProbeFailure[]) => readonly Cause[]
}

/** What is wrong with a container itself: the first that holds speaks, since each makes the next. */
export const CONTAINER_RULES: readonly ContainerRule[] = [
  { name: 'image', find: imageCauses },
  { name: 'configuration', find: createCauses },
  { name: 'postStart', find: postStartCauses },
  { name: 'termination', find: terminationCauses },
  { name: 'init containers', find: initRunningCauses },
  { name: 'waiting', find: unknownWaitCauses },
]

/** Every cause that holds for a pod, whether root or effect, in the order of the layers. */
export function podCauses(podInfo: PodInfo): readonly Cause[] {
  const { phase } = podInfo.pod.status ?? {}
  const ended = endedPodCauses(podInfo)
  if (phase === 'Succeeded' || (phase === 'Failed' && ended.length > 0))
    return [...ended, ...stuckTerminating(podInfo)]
  const failures = probeFailures(podInfo)
  const ofPod = POD_RULES.flatMap(({ find }) => find(podInfo))
  const ofContainers = podInfo.containers.flatMap((container) => containerCauses(container, failures))
  const known = [...ofPod, ...ofContainers, ...probeCauses(podInfo, failures)]
  return [
    ...known,
    ...podInfo.containers.flatMap((container) =>
      known.some((cause) => explainsUnready(cause, container))
        ? []
        : unexplainedReadiness(container, failures),
    ),
    ...gateCauses(podInfo),
  ]
}

/** What is only worth knowing, or was over some time ago, does not explain why a container is not ready now. */
const explainsUnready = ({ container: name, severity, effect }: Cause, container: ContainerInfo): boolean =>
  (name === undefined || name === container.name) &&
  effect !== 'None' &&
  (severity === 'Error' || (severity === 'Warning' && effect !== 'Restarting' && effect !== 'Inert'))

function containerCauses(container: ContainerInfo, failures: readonly ProbeFailure[]): readonly Cause[] {
  const stopping = stopCauses(container)
  for (const { find } of CONTAINER_RULES) {
    const causes = find(container, failures)
    if (causes.length > 0) return [...causes, ...stopping]
  }
  return stopping
}
