import type { ContainerStatus, KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import type { PrintedEvent } from './events.ts'

/** Waiting reasons whose message the kubelet writes into the event as well, after `Error: `. */
const SAME_WORDS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']

/**
 * A described pod with the messages of its status that describe leaves out and its events have: why a container cannot
 * be created, and why the pod is not scheduled. `events` are those of its own describe, oldest first.
 */
export function withMessagesFromEvents(object: KubeObject, events: readonly PrintedEvent[]): KubeObject {
  if (object.kind !== 'Pod') return object
  const pod = object as Pod
  const status = pod.status
  return {
    ...pod,
    status: {
      ...status,
      containerStatuses: status?.containerStatuses?.map((one) => withMessage(one, events)),
      initContainerStatuses: status?.initContainerStatuses?.map((one) => withMessage(one, events)),
      conditions: status?.conditions?.map((condition) => {
        const message = events.findLast(({ reason }) => reason === 'FailedScheduling')?.message
        return condition.type === 'PodScheduled' && condition.status === 'False' && message !== undefined
          ? { ...condition, reason: 'Unschedulable', message }
          : condition
      }),
    },
  } as KubeObject
}

function withMessage(status: ContainerStatus, events: readonly PrintedEvent[]): ContainerStatus {
  const waiting = status.state?.waiting
  if (!SAME_WORDS.includes(waiting?.reason ?? '')) return status
  const own = events.findLast(
    ({ reason, message, fieldPath }) =>
      reason === 'Failed' &&
      message.startsWith('Error: ') &&
      (fieldPath === undefined || fieldPath.endsWith(`{${status.name}}`)),
  )
  if (own === undefined) return status
  return { ...status, state: { waiting: { ...waiting, message: own.message.slice('Error: '.length) } } }
}
