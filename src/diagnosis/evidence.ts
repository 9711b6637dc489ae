import type { Evidence } from '../model/report/finding.ts'
import type { Occurrence } from '../model/snapshot/occurrence.ts'
import { humanDuration, secondsBetween } from '../model/text/time.ts'
import type { ContainerView, PodView } from './pod-info.ts'

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
export const specEvidence = ({ podView, path }: ContainerView, field: string, text: string): Evidence => ({
  source: 'Spec',
  object: podView.object,
  path: `${path}.${field}`,
  text,
})

/** A fact from the status of one container. */
export const statusEvidence = (
  { podView, statusPath }: ContainerView,
  field: string,
  text: string,
  time?: string,
): Evidence => ({
  source: 'Status',
  object: podView.object,
  path: `${statusPath}.${field}`,
  text,
  ...(time === undefined ? {} : { time }),
})

/** A fact from a condition of the pod. */
export function conditionEvidence({ pod, object }: PodView, type: string): readonly Evidence[] {
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

export const logEvidence = ({ podView, name }: ContainerView, text: string, previous: boolean): Evidence => ({
  source: 'Log',
  object: podView.object,
  path: previous ? `${name} (previous)` : name,
  text,
})

/** The first log line that matches, newest run first. */
export function logLine(view: ContainerView, pattern: RegExp): Evidence | undefined {
  for (const [text, previous] of [
    [view.log, false],
    [view.previousLog, true],
  ] as const) {
    const line = text?.split('\n').find((one) => pattern.test(one.slice(0, 2000)))
    if (line !== undefined) return logEvidence(view, line.slice(0, 300), previous)
  }
  return undefined
}

/** Lines that a runtime puts in the place of a log that is gone. */
const NO_LOG = /^unable to retrieve container logs|^failed to try resolving symlinks|^Error from server/

/** The last line of a log that says something, at most 300 characters; and whether it is of the run before. */
export function lastLogLine(view: ContainerView): readonly Evidence[] {
  const running = view.status?.state?.running !== undefined
  const candidates = running
    ? [{ text: view.previousLog, previous: true }]
    : [
        { text: view.log, previous: false },
        { text: view.previousLog, previous: true },
      ]
  for (const { text, previous } of candidates) {
    const lines = (text ?? '').split('\n').filter((line) => line.trim() !== '' && !NO_LOG.test(line))
    const last = lines.at(-1)
    if (last !== undefined) return [logEvidence(view, last.slice(0, 300), previous)]
  }
  return []
}

/** How the last run of a container ended: `exit code 1 (Error) after 5s`. */
export function terminationEvidence(view: ContainerView): readonly Evidence[] {
  const field = view.status?.state?.terminated ? 'state.terminated' : 'lastState.terminated'
  const terminated = view.status?.state?.terminated ?? view.status?.lastState?.terminated
  if (terminated === undefined) return []
  const life = secondsBetween(terminated.startedAt, terminated.finishedAt)
  const reason = terminated.reason ? ` (${terminated.reason})` : ''
  const after = life === undefined ? '' : ` after ${humanDuration(life)}`
  const message = terminated.message ? `: ${terminated.message.trim().slice(0, 300)}` : ''
  return [
    statusEvidence(
      view,
      field,
      `exit code ${terminated.exitCode}${reason}${after}${message}`,
      terminated.finishedAt,
    ),
    ...(view.status !== undefined && view.status.restartCount > 0
      ? [statusEvidence(view, 'restartCount', `${view.status.restartCount}`)]
      : []),
  ]
}
