import { controllerOf } from '../model/kubernetes/reference.ts'
import {
  CONFIDENCES,
  type Effect,
  type Finding,
  RISKS,
  SEVERITIES,
  type Subject,
} from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { groupBy, sortedBy } from '../model/text/sort.ts'
import { type Cause, LAYERS } from './cause.ts'
import { jobCauses } from './causes/jobs.ts'
import { nodeFindings } from './causes/node.ts'
import { podCauses } from './causes/pod.ts'
import { admissionCauses, type Children, childrenOf, progressCauses } from './causes/workload.ts'
import { causeCode } from './codes/codes.ts'
import { impactOf } from './impact.ts'
import { type PodInfo, podInfoOf } from './pod-info.ts'
import { rollBackFix } from './revisions.ts'

/** Worst first. */
const EFFECTS: readonly Effect[] = ['NotStarted', 'Restarting', 'Unready', 'Inert', 'None']

/** A cause with its place in the chain: root, or what the root explains. */
interface Ranked extends Cause {
  readonly rootCause: boolean
  readonly pod?: string
}

/**
 * Everything that is wrong with these workloads now, each with cause, evidence and fixes: worst first, root causes
 * before effects, then by subject. Healthy workloads have no Error and no Warning.
 */
export function diagnose(cluster: Cluster, workloads: readonly Workload[]): readonly Finding[] {
  const children = childrenOf(cluster)
  return sortFindings(workloads.flatMap((workload) => diagnoseWorkload(cluster, workload, children)))
}

/** What is wrong with the nodes themselves. */
export const diagnoseNodes = (cluster: Cluster): readonly Finding[] => sortFindings(nodeFindings(cluster))

const sortFindings = (findings: readonly Finding[]): readonly Finding[] =>
  sortedBy(findings, ({ severity, rootCause, subject, effect, code }) => [
    -SEVERITIES.indexOf(severity),
    rootCause ? 0 : 1,
    subject.namespace ?? '',
    subject.kind,
    subject.name,
    EFFECTS.indexOf(effect),
    subject.container ?? '',
    subject.probe ?? '',
    code,
  ])

function diagnoseWorkload(cluster: Cluster, workload: Workload, children: Children): readonly Finding[] {
  const whole: Ranked[] = [
    ...admissionCauses(cluster, workload, children),
    ...jobCauses(workload, children),
  ].map((cause) => ({ ...cause, rootCause: true }))
  const job = whole.find(({ layer }) => layer === 'job')
  const pods = workload.pods.map((pod) => {
    const podInfo = podInfoOf(cluster, workload, pod)
    return { pod, podInfo, causes: rankedCauses(podInfo) }
  })
  const finished = pods.filter(({ pod }) => isOfFinishedJob(cluster, controllerOf(pod)?.uid))
  const current = pods.filter((one) => !finished.includes(one)).flatMap(({ causes }) => causes)
  const details = job === undefined ? [] : finished.flatMap(({ causes }) => causes)
  const causes = [...whole.map((cause) => (cause === job ? withDetails(cause, details) : cause)), ...current]
  const roots = causes.filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
  const rollout = progressCauses(workload).map(
    (cause): Ranked => ({ ...afterRoots(cause, roots), rootCause: false }),
  )
  const podInfos = pods.map(({ podInfo }) => podInfo)
  // No release brought these.
  const ofNodes = new Set<string>(causes.filter(({ layer }) => layer === 'node').map(({ code }) => code))
  return merged(workload, [...causes, ...rollout]).map((finding) => {
    const impact = impactOf(cluster, workload, podInfos, finding)
    const back = ofNodes.has(finding.code) ? [] : rollBackFix(cluster, workload, finding)
    const fixes = sortedBy([...finding.fixes, ...back], ({ risk }) => [RISKS.indexOf(risk)])
    return { ...finding, fixes, ...(impact === undefined ? {} : { impact }) }
  })
}

