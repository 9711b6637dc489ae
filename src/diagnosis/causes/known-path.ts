import type { Evidence } from '../../model/finding.ts'
import { effectiveProbes } from '../../model/probe.ts'
import { controllerOf, describeObject } from '../../model/reference.ts'
import { sortedBy } from '../../model/text.ts'
import { specEvidence } from '../evidence.ts'
import type { ProbeFailure } from '../probe-failure.ts'
import { conditionOf } from '../view.ts'
import { handlerField } from './probe-common.ts'

/** A health path that is known to work, and where from. */
export interface KnownPath {
  readonly path: string
  readonly why: string
  readonly evidence: Evidence
}

/** The path of another probe of the container that passes, else of the revision before, whose pods are ready. */
export const knownPath = (failure: ProbeFailure): KnownPath | undefined =>
  passingProbe(failure) ?? revisionBefore(failure)

/** The container is Ready by its readiness probe, so the path of that one exists. */
function passingProbe({ view, probe }: ProbeFailure): KnownPath | undefined {
  const other = view.probes.find(({ type }) => type === 'readiness')
  if (other === undefined || probe.type === 'readiness' || view.status?.ready !== true) return undefined
  if (other.handler.kind !== 'httpGet' || probe.handler.kind !== 'httpGet') return undefined
  if (other.handler.port !== probe.handler.port || other.handler.path === probe.handler.path) return undefined
  return {
    path: other.handler.path,
    why: `The readiness probe of the same container passes with path ${other.handler.path}.`,
    evidence: specEvidence(view, handlerField(other, 'path'), other.handler.path),
  }
}

/** Another ReplicaSet of the Deployment with ready pods that probes another path (spec/failures.md 14). */
function revisionBefore({ view, probe }: ProbeFailure): KnownPath | undefined {
  const { cluster, workload, pod } = view.podView
  const own = controllerOf(pod)?.uid
  if (workload.kind !== 'Deployment' || probe.handler.kind !== 'httpGet') return undefined
  const ready = new Set(
    workload.pods
      .filter((one) => conditionOf(one, 'Ready')?.status === 'True')
      .map((one) => controllerOf(one)?.uid),
  )
  const siblings = cluster.objects.replicasets.filter(
    (replicaSet) =>
      controllerOf(replicaSet)?.uid === workload.uid &&
      replicaSet.metadata.uid !== own &&
      ready.has(replicaSet.metadata.uid),
  )
  const [last] = sortedBy(siblings, ({ metadata }) => [
    metadata.creationTimestamp ?? '',
    metadata.name,
  ]).slice(-1)
  const index = last?.spec?.template?.spec?.containers.findIndex(({ name }) => name === view.name) ?? -1
  const container = last?.spec?.template?.spec?.containers[index]
  const before = container && effectiveProbes(container).find(({ type }) => type === probe.type)
  if (last === undefined || before?.handler.kind !== 'httpGet' || before.handler.path === probe.handler.path)
    return undefined
  return {
    path: before.handler.path,
    why: `The revision before, whose pods are ready, asks ${before.handler.path}.`,
    evidence: {
      source: 'Spec',
      object: describeObject(last),
      path: `spec.template.spec.containers[${index}].${handlerField(before, 'path')}`,
      text: before.handler.path,
    },
  }
}
