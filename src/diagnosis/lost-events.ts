import { type PodInfo, RECENT_SECONDS, secondsAgo } from './pod-info.ts'

/**
 * What became of events that would tell, as the end of a sentence about them: for a summary, and for an explanation.
 */
export interface LostEvents {
  readonly short: string
  readonly long: string
}

/**
 * Why there are no events of this pod that would tell of something that happened at this time, or goes on since then:
 * they may not be read by this user, may not have been recorded, may have expired, or are missing for another reason
 * (docs/reference/events.md#A3). Without a time: as old as the pod.
 */
export function lostEvents(podInfo: PodInfo, at?: string | null): LostEvents {
  const { cluster, pod, events } = podInfo
  const gap = cluster.gaps.find(
    ({ resource, namespace }) =>
      resource === 'events' && (namespace === undefined || namespace === pod.metadata.namespace),
  )
  if (gap !== undefined) {
    const words = gap.reason === 'NotRecorded' ? 'were not recorded' : `could not be read (${gap.reason})`
    return { short: words, long: words }
  }
  const time = at ?? pod.status?.startTime ?? pod.metadata.creationTimestamp
  if (secondsAgo(cluster, time) > RECENT_SECONDS)
    return { short: 'are gone', long: 'are gone: they live for an hour by default, and can be dropped' }
  return events.length > 0
    ? {
        short: 'are not among those that are left',
        long: `are not among those that are left of the pod: ${DROPPED}`,
      }
    : {
        short: 'are not there',
        long: `are not there, although they are too young to have expired: ${DROPPED}`,
      }
}

const DROPPED = 'the kubelet drops events when a pod has many, and some clusters keep them for minutes only'
