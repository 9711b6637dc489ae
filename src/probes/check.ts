import { diagnose } from '../diagnosis/diagnose.ts'
import type { Pod } from '../model/kubernetes/objects.ts'
import { referenceKey } from '../model/kubernetes/reference.ts'
import { rolloutOf } from '../model/kubernetes/rollout.ts'
import { EXIT, type ExitCode, isMissing } from '../model/report/exit.ts'
import { atLeast, type Finding, type Severity } from '../model/report/finding.ts'
import { userEffectOf, userEffectRank, worstEffect } from '../model/report/user-effect.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { isPodReady } from '../model/snapshot/ready.ts'
import { requirePods, type Selection, selectWorkloads } from '../model/snapshot/selection.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { configurationFindings, type RuleSettings } from './configuration.ts'
import { containersOf } from './container.ts'
import { replayViews } from './replay.ts'
import { PROBE_STATES, type ProbeReport, type WorkloadProbes } from './report.ts'

export interface ProbeCheckOptions {
  readonly selection: Selection
  /** What `--rule` says; without it every rule has its own severity. */
  readonly rules?: RuleSettings
}

/**
 * Every probe of the selected workloads with its timing and state, the causes of what fails, and after them what the
 * rules say of the configuration.
 * @throws UserError where the selection names an object that is not there, or one that leads to no pods
 */
export function probeCheck(
  cluster: Cluster,
  { selection, rules = new Map() }: ProbeCheckOptions,
): ProbeReport {
  const { snapshot } = cluster
  const selected = selectWorkloads(cluster, selection)
  requirePods(cluster, selection)
  const causes = diagnose(cluster, selected)
  const findings = [...causes, ...configurationFindings(cluster, selected, causes, rules)]
  const workloads = selected.map((workload) => workloadProbes(cluster, workload))
  const { now, source, serverVersion, gaps } = snapshot
  return {
    apiVersion: 'rollout-safety/v1',
    kind: 'ProbeReport',
    now,
    source,
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(selection.namespace === undefined ? {} : { namespace: selection.namespace }),
    workloads: worstFirst(workloads, findings),
    findings,
    ...(snapshot.replays === undefined ? {} : { replay: replayViews(cluster, selected) }),
    gaps,
    assumptions: assumptionsOf(cluster, workloads),
  }
}

/** Exit code of a report: 1 where a finding is at least this severe; else 2 where no pod could be looked at. */
export function probeExitCode(report: ProbeReport, failOn: Severity | 'none'): ExitCode {
  if (failOn === 'none') return EXIT.ok
  if (report.findings.some(({ severity }) => atLeast(severity, failOn))) return EXIT.findings
  return isMissing(report, 'pods') ? EXIT.failed : EXIT.ok
}

function workloadProbes(cluster: Cluster, workload: Workload): WorkloadProbes {
  const { apiVersion, namespace, kind, name, replicas, object } = workload
  const pods = presentPods(workload.pods)
  const rollout = rolloutOf(object)
  return {
    apiVersion,
    namespace,
    kind,
    name,
    ...(replicas === undefined ? {} : { replicas }),
    pods: { total: pods.length, ready: pods.filter(isPodReady).length },
    ...(rollout === undefined ? {} : { rollout }),
    containers: containersOf(cluster, workload, pods),
  }
}

/** Whether a pod exists in a cluster: a manifest has neither uid nor status. */
const isApplied = ({ metadata, status }: Pod): boolean => Boolean(metadata.uid) || status?.phase !== undefined

/** Pods that ended or are being deleted say nothing about probes, unless there are no others. */
export function presentPods(all: readonly Pod[]): readonly Pod[] {
  const pods = all.filter(isApplied)
  const present = pods.filter(
    ({ metadata, status }) =>
      !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
  )
  return present.length > 0 ? present : pods
}

function worstFirst(
  workloads: readonly WorkloadProbes[],
  findings: readonly Finding[],
): readonly WorkloadProbes[] {
  const byWorkload = Map.groupBy(
    // Nearly every workload has a remark: that does not make it one to look at first.
    findings.filter(({ configuration, severity }) => !(configuration && severity === 'Info')),
    ({ subject: { namespace, kind, name } }) => referenceKey(kind, namespace, name),
  )
  const effectOf = ({ namespace, kind, name }: WorkloadProbes) =>
    worstEffect((byWorkload.get(referenceKey(kind, namespace, name)) ?? []).map(userEffectOf))
  const stateOf = ({ containers }: WorkloadProbes) =>
    Math.min(
      PROBE_STATES.length,
      ...containers.flatMap(({ probes }) => probes.map(({ state }) => PROBE_STATES.indexOf(state))),
    )
  return sortedBy(workloads, (workload) => [
    userEffectRank(effectOf(workload)),
    stateOf(workload),
    workload.namespace,
    workload.kind,
    workload.name,
  ])
}

function assumptionsOf({ snapshot }: Cluster, workloads: readonly WorkloadProbes[]): readonly string[] {
  const hasManifests = workloads.some(({ containers }) =>
    containers.some(({ probes }) => probes.some(({ state }) => state === 'NotApplied')),
  )
  return [
    ...(snapshot.notes ?? []),
    ...(snapshot.nowFrom === 'newest timestamp'
      ? [`the present time is ${snapshot.now}, the newest time in the input`]
      : []),
    ...(hasManifests
      ? ["manifests have the API server's defaults; what admission would change in this cluster is not known"]
      : []),
  ]
}
