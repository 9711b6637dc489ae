import type { Code } from '../../diagnosis/codes/codes.ts'
import { RECOVERY_SECONDS } from '../../diagnosis/pod-info.ts'
import type { ContainerStatus, KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { millis } from '../../model/text/time.ts'
import type { Classification } from './classify.ts'
import type { ClosingEvents, Told } from './closing.ts'
import { conditionStatus, objectIsWell } from './object-status.ts'
import type { Located } from './subject.ts'

/**
 * Whether what an event tells is still so, by what came after it and by the present state of its object: `Resolved`,
 * `Active`, or `Unknown` where neither says anything for sure (docs/reference/events.md#A3, #A6).
 */
export interface Resolution {
  readonly resolution: 'Resolved' | 'Active' | 'Unknown'
  /** When it was over, in milliseconds, where that is known. */
  readonly closedAt?: number
  /** Of what is not known to be over: the reason of a later event that may have ended it. */
  readonly mayBeEndedBy?: string
}

const RESOLVED: Resolution = { resolution: 'Resolved' }
const ACTIVE: Resolution = { resolution: 'Active' }
const UNKNOWN: Resolution = { resolution: 'Unknown' }

const resolvedAt = (closedAt: number | undefined): Resolution => ({
  resolution: 'Resolved',
  ...(closedAt === undefined ? {} : { closedAt }),
})

/** What decides besides the event itself. */
interface Context {
  readonly cluster: Cluster
  readonly closing: ClosingEvents
}

export function resolutionOf(
  told: Told,
  classification: Classification,
  { object, gone }: Located,
  context: Context,
): Resolution {
  const { row } = classification
  // Nobody knows what would end what nobody knows.
  if (row === undefined && told.occurrence.type === 'Warning') return UNKNOWN
  if (gone || isOfPredecessor(told, object)) return row?.lasting ? UNKNOWN : RESOLVED
  const at = millis(told.occurrence.lastSeen) ?? 0
  const state = object === undefined ? UNKNOWN : stateFor(object, told, classification, at, context)
  if (state.resolution === 'Resolved') return state
  // What such an object itself says is what the event is about; of a pod it may be another trouble.
  if (state.resolution === 'Active' && object?.kind !== 'Pod') return state
  const { closedAt, mayBeEndedBy } = context.closing.endOf(told, classification, object)
  if (closedAt !== undefined) return resolvedAt(closedAt)
  return mayBeEndedBy === undefined || state.resolution === 'Active' ? state : { ...state, mayBeEndedBy }
}

/** Text has no uids: an event from before the object was created is about one of the same name before it. */
function isOfPredecessor(
  { occurrence: { regarding, lastSeen } }: Told,
  object: KubeObject | undefined,
): boolean {
  const [at, created] = [millis(lastSeen), millis(object?.metadata.creationTimestamp)]
  return regarding.uid === undefined && at !== undefined && created !== undefined && at < created - ROUNDED_MS
}

/** kubectl prints ages of ten minutes and more in whole minutes. */
const ROUNDED_MS = 60_000

function stateFor(
  object: KubeObject,
  told: Told,
  classification: Classification,
  at: number,
  context: Context,
): Resolution {
  const activeWhile = classification.row?.activeWhile
  if (activeWhile !== undefined) {
    const status = conditionStatus(object, activeWhile.condition)
    if (status !== undefined)
      return (status === 'True') === (activeWhile.status === 'True') ? ACTIVE : RESOLVED
  }
  if (classification.row?.notInStatus) return UNKNOWN
  if (object.kind === 'Pod') return podResolution(object as Pod, told, classification, at, context)
  const well = objectIsWell(object)
  if (well === undefined) return UNKNOWN
  return well ? RESOLVED : ACTIVE
}

/** What goes wrong while a pod stops; all else is over once a pod is being deleted. */
const STOPPING: readonly string[] = ['slow-stop', 'stuck-terminating', 'prestop-failed'] satisfies Code[]

function podResolution(
  pod: Pod,
  told: Told,
  classification: Classification,
  at: number,
  { cluster, closing }: Context,
): Resolution {
  if (pod.metadata.deletionTimestamp != null)
    return STOPPING.includes(classification.code) ? ACTIVE : RESOLVED
  if (pod.status?.phase === 'Succeeded' || isOfCompleteJob(cluster, pod)) return RESOLVED
  if (told.occurrence.reason === 'NodeNotReady') {
    const closedAt = nodeReadyAfter(cluster, closing, pod, at)
    if (closedAt !== undefined) return resolvedAt(closedAt)
  }
  const passed = stagePassed(pod, classification, told.container, at)
  if (passed !== undefined) return resolvedAt(passed)
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return ACTIVE
  if (isRestart(told, classification) && !hasStayedUp(pod, told.container, cluster.now)) return UNKNOWN
  const since = millis(ready.lastTransitionTime)
  const slack = cluster.now - at > RECOVERY_SECONDS * 1000 ? ROUNDED_MS : 0
  return since !== undefined && at <= since + slack ? resolvedAt(since) : UNKNOWN
}

/** The pods of a Job may fail on its way. */
function isOfCompleteJob(cluster: Cluster, pod: Pod): boolean {
  const job = cluster.owner(pod.metadata.namespace, controllerOf(pod))
  return job?.kind === 'Job' && conditionStatus(job, 'Complete') === 'True'
}

/** When the node of a pod became ready again; the event about the pod has no counterpart about the pod. */
function nodeReadyAfter(cluster: Cluster, closing: ClosingEvents, pod: Pod, at: number): number | undefined {
  const name = pod.spec?.nodeName
  if (!name) return undefined
  const told = closing.lastOf({ kind: 'Node', name }, ['NodeReady'])
  if (told !== undefined && told > at) return told
  const ready = cluster.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready')
  const since = millis(ready?.lastTransitionTime)
  return ready?.status === 'True' && since !== undefined && since >= at ? since : undefined
}

/** The container ended, or was ended: that it was started once more does not end it. */
const isRestart = ({ parsed, occurrence }: Told, { stage }: Classification): boolean =>
  (occurrence.reason === 'BackOff' && stage === undefined) || parsed.kill !== undefined

/** The kubelet forgets its back-off after ten minutes, too (docs/reference/probes.md#back-off). */
function hasStayedUp(pod: Pod, container: string | undefined, now: number): boolean {
  const own = statusesOf(pod).filter(({ name }) => container === undefined || name === container)
  return own.every(({ state }) => {
    const startedAt = millis(state?.running?.startedAt)
    return startedAt === undefined || now - startedAt >= RECOVERY_SECONDS * 1000
  })
}

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
]

