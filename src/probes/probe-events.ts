import { parseProbeMessage } from '../diagnosis/messages/probe.ts'
import type { ProbeMessageClass } from '../diagnosis/messages/probe-classes.ts'
import type { Pod } from '../model/kubernetes/objects.ts'
import { effectiveProbes, type ProbeType, probedContainers } from '../model/kubernetes/probe.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Occurrence } from '../model/snapshot/occurrence.ts'
import type { LastProbeEvent } from './report.ts'

/** What the kubelet recorded of one probe of one pod. */
export interface ProbeEvent extends LastProbeEvent {
  readonly container: string
  readonly type: ProbeType
  readonly class: ProbeMessageClass
  /** Of the first and the last that are counted together. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** True where the recorder may have dropped later ones, so that silence says little. */
  readonly mayBeThrottled: boolean
}

/** The recorder lets 25 warnings of one pod through, then one per 300 s (docs/reference/events.md#A3). */
const BURST = 25

/** The kubelet's events about the probes of a pod, oldest first. */
export function probeEventsOf(cluster: Cluster, pod: Pod): readonly ProbeEvent[] {
  const { namespace = '', name, uid } = pod.metadata
  const events = cluster
    .eventsAbout({ kind: 'Pod', namespace, name, ...(uid ? { uid } : {}) })
    .filter(({ type }) => type === 'Warning')
  const total = events.reduce((sum, { count }) => sum + count, 0)
  const mayBeThrottled = total >= BURST || events.some(({ countIsLowerBound }) => countIsLowerBound)
  return events.flatMap((event) => {
    const own = probeEvent(pod, event)
    return own === undefined ? [] : [{ ...own, mayBeThrottled }]
  })
}

function probeEvent(pod: Pod, event: Occurrence): Omit<ProbeEvent, 'mayBeThrottled'> | undefined {
  const message = parseProbeMessage(event.message)
  // A command can't run in a container that has just ended: no fault of the probe (docs/reference/probes.md#exec-gone).
  if (message === undefined || message.class === 'exec.gone') return undefined
  const { probe: type, class: messageClass, verb: verdict, text } = message
  const container = containerOf(pod, event, type)
  if (container === undefined) return undefined
  const { count, countIsLowerBound, firstSeen, lastSeen } = event
  return {
    pod: pod.metadata.name,
    container,
    type,
    class: messageClass,
    verdict,
    text,
    time: lastSeen,
    count,
    countIsLowerBound,
    firstSeen,
    lastSeen,
  }
}

/**
 * The container an event speaks of. A combined event keeps the container of its first message, so that it is
 * believed only where no other container has such a probe (docs/reference/events.md#A3).
 */
function containerOf(pod: Pod, event: Occurrence, type: ProbeType): string | undefined {
  if (!event.combined && event.container !== undefined) return event.container
  if (pod.spec === undefined) return undefined
  const having = [...probedContainers(pod.spec)].filter(({ container }) =>
    effectiveProbes(container).some((probe) => probe.type === type),
  )
  return having.length === 1 ? having[0]?.container.name : undefined
}
