import { resourceOf } from '../../model/kubernetes/kinds.ts'
import type { Job, OwnerReference } from '../../model/kubernetes/objects.ts'
import { foreignOwner, operatorName, operatorOfOwner } from '../../model/managers/operator.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { none, type ReplacementDecision } from '../state/replacement-decision.ts'
import type { State } from '../state/state.ts'
import { jobDecision } from './job.ts'
import { activePods } from './owned-pods.ts'

/**
 * What the controllers read of their pods. A new pod gets the spec of the old one, so that what others read of the spec
 * is read of both.
 */
export const CONTROLLER_READS: readonly PodField[] = [
  'namespace',
  'name',
  'labels',
  'owner',
  'finished',
  'starting',
  'ready',
  'terminating',
  'boundTo',
]

/** What the owner does about a pod that is being deleted; asked when the pod is terminating already. */
export function replacementDecision(state: State, pod: SimPod): ReplacementDecision {
  const { owner, namespace } = pod
  const { cluster } = state.simulated
  if (owner === undefined) return none({ code: 'no-controller' }, !pod.finished)
  if (cluster.find('namespaces', undefined, namespace)?.status?.phase === 'Terminating')
    return none({ code: 'namespace-terminating', namespace })
  const resource = resourceOf(owner.apiVersion, owner.kind)
  const object = cluster.owner(namespace, owner)
  const missing = resource !== undefined && object === undefined && cluster.wasRead(resource, namespace)
  if (missing || object?.metadata.deletionTimestamp != null)
    return none({ code: missing ? 'owner-missing' : 'owner-terminating', owner }, missing && !pod.finished)
  switch (resource) {
    case 'replicasets':
    case 'replicationcontrollers': {
      if (pod.finished) return none({ code: 'finished' })
      const wanted = (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? 1
      return object === undefined || activePods(state, pod).length < wanted
        ? { type: 'AtOnce' }
        : none({ code: 'enough-replicas', owner, replicas: wanted })
    }
    case 'statefulsets':
      return { type: 'WhenGone' }
    case 'daemonsets':
      return object === undefined ? none({ code: 'owner-unread', owner }) : { type: 'WhenGone' }
    case 'jobs':
      return jobDecision(state, pod, object as Job | undefined)
    default:
      return operatorDecision(owner, namespace)
  }
}

/** What is documented of the operator whose own kind a pod's controller is (docs/reference/managed-objects.md#operators). */
function operatorDecision(owner: OwnerReference, namespace: string): ReplacementDecision {
  const foreign = foreignOwner(owner)
  if (foreign === undefined) return { type: 'Unknown', why: { code: 'owner-decides', owner } }
  const makesAgain = operatorOfOwner(foreign)?.makesAgain
  if (makesAgain === true) return { type: 'WhenGone' }
  const operator = operatorName(namespace, foreign)
  return {
    type: 'Unknown',
    why: {
      code: 'operator-decides',
      operator,
      ...(makesAgain === undefined ? {} : { documented: makesAgain }),
    },
  }
}
