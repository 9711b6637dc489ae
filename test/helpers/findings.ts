import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import type { Replay } from '../../src/model/snapshot/replay.ts'
import type { ContainerLog } from '../../src/model/snapshot/snapshot.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { clusterOf, EVERYTHING, log } from './builders.ts'

/** Everything that is found in a cluster of these objects. */
export function found(
  items: readonly KubeObject[],
  logs: readonly ContainerLog[] = [],
  replays?: readonly Replay[],
): readonly Finding[] {
  const cluster = clusterOf(items, { logs, ...(replays === undefined ? {} : { replays }) })
  return diagnose(cluster, cluster.workloads())
}

/** The loud root causes as `Severity code[/probe] Confidence`, which is what a user sees first. */
export const roots = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
    .map(
      ({ severity, code, subject, confidence }) =>
        `${severity} ${code}${subject.probe === undefined ? '' : `/${subject.probe}`} ${confidence}`,
    )

/** A failure that users meet, or something that only looks like it. */
export interface FieldCase {
  /** Row of docs/reference/probe-failures.md. */
  readonly row: number
  /** What is the matter. */
  readonly when?: string
  /** Instead: how it differs from the row, so that something else is the matter. */
  readonly near?: string
  readonly given: readonly KubeObject[]
  /** The log of container `app`. */
  readonly logs?: string
  /** `Severity code[/probe] Confidence Effect` of every loud root cause. */
  readonly finds: readonly string[]
  /** What the text about the first of them says. */
  readonly says?: RegExp
  readonly saysNot?: RegExp
}

/** All that `probe-check` finds in a case, the rules for the configuration included. */
export const checked = ({ given, logs }: Pick<FieldCase, 'given' | 'logs'>): readonly Finding[] =>
  probeCheck(clusterOf(given, { logs: logs === undefined ? [] : log(logs) }), EVERYTHING).findings

export const loudRoots = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ rootCause, severity }) => rootCause && severity !== 'Info')

export const verdict = ({ severity, code, subject: { probe }, confidence, effect }: Finding): string =>
  `${severity} ${code}${probe === undefined ? '' : `/${probe}`} ${confidence} ${effect}`

/** The container patch of the first fix that has one, with its title. */
export function patched(objects: readonly KubeObject[]) {
  const finding = found(objects).find(({ subject }) => subject.probe !== undefined)
  const fix = finding?.fixes.find(({ patch }) => patch !== undefined)
  const value = fix?.patch?.value as
    | { spec: { template: { spec?: { containers: readonly Readonly<Record<string, unknown>>[] } } } }
    | undefined
  return { finding, title: fix?.title, change: value?.spec.template.spec?.containers[0], value }
}
