import { commandOf, inNamespace, typeAndName } from '../model/command/command.ts'
import type { Deployment, ReplicaSet } from '../model/kubernetes/objects.ts'
import { controllerOf } from '../model/kubernetes/reference.ts'
import type { Finding, Fix } from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { withManager } from './fixes/managed.ts'
import { conditionOf } from './pod-info.ts'

/** The number of a revision as `kubectl rollout history` has it; 0 where it is not known. */
export const revisionOf = ({ metadata }: ReplicaSet): number =>
  Number(metadata.annotations?.['deployment.kubernetes.io/revision']) || 0

/** The ReplicaSets of a Deployment, oldest revision first. */
const replicaSetsOf = ({ objects }: Cluster, { kind, uid }: Workload): readonly ReplicaSet[] =>
  kind !== 'Deployment'
    ? []
    : sortedBy(
        objects.replicasets.filter((one) => controllerOf(one)?.uid === uid),
        (one) => [revisionOf(one), one.metadata.name],
      )

/** The newest revision of a Deployment that has ready pods now, other than the one with this uid. */
export function readyRevision(
  cluster: Cluster,
  workload: Workload,
  except: string | undefined,
): ReplicaSet | undefined {
  const ready = new Set(
    workload.pods
      .filter((one) => conditionOf(one, 'Ready')?.status === 'True' && !one.metadata.deletionTimestamp)
      .map((one) => controllerOf(one)?.uid),
  )
  return replicaSetsOf(cluster, workload).findLast(
    ({ metadata }) => metadata.uid !== except && ready.has(metadata.uid),
  )
}

/**
 * The way back where only pods of the newest revision fail, and those of an earlier one are ready: whatever the cause,
 * it came with the release. Nothing where the releases do not differ, or where that is not the Deployment's fault.
 */
export function rollBackFix(
  cluster: Cluster,
  workload: Workload,
  { rootCause, severity, effect, subject }: Finding,
): readonly Fix[] {
  const sets = replicaSetsOf(cluster, workload)
  const newest = sets.at(-1)
  const pods = workload.pods.filter(({ metadata }) => subject.pods?.includes(metadata.name))
  if (!rootCause || severity !== 'Error' || effect === 'None' || newest === undefined || pods.length === 0)
    return []
  if (pods.some((pod) => controllerOf(pod)?.uid !== newest.metadata.uid)) return []
  const before = readyRevision(cluster, workload, newest.metadata.uid)
  const number = before === undefined ? 0 : revisionOf(before)
  // kubectl refuses to roll back what is paused.
  if (before === undefined || number === 0 || (workload.object as Deployment | undefined)?.spec?.paused)
    return []
  if (JSON.stringify(before.spec?.template?.spec) === JSON.stringify(newest.spec?.template?.spec)) return []
  const { name, namespace } = workload
  const fix: Fix = {
    title: `Go back to revision ${number}, with which pods are ready, and look into it without haste`,
    risk: 'Low',
    ...commandOf([
      ...['kubectl', 'rollout', 'undo', typeAndName('Deployment', name), ...inNamespace(namespace)],
      `--to-revision=${number}`,
    ]),
  }
  return [withManager(fix, workload.object)]
}