/** When the pod got beyond the step that the reason belongs to, in milliseconds; undefined where it did not. */
function stagePassed(
  pod: Pod,
  { stage }: Classification,
  container: string | undefined,
  at: number,
): number | undefined {
  const statuses = statusesOf(pod)
  if (stage === undefined) return undefined
  switch (stage) {
    case 'scheduling':
      return pod.spec?.nodeName
        ? (millis(pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime) ??
            at)
        : undefined
    case 'sandbox':
      // A pod has no running container without its sandbox.
      return (
        earliest(
          statuses.flatMap(({ state }) => (state?.running ? [startOf(state.running.startedAt, at)] : [])),
        ) ?? startAfter(statuses, at)
      )
    case 'volume':
      return startAfter(statuses, at)
    case 'image':
    case 'start': {
      const own = container === undefined ? statuses : statuses.filter(({ name }) => name === container)
      const passed = own.every(
        ({ state }) => state?.running !== undefined || state?.terminated?.exitCode === 0,
      )
      if (own.length === 0 || !passed) return undefined
      return Math.max(
        ...own.map(({ state }) => startOf((state?.running ?? state?.terminated)?.startedAt, at)),
      )
    }
  }
}

const startOf = (time: string | null | undefined, at: number): number => millis(time) ?? at

const earliest = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : Math.min(...times)

/** When a container was started after a moment, or in the same second: sandbox and volumes were there by then. */
const startAfter = (statuses: readonly ContainerStatus[], at: number): number | undefined =>
  earliest(
    statuses
      .flatMap(({ state, lastState }) => [state?.running, state?.terminated, lastState?.terminated])
      .flatMap((run) =>
        run && !('reason' in run && run.reason === 'StartError') ? (millis(run.startedAt) ?? []) : [],
      )
      .filter((startedAt) => Math.floor(startedAt / 1000) >= Math.floor(at / 1000)),
  )
