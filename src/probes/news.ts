import { atLeast, type Finding, type Severity } from '../model/report/finding.ts'
import type { ProbeReport, WorkloadProbes } from './report.ts'

/** What is new in a probe report against the one before it. */
export type ProbeNews =
  /** `Opened`: it appeared. `Changed`: something else is said of it. `Closed`: it is gone; as it was last. */
  | { readonly type: 'Opened' | 'Changed' | 'Closed'; readonly finding: Finding }
  /** A rollout began or got further. */
  | { readonly type: 'Rollout'; readonly workload: WorkloadProbes; readonly message: string }

/** Findings below this are no news, but for starts that are not over. */
const LEAST: Severity = 'Warning'

/**
 * What is new in a report against the one before it: findings that appeared, changed or went, in the order of the
 * reports, then rollouts that got further. Without a report before, all of it is new.
 */
export function probeNews(before: ProbeReport | undefined, after: ProbeReport): readonly ProbeNews[] {
  const [old, now] = [byKey(before), byKey(after)]
  return [
    ...[...now].flatMap(([key, finding]): readonly ProbeNews[] => {
      const previous = old.get(key)
      if (previous === undefined) return [{ type: 'Opened', finding }]
      return isSame(previous, finding) ? [] : [{ type: 'Changed', finding }]
    }),
    ...[...old].flatMap(([key, finding]): readonly ProbeNews[] =>
      now.has(key) || isContinued(finding, [...now.values()]) ? [] : [{ type: 'Closed', finding }],
    ),
    ...rolloutNews(before, after),
  ]
}

/**
 * How a rollout that was under way in the report before ended; undefined while one goes on, and where none was.
 * Several rollouts end with the last one.
 */
export function rolloutEnd(
  before: ProbeReport | undefined,
  after: ProbeReport,
): 'Complete' | 'Stuck' | undefined {
  const under = (report: ProbeReport | undefined, state: string) =>
    report?.workloads.some(({ rollout }) => rollout?.state === state) ?? false
  if (!under(before, 'Progressing') || under(after, 'Progressing')) return undefined
  if (under(after, 'Stuck')) return 'Stuck'
  return under(after, 'Complete') ? 'Complete' : undefined
}

/** A start that became a failure is told as that. */
const isContinued = ({ starting, subject }: Finding, now: readonly Finding[]): boolean =>
  starting !== undefined &&
  now.some(
    (one) =>
      one.subject.kind === subject.kind &&
      one.subject.namespace === subject.namespace &&
      one.subject.name === subject.name &&
      one.subject.container === subject.container,
  )

/** Pods come and go with every restart of a rollout, so that they make no other finding. */
const keyOf = ({ code, subject: { kind, namespace, name, container, probe } }: Finding): string =>
  JSON.stringify([code, kind, namespace, name, container, probe])

const byKey = (report: ProbeReport | undefined): ReadonlyMap<string, Finding> =>
  new Map(
    (report?.findings ?? [])
      .filter(({ severity, starting }) => starting !== undefined || atLeast(severity, LEAST))
      .map((finding) => [keyOf(finding), finding]),
  )

const isSame = (one: Finding, other: Finding): boolean =>
  one.severity === other.severity && one.confidence === other.confidence && one.summary === other.summary

function rolloutNews(before: ProbeReport | undefined, after: ProbeReport): readonly ProbeNews[] {
  const key = ({ namespace, kind, name }: WorkloadProbes) => JSON.stringify([namespace, kind, name])
  const known = new Map((before?.workloads ?? []).map((one) => [key(one), one.rollout]))
  return after.workloads.flatMap((workload): readonly ProbeNews[] => {
    const previous = known.get(key(workload))
    const { rollout } = workload
    if (rollout === undefined || previous?.message === rollout.message) return []
    // At the beginning only those that are under way are news.
    if (previous === undefined && rollout.state === 'Complete') return []
    return [{ type: 'Rollout', workload, message: rollout.message }]
  })
}
