import type { Cause } from '../cause.ts'
import type { ContainerView, PodView } from '../pod-info.ts'
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
export const POD_RULES: readonly CauseRule<PodView>[] = [
  { name: 'node', find: nodeCauses },
  { name: 'ended', find: endedPods },
  { name: 'terminating', find: stuckTerminating },
  { name: 'scheduling', find: schedulingCauses },
  { name: 'volumes and sandbox', find: beforeContainers },
]

interface ContainerSubject {
  readonly view: ContainerView
  readonly failures: ReturnType<typeof probeFailures>
}

/** What is wrong with a container itself: the first that holds speaks, since each makes the next. */
export const CONTAINER_RULES: readonly CauseRule<ContainerSubject>[] = [
  { name: 'image', find: ({ view }) => imageCauses(view) },
  { name: 'configuration', find: ({ view }) => createCauses(view) },
  {
    name: 'postStart',
    find: ({ view }) => hookCauses(view).filter(({ code }) => code === 'poststart-failed'),
  },
  { name: 'termination', find: ({ view, failures }) => terminationCauses(view, failures) },
  { name: 'init containers', find: ({ view }) => initRunning(view) },
  { name: 'waiting', find: ({ view, failures }) => otherwiseWaiting(view, failures) },
]

/** Every cause that holds for a pod, whether root or effect, in the order of the layers. */
export function podCauses(view: PodView): readonly Cause[] {
  const ended = endedPods(view)
  if (view.pod.status?.phase === 'Succeeded' || (ended.length > 0 && view.pod.status?.phase === 'Failed'))
    return ended
  const failures = probeFailures(view)
  const early = POD_RULES.flatMap(({ find }) => find(view))
  const containers = view.containers.flatMap((container) => containerCauses({ view: container, failures }))
  const probes = probeCauses(view, failures)
  const known = [...early, ...containers, ...probes]
  return [
    ...known,
    ...view.containers.flatMap((container) =>
      known.some((cause) => cause.container === undefined || cause.container === container.name)
        ? []
        : unexplainedReadiness(container, failures),
    ),
    ...gateCauses(view),
  ]
}

function containerCauses(subject: ContainerSubject): readonly Cause[] {
  const stopping = hookCauses(subject.view).filter(({ code }) => code !== 'poststart-failed')
  for (const { find } of CONTAINER_RULES) {
    const causes = find(subject)
    if (causes.length > 0) return [...causes, ...stopping]
  }
  return stopping
}
