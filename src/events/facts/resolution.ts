import type { Code } from '../../diagnosis/codes/codes.ts'
import type { ContainerStatus, KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { millis } from '../../model/text/time.ts'
import type { Classification } from './classify.ts'
import { conditionStatus, objectIsWell } from './object-status.ts'
import type { Located } from './subject.ts'

/**
 * Whether what an event tells is still so, by what came after it and by the present state of its object: `Resolved`,
 * `Active`, or `Unknown` where neither says anything (docs/reference/events.md#A3, #A6).
 */
export type Resolution = 'Resolved' | 'Active' | 'Unknown'

/** When a reason was last seen about an object, in milliseconds: by container, or for any where none is given. */
export type LastSeen = (
  occurrence: Occurrence,
  reason: string,
  container: string | undefined,
) => number | undefined

const objectKey = ({ regarding: { kind, namespace, name, uid } }: Occurrence): string =>
  kind === 'Node' ? `Node/${name}` : `${kind}/${namespace ?? ''}/${name}/${uid ?? ''}`

export function lastSeenOf(occurrences: readonly Occurrence[]): LastSeen {
  const last = new Map<string, number>()
  for (const occurrence of occurrences) {
    const at = millis(occurrence.lastSeen)
    if (at === undefined) continue
    for (const container of new Set(['', occurrence.container ?? ''])) {
      const key = `${objectKey(occurrence)}/${occurrence.reason}/${container}`
      last.set(key, Math.max(last.get(key) ?? 0, at))
    }
  }
  return (occurrence, reason, container) => last.get(`${objectKey(occurrence)}/${reason}/${container ?? ''}`)
}

export function resolutionOf(
  occurrence: Occurrence,
  classification: Classification,
  { object, gone }: Located,
  container: string | undefined,
  lastSeen: LastSeen,
): Resolution {
  if (gone) return 'Resolved'
  const at = millis(occurrence.lastSeen) ?? 0
  const state = object === undefined ? 'Unknown' : stateFor(object, classification, container, at)
  if (state === 'Resolved') return 'Resolved'
  const resolvedLater = classification.resolvedBy.some((reason) => {
    const then = lastSeen(occurrence, reason, container)
    // Times are whole seconds: of two events of one second the state of the object tells which came last.
    return then !== undefined && (then > at || (then === at && state === 'Unknown'))
  })
  return resolvedLater ? 'Resolved' : state
}

function stateFor(
  object: KubeObject,
  classification: Classification,
  container: string | undefined,
  at: number,
): Resolution {
  const activeWhile = classification.row?.activeWhile
  if (activeWhile !== undefined) {
    const status = conditionStatus(object, activeWhile.condition)
    if (status !== undefined)
      return (status === 'True') === (activeWhile.status === 'True') ? 'Active' : 'Resolved'
  }
  if (classification.row?.notInStatus) return 'Unknown'
  if (object.kind === 'Pod') return podResolution(object as Pod, classification, container, at)
  const well = objectIsWell(object)
  if (well === undefined) return 'Unknown'
  return well ? 'Resolved' : 'Active'
}

/** What goes wrong while a pod stops; all else is over once a pod is being deleted. */
const STOPPING: readonly string[] = ['slow-stop', 'stuck-terminating', 'prestop-failed'] satisfies Code[]

function podResolution(
  pod: Pod,
  classification: Classification,
  container: string | undefined,
  at: number,
): Resolution {
  if (pod.metadata.deletionTimestamp != null)
    return STOPPING.includes(classification.code) ? 'Active' : 'Resolved'
  if (pod.status?.phase === 'Succeeded' || stagePassed(pod, classification, container)) return 'Resolved'
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return 'Active'
  const since = millis(ready.lastTransitionTime)
  return since !== undefined && at <= since ? 'Resolved' : 'Unknown'
}

/** Whether the pod got beyond the step that the reason belongs to. */
function stagePassed(pod: Pod, { stage }: Classification, container: string | undefined): boolean {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  if (stage === undefined) return false
  switch (stage) {
    case 'scheduling':
      return Boolean(pod.spec?.nodeName)
    case 'sandbox':
    case 'volume':
      return statuses.some(hasRun)
    case 'image':
    case 'start': {
      const own = container === undefined ? statuses : statuses.filter(({ name }) => name === container)
      return (
        own.length > 0 &&
        own.every(({ state }) => state?.running !== undefined || state?.terminated?.exitCode === 0)
      )
    }
  }
}

const hasRun = ({ state, lastState, restartCount }: ContainerStatus): boolean =>
  state?.running !== undefined ||
  (state?.terminated !== undefined && state.terminated.reason !== 'StartError') ||
  lastState?.terminated !== undefined ||
  restartCount > 0
