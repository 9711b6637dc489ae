import type { Cause } from '../cause.ts'
import { probeFailures } from '../probe-failure.ts'
import type { ContainerView, PodView } from '../view.ts'
import { createCauses } from './config.ts'
import { initRunning, otherwiseWaiting, terminationCauses } from './container.ts'
import { gateCauses } from './gate.ts'
import { hookCauses, stuckTerminating } from './hooks.ts'
import { imageCauses } from './image.ts'
import { endedPods, nodeCauses } from './node.ts'
import { probeCauses, unexplainedReadiness } from './probes.ts'
import { schedulingCauses } from './scheduling.ts'
import { beforeContainers } from './volume.ts'

/** Every cause that holds for a pod, whether root or effect, in the order of the layers. */
export function podCauses(view: PodView): readonly Cause[] {
  const ended = endedPods(view)
  if (view.pod.status?.phase === 'Succeeded' || (ended.length > 0 && view.pod.status?.phase === 'Failed'))
    return ended
  const failures = probeFailures(view)
  const early = [
    ...nodeCauses(view),
    ...ended,
    ...stuckTerminating(view),
    ...schedulingCauses(view),
    ...beforeContainers(view),
  ]
  const containers = view.containers.flatMap((container) => containerCauses(container, failures))
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

/** What is wrong with the container itself: the first that holds speaks, since each makes the next. */
function containerCauses(view: ContainerView, failures: ReturnType<typeof probeFailures>): readonly Cause[] {
  const hooks = hookCauses(view)
  const postStart = hooks.filter(({ code }) => code === 'poststart-failed')
  for (const causes of [
    imageCauses(view),
    createCauses(view),
    postStart,
    terminationCauses(view, failures),
    initRunning(view),
    otherwiseWaiting(view, failures),
  ])
    if (causes.length > 0) return [...causes, ...hooks.filter((cause) => !causes.includes(cause))]
  return hooks
}
