import type { Container, ContainerStatus, Event, Pod } from '../../src/model/kubernetes/objects.ts'
import { ago, condition, containerStatus, event, override, pod } from './builders.ts'

/** A running, ready pod `shop/NAME` of one container `app`, an hour old, which owns its own events. */
export function runningPod(
  container: Partial<Container>,
  status: Partial<ContainerStatus> = {},
  { name = 'web-1', ...more }: { readonly name?: string; readonly [part: string]: unknown } = {},
): Pod {
  const running = containerStatus({ state: { running: { startedAt: ago(3600) } } })
  return override(
    pod({
      metadata: { name, uid: `uid-${name}` },
      spec: { containers: [{ name: 'app', ...container }] },
      status: {
        conditions: [condition('Ready', status.ready === false ? { status: 'False' } : {})],
        containerStatuses: [{ ...running, ...status }],
      },
    }),
    more,
  )
}

/** An `Unhealthy` event of the kubelet about a container of a pod, last seen some seconds ago. */
export const unhealthy = (
  { metadata: { name, uid } }: Pod,
  message: string,
  { secondsAgo = 5, count = 3, container = 'app' } = {},
): Event =>
  event('Unhealthy', message, {
    metadata: { name: `${name}.${message.length}.${secondsAgo}` },
    involvedObject: { name, uid, fieldPath: `spec.containers{${container}}` },
    count,
    firstTimestamp: ago(secondsAgo + 60),
    lastTimestamp: ago(secondsAgo),
  })
