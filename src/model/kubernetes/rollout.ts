import type { DaemonSet, Deployment, KubeObject, StatefulSet } from './objects.ts'

/** How far the last change of a Deployment, StatefulSet or DaemonSet got, in the words of `kubectl rollout status`. */
export interface Rollout {
  readonly state: 'Complete' | 'Progressing' | 'Paused' | 'Stuck'
  readonly message: string
}

const progressing = (message: string): Rollout => ({ state: 'Progressing', message })
const complete: Rollout = { state: 'Complete', message: 'successfully rolled out' }

/**
 * Where the rollout of an object stands (kubectl pkg/polymorphichelpers/rollout_status.go), except that a pod which
 * fails after a complete rollout does not make it incomplete again. Undefined for kinds without rollouts, and for
 * manifests.
 */
export function rolloutOf(object: KubeObject | undefined): Rollout | undefined {
  if (object === undefined || !('status' in object)) return undefined
  const { generation = 0 } = object.metadata
  const { observedGeneration = 0 } = (object.status ?? {}) as { observedGeneration?: number }
  const rollout = byKind(object)
  if (rollout === undefined || rollout.state === 'Paused' || generation <= observedGeneration) return rollout
  return progressing('the controller has not seen the last change yet')
}

function byKind(object: KubeObject): Rollout | undefined {
  switch (object.kind) {
    case 'Deployment':
      return deploymentRollout(object as Deployment)
    case 'StatefulSet':
      return statefulSetRollout(object as StatefulSet)
    case 'DaemonSet':
      return daemonSetRollout(object as DaemonSet)
    default:
      return undefined
  }
}

function deploymentRollout({ spec, status }: Deployment): Rollout {
  if (spec?.paused) return { state: 'Paused', message: 'spec.paused is true' }
  const condition = (type: string) => status?.conditions?.find((one) => one.type === type)
  const failure = condition('ReplicaFailure')
  if (failure?.status === 'True')
    return { state: 'Stuck', message: `pods cannot be created (${failure.reason ?? 'unknown reason'})` }
  const progress = condition('Progressing')
  if (progress?.reason === 'ProgressDeadlineExceeded')
    return {
      state: 'Stuck',
      message: `exceeded its progress deadline of ${spec?.progressDeadlineSeconds ?? 600}s`,
    }
  const wanted = spec?.replicas ?? 1
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {}
  if (updatedReplicas < wanted)
    return progressing(`${updatedReplicas} out of ${wanted} new replicas have been updated`)
  if (replicas > updatedReplicas)
    return progressing(`${replicas - updatedReplicas} old replicas are pending termination`)
  if (availableReplicas < updatedReplicas && progress?.reason !== 'NewReplicaSetAvailable')
    return progressing(`${availableReplicas} of ${updatedReplicas} updated replicas are available`)
  return complete
}

function statefulSetRollout({ spec, status }: StatefulSet): Rollout | undefined {
  if (spec?.updateStrategy?.type === 'OnDelete') return undefined
  const wanted = spec?.replicas ?? 1
  const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status ?? {}
  const target = wanted - (spec?.updateStrategy?.rollingUpdate?.partition ?? 0)
  if (updateRevision !== currentRevision && updatedReplicas < target)
    return progressing(`${updatedReplicas} out of ${Math.max(target, 0)} new pods have been updated`)
  if (updateRevision !== currentRevision && readyReplicas < wanted)
    return progressing(`${readyReplicas} of ${wanted} pods are ready`)
  return complete
}

function daemonSetRollout({ spec, status }: DaemonSet): Rollout | undefined {
  if (spec?.updateStrategy?.type === 'OnDelete') return undefined
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0 } = status ?? {}
  return updatedNumberScheduled < desiredNumberScheduled
    ? progressing(`${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`)
    : complete
}
