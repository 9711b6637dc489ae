import type { Cause } from '../cause.ts'
import type { ContainerInfo, PodInfo } from '../pod-info.ts'
import { probeCauses, unexplainedReadiness } from '../probes/causes.ts'
import { probeFailures } from '../probes/failure.ts'
import { createCauses } from './config.ts'
import { initRunning, otherwiseWaiting, terminationCauses } from './container.ts'
import { gateCauses } from './gate.ts'
import { hookCauses, stuckTerminating } from './hooks.ts'
import { imageCauses } from './image.ts'
import { endedPods, nodeCauses } from './node.ts'
import { schedulingCauses } from './scheduling.ts'
import { beforeContainers } from './volume.ts'

/** One kind of trouble of whole pods or of containers: the list is where to add another. */
export interface CauseRule<Subject> {
  readonly name: string
  readonly find: (subject: Subject) => readonly Cause[]
}

/** What stops a pod before its containers run, or ends it. All that hold are told. */
export const POD_RULES: readonly CauseRule<PodInfo>[] = [
  { name: 'node', find: nodeCauses },
  { name: 'ended', find: endedPods },
  { name: 'terminating', find: stuckTerminating },
  { name: 'scheduling', find: schedulingCauses },
  { name: 'volumes and sandbox', find: beforeContainers },
]

interface ContainerSubject {
  readonly container: ContainerInfo
  readonly failures: ReturnType<typeof probeFailures>
}

/** What is wrong with a container itself: the first that holds speaks, since each makes the next. */
export const CONTAINER_RULES: readonly CauseRule<ContainerSubject>[] = [
  { name: 'image', find: ({ container }) => imageCauses(container) },
  { name: 'configuration', find: ({ container }) => createCauses(container) },
  {
    name: 'postStart',
    find: ({ container }) => hookCauses(container).filter(({ code }) => code === 'poststart-failed'),
  },
  { name: 'termination', find: ({ container, failures }) => terminationCauses(container, failures) },
  { name: 'init containers', find: ({ container }) => initRunning(container) },
  { name: 'waiting', find: ({ container, failures }) => otherwiseWaiting(container, failures) },
]

/** Every cause that holds for a pod, whether root or effect, in the order of the layers. */
export function podCauses(podInfo: PodInfo): readonly Cause[] {
  const ended = endedPods(podInfo)
  if (
    podInfo.pod.status?.phase === 'Succeeded' ||
    (ended.length > 0 && podInfo.pod.status?.phase === 'Failed')
  )
    return ended
  const failures = probeFailures(podInfo)
  const early = POD_RULES.flatMap(({ find }) => find(podInfo))
  const containers = podInfo.containers.flatMap((container) =>
    containerCauses({ container: container, failures }),
  )
  const probes = probeCauses(podInfo, failures)
  const known = [...early, ...containers, ...probes]
  return [
    ...known,
    ...podInfo.containers.flatMap((container) =>
      known.some((cause) => cause.container === undefined || cause.container === container.name)
        ? []
        : unexplainedReadiness(container, failures),
    ),
    ...gateCauses(podInfo),
  ]
}

function containerCauses(subject: ContainerSubject): readonly Cause[] {
  const stopping = hookCauses(subject.container).filter(({ code }) => code !== 'poststart-failed')
  for (const { find } of CONTAINER_RULES) {
    const causes = find(subject)
    if (causes.length > 0) return [...causes, ...stopping]
  }
  return stopping
}
