import { controllerOf } from '../model/kubernetes/reference.ts'
import { CONFIDENCES, type Finding, RISKS, SEVERITIES, type Subject } from '../model/report/finding.ts'
import { userEffectOf, userEffectRank } from '../model/report/user-effect.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { sortedBy } from '../model/text/sort.ts'
import { alikeKey, mergeAlike } from './alike.ts'
import type { Cause } from './cause.ts'
import { nodeFindings } from './causes/pod/node.ts'
import { admissionCauses } from './causes/workload/admission.ts'
import { isFinishedJob, jobCauses } from './causes/workload/jobs.ts'
import { type OwnedObjects, ownedObjects } from './causes/workload/owned.ts'
import { progressCauses } from './causes/workload/progress.ts'
import { causeCode } from './codes/codes.ts'
import { withManagers } from './fixes/managed.ts'
import { impactOf } from './impact.ts'
import { logOwners } from './logs/replicas.ts'
import { withUnreadLog } from './logs/unread.ts'
import { podInfoOf } from './pod-info.ts'
import { EFFECTS, type RankedCause, rankedCauses } from './ranking.ts'
import { rollBackFix } from './revisions.ts'

/**
 * Everything that is wrong with these workloads now, each with cause, evidence and fixes: worst first, root causes
 * before effects, then by subject. Healthy workloads have no Error and no Warning.
 */
export function diagnose(cluster: Cluster, workloads: readonly Workload[]): readonly Finding[] {
  const owned = ownedObjects(cluster)
  return withManagers(
    cluster,
    sortFindings(workloads.flatMap((workload) => diagnoseWorkload(cluster, workload, owned))),
  )
}

/** What is wrong with the nodes themselves. */
export const diagnoseNodes = (cluster: Cluster): readonly Finding[] => sortFindings(nodeFindings(cluster))

const sortFindings = (findings: readonly Finding[]): readonly Finding[] =>
  sortedBy(findings, (finding) => {
    const { severity, rootCause, subject, effect, code } = finding
    return [
      -SEVERITIES.indexOf(severity),
      rootCause ? 0 : 1,
      userEffectRank(userEffectOf(finding)),
      subject.namespace ?? '',
      subject.kind,
      subject.name,
      EFFECTS.indexOf(effect),
      subject.container ?? '',
      subject.probe ?? '',
      code,
    ]
  })

function diagnoseWorkload(cluster: Cluster, workload: Workload, owned: OwnedObjects): readonly Finding[] {
  const ofWorkload: RankedCause[] = [
    ...admissionCauses(cluster, workload, owned),
    ...jobCauses(workload, owned),
  ].map((cause) => ({ ...cause, rootCause: true }))
  const job = ofWorkload.find(({ layer }) => layer === 'job')
  const logOwner = logOwners(cluster, workload)
  const pods = workload.pods.map((pod) => {
    const podInfo = podInfoOf(cluster, workload, pod, logOwner(pod))
    return { pod, podInfo, causes: rankedCauses(podInfo).map((cause) => withUnreadLog(podInfo, cause)) }
  })
  const finished = pods.filter(({ pod }) => isFinishedJob(cluster.byUid(controllerOf(pod)?.uid)))
  const current = pods.filter((one) => !finished.includes(one)).flatMap(({ causes }) => causes)
  const details = job === undefined ? [] : finished.flatMap(({ causes }) => causes)
  const causes = [
    ...ofWorkload.map((cause) => (cause === job ? withDetails(cause, details) : cause)),
    ...current,
  ]
  const roots = causes.filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
  const rollout = progressCauses(workload).map(
    (cause): RankedCause => ({ ...afterRoots(cause, roots), rootCause: false }),
  )
  const podInfos = pods.map(({ podInfo }) => podInfo)
  // No release brought these.
  const nodeCodes = new Set<string>(causes.filter(({ layer }) => layer === 'node').map(({ code }) => code))
  return merged(workload, [...causes, ...rollout]).map((finding) => {
    const impact = impactOf(cluster, workload, podInfos, finding)
    const rollBack = nodeCodes.has(finding.code) ? [] : rollBackFix(cluster, workload, finding)
    const fixes = sortedBy([...finding.fixes, ...rollBack], ({ risk }) => [RISKS.indexOf(risk)])
    return { ...finding, fixes, ...(impact === undefined ? {} : { impact }) }
  })
}

/** The exit codes and last words of a Job's pods say why it failed. */
function withDetails(cause: RankedCause, details: readonly RankedCause[]): RankedCause {
  const roots = details.filter(({ rootCause }) => rootCause)
  const last = roots.at(-1)
  if (last === undefined) return cause
  return {
    ...cause,
    summary: `${cause.summary}; its pods: ${last.summary}`,
    evidence: [...cause.evidence, ...last.evidence],
    fixes: [
      ...last.fixes.filter(({ patch, risk }) => patch === undefined && risk === 'Inspect').slice(0, 1),
      ...cause.fixes,
    ],
  }
}

const afterRoots = (cause: Cause, roots: readonly RankedCause[]): Cause => {
  const codes = [...new Set(roots.map(({ code }) => code))]
  return codes.length === 0
    ? cause
    : { ...cause, summary: `${cause.summary}, because of ${codes.join(', ')}` }
}

/** Pods of one workload with the same trouble are one finding. */
function merged(workload: Workload, causes: readonly RankedCause[]): readonly Finding[] {
  const groups = Map.groupBy(
    causes,
    ({ code, container, probe, rootCause }) => `${code} ${container ?? ''} ${probe ?? ''} ${rootCause}`,
  )
  return [...groups.values()].map((group) => {
    const [first] = sortedBy(group, ({ severity, confidence, starting, recovered, pod }) => [
      -SEVERITIES.indexOf(severity),
      -CONFIDENCES.indexOf(confidence),
      // Of several starts the one whose time is over first.
      starting?.failureFrom ?? '',
      // What goes on somewhere is not over.
      recovered ?? '',
      pod ?? '',
    ]) as [RankedCause]
    const { layer: _l, symptom: _y, settled: _d, pod: _p, container, probe, ...rest } = first
    const pods = group.flatMap(({ pod }) => pod ?? []).sort()
    const others = group.filter((cause) => cause !== first)
    const told = new Set(first.evidence.map(alikeKey))
    // What only others show is worth a word, too.
    const more = others
      .flatMap(({ evidence }) => evidence.slice(0, 1))
      .filter((one) => !told.has(alikeKey(one)))
    return {
      ...rest,
      subject: subjectOf(workload, pods, container, probe),
      fixes: sortedBy(first.fixes, ({ risk }) => [RISKS.indexOf(risk)]),
      evidence: [
        ...mergeAlike(
          first.evidence,
          others.flatMap(({ evidence }) => evidence),
        ),
        ...mergeAlike(more).slice(0, 2),
      ],
      docs: causeCode(first.code).docs,
    }
  })
}

function subjectOf(
  { namespace, kind, name }: Workload,
  pods: readonly string[],
  container: string | undefined,
  probe: Subject['probe'],
): Subject {
  return {
    namespace,
    kind,
    name,
    ...(pods.length === 0 ? {} : { pods }),
    ...(container === undefined ? {} : { container }),
    ...(probe === undefined ? {} : { probe }),
  }
}
