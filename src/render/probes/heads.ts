import { atLeast, type Finding, type Subject } from '../../model/report/finding.ts'
import { userEffectOf, userEffectRank } from '../../model/report/user-effect.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { ProbeReport, WorkloadProbes } from '../../probes/report.ts'
import { impactPhrases } from '../report/impact.ts'

/** A finding that gets a block of its own, with what follows from it. */
export interface Head {
  readonly finding: Finding
  readonly followers: readonly Finding[]
}

/**
 * Causes with what follows from each, and what the rules say: what is worst for users first, causes before rules. In
 * the wide form also remarks.
 */
export function headsOf({ findings }: ProbeReport, wide: boolean): readonly Head[] {
  const isShown = ({ severity, starting }: Finding): boolean =>
    wide || starting !== undefined || atLeast(severity, 'Warning')
  const causes = findings.filter(({ configuration }) => !configuration)
  const groups = Map.groupBy(causes, ({ subject }) => workloadKey(subject))
  const heads = [
    ...[...groups.values()].flatMap(headsOfWorkload),
    ...findings
      .filter(({ configuration }) => configuration)
      .map((finding): Head => ({ finding, followers: [] })),
  ]
  return sortedBy(
    heads.filter(({ finding }) => isShown(finding)),
    ({ finding }) => [userEffectRank(userEffectOf(finding)), finding.configuration ? 1 : 0],
  )
}

/** What follows stands under the first root of its workload. */
function headsOfWorkload(group: readonly Finding[]): readonly Head[] {
  const first = group.find(({ rootCause }) => rootCause)
  const followers = first === undefined ? [] : group.filter((one) => !one.rootCause && one.effect !== 'None')
  return group
    .filter((one) => !followers.includes(one))
    .map((finding) => ({ finding, followers: finding === first ? followers.filter(tellsMore(first)) : [] }))
}

/** The effect of a root says already that the rollout is stuck. */
const tellsMore =
  ({ impact }: Finding) =>
  ({ code }: Finding): boolean =>
    impact?.rollout === undefined || code !== 'progress-deadline'

/** Equal for one workload. */
export const workloadKey = ({
  namespace,
  kind,
  name,
}: Pick<Subject, 'namespace' | 'kind' | 'name'>): string => [namespace ?? '', kind, name].join('/')

/** The workload that a finding is about. */
export const workloadOf = (
  { workloads }: ProbeReport,
  { namespace, kind, name }: Subject,
): WorkloadProbes | undefined =>
  workloads.find((one) => one.namespace === namespace && one.kind === kind && one.name === name)

/** What the failure does to the workload: its pods, restarts, Services, a rollout that got stuck. */
export function effectOf(finding: Finding, report: ProbeReport): string | undefined {
  const workload = workloadOf(report, finding.subject)
  const phrases = [
    ...(workload === undefined ? [] : readyPhrase(workload)),
    ...impactPhrases(finding, report.now),
  ]
  return phrases.length === 0 ? undefined : phrases.join('; ')
}

/** Kinds whose pods come to an end, also those of operators, e.g. `RayJob`: that they are not ready says nothing. */
const ENDING_KIND = /Job$/

function readyPhrase({ kind, pods, replicas = 0 }: WorkloadProbes): readonly string[] {
  if (pods.total === 0 || ENDING_KIND.test(kind)) return []
  return [`${pods.ready} of ${Math.max(pods.total, replicas)} pods ready`]
}
