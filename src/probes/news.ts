import { atLeast, type Finding } from '../model/finding.ts'
import { plural } from '../model/text.ts'
import type { ProbeReport, WorkloadProbes } from './report.ts'

/**
 * What is different between two looks at the same workloads, in a line each: causes that appear and go, probes that
 * change their state, how far pods and rollouts are. Without an earlier report: how things stand.
 */
export function probeNews(before: ProbeReport | undefined, after: ProbeReport): readonly string[] {
  return [
    ...workloadChanges(before?.workloads ?? [], after.workloads),
    ...findingChanges(before?.findings ?? [], after.findings),
  ]
}

/** A rollout that was under way has come to an end, or will not: then there is nothing more to follow. */
export function rolloutEnded(started: ProbeReport, { workloads }: ProbeReport): boolean {
  const [only, ...others] = workloads
  if (only === undefined || others.length > 0) return false
  const wasUnderWay = started.workloads[0]?.rollout?.state !== 'Complete'
  return only.rollout?.state === 'Stuck' || (wasUnderWay && only.rollout?.state === 'Complete')
}

type Subject = Pick<WorkloadProbes, 'namespace' | 'kind' | 'name'>
const nameOf = ({ namespace, kind, name }: Subject): string => `${kind} ${namespace}/${name}`

function workloadChanges(
  before: readonly WorkloadProbes[],
  after: readonly WorkloadProbes[],
): readonly string[] {
  const known = new Map(before.map((workload) => [nameOf(workload), linesOf(workload)]))
  const present = new Set(after.map(nameOf))
  return [
    ...after.flatMap((workload) => {
      const told = known.get(nameOf(workload)) ?? []
      return linesOf(workload).filter((line) => !told.includes(line))
    }),
    ...before.filter((workload) => !present.has(nameOf(workload))).map((gone) => `${nameOf(gone)}: is gone`),
  ]
}

function linesOf(workload: WorkloadProbes): readonly string[] {
  const { pods, replicas, rollout, containers } = workload
  const name = nameOf(workload)
  const total = Math.max(pods.total, replicas ?? 0)
  return [
    `${name}: ${pods.ready} of ${plural(total, 'pod')} ready${rollout === undefined ? '' : `; rollout ${rollout.state}: ${rollout.message}`}`,
    ...containers.flatMap((container) =>
      container.probes
        .filter(({ state }) => state !== 'Passing' && state !== 'NotApplied')
        .map(({ type, state }) => `${name}: ${type} probe of container ${container.name} is ${state}`),
    ),
  ]
}

/** Remarks on configuration do not change while one watches. */
const isNews = ({ severity, configuration }: Finding): boolean =>
  !configuration && atLeast(severity, 'Warning')

const keyOf = ({ code, subject: { namespace, kind, name, container, probe } }: Finding): string =>
  [code, namespace, kind, name, container, probe].join(' ')

function findingChanges(before: readonly Finding[], after: readonly Finding[]): readonly string[] {
  const [known, present] = [before, after].map(
    (findings) => new Map(findings.filter(isNews).map((finding) => [keyOf(finding), finding])),
  ) as [Map<string, Finding>, Map<string, Finding>]
  const said = ({ subject, code, summary }: Finding) =>
    `${subject.kind} ${subject.namespace === undefined ? '' : `${subject.namespace}/`}${subject.name}: ${summary} (${code})`
  return [
    ...[...present].flatMap(([key, finding]) =>
      known.get(key)?.severity === finding.severity ? [] : [`${finding.severity}: ${said(finding)}`],
    ),
    ...[...known].flatMap(([key, finding]) => (present.has(key) ? [] : [`over: ${said(finding)}`])),
  ]
}
