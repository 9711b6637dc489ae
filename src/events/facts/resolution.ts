import type { ContainerStatus, KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { millis } from '../../model/text/time.ts'
import type { Classified } from './classify.ts'
import type { Place } from './subject.ts'

/**
 * Whether what an event tells is still so, by what came after it and by the present state of its object: `Over`,
 * `Holds`, or `Unknown` where neither says anything (spec/events.md A.3, A.6).
 */
export type Standing = 'Over' | 'Holds' | 'Unknown'

/** When a reason was last seen about an object: by container, and `''` for all of them. */
export type Successes = (
  occurrence: Occurrence,
  reason: string,
  container: string | undefined,
) => number | undefined

const objectKey = ({ regarding: { kind, namespace, name, uid } }: Occurrence): string =>
  kind === 'Node' ? `Node/${name}` : `${kind}/${namespace ?? ''}/${name}/${uid ?? ''}`

export function successesOf(occurrences: readonly Occurrence[]): Successes {
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

export function standing(
  occurrence: Occurrence,
  what: Classified,
  { object, gone }: Place,
  container: string | undefined,
  successes: Successes,
): Standing {
  if (gone) return 'Over'
  const at = millis(occurrence.lastSeen) ?? 0
  const state = object === undefined ? 'Unknown' : stateFor(object, what, container, at)
  if (state === 'Over') return 'Over'
  const closed = what.closedBy.some((reason) => {
    const then = successes(occurrence, reason, container)
    // Times are whole seconds: of two events of one second the state of the object tells which came last.
    return then !== undefined && (then > at || (then === at && state === 'Unknown'))
  })
  return closed ? 'Over' : state
}

function stateFor(object: KubeObject, what: Classified, container: string | undefined, at: number): Standing {
  const holdsWhile = what.info?.holdsWhile
  if (holdsWhile !== undefined) {
    const status = conditionStatus(object, holdsWhile.condition)
    if (status !== undefined)
      return (holdsWhile.status === 'True' ? status === 'True' : status !== 'True') ? 'Holds' : 'Over'
  }
  if (what.info?.unseen) return 'Unknown'
  return object.kind === 'Pod' ? podState(object as Pod, what, container, at) : objectState(object)
}

const conditionStatus = (object: KubeObject, type: string): string | undefined =>
  (
    object as { status?: { conditions?: readonly { type: string; status: string }[] } }
  ).status?.conditions?.find((condition) => condition.type === type)?.status

const STOPPING = ['slow-stop', 'stuck-terminating', 'prestop-failed']

function podState(pod: Pod, what: Classified, container: string | undefined, at: number): Standing {
  if (pod.metadata.deletionTimestamp != null) return STOPPING.includes(what.code) ? 'Holds' : 'Over'
  if (pod.status?.phase === 'Succeeded' || stagePassed(pod, what, container)) return 'Over'
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return 'Holds'
  const since = millis(ready.lastTransitionTime)
  return since !== undefined && at <= since ? 'Over' : 'Unknown'
}

/** Whether the pod got beyond the step that the reason belongs to. */
function stagePassed(pod: Pod, { stage }: Classified, container: string | undefined): boolean {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
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
    default:
      return false
  }
}

const hasRun = ({ state, lastState, restartCount }: ContainerStatus): boolean =>
  state?.running !== undefined ||
  (state?.terminated !== undefined && state.terminated.reason !== 'StartError') ||
  lastState?.terminated !== undefined ||
  restartCount > 0

interface Counted {
  readonly spec?: { readonly replicas?: number; readonly type?: string }
  readonly status?: {
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly currentNumberScheduled?: number
    readonly desiredNumberScheduled?: number
    readonly phase?: string
    readonly loadBalancer?: { readonly ingress?: readonly unknown[] }
    readonly expectedPods?: number
  }
}

/** What the object itself shows, for kinds of which one can tell. */
function objectState(object: KubeObject): Standing {
  const { spec, status } = object as Counted
  const verdict = (well: boolean | undefined): Standing =>
    well === undefined ? 'Unknown' : well ? 'Over' : 'Holds'
  switch (object.kind) {
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet':
      return verdict((status?.replicas ?? 0) >= (spec?.replicas ?? 1))
    case 'Deployment':
      return verdict((status?.updatedReplicas ?? 0) >= (spec?.replicas ?? 1))
    case 'DaemonSet':
      return verdict((status?.currentNumberScheduled ?? 0) >= (status?.desiredNumberScheduled ?? 0))
    case 'Job':
      if (conditionStatus(object, 'Complete') === 'True') return 'Over'
      return conditionStatus(object, 'Failed') === 'True' ? 'Holds' : 'Unknown'
    case 'PersistentVolumeClaim':
      return verdict(status?.phase === undefined ? undefined : status.phase === 'Bound')
    case 'PersistentVolume':
      return verdict(status?.phase === undefined ? undefined : status.phase !== 'Failed')
    case 'Service':
      return spec?.type === 'LoadBalancer'
        ? verdict((status?.loadBalancer?.ingress?.length ?? 0) > 0)
        : 'Unknown'
    case 'PodDisruptionBudget':
      return verdict(status?.expectedPods === undefined ? undefined : status.expectedPods > 0)
    default:
      return 'Unknown'
  }
}

/** Whether a workload has all the ready pods that it should have; undefined where that is not known. */
export function workloadIsWell(cluster: Cluster, workload: Workload | undefined): boolean | undefined {
  if (workload === undefined || !cluster.wasRead('pods', workload.namespace)) return undefined
  const live = workload.pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp == null && status?.phase !== 'Failed',
  )
  const ready = live.filter(
    ({ status }) =>
      status?.phase === 'Succeeded' ||
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
  ).length
  return ready === live.length && ready >= (workload.replicas ?? (workload.kind === 'DaemonSet' ? 1 : 0))
}