/** Whether the owner is a Job that is over: what its pods went through is then its detail, or history. */
function isOfFinishedJob(cluster: Cluster, uid: string | undefined): boolean {
  const owner = cluster.byUid(uid)
  const conditions = (
    owner as { status?: { conditions?: readonly { type: string; status: string }[] } } | undefined
  )?.status?.conditions
  return (
    owner?.kind === 'Job' &&
    conditions?.some(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True') === true
  )
}

/** The exit codes and last words of a Job's pods say why it failed. */
function withDetails(cause: Ranked, details: readonly Ranked[]): Ranked {
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

const afterRoots = (cause: Cause, roots: readonly Ranked[]): Cause => {
  const codes = [...new Set(roots.map(({ code }) => code))]
  return codes.length === 0
    ? cause
    : { ...cause, summary: `${cause.summary}, because of ${codes.join(', ')}` }
}

/**
 * The causes of one pod with roots told from effects. Whatever keeps the whole pod from running is the only root;
 * else each container has its own.
 */
function rankedCauses(podInfo: PodInfo): readonly Ranked[] {
  const pod = podInfo.pod.metadata.name
  const causes = sortedBy(
    podCauses(podInfo),
    ({ layer, effect, severity, confidence, container, probe, code }) => [
      // What is only worth knowing explains nothing, wherever it stands.
      severity === 'Info' ? 1 : 0,
      LAYERS.indexOf(layer),
      EFFECTS.indexOf(effect),
      -SEVERITIES.indexOf(severity),
      -CONFIDENCES.indexOf(confidence),
      container ?? '',
      probe ?? '',
      code,
    ],
  )
  const whole = causes.filter(({ container, layer }) => container === undefined && layer !== 'gate')
  const blocker = whole.find(({ effect }) => effect !== 'None') ?? whole[0]
  if (blocker !== undefined && blocker.effect !== 'None') return [{ ...blocker, rootCause: true, pod }]
  const init = causes.find(({ container }) =>
    podInfo.containers.some(({ name, type }) => name === container && type === 'init'),
  )
  if (init !== undefined) return [{ ...init, rootCause: true, pod }]
  const containers = groupBy(
    causes.filter(({ container }) => container !== undefined),
    ({ container }) => container ?? '',
  )
  const own = [...containers.values()].flatMap((group) => rankedContainer(podInfo, group))
  const gates = causes.filter(({ layer }) => layer === 'gate')
  return [
    ...(blocker === undefined ? [] : [{ ...blocker, rootCause: blocker.severity !== 'Info' }]),
    ...own,
    ...gates.map((cause) => ({ ...cause, rootCause: own.length === 0 })),
  ].map((cause) => ({ ...cause, pod }))
}

function rankedContainer(podInfo: PodInfo, [root, ...rest]: readonly Cause[]): readonly Ranked[] {
  if (root === undefined) return []
  const container = podInfo.containers.find(({ name }) => name === root.container)
  const handler = (type: Cause['probe']) =>
    JSON.stringify(container?.probes.find((probe) => probe.type === type)?.handler)
  const same = rest.filter(({ code, probe }) => code === root.code && handler(probe) === handler(root.probe))
  const also = same.flatMap(({ probe }) =>
    probe === undefined ? [] : [`The ${probe} probe fails for the same reason.`],
  )
  return [
    { ...root, rootCause: root.severity !== 'Info', explanation: [root.explanation, ...also].join(' ') },
    ...rest
      .filter((cause) => !same.includes(cause) && !(cause.symptom === true && explains(root, cause)))
      .map((cause) => ({
        ...cause,
        rootCause: false,
        ...(root.layer === cause.layer
          ? {}
          : { severity: cause.severity === 'Error' ? ('Warning' as const) : cause.severity }),
        explanation:
          cause.severity === 'Info'
            ? cause.explanation
            : `${cause.explanation} First mend ${root.code}, then see whether this is left.`,
      })),
  ]
}

/** A process that is not there, or not for long, fails every probe. */
const explains = (root: Cause, { layer }: Cause): boolean =>
  root.layer !== layer || root.effect === 'Restarting' || root.effect === 'NotStarted'

/** Pods of one workload with the same trouble are one finding. */
function merged(workload: Workload, causes: readonly Ranked[]): readonly Finding[] {
  const groups = groupBy(
    causes,
    ({ code, container, probe, rootCause }) => `${code} ${container ?? ''} ${probe ?? ''} ${rootCause}`,
  )
  return [...groups.values()].map((group) => {
    const [first] = sortedBy(group, ({ severity, confidence, pod }) => [
      -SEVERITIES.indexOf(severity),
      -CONFIDENCES.indexOf(confidence),
      pod ?? '',
    ]) as [Ranked]
    const { layer: _layer, symptom: _symptom, pod: _pod, container, probe, ...rest } = first
    const pods = group.flatMap(({ pod }) => pod ?? []).sort()
    const others = group.filter((cause) => cause !== first).slice(0, 2)
    return {
      ...rest,
      subject: subjectOf(workload, pods, container, probe),
      fixes: sortedBy(first.fixes, ({ risk }) => [RISKS.indexOf(risk)]),
      evidence: [...first.evidence, ...others.flatMap(({ evidence }) => evidence.slice(0, 1))],
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
