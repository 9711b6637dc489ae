import { describeProbe, type EffectiveProbe, probeField } from '../model/kubernetes/probe.ts'
import type { Evidence } from '../model/report/finding.ts'
import type { Occurrence } from '../model/snapshot/occurrence.ts'
import { humanDuration, secondsBetween } from '../model/text/time.ts'
import type { ContainerInfo, PodInfo } from './pod-info.ts'

/** A fact from one event. */
export const eventEvidence = ({
  regarding,
  message,
  reason,
  lastSeen,
  count,
  countIsLowerBound,
}: Occurrence): Evidence => ({
  source: 'Event',
  object: `${regarding.kind} ${regarding.namespace === undefined ? '' : `${regarding.namespace}/`}${regarding.name}`,
  text: `${reason}: ${message.trim()}`,
  ...(lastSeen === '' ? {} : { time: lastSeen }),
  count,
  ...(countIsLowerBound ? { countIsLowerBound } : {}),
})

/** A fact from a field of the pod's spec, e.g. `livenessProbe.httpGet.port` of one container. */
export const specEvidence = ({ podInfo, path }: ContainerInfo, field: string, text: string): Evidence => ({
  source: 'Spec',
  object: podInfo.object,
  path: `${path}.${field}`,
  text,
})

/** What a probe does and when, as `kubectl describe` prints it. */
export const probeEvidence = (container: ContainerInfo, probe: EffectiveProbe): Evidence =>
  specEvidence(container, probeField(probe.type), describeProbe(probe))

/** A fact from the status of one container. */
export const statusEvidence = (
  { podInfo, statusPath }: ContainerInfo,
  field: string,
  text: string,
  time?: string,
): Evidence => ({
  source: 'Status',
  object: podInfo.object,
  path: `${statusPath}.${field}`,
  text,
  ...(time === undefined ? {} : { time }),
})

/** A fact from a condition of the pod. */
export function conditionEvidence({ pod, object }: PodInfo, type: string): readonly Evidence[] {
  const index = (pod.status?.conditions ?? []).findIndex((condition) => condition.type === type)
  const condition = pod.status?.conditions?.[index]
  if (condition === undefined) return []
  const why = [condition.reason, condition.message].filter(Boolean).join(': ')
  return [
    {
      source: 'Status',
      object,
      path: `status.conditions[${index}]`,
      text: `${type}=${condition.status}${why === '' ? '' : ` ${why}`}`,
      ...(condition.lastTransitionTime ? { time: condition.lastTransitionTime } : {}),
    },
  ]
}

/** How the last run of a container ended: `exit code 1 (Error) after 5s`. */
export function terminationEvidence(container: ContainerInfo): readonly Evidence[] {
  const field = container.status?.state?.terminated ? 'state.terminated' : 'lastState.terminated'
  const terminated = container.status?.state?.terminated ?? container.status?.lastState?.terminated
  if (terminated === undefined) return []
  const life = secondsBetween(terminated.startedAt, terminated.finishedAt)
  const reason = terminated.reason ? ` (${terminated.reason})` : ''
  const after = life === undefined ? '' : life < 1 ? ' at once' : ` after ${humanDuration(life)}`
  const message = terminated.message ? `: ${terminated.message.trim().slice(0, 300)}` : ''
  return [
    statusEvidence(
      container,
      field,
      `exit code ${terminated.exitCode}${reason}${after}${message}`,
      terminated.finishedAt,
    ),
    ...(container.status !== undefined && container.status.restartCount > 0
      ? [statusEvidence(container, 'restartCount', `${container.status.restartCount}`)]
      : []),
  ]
}
